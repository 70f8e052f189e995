// SPDX-License-Identifier: Apache-2.0
// How programs are started. Private to this module.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "system/process.hpp"

namespace tidegate::system {

struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe();
  bool open();  // both ends are closed in programs that are started
  static void close_end(int& end);
};

Diagnostic start_failure(const ProcessRequest& request, std::string_view reason);

// Starts the program with these descriptors as its input and outputs. SIGPIPE gets its default
// back. Code system.process-failed.
Result<pid_t> spawn(const ProcessRequest& request, int in, int out, int err);

// Waits for the end of a child; 128 + signal when ended by one.
int wait_for_exit(pid_t child);

}  // namespace tidegate::system
