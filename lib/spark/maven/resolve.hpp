// SPDX-License-Identifier: Apache-2.0
// The closure of a project's dependencies, mediated as Maven 3 does it: the version nearest to the
// project wins, at equal distance the one declared first; the project's dependencyManagement
// overrides versions and scopes of everything behind its direct dependencies; exclusions apply to
// all that comes through the dependency that states them; optional ones are not followed.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "spark/maven/model.hpp"

namespace tidegate::spark::maven {

struct ResolvedDependency {
  Coordinates file{};
  std::string scope{};             // compile, runtime, provided, test
  std::vector<std::string> via{};  // from a direct dependency down to the one that asks for it: texts
  Location where{};                // of the direct dependency

  bool is_packed() const { return (scope == "compile" || scope == "runtime") && file.type != "pom"; }
};

// Sorted by coordinates. Provided and test libraries are in the list, because they take part in the
// mediation. Codes: spark.unpinned-dependency (a range, LATEST, RELEASE, a snapshot, no version at
// all), spark.unresolved-dependency (scope system, coordinates that are no path, too many), and what
// reading a POM of a repository reports.
std::vector<ResolvedDependency> resolve_dependencies(const Model& project, ModelBuilder& builder,
                                                     Diagnostics& diagnostics);

}  // namespace tidegate::spark::maven
