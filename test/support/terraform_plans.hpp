// SPDX-License-Identifier: Apache-2.0
// Plans made on the spot: a configuration and a state written by the test, planned by a real engine.
// Only the built-in provider is used, so nothing has to be initialised: two processes a plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/shared.hpp"
#include "system/process.hpp"

namespace tidegate::test {

struct Engine {
  std::string program{};
  std::string version{};    // 1.15.5
  bool is_opentofu = false;
  bool at_least(int minor) const;
};

// Of $TIDEGATE_TERRAFORMS (programs or folders that hold one, separated by colons), else the one of
// find_terraform; every version once.
std::vector<Engine> find_engines();

struct Instance {               // of terraform_data, in the state
  std::string address{};        // module.m.terraform_data.n["k"]; the parts are taken from it
  std::string input = "1";
  std::string deposed{};        // key
  bool tainted = false;
  std::string triggers{};       // triggers_replace, a text; empty: null
};

class Workspace {
 public:
  explicit Workspace(const Engine& engine) : engine_(engine) {}
  void write(const std::string& name, const std::string& bytes) const { folder_.write(name, bytes); }
  void set_state(const std::vector<Instance>& instances) const;
  // A module in the folder of its name, called once or with keys.
  void declare_modules(const std::vector<std::string>& names) const;
  system::ProcessResult run(std::vector<std::string> words) const;  // of the engine
  // `plan -out` with these words, then `show -json`: the JSON. Fails the test unless planning ends with
  // `expected_exit`; nothing when there is no plan file.
  std::optional<std::string> plan(std::vector<std::string> words = {}, int expected_exit = 0) const;

 private:
  const Engine& engine_;
  TemporaryFolder folder_{};
};

}  // namespace tidegate::test
