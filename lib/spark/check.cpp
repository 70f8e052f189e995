// SPDX-License-Identifier: Apache-2.0
#include "spark/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace tidegate::spark {
namespace {

bool contains(const std::vector<std::string>& sorted, std::string_view name) {
  return std::binary_search(sorted.begin(), sorted.end(), name, std::less<std::string_view>());
}

using List = std::vector<std::string> Jar::*;

const Jar* find_jar(std::span<const Jar* const> jars, List list, std::string_view name) {
  for (const Jar* jar : jars) {
    if (contains(jar->*list, name)) return jar;
  }
  return nullptr;
}

std::string shown_jars(std::span<const Jar* const> jars) {
  std::string out;
  for (const Jar* jar : jars) {
    if (!out.empty()) out += ", ";
    out += printable(jar->file);
  }
  return out.empty() ? "no jar" : out;
}

std::string_view simple_name(std::string_view name) { return name.substr(name.rfind('.') + 1); }

// The class that was probably meant.
std::string class_hint(std::string_view name, std::span<const Jar* const> jars) {
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) {
    std::string nested(name);
    nested[dot] = '$';
    if (find_jar(jars, &Jar::classes, nested) != nullptr) {
      return "it is nested: write '" + printable(nested) + "', or move it to the top of its file";
    }
  }
  std::vector<std::string> mains;
  for (const Jar* jar : jars) {
    mains.insert(mains.end(), jar->main_classes.begin(), jar->main_classes.end());
  }
  const auto same = std::find_if(mains.begin(), mains.end(), [name](const std::string& other) {
    return simple_name(other) == simple_name(name);
  });
  if (same != mains.end()) return "did you mean '" + printable(*same) + "'?";
  if (const auto near = find_nearest(name, mains))
    return "did you mean '" + printable(*near) + "'?";
  return "build the jar that holds the class, name it under the activity's libraries, or correct "
         "the name";
}

void report_missing_class(std::string_view name, std::span<const Jar* const> jars,
                          const Location& where, Diagnostics& diagnostics) {
  const std::string shown = printable(name);
  if (const Jar* jar = find_jar(jars, &Jar::damaged_classes, name)) {
    diagnostics.error(
        "spark.main-class-missing", where,
        fmt::format("the class '{}' in {} is damaged: no class file", shown, printable(jar->file)),
        "build the jar again");
    return;
  }
  if (const Jar* jar = find_jar(jars, &Jar::classes, std::string(name) + "$")) {
    diagnostics.error("spark.main-class-missing", where,
                      fmt::format("{} holds only '{}$', not '{}': the Scala object has no class "
                                  "with static methods beside it",
                                  printable(jar->file), shown, shown),
                      "make it an object at the top of its file, not inside another one");
    return;
  }
  diagnostics.error(
      "spark.main-class-missing", where,
      fmt::format("the class '{}' is in none of the activity's jars ({})", shown, shown_jars(jars)),
      class_hint(name, jars));
}

void report_missing_method(std::string_view name, const Jar& jar, std::span<const Jar* const> jars,
                           const Location& where, Diagnostics& diagnostics) {
  const std::string shown = printable(name);
  std::string message = fmt::format("the class '{}' in {} has no public static void main(String[])",
                                    shown, printable(jar.file));
  std::string hint = "add the method, or name the class that has it";
  if (name.ends_with('$')) {
    message += "; it is the inside of a Scala object";
    hint = "name the object without '$' at the end";
  } else if (find_jar(jars, &Jar::object_mains, std::string(name) + "$") != nullptr) {
    const bool nested = simple_name(name).find('$') != std::string_view::npos;
    const bool trait = find_jar(jars, &Jar::interfaces, name) != nullptr;
    message += fmt::format("; the Scala object '{}$' has it, but {}", shown,
                           nested  ? "is inside another object"
                           : trait ? "shares its name with a trait"
                                   : "shares its name with a class that has its own main");
    hint = nested ? "make it an object at the top of its file"
                  : "Scala then writes no static method for the object: rename one of the two";
  }
  diagnostics.error("spark.main-method-missing", where, std::move(message), std::move(hint));
}

