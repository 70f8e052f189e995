// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "document/parse.hpp"
#include "document/write.hpp"
#include "support/json_readers.hpp"

// The two readers agree. Whatever parses can be written as JSON and read again as the same value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  bool taken = false;
  if (!test::difference_of_readers(std::string(reinterpret_cast<const char*>(data), size), taken).empty()) std::abort();
  const auto parsed = document::parse_json("input", std::string(reinterpret_cast<const char*>(data), size));
  if (!parsed) {
    render_diagnostic(parsed.failure());
    return 0;
  }
  const document::Node root = (*parsed)->root();
  for (std::uint32_t i = 0; i < (*parsed)->node_count(); ++i) {
    const document::Node node = (*parsed)->node(i);
    if (root.resolve_pointer(node.pointer()).exists() != true && node.pointer().find("/-") == std::string::npos) std::abort();
    node.location_in_string(node.as_string().size() / 2);
    if (i > 64) break;
  }
  const auto again = document::parse_json("again", document::render_canonical_json(root));
  if (!again || !document::equal_values(root, (*again)->root())) std::abort();
  return 0;
}
