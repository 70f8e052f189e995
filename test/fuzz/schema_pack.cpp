// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "sandbox/pack.hpp"
#include "system/digest.hpp"

// The digest is put right, so that what lies behind it is reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  const std::string content(reinterpret_cast<const char*>(data), size);
  const auto pack = sandbox::Pack::from_bytes(
      "pack", "tidegate-schema-pack 1 " + system::sha256_hex(content) + "\n" + content);
  if (!pack) return 0;
  using sandbox::SchemaKind;
  for (const SchemaKind kind : {SchemaKind::resource, SchemaKind::data_source, SchemaKind::ephemeral}) {
    for (const std::string_view name : (*pack)->names(kind)) (*pack)->schema(kind, name);
  }
  for (const std::string_view name : (*pack)->names(SchemaKind::function)) (*pack)->function(name);
  return 0;
}
