// SPDX-License-Identifier: Apache-2.0
// Findings lie inside the file, and a version that is accepted is exact.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "place.hpp"
#include "spark/jar.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using fuzz::require;
  std::string text(reinterpret_cast<const char*>(data), size);
  Diagnostics diagnostics;
  const auto pom = spark::parse_pom("pom.xml", text, diagnostics);
  const std::string_view shown =
      text.starts_with("\xEF\xBB\xBF") ? std::string_view(text).substr(3) : text;
  if (!pom) {
    require(pom.failure().code == "spark.invalid-pom" && diagnostics.items().empty());
    return 0;
  }
  const bool is_utf8 = shown.substr(0, 200).find("encoding") == std::string_view::npos;
  for (const Diagnostic& one : diagnostics.items()) {
    require(one.code == "spark.unpinned-dependency" && one.where.file == "pom.xml");
    require(!is_utf8 || fuzz::is_inside(shown, one.where.line, one.where.column));
  }
  for (const auto& dependency : pom->dependencies) {
    require(!is_utf8 || fuzz::is_inside(shown, dependency.line, dependency.column));
    require(!dependency.scope.empty());
    if (!diagnostics.items().empty()) continue;
    require(dependency.version.find_first_of("[](),") == std::string::npos ||
            dependency.version.find("${") != std::string::npos);
  }
  Diagnostics again;
  require(spark::parse_pom("pom.xml", text, again).ok() &&
          again.items().size() == diagnostics.items().size());
  pom->jar_name();
  return 0;
}
