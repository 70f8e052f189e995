// SPDX-License-Identifier: Apache-2.0
// What a build did, for -v and --report: its phases, findings and result (docs/formats/build-report.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "artifact/archive.hpp"
#include "base/diagnostic.hpp"
#include "base/exit_code.hpp"

namespace tidegate {

struct BuildPhase {
  std::string name{};
  std::int64_t milliseconds = 0;
  std::uint64_t bytes = 0;  // that were written, where any were
};

class BuildRecord {
 public:
  // Ends the phase before.
  void begin(std::string name);
  void end();
  void wrote(std::uint64_t bytes) { phases_.back().bytes = bytes; }
  const std::vector<BuildPhase>& phases() const { return phases_; }

  struct Result {
    std::string file{};
    std::string name{}, version{}, identity{}, sha256{};
    std::uint64_t size = 0;
  };
  std::string commit{};
  Diagnostics findings{};
  std::optional<Result> artifact{};
  std::vector<std::string> rebuilt_because{};  // with --previous
  ExitCode exit = ExitCode::success;

 private:
  std::vector<BuildPhase> phases_{};
  std::int64_t began_ = -1;
};

// "timings  source 3 ms, check 120 ms, …; 310 ms in all", with a newline.
std::string render_timings(const BuildRecord& record);

// tidegate/build/1
std::string render_build_report(const BuildRecord& record);

}  // namespace tidegate
