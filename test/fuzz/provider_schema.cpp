// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "document/parse.hpp"
#include "sandbox/pack.hpp"

// A schema that can be read becomes a pack that can be read, and every type comes out of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  const auto json =
      document::parse_json("input", std::string(reinterpret_cast<const char*>(data), size));
  if (!json) return 0;
  const auto bytes = sandbox::make_pack(**json, "", "1.0.0");
  if (!bytes) return 0;
  const auto pack = sandbox::Pack::from_bytes("pack", *bytes);
  if (!pack) return 0;  // a name that the index cannot hold
  for (const std::string_view name : (*pack)->names(sandbox::SchemaKind::resource)) {
    if ((*pack)->schema(sandbox::SchemaKind::resource, name) == nullptr) std::abort();
  }
  (*pack)->response(nullptr);
  return 0;
}
