// SPDX-License-Identifier: Apache-2.0
// Runs a program that is not trusted to end or to be brief: with a time limit, an output limit, and
// a file as its standard input. What it started goes with it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "system/private_file.hpp"
#include "system/process.hpp"

namespace tidegate::system {

struct Limits {
  std::chrono::milliseconds time{30000};
  std::size_t output = std::size_t{16} << 20;  // bytes on standard output
};

struct LimitedResult {
  enum class End : std::uint8_t { exited, timed_out, too_much_output };
  End end = End::exited;
  int exit_code = 0;  // 128 + signal when ended by one
  std::string out{};
  std::size_t error_bytes = 0;  // on standard error; they are not kept
};

// `input` of the request is not used; it gets a process group of its own. Code
// system.process-failed.
Result<LimitedResult> run_limited(const ProcessRequest& request, const PrivateFile& input,
                                  const Limits& limits);

}  // namespace tidegate::system