std::string_view scala_of(const Jar& jar) {
  const std::string_view inside = scala_suffix(jar.artifact);
  return inside.empty() ? scala_suffix(file_stem(jar.file)) : inside;
}

void check_scala(const ClusterVersion& cluster, std::string_view version,
                 std::span<const Jar* const> jars, std::span<const Pom* const> poms,
                 const Location& where, Diagnostics& diagnostics) {
  const std::string hint = fmt::format(
      "build for Scala {}, or choose a cluster version with the other Scala", cluster.scala);
  for (const Jar* jar : jars) {
    const std::string_view scala = scala_of(*jar);
    if (scala.empty() || scala == cluster.scala) continue;
    diagnostics.error("spark.scala-mismatch", where,
                      fmt::format("{} is built for Scala {}, but the cluster '{}' runs Scala {}",
                                  printable(jar->file), scala, printable(version), cluster.scala),
                      hint);
  }
  for (const Pom* pom : poms) {
    for (const Dependency& one : pom->dependencies) {
      const std::string_view scala = scala_suffix(one.artifact);
      if (scala.empty() || scala == cluster.scala || one.scope == "test") continue;
      diagnostics.error("spark.scala-mismatch",
                        {.file = pom->file, .line = one.line, .column = one.column},
                        fmt::format("{} is for Scala {}, but the cluster '{}' runs Scala {}",
                                    printable(one.group + ":" + one.artifact), scala,
                                    printable(version), cluster.scala),
                        hint);
    }
  }
}

std::string_view minor_of(std::string_view version) {  // "3.5" of "3.5.0"
  const std::size_t first = version.find('.');
  return version.substr(0, first == std::string_view::npos ? first : version.find('.', first + 1));
}

// What Spark itself is made of; connectors such as spark-avro are libraries like others.
bool is_spark(const Dependency& one) {
  constexpr std::array<std::string_view, 13> modules{
      "spark-core", "spark-sql", "spark-catalyst", "spark-hive", "spark-mllib", "spark-streaming",
      "spark-graphx", "spark-launcher", "spark-network-common", "spark-unsafe", "spark-tags", "spark-repl",
      "spark-yarn"};
  if (one.group != "org.apache.spark") return false;
  const std::string_view name = std::string_view(one.artifact).substr(0, one.artifact.find('_'));
  return std::find(modules.begin(), modules.end(), name) != modules.end();
}

void check_spark_version(const Runtime& runtime, std::string_view version, std::span<const Pom* const> poms,
                         Diagnostics& diagnostics) {
  for (const Pom* pom : poms) {
    for (const Dependency& one : pom->dependencies) {
      if (!is_spark(one) || one.scope == "test" || one.version.empty() ||
          one.version.find("${") != std::string::npos || minor_of(one.version) == minor_of(runtime.spark)) {
        continue;
      }
      diagnostics.warning("spark.version-mismatch", {.file = pom->file, .line = one.line, .column = one.column},
                          fmt::format("{} is compiled against Spark {}, but the cluster '{}' runs Spark {}",
                                      printable(one.artifact), printable(one.version), printable(version),
                                      runtime.spark),
                          fmt::format("write version {}, or choose the runtime with Spark {}", runtime.spark,
                                      printable(minor_of(one.version))));
    }
  }
}

}  // namespace

