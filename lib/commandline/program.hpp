// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/exit_code.hpp"
#include "commandline/command.hpp"

namespace tidegate::commandline {

// What is to be printed instead of running a command.
struct Answer {
  ExitCode exit = ExitCode::internal;
  std::string out{};  // of --help and --version, exit 0
  std::string err{};  // "NAME: what is wrong", a blank line, the help; exit 64
};

class Program {
 public:
  // --version prints `NAME VERSION`; without a version there is no such flag.
  Program(const std::string& name, const std::string& description, const std::string& version = "");
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  Command root() const;
  std::string help() const;  // of the whole program; after a parse, of the command that was chosen

  // The words behind the program's name. Nothing: variables are set, callbacks were called. What a callback throws
  // comes through.
  std::optional<Answer> parse(const std::vector<std::string>& words) const;
  std::optional<Answer> parse(int argc, const char* const* argv) const;  // as main gets them

 private:
  std::string name_;
  std::unique_ptr<CLI::App> app_;
  std::unique_ptr<Values> values_;
};

}  // namespace tidegate::commandline
