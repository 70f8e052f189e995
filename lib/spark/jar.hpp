// SPDX-License-Identifier: Apache-2.0
// Jars as Spark runs them: classes, main methods, class-file version, Maven coordinates inside.
// Class-file format: The Java Virtual Machine Specification, chapter 4.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "spark/members.hpp"
#include "system/spill.hpp"

namespace tidegate::spark {

struct Jar {
  std::string file{};
  std::vector<std::string> classes{};       // "com.example.Main", "com.example.Main$", sorted
  std::vector<std::string> main_classes{};  // those with public static void main(String[]), their
                                            // own or of a superclass in this jar; sorted
  std::vector<std::string> object_mains{};  // those with the same, but not static: the insides of
                                            // Scala objects ("a.Main$"); sorted
  std::vector<std::string> interfaces{};    // also Scala traits; sorted
  std::vector<std::string> damaged_classes{};  // at the place of a class, but no class file; sorted
  int newest_class_version = 0;  // major: 52 = Java 8, 55 = 11, 61 = 17; 0 without classes
  std::string newest_class{};    // the first with that version
  std::string group{};           // of the only pom.properties, or of the only one whose
                                 // artifactId fits the file name; else empty
  std::string artifact{};
  std::string version{};
};

// Classes below META-INF (versions for newer Java) and module descriptors do not count.
// Code spark.invalid-jar: not a zip, without entries, damaged, or over the caps (100,000 entries,
// 1 GiB unpacked).
Result<Jar> read_jar(std::string file, std::string_view bytes);
Result<Jar> read_jar(std::string file, const system::Spill& spill);  // the same, not held in memory
// And what its classes say: each class goes to `members` while it is at hand.
Result<Jar> read_jar(std::string file, const system::Spill& spill, MemberReader& members);

struct Dependency {
  std::string group{};
  std::string artifact{};
  std::string version{};
  std::string scope{};     // "compile" when absent
  std::uint32_t line = 0;  // of the element
  std::uint32_t column = 0;
};

struct Pom {
  std::string file{};
  std::string group{};
  std::string artifact{};
  std::string version{};
  std::string packaging = "jar";
  std::string final_name{};
  std::vector<Dependency> dependencies{};

  // "<finalName>.jar", or "<artifactId>-<version>.jar"; empty when the packaging makes no jar.
  std::string jar_name() const;
};

// Properties expanded; parents that are not in the same file stay unknown. Codes:
// spark.invalid-pom, spark.unpinned-dependency (ranges, LATEST, RELEASE, SNAPSHOT) via diagnostics.
Result<Pom> parse_pom(std::string file, std::string text, Diagnostics& diagnostics);

}  // namespace tidegate::spark
