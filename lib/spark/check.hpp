// SPDX-License-Identifier: Apache-2.0
// Jars and POMs against the activity and the cluster that will run them.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "base/diagnostic.hpp"
#include "spark/jar.hpp"
#include "spark/runtime.hpp"

namespace tidegate::spark {

using Place = std::function<Location()>;  // asked when something is found: it costs reading a text up to there

// `main_class` as the activity names it, against all its jars; `where` is that name. For activities
// whose jars are all known: a class may also come from a Maven library.
// Codes: spark.main-class-missing, spark.main-method-missing.
void check_main_class(std::string_view main_class, std::span<const Jar* const> jars,
                      const Place& where, Diagnostics& diagnostics);

// Jars, and POMs of jars that are built here, against a literal cluster version; `where` is the
// version. Text that is no cluster version gives no finding. Support of the runtime is judged only
// when the caller says which month it is, or when it is over whatever the month.
// Codes: spark.scala-mismatch, spark.class-version, spark.version-mismatch, spark.unsupported-runtime.
void check_cluster_version(std::string_view version, std::span<const Jar* const> jars,
                           std::span<const Pom* const> poms, const Location& where,
                           std::optional<YearMonth> today, Diagnostics& diagnostics);

// Spark comes with the cluster: in a jar, or as a dependency that is packed, there are two of it.
// Code: spark.bundled-spark.
void check_bundled_spark(std::span<const Jar* const> jars, std::span<const Pom* const> poms,
                         Diagnostics& diagnostics);

// The jars of one activity: a class in two of them is loaded from either. `where` is the list. Code:
// spark.duplicate-class, one a pair of jars.
void check_duplicate_classes(std::span<const Jar* const> jars, const Place& where,
                             Diagnostics& diagnostics);

}  // namespace tidegate::spark
