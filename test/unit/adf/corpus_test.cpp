// SPDX-License-Identifier: Apache-2.0
// What the checks say about the real factories of the shared corpus, counted by repository and
// code, against the recorded counts; and how many of their expressions parse.
#include "corpus.hpp"

#include <cstdlib>

#include "adf/check.hpp"
#include "support/shared.hpp"

namespace tidegate::adf {
namespace {

using Counts = std::map<std::string, std::size_t>;  // "error adf.x" -> findings

// Looked through by hand. True errors: datasets, pipelines and a data flow that are not there, an If
// that is called otherwise, passwords in samples, a data flow activity whose body was cut away for a
// bug report, references of version 1, and activities of a Fabric file, which is no Data Factory's.
// No error stands in an object that a factory runs.
const std::map<std::string, Counts> recorded{
    {"Azure-Player__azure.datafactory.tools",
     {{"error adf.missing-property", 1},
      {"error adf.undefined-dependency", 1},
      {"error adf.unresolved-reference", 1},
      {"note adf.default-timeout", 4},
      {"note adf.trigger-without-pipeline", 1},
      {"note adf.unknown-property", 2},
      {"note adf.unresolved-reference", 2},
      {"note adf.unused-object", 9},
      {"note adf.unused-parameter", 1},
      {"note adf.unused-variable", 1},
      {"warning adf.name-differs-from-file", 3},
      {"warning adf.trigger-without-pipeline", 2}}},
    {"Azure__Azure-DataFactory",
     {{"error adf.literal-secret", 5},
      {"error adf.missing-property", 4},
      {"error adf.unresolved-reference", 1},
      {"note adf.no-activities", 2},
      {"note adf.unknown-property", 14},
      {"note adf.unresolved-reference", 1},
      {"note adf.unused-object", 10},
      {"warning adf.dash-in-name", 2},
      {"warning adf.name-differs-from-file", 7},
      {"warning adf.unknown-property", 16}}},
    {"KV-APAC-DNA__gitadfadbplt001",
     {{"note adf.case-differs", 71},
      {"note adf.inactive-activity", 27},
      {"note adf.inner-activity-output", 7},
      {"note adf.missing-call-argument", 362},
      {"note adf.unused-object", 10},
      {"note adf.unused-parameter", 1},
      {"note adf.unused-variable", 75},
      {"note adf.variable-race", 1},
      {"warning adf.inner-activity-output", 4},
      {"warning adf.variable-race", 2}}},
    {"devlace__datadevops",
     {{"note adf.default-timeout", 5}}},
    {"joe-plumb__mdw-openhack",
     {{"note adf.default-timeout", 7},
      {"note adf.unknown-property", 4},
      {"note adf.unused-object", 1},
      {"note adf.unused-parameter", 1}}},
    {"microsoft__data-factory-testing-framework",
     {{"error adf.missing-property", 3},
      {"error adf.unresolved-reference", 8},
      {"note adf.undefined-global-parameter", 8},
      {"note adf.unknown-property", 7},
      {"note adf.unused-parameter", 1},
      {"note adf.unused-variable", 8},
      {"warning adf.name-differs-from-file", 1}}},
    {"mrpaulandrew__procfwk",
     {{"note adf.case-differs", 24},
      {"note adf.default-timeout", 10},
      {"note adf.inner-activity-output", 2},
      {"note adf.unused-object", 4},
      {"warning adf.dash-in-name", 3}}},
};

std::string listed(const std::map<std::string, Counts>& all) {
  std::string text;
  for (const auto& repository : all) {
    text += "    {\"" + repository.first + "\",\n     {";
    bool first = true;
    for (const auto& one : repository.second) {
      text += std::string(first ? "" : ",\n      ") + "{\"" + one.first + "\", " + std::to_string(one.second) + "}";
      first = false;
    }
    text += "}},\n";
  }
  return text;
}

TEST(Corpus, findings_are_those_recorded) {
  const auto shared = test::shared_folder();
  if (!shared) GTEST_SKIP() << "the shared folder is not beside the project";
  const bool show = std::getenv("TIDEGATE_SHOW_FINDINGS") != nullptr;
  std::map<std::string, Counts> counts;
  for (const Root& root : read_corpus(*shared + "/corpus/adf")) {
    Counts& mine = counts[root.name.substr(0, root.name.find('/'))];
    const Diagnostics found = diagnose(root.files);
    for (const Diagnostic& item : found.items()) {
      ++mine[std::string(to_string(item.severity)) + " " + item.code];
      if (show) std::printf("%s: %s\n", root.name.c_str(), render_diagnostic(item).c_str());
    }
  }
  EXPECT_EQ(listed(counts), listed(recorded));
}

TEST(Corpus, every_expression_parses) {
  const auto shared = test::shared_folder();
  if (!shared) GTEST_SKIP() << "the shared folder is not beside the project";
  std::size_t expressions = 0, broken = 0, places = 0;
  for (const Root& root : read_corpus(*shared + "/corpus/adf")) {
    for (const auto& file : root.files) {
      const auto parsed = document::parse_json(file.first, file.second);
      const Object object{.file = file.first, .document = *parsed};
      for (const Use& use : uses_of(object, {})) {
        ++expressions;
        broken += use.text.error.has_value();
        for (const Term& term : use.text.terms) {
          // The place of a name is where its text stands in the file, escapes counted.
          if (term.kind != TermKind::call) continue;
          const Location where = use.node.location_in_string(term.offset);
          const Location start = use.node.location();
          places += where.line > start.line || (where.line == start.line && where.column > start.column);
          EXPECT_GE(std::pair(where.line, where.column), std::pair(start.line, start.column)) << file.first;
        }
      }
    }
  }
  EXPECT_EQ(broken, 0U) << "of " << expressions;
  EXPECT_GT(places, expressions / 2);
  std::printf("%zu expressions, %zu broken\n", expressions, broken);
}

}  // namespace
}  // namespace tidegate::adf
