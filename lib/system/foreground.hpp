// SPDX-License-Identifier: Apache-2.0
// Runs programs in the place of this one: what asks this program to stop reaches the program that
// runs, once, and this one lives on to tidy up.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "system/process.hpp"

namespace tidegate::system {

class Foreground {
 public:
  using Sink = std::function<void(std::string_view)>;

  // Before any thread is started. From here on SIGINT, SIGTERM, SIGHUP and
  // SIGPIPE end this program no more.
  Foreground();
  Foreground(const Foreground&) = delete;
  Foreground& operator=(const Foreground&) = delete;
  ~Foreground();

  // The program gets our input, outputs and terminal. Its exit status, 128 + n when ended by signal n.
  Result<int> run(ProcessRequest request);
  // Its output goes to `sink` in pieces, its input is empty, its errors go where ours go.
  Result<int> run(ProcessRequest request, const Sink& sink);
  // Both outputs are kept, its input is empty.
  Result<ProcessResult> capture(ProcessRequest request);
  // The first signal that asked to stop, whether a program was running or not.
  std::optional<int> stopped();

 private:
  int wait(int child, int output, const Sink& sink, bool has_terminal);
  void take_signals(int child);
  void follow_stop(int child) const;

  int signals_ = -1;
  std::optional<int> stopped_{};
};

}  // namespace tidegate::system
