// SPDX-License-Identifier: Apache-2.0
// The jar of a POM whose sources the service has and whose bytes it has not: made by mvn.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "build/libraries.hpp"

namespace tidegate {

struct SourceJar {
  std::string pom{};
  std::string path{};   // <folder of the POM>/target/<name>.jar
  std::string input{};  // "built:g:a:v"
};

// Wanted if sources (.java .scala .kt) lie below src/ beside the POM, it makes a jar, and no committed
// jar has its name.
std::optional<SourceJar> find_source_jar(const std::string& pom, const std::string& text,
                                         const system::FileTree& tree,
                                         const repository::Inventory& inventory);

struct BuiltJar {
  LibraryFile file{};
  std::shared_ptr<system::TemporaryFolder> folder{};  // which holds it
};

// In a copy of the POM's folder. Codes spark.maven-missing, spark.maven-failed.
Result<BuiltJar> build_source_jar(const SourceJar& wanted, const system::FileTree& tree,
                                  const std::string& settings, bool offline);

}  // namespace tidegate
