// SPDX-License-Identifier: Apache-2.0
// The real Terraform against the stand-in host, as a rehearsal runs it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "document/node.hpp"
#include "sandbox/launch/launch.hpp"
#include "support/shared.hpp"
#include "system/child.hpp"
#include "system/process.hpp"

namespace tidegate::test {

// The newest and the oldest supported Terraform: TIDEGATE_TERRAFORM, TIDEGATE_TERRAFORM_OLDEST;
// those that are there.
std::vector<std::string> terraforms();

// Arguments of tidegate-sandbox for all packs and behaviour files of the project and the provider
// `example/kinds`, which has an attribute of every kind.
std::vector<std::string> host_arguments(const TemporaryFolder& folder,
                                        const std::vector<std::string>& more = {});
std::string host_program();

// A root module with a state of its own.
class RootModule {
 public:
  // In a new folder, in `below` of it.
  RootModule(const sandbox::HostLine& line, const std::string& state_name, std::string terraform,
             const std::string& below = {});

  // The new folder; `below` of it is where Terraform runs.
  const std::string& folder() const { return folder_->path(); }
  void write(const std::string& name, const std::string& text) const;  // there
  // Replaces main.tf.
  void configure(const std::string& hcl) const { write("main.tf", hcl); }

  // `-no-color` is added.
  system::ProcessResult run(const std::vector<std::string>& arguments) const;
  // The same; a failed expectation unless it exits as wanted. Gives both outputs.
  std::string expect(int exit, const std::vector<std::string>& arguments) const;
  std::unique_ptr<system::Child> start(const std::vector<std::string>& arguments,
                                       int group = 0) const;
  void apply() const { expect(0, {"apply", "-auto-approve"}); }
  void expect_no_changes() const { expect(0, {"plan", "-detailed-exitcode"}); }
  // Output of `show -json`, of the state or of a plan file.
  document::DocumentPtr show(const std::string& plan = {}) const;
  // "create azurerm_x.y" … of a plan file, sorted; no-ops and reads left out.
  std::vector<std::string> actions(const std::string& plan) const;

 private:
  system::ProcessRequest request(const std::vector<std::string>& arguments) const;

  std::shared_ptr<const TemporaryFolder> folder_ = std::make_shared<TemporaryFolder>();
  std::string below_{}, terraform_{};
  std::map<std::string, std::string> environment_{};
};

// A host with the arguments above.
class StandIn {
 public:
  explicit StandIn(const std::vector<std::string>& more = {});
  sandbox::RunningHost& host() { return *host_; }
  RootModule module(const std::string& name, const std::string& terraform,
                    const std::string& below = {}) const;
  // Calls of the log so far: "ApplyResourceChange azurerm_x".
  std::vector<std::string> calls() const;
  std::size_t count(std::string_view call) const;
  // Replaces the control file.
  void control(const std::string& json) const;

 private:
  TemporaryFolder folder_{};
  std::unique_ptr<sandbox::RunningHost> host_{};
};

// Values of a resource in `show -json` of a state; absent when it is not there.
document::Node values_of(const document::DocumentPtr& state, std::string_view address);

}  // namespace tidegate::test
