// SPDX-License-Identifier: Apache-2.0
// The templates of buildpack/ci, read as their build servers read them as far as the templates go: a word that is not
// known here fails the test.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace tidegate::test {

struct PipelineStep {
  enum class Kind { script, checkout, keep, fetch, secret_file, report };
  Kind kind = Kind::script;
  std::string name{};       // of the step, in Jenkins of the stage
  std::string id{};         // under which later steps see what it sets
  std::string text{};       // the script; of the others the path, or the name of the secret file
  std::string condition{};  // as written; empty: if nothing failed so far
  std::map<std::string, std::string> environment{};  // as written
};

struct PipelineJob {
  std::string name{};
  std::string condition{};
  std::map<std::string, std::string> environment{};
  std::map<std::string, std::string> outputs{};  // name, expression
  std::vector<PipelineStep> steps{};
};

struct Pipeline {
  std::vector<std::string> shell{};  // in front of the script, a file
  bool one_folder = false;           // all jobs in one, else a new one each
  std::vector<PipelineJob> jobs{};   // in order; each needs the one before
};

Pipeline read_github(const std::string& text);
Pipeline read_azure(const std::string& text);
Pipeline read_jenkins(const std::string& text);

// Runs the jobs of a pipeline: what a build server does.
class PipelineRun {
 public:
  // `folder`: new; `repository` is cloned for each job, or once. `values`: of the expressions in the template.
  // `environment`: of every script, nothing else is inherited.
  PipelineRun(std::string folder, std::string repository, std::map<std::string, std::string> values,
              std::map<std::string, std::string> environment)
      : folder_(std::move(folder)), repository_(std::move(repository)), values_(std::move(values)), environment_(std::move(environment)) {}

  void run(const Pipeline& pipeline);

  bool failed = false;
  int exit_code = 0;                   // of the script that failed
  std::vector<std::string> done{};     // names of the steps that succeeded, in order
  std::string failed_step{};
  std::string said{};                  // everything
  std::string workspace{};             // of the last job

 private:
  bool applies(const std::string& condition, bool so_far) const;
  std::string value(const std::string& name) const;      // of one expression
  std::string expanded(const std::string& text) const;   // ${{ x }}, $(x), $[ x ]
  void run_job(const Pipeline& pipeline, const PipelineJob& job);
  bool run_step(const Pipeline& pipeline, const PipelineJob& job, const PipelineStep& step);
  bool run_script(const Pipeline& pipeline, const PipelineJob& job, const PipelineStep& step);
  void take_outputs(const PipelineJob& job, const PipelineStep& step, const std::string& out, const std::string& github_output);

  std::string folder_, repository_;
  std::map<std::string, std::string> values_, environment_;
  int scripts_ = 0;
};

}  // namespace tidegate::test
