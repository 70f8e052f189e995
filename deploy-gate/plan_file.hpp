// SPDX-License-Identifier: Apache-2.0
// A binary plan: `terraform show -json` of it, and whether it is still the one that was shown.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "deploy-gate/command.hpp"
#include "system/foreground.hpp"
#include "system/private_copy.hpp"

namespace tidegate::gate {

struct PlanFileOptions {
  std::string plan{};       // as `terraform plan -out` wrote it
  std::string terraform{};  // empty: $TIDEGATE_TERRAFORM, terraform, tofu
  std::string folder{};     // of the configuration; empty: this one
};

// The option of the plan itself.
commandline::Option add_plan_file_options(commandline::Command command, PlanFileOptions& options);

class PlanFile {
 public:
  // Copies the plan at once. Exit 64, codes gate.usage, gate.terraform-missing, system.read-failed.
  static Result<std::unique_ptr<PlanFile>> open(const PlanFileOptions& options, const Context& context);

  // The JSON of the copy. Terraform's own errors go to standard error. Exit 11, code gate.show-failed.
  Status show(system::Foreground& foreground, const std::function<bool(std::string_view)>& take) const;
  bool has_changed() const;  // the plan or its copy, since it was opened; true when it cannot be read

  const std::string& path() const { return options_.plan; }
  const std::string& copy() const { return copy_->path(); }
  const std::string& sha256() const { return copy_->sha256(); }

 private:
  PlanFile() = default;

  PlanFileOptions options_{};
  std::unique_ptr<system::PrivateCopy> copy_{};
};

}  // namespace tidegate::gate
