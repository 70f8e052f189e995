// SPDX-License-Identifier: Apache-2.0
// Runs another program: argv without a shell, an environment that is built up and not inherited
// unless asked for, both outputs captured.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace tidegate::system {

struct ProcessRequest {
  std::vector<std::string> argv{};      // argv[0] is looked up in PATH unless it has a '/'
  std::string directory{};              // working folder; empty: the caller's
  bool inherit_environment = true;
  std::map<std::string, std::string> environment{};  // added to, or instead of, the inherited one
  std::string input{};                  // standard input
  // Process group to join: 0 a new one. Signals of the terminal reach a whole group.
  std::optional<int> process_group{};
  bool takes_terminal = false;          // that group becomes the foreground of the terminal at descriptor 0
};

struct ProcessResult {
  int exit_code = 0;                    // 128 + signal when ended by one
  std::string out{};
  std::string err{};
};

// Code system.process-failed when the program cannot be started.
Result<ProcessResult> run_process(const ProcessRequest& request);

// The full path of a program on PATH, or nothing.
std::optional<std::string> find_program(const std::string& name);

// The folder of the running program, links followed; "" when the system does not tell.
std::string own_folder();

int own_process();  // its number

}  // namespace tidegate::system
