// SPDX-License-Identifier: Apache-2.0
// A program that runs beside this one: lines of its output are read while it runs, its input is a
// pipe that closes when this process ends, however it ends.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "system/process.hpp"

namespace tidegate::system {

class Child {
 public:
  // `input` of the request is not used. Code system.process-failed.
  static Result<std::unique_ptr<Child>> start(const ProcessRequest& request);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();  // kills it when it still runs

  int pid() const { return pid_; }
  // The next line of its output, without the newline; nothing when the output has ended or `limit`
  // is over.
  std::optional<std::string> read_line(std::chrono::milliseconds limit);
  void close_input();
  void send_signal(int number) const;
  // What it answered, with the output that read_line has not given away; nothing while it runs.
  std::optional<ProcessResult> wait(std::chrono::milliseconds limit);
  // Closes its input; after `grace` asks it by SIGTERM, after the same time again kills it.
  ProcessResult stop(std::chrono::milliseconds grace);

 private:
  Child() = default;
  bool read_output();  // false at its end
  bool has_ended(int milliseconds) const;

  int pid_ = -1;
  int input_ = -1, output_ = -1, errors_ = -1, handle_ = -1;  // handle_: pidfd
  std::string unread_{};
  std::optional<ProcessResult> ended_{};
};

}  // namespace tidegate::system