void check_bundled_spark(std::span<const Jar* const> jars, std::span<const Pom* const> poms,
                         Diagnostics& diagnostics) {
  constexpr std::array<std::string_view, 2> classes{"org.apache.spark.SparkContext",
                                                    "org.apache.spark.sql.SparkSession"};
  for (const Jar* jar : jars) {
    const auto inside = std::find_if(classes.begin(), classes.end(),
                                     [&](std::string_view name) { return contains(jar->classes, name); });
    if (inside == classes.end()) continue;
    diagnostics.warning("spark.bundled-spark", {.file = jar->file},
                        fmt::format("holds Spark itself ('{}'), which the cluster brings", *inside),
                        "give the Spark dependencies the scope provided and build the jar again");
  }
  for (const Pom* pom : poms) {
    for (const Dependency& one : pom->dependencies) {
      if (!is_spark(one) || (one.scope != "compile" && one.scope != "runtime")) continue;
      diagnostics.warning("spark.bundled-spark", {.file = pom->file, .line = one.line, .column = one.column},
                          fmt::format("{} has the scope {}, but the cluster brings Spark",
                                      printable(one.group + ":" + one.artifact), one.scope),
                          "write <scope>provided</scope>");
    }
  }
}

void check_duplicate_classes(std::span<const Jar* const> jars, const Place& where,
                             Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < jars.size(); ++i) {
    for (std::size_t j = i + 1; j < jars.size(); ++j) {
      if (jars[i] == jars[j]) continue;
      std::vector<std::string> both;
      std::set_intersection(jars[i]->classes.begin(), jars[i]->classes.end(), jars[j]->classes.begin(),
                            jars[j]->classes.end(), std::back_inserter(both));
      if (both.empty()) continue;
      diagnostics.warning(
          "spark.duplicate-class", where(),
          fmt::format("{} and {} both hold the class '{}'{}", printable(jars[i]->file), printable(jars[j]->file),
                      printable(both.front()),
                      both.size() == 1 ? "" : " and " + std::to_string(both.size() - 1) + " more"),
          "keep one of the two, or exclude the library from one of the jars");
    }
  }
}

void check_main_class(std::string_view main_class, std::span<const Jar* const> jars,
                      const Place& where, Diagnostics& diagnostics) {
  if (find_jar(jars, &Jar::main_classes, main_class) != nullptr) return;
  if (const Jar* jar = find_jar(jars, &Jar::classes, main_class)) {
    report_missing_method(main_class, *jar, jars, where(), diagnostics);
  } else {
    report_missing_class(main_class, jars, where(), diagnostics);
  }
}

void check_cluster_version(std::string_view version, std::span<const Jar* const> jars,
                           std::span<const Pom* const> poms, const Location& where,
                           std::optional<YearMonth> today, Diagnostics& diagnostics) {
  const auto cluster = parse_cluster_version(version);
  if (!cluster) return;
  check_scala(*cluster, version, jars, poms, where, diagnostics);
  const auto runtime = find_runtime(*cluster);
  if (!runtime) return;
  constexpr int java_offset = 44;  // class version 52 is Java 8
  for (const Jar* jar : jars) {
    const int java = jar->newest_class_version - java_offset;
    if (java <= runtime->java) continue;
    diagnostics.error(
        "spark.class-version", where,
        fmt::format("{} needs Java {} (class '{}' has version {}), but the cluster "
                    "'{}' runs Java {}",
                    printable(jar->file), java, printable(jar->newest_class),
                    jar->newest_class_version, printable(version), runtime->java),
        fmt::format("compile with --release {}, or choose a newer cluster version", runtime->java));
  }
  check_spark_version(*runtime, version, poms, diagnostics);
  if (runtime->ends.year != 0 && (!today || *today <= runtime->ends)) return;
  const std::string since =
      runtime->ends.year == 0
          ? std::string("is over")
          : fmt::format("ended with {:04}-{:02}", runtime->ends.year, runtime->ends.month);
  diagnostics.warning("spark.unsupported-runtime", where,
                      fmt::format("support of the runtime '{}' {}", printable(version), since),
                      fmt::format("move to a supported long-term version, such as {}.{}",
                                  runtimes.front().major, runtimes.front().minor));
}

}  // namespace tidegate::spark
