// SPDX-License-Identifier: Apache-2.0
// `terraform test -json` (one JSON object a line) -> cases.
// Source: Terraform, "Machine-Readable UI", test messages.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/report.hpp"

namespace tidegate::rehearsal {

// Number of assertions of a run, and the message of one of them, from the test file itself.
class TestFiles {
 public:
  using Read = std::function<std::string(const std::string& file)>;
  explicit TestFiles(Read read) : read_(std::move(read)) {}

  struct Run {
    std::string name{};
    std::vector<std::string> messages{};  // of its assertions, in order
  };
  // In the order of the file; empty when it cannot be read.
  const std::vector<Run>& runs_of(const std::string& file);

 private:
  Read read_;
  std::vector<std::pair<std::string, std::vector<Run>>> known_{};
};

// What could not be read as a message is left out. A diagnostic outside of any run becomes a case
// of its own.
std::vector<TestCase> parse_test_output(std::string_view lines, TestFiles& files);

}  // namespace tidegate::rehearsal
