// SPDX-License-Identifier: Apache-2.0
// tidegate.yaml: findings lie inside the file; a manifest that is accepted says who and what.
#include "service/manifest.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include "document/parse.hpp"
#include "place.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using fuzz::require;
  const auto parsed =
      document::parse_yaml("tidegate.yaml", std::string(reinterpret_cast<const char*>(data), size));
  if (!parsed) return 0;
  Diagnostics diagnostics;
  const service::ServiceManifest manifest =
      service::read_manifest(*parsed, "Some Folder", diagnostics);
  const std::string& text = (*parsed)->text();
  for (const Diagnostic& one : diagnostics.items()) {
    require(one.code == "service.manifest-invalid" || one.code == "service.many-owners");
    require(one.where.file == "tidegate.yaml");
    require(one.where.line == 0 || fuzz::is_inside(text, one.where.line, one.where.column));
  }
  require(manifest.present);
  if (!diagnostics.has_errors()) {
    require(!manifest.service.empty() && !manifest.owner.empty());
    for (const auto& binding : manifest.bindings) {
      require(!binding.variable.empty() && binding.literal.empty() != binding.path.empty());
      require(fuzz::is_inside(text, binding.where.line, binding.where.column));
    }
  }
  Diagnostics again;
  service::read_manifest(*parsed, "Some Folder", again);
  require(again.items().size() == diagnostics.items().size());
  return 0;
}
