// SPDX-License-Identifier: Apache-2.0
// The stand-in host as a child process, and the surroundings in which Terraform sees nothing but
// it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "system/child.hpp"
#include "system/environment.hpp"

namespace tidegate::sandbox {

struct HostLine {                                 // what the host prints once it listens
  std::string reattach{};                         // value of TF_REATTACH_PROVIDERS
  std::map<std::string, std::string> versions{};  // "hashicorp/azurerm" → "5.2.0", of the packs
  std::string state_url{};                        // "http://127.0.0.1:PORT/TOKEN/"
};

// Code sandbox.host-failed.
Result<HostLine> parse_host_line(const std::string& line);

// `tidegate-sandbox` beside the running program; TIDEGATE_SANDBOX_PROGRAM names another one. Code
// sandbox.host-missing.
Result<std::string> find_host_program(const system::Environment& environment);

class RunningHost {
 public:
  // Arguments of tidegate-sandbox. Its own error when it ends at once (the exit code is kept), else
  // codes sandbox.host-failed, system.process-failed.
  static Result<std::unique_ptr<RunningHost>> start(const std::string& program,
                                                    const std::vector<std::string>& arguments);

  const HostLine& line() const { return line_; }
  std::string state_url(std::string_view name) const { return line_.state_url + std::string(name); }
  int pid() const { return child_->pid(); }
  // sandbox.host-failed when the host has ended by itself.
  Status check_running();
  system::ProcessResult stop();  // so does the destructor

 private:
  RunningHost(std::unique_ptr<system::Child> child, HostLine line)
      : child_(std::move(child)), line_(std::move(line)) {}

  std::unique_ptr<system::Child> child_{};
  HostLine line_{};
};

// The whole environment of Terraform, nothing is inherited. `home` is an empty folder of this run;
// an empty CLI configuration is written there. Code system.write-failed.
Result<std::map<std::string, std::string>> terraform_environment(const HostLine& line,
                                                                 const std::string& home,
                                                                 const std::string& path);

// An override file that replaces any backend and cloud block by the state at `url`.
inline constexpr char backend_override_name[] = "tidegate_rehearsal_override.tf.json";
std::string render_backend_override(std::string_view url);

}  // namespace tidegate::sandbox
