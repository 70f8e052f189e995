// SPDX-License-Identifier: Apache-2.0
// The developers' own checks: found in folders, read, tried by their tests, and their programs run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "deploy-gate/command.hpp"
#include "policy/custom/evaluate.hpp"
#include "policy/custom/examples.hpp"
#include "system/private_file.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::gate {

struct ChecksOptions {
  std::vector<std::string> folders{};  // --checks
  std::string artifact{};              // --artifact: an extracted one
};

void add_checks_options(CLI::App& command, ChecksOptions& options);

struct LoadedFile {
  policy::custom::ChecksFile file{};
  std::string base{};                  // where its programs run
  std::vector<policy::custom::TestOutcome> outcomes{};
};

struct LoadedChecks {
  std::vector<LoadedFile> files{};     // sound ones only
  policy::Settings settings{};         // with the types of the files
  std::vector<verdict::Source> sources{};
  std::vector<Diagnostic> broken{};    // exit 13: what is wrong, in all files

  std::vector<const policy::custom::CheckRule*> rules() const;
  std::size_t exec_count() const;
};

// The folders with checks that the options name and that are there.
std::vector<std::string> checks_folders(const ChecksOptions& options);

// Exit 64: a folder cannot be read. A folder without checks is broken (gate.no-checks); an artifact may
// have none.
Result<LoadedChecks> load_checks(const ChecksOptions& options, policy::Settings settings);
// For `deploy-gate test`: the checks below one folder, in it, in checks/ or in gate/checks/.
Result<LoadedChecks> load_folder(const std::string& folder, policy::Settings settings);

// Why the program of an exec check cannot be started; nothing if it can.
std::optional<Diagnostic> find_program_problem(const policy::custom::ExecCheck& check, const std::string& base);

// Runs the programs of the exec checks over one plan. Feed all bytes and all changes first.
class ExecRuns {
 public:
  static Result<ExecRuns> prepare(const LoadedChecks& checks);
  Status take_bytes(std::string_view piece);
  void take_change(const plan::Change& change);
  // Findings; what went wrong is added to `broken`.
  std::vector<policy::Finding> run(const Context& context, std::vector<Diagnostic>& broken);

 private:
  explicit ExecRuns(const LoadedChecks& checks) : checks_(&checks) {}
  const LoadedChecks* checks_;
  std::unique_ptr<system::PrivateFile> plan_{};     // none: no check wants it
  std::unique_ptr<system::PrivateFile> changes_{};
  bool first_change_ = true;
  Status written_ = Done{};                          // the first failure
};

}  // namespace tidegate::gate
