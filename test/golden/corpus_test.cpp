// SPDX-License-Identifier: Apache-2.0
// The real repositories of the shared corpus: what the build says about each, counted by code,
// against the recorded counts. A check that says more or less than before is noticed here.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/text.hpp"
#include "build/command.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;

using Counts = std::map<std::string, std::size_t>;  // "error adf.x" -> number of findings

// Errors looked through by hand. True: a root each (several-factories), datasets, pipelines and a
// data flow that are not there, a trigger that lies in the folder of pipelines, an If that is
// called otherwise (undefined-dependency), a comma too many, wheels from DBFS, notebooks (the
// corpus has JSON only). Of the five secrets four are passwords, one is a SecureString without a
// secret part. Two unresolved pipelines stand in a Fabric file, where pipelines are named by id.
// Properties are missing in that file, in references of version 1, and in a data flow activity that
// was cut for a bug report.
const std::map<std::string, Counts> recorded{
    {"Azure-Player__azure.datafactory.tools",
     {{"error adf.missing-property", 1},
      {"error adf.undefined-dependency", 1},
      {"error adf.unresolved-reference", 1},
      {"error build.several-factories", 17},
      {"note adf.default-timeout", 4},
      {"note adf.encrypted-credential", 6},
      {"note adf.trigger-without-pipeline", 1},
      {"note adf.unknown-property", 2},
      {"note adf.unresolved-reference", 2},
      {"note adf.unused-object", 9},
      {"note adf.unused-parameter", 1},
      {"note adf.unused-variable", 1},
      {"note service.binding-derived", 25},
      {"note terraform.not-deployed", 18},
      {"warning adf.hard-coded-environment", 2},
      {"warning adf.name-differs-from-file", 3},
      {"warning adf.trigger-without-pipeline", 2}}},
    {"Azure__Azure-DataFactory",
     {{"error adf.invalid-json", 1},
      {"error adf.literal-secret", 5},
      {"error adf.missing-property", 4},
      {"error adf.unresolved-reference", 1},
      {"error build.several-factories", 2},
      {"note adf.no-activities", 2},
      {"note adf.unknown-property", 14},
      {"note adf.unresolved-reference", 1},
      {"note adf.unused-object", 10},
      {"note service.binding-derived", 6},
      {"note service.undeclared-input", 1},
      {"warning adf.dash-in-name", 2},
      {"warning adf.name-differs-from-file", 7},
      {"warning adf.unknown-property", 16}}},
    {"KV-APAC-DNA__gitadfadbplt001",
     {{"note adf.case-differs", 71},
      {"note adf.inactive-activity", 27},
      {"note adf.inner-activity-output", 7},
      {"note adf.missing-call-argument", 362},
      {"note adf.rewritten", 198},
      {"note adf.unused-object", 10},
      {"note adf.unused-parameter", 1},
      {"note adf.unused-variable", 75},
      {"note adf.variable-race", 1},
      {"note build.no-lock-file", 1},
      {"note service.binding-derived", 26},
      {"note service.missing-manifest", 1},
      {"note service.undeclared-input", 29},
      {"note terraform.not-deployed", 9},
      {"warning adf.hard-coded-environment", 5},
      {"warning adf.inner-activity-output", 4},
      {"warning adf.variable-race", 2}}},
    {"devlace__datadevops",
     {{"error databricks.dbfs-library", 2},
      {"error databricks.unresolved-notebook", 2},
      {"note adf.default-timeout", 5},
      {"note adf.rewritten", 1},
      {"note service.binding-derived", 4},
      {"note service.undeclared-input", 1},
      {"warning databricks.unpinned-library", 2},
      {"warning spark.unsupported-runtime", 1}}},
    {"joe-plumb__mdw-openhack",
     {{"error databricks.unresolved-notebook", 1},
      {"note adf.default-timeout", 7},
      {"note adf.encrypted-credential", 1},
      {"note adf.rewritten", 6},
      {"note adf.unknown-property", 4},
      {"note adf.unused-object", 1},
      {"note adf.unused-parameter", 1},
      {"note service.binding-derived", 5},
      {"note service.undeclared-input", 9},
      {"note terraform.not-deployed", 3},
      {"warning spark.unsupported-runtime", 1}}},
    {"microsoft__data-factory-testing-framework",
     {{"error adf.missing-property", 3},
      {"error adf.unresolved-reference", 8},
      {"error build.several-factories", 10},
      {"note adf.undefined-global-parameter", 8},
      {"note adf.unknown-property", 7},
      {"note adf.unused-parameter", 1},
      {"note adf.unused-variable", 8},
      {"warning adf.name-differs-from-file", 1}}},
    {"mrpaulandrew__procfwk",
     {{"error build.several-factories", 2},
      {"note adf.case-differs", 24},
      {"note adf.default-timeout", 10},
      {"note adf.inner-activity-output", 2},
      {"note adf.unused-object", 4},
      {"note service.binding-derived", 6},
      {"note service.undeclared-input", 2},
      {"note terraform.not-deployed", 4},
      {"warning adf.dash-in-name", 3},
      {"warning adf.hard-coded-environment", 1}}},
};

// Lines `<place>: <severity>: <message> [<code>]`; hints are indented.
Counts count_findings(const std::string& text) {
  Counts counts;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t bracket = line.rfind(" [");
    if (line.starts_with(' ') || !line.ends_with(']') || bracket == line.npos) continue;
    for (const std::string severity : {"error", "warning", "note"}) {
      if (line.find(": " + severity + ": ") == line.npos) continue;
      ++counts[severity + " " + std::string(line.substr(bracket + 2, line.size() - bracket - 3))];
      break;
    }
  }
  return counts;
}

std::string listed(const Counts& counts) {
  std::string text;
  for (const auto& count : counts) text += count.first + " " + std::to_string(count.second) + "\n";
  return text;
}

TEST(Corpus, findings_are_those_recorded) {
  const auto shared = test::shared_folder();
  if (!shared) GTEST_SKIP() << "the shared folder is not beside the project";
  std::size_t repositories = 0;
  for (const auto& entry : fs::directory_iterator(*shared + "/corpus/adf")) {
    if (!entry.is_directory()) continue;
    ++repositories;
    const std::string name = entry.path().filename().string();
    const test::TemporaryFolder folder;
    test::copy_service(entry.path().string(), folder.path() + "/" + name);
    const system::MemoryEnvironment environment({});
    system::MemoryTerminal terminal;
    cli::Context context{terminal, environment};
    const ExitCode code = run_build(
        {.directory = folder.path() + "/" + name, .output = folder.path() + "/out", .notes = true},
        context);
    const Counts counts = count_findings(terminal.err_text);
    EXPECT_EQ(listed(counts), listed(recorded.contains(name) ? recorded.at(name) : Counts{}))
        << name << "\n"
        << terminal.err_text;
    const bool errors = counts.lower_bound("error ") != counts.end() &&
                        counts.lower_bound("error ")->first.starts_with("error ");
    EXPECT_EQ(code == ExitCode::success, !errors) << name;
  }
  EXPECT_EQ(repositories, recorded.size());
}

}  // namespace
}  // namespace tidegate
