// SPDX-License-Identifier: Apache-2.0
// Why an object is replaced, and who feeds the value that forces it: a resource, a variable, the input
// of a module. Kept are the replaced objects, the arguments that force them, and the inputs and outputs
// of modules; not what the rest of the configuration says.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plan/reader.hpp"
#include "policy/finding.hpp"
#include "policy/rules.hpp"
#include "policy/subject.hpp"

namespace tidegate::policy {

struct Forced {                  // one of replace_paths
  std::string argument{};        // its first step
  std::string path{};            // as a person writes it
  std::string values{};          // "a" -> "b", redacted
};

std::vector<Forced> forced_paths(const Subject& subject);
// `name "a" -> "b"` of every path, else the reason that Terraform gives.
std::string forced_by(const Subject& subject);

class Causes {
 public:
  void take(const Subject& subject);  // keeps a replaced object
  void end_changes() { has_changes_ = true; }
  void take_configured(const plan::ConfiguredResource& resource);
  void take_call(std::string_view module, std::string_view json);
  void take_output(std::string_view module, std::string_view name, std::string_view json);

  // Chains into `cause`, and one group for what is replaced because of the same object.
  void complete(Report& report) const;

 private:
  using References = std::map<std::string, std::vector<std::string>, std::less<>>;  // of an argument
  struct Replaced {
    std::string module{};        // with keys
    std::string plain{};         // address without keys
    std::string reason{};        // without paths
    std::vector<Forced> forced{};
  };
  struct Step {                  // where a value comes from
    std::string text{};          // " <- var.name …"
    std::string replaced{};      // address of the replaced object it ends in; empty without
  };

  bool wants_configuration() const { return !has_changes_ || !replaced_.empty(); }
  Step describe(const std::string& address, int depth) const;
  Step follow(const std::vector<std::string>& references, const std::string& module, int depth) const;
  Step follow_one(const std::string& reference, const std::string& module, int depth) const;
  std::string find_replaced(std::string_view reference, const std::string& module) const;

  bool has_changes_ = false;     // all of them have been taken
  std::map<std::string, Replaced, std::less<>> replaced_{};            // by address
  std::map<std::string, std::vector<std::string>, std::less<>> instances_{};  // without keys -> addresses
  std::map<std::string, References, std::less<>> arguments_{};         // of resources, without keys
  std::map<std::string, References, std::less<>> inputs_{};            // of modules, without keys
  std::map<std::string, References, std::less<>> outputs_{};
};

}  // namespace tidegate::policy
