// SPDX-License-Identifier: Apache-2.0
// A POM that is its own parent, its own platform and all of its dependencies: building and resolving end,
// and what is resolved is exact.
#include <cstddef>
#include <cstdint>
#include <string>

#include "place.hpp"
#include "spark/maven/resolve.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using namespace tidegate::spark::maven;
  using fuzz::require;
  if (size > 4096) return 0;  // 64 parents of large files are slow, not wrong
  const std::string text(reinterpret_cast<const char*>(data), size);
  ModelBuilder builder([&](const Coordinates&, const std::string&, const std::string&) -> Result<PomText> {
    return PomText{"other.xml", text};
  });
  const auto model = builder.build("pom.xml", text);
  if (!model) {
    require(model.failure().code == "spark.invalid-pom" || model.failure().code == "spark.unpinned-dependency");
    return 0;
  }
  Diagnostics diagnostics;
  for (const auto& one : resolve_dependencies(*model, builder, diagnostics)) {
    require(is_safe(one.file) && !unpinned_reason(one.file.version));
  }
  return 0;
}
