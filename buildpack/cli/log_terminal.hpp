// SPDX-License-Identifier: Apache-2.0
// What a command says on standard error besides findings, in the form that a build server reads: --quiet, --log-format.
#pragma once

#include <string>
#include <string_view>

#include "buildpack/cli/command.hpp"
#include "system/terminal.hpp"

namespace tidegate::cli {

class LogTerminal final : public system::Terminal {
 public:
  LogTerminal(system::Terminal& real, LogFormat format, bool quiet) : real_(real), format_(format), quiet_(quiet) {}
  ~LogTerminal() override { flush(); }
  LogTerminal(const LogTerminal&) = delete;
  LogTerminal& operator=(const LogTerminal&) = delete;

  void out(std::string_view text) override { real_.out(text); }
  void err(std::string_view text) override;
  bool out_is_terminal() const override { return real_.out_is_terminal(); }
  bool err_is_terminal() const override { return real_.err_is_terminal(); }
  bool good() const override { return real_.good(); }
  void flush();  // a line without newline

 private:
  void line(std::string_view text);
  system::Terminal& real_;
  LogFormat format_;
  bool quiet_;
  std::string rest_{};
};

// The text cannot be taken for a command of a build server.
std::string without_commands(std::string_view text);

}  // namespace tidegate::cli
