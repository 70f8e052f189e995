// SPDX-License-Identifier: Apache-2.0
// The first byte says what the rest is: z the bytes of a jar, p a pom.properties, else a class
// file, which is read alone and, when it is one, found in a jar at its place.
#include "spark/jar.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "place.hpp"
#include "spark/check.hpp"
#include "spark/class_file.hpp"
#include "support/zip.hpp"

namespace {

using namespace tidegate;
using fuzz::require;

void check_jar(const spark::Jar& jar) {
  require(std::is_sorted(jar.classes.begin(), jar.classes.end()));
  require(std::is_sorted(jar.main_classes.begin(), jar.main_classes.end()));
  require(std::includes(jar.classes.begin(), jar.classes.end(), jar.main_classes.begin(),
                        jar.main_classes.end()));
  require(jar.classes.empty() == jar.newest_class.empty());
  const spark::Jar* const jars[] = {&jar};
  const auto place = [] { return Location{.file = "p.json", .line = 1, .column = 1}; };
  for (const std::string& name : jar.main_classes) {
    Diagnostics diagnostics;
    spark::check_main_class(name, jars, place, diagnostics);
    require(diagnostics.items().empty());
  }
  Diagnostics diagnostics;
  spark::check_main_class("no.such.Class", jars, place, diagnostics);
  spark::check_cluster_version("15.4.x-scala2.12", jars, {}, {.file = "l.json"}, {}, diagnostics);
}

// A path that Java, zip and this reader agree on.
bool is_plain(std::string_view name) {
  return !name.starts_with("META-INF/") && name != "module-info" &&
         !name.ends_with("/module-info") &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c >= '!' && c <= '~' && c != '\\' && c != '.'; }) &&
         !name.starts_with('/') && name.find("//") == std::string_view::npos &&
         !name.ends_with('/');
}

void check_class(const std::string& bytes) {
  const auto parsed = spark::parse_class(bytes);
  if (!parsed) return;
  require(!parsed->name.empty());
  if (!is_plain(parsed->name)) return;
  const auto jar = spark::read_jar("a.jar", test::make_zip({{parsed->name + ".class", bytes}}));
  require(jar.ok() && jar->classes.size() == 1 && jar->newest_class_version == parsed->major);
  require(!parsed->has_main || jar->main_classes == jar->classes);
  check_jar(*jar);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'c') {
    check_class(rest);
    return 0;
  }
  const auto jar = spark::read_jar(
      "a.jar",
      data[0] == 'z' ? rest : test::make_zip({{"META-INF/maven/g/a/pom.properties", rest}}));
  if (!jar) {
    require(data[0] == 'z' && jar.failure().code == "spark.invalid-jar" &&
            !jar.failure().message.empty());
  } else {
    check_jar(*jar);
  }
  return 0;
}
