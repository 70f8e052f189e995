// SPDX-License-Identifier: Apache-2.0
// The developers' own checks: found in folders, read, tried by their tests, and their programs run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "deploy-gate/command.hpp"
#include "policy/custom/collection.hpp"
#include "policy/custom/evaluate.hpp"
#include "system/private_file.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::gate {

struct ChecksOptions {
  std::vector<std::string> folders{};  // --checks
  std::string artifact{};              // --artifact: an extracted one
};

void add_checks_options(commandline::Command command, ChecksOptions& options);

struct LoadedChecks {
  policy::custom::Collection collection{};
  std::vector<verdict::Source> sources{};
  std::vector<Diagnostic> broken{};  // exit 13: what is wrong, in all files

  std::vector<const policy::custom::CheckRule*> rules() const;
  std::size_t exec_count() const;
};

// Where the programs of a checks file run: for X/checks/a.yaml in X, so that `checks/run.sh` in it
// reads as in the repository; else in the folder of the file.
std::string base_of(const policy::custom::ChecksFile& file);

// The service's own policy files that belong to the checks: policy.yaml beside them, or where the build
// packed it. Those that are there.
std::vector<std::string> service_policies(const ChecksOptions& options);

// Exit 64: a folder cannot be read. A folder without checks is broken (gate.no-checks); an artifact
// may have none.
// Types that the checks declare are added to `settings`.
Result<LoadedChecks> load_checks(const ChecksOptions& options, policy::Settings& settings);
// For `deploy-gate test`: the checks below one folder, in it, in checks/ or in gate/checks/.
Result<LoadedChecks> load_folder(const std::string& folder);

// Why the program of an exec check cannot be started; nothing if it can.
std::optional<Diagnostic> find_program_problem(const policy::custom::ExecCheck& check,
                                               const std::string& base);

// Runs the programs of the exec checks over one plan. Feed all bytes and all changes first.
class ExecRuns {
 public:
  static Result<ExecRuns> prepare(const LoadedChecks& checks, const policy::Settings& settings);
  Status take_bytes(std::string_view piece);
  void take_change(const plan::Change& change);
  // Findings; what went wrong is added to `broken`.
  std::vector<policy::Finding> run(const Context& context, std::vector<Diagnostic>& broken);

 private:
  ExecRuns(const LoadedChecks& checks, const policy::Settings& settings) : checks_(&checks), settings_(&settings) {}
  const LoadedChecks* checks_;
  const policy::Settings* settings_;
  std::unique_ptr<system::PrivateFile> plan_{};  // none: no check wants it
  std::unique_ptr<system::PrivateFile> changes_{};
  bool first_change_ = true;
  Status written_ = Done{};  // the first failure
};

}  // namespace tidegate::gate
