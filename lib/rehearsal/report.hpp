// SPDX-License-Identifier: Apache-2.0
// What a rehearsal found, and its forms (docs/formats/rehearsal.md).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/exit_code.hpp"
#include "document/node.hpp"

namespace tidegate::rehearsal {

enum class Outcome : std::uint8_t { passed, failed, blocked, skipped };

std::string_view to_string(Outcome outcome);

struct Step {
  std::string phase{};  // "new", "upgrade"
  std::string name{};   // "init", "second plan", …
  Outcome outcome = Outcome::passed;
  std::int64_t ms = 0;
  int exit = 0;           // of the program that ran; 0 where none did
  std::string summary{};  // "37 to add"; of a failure one line why
  std::string detail{};   // what the program said, of a failure
};

struct TestCase {
  std::string file{};
  std::string run{};
  Outcome outcome = Outcome::passed;
  std::size_t assertions = 0;
  std::vector<std::string> messages{};  // of a failure: assertion text, values
};

struct PlanReport {
  std::string phase{};
  std::string counts{};
  std::string verdict{};             // word of deploy-gate; empty: not judged
  document::DocumentPtr document{};  // tidegate/verdict/1
  std::string text{};                // deploy-gate's own text
};

struct ArtifactName {
  std::string name{};
  std::string version{};
  std::string identity{};  // of the tar, hex
};

struct Report {
  std::string command = "rehearse";  // or "test"
  ArtifactName artifact{};
  std::optional<ArtifactName> previous{};
  std::string engine{};  // "terraform", "opentofu"
  std::string engine_version{};
  std::vector<std::pair<std::string, std::string>> stand_ins{};  // address, version of the pack
  std::vector<Step> steps{};
  std::vector<TestCase> tests{};
  std::vector<PlanReport> plans{};
  std::vector<std::string> limits{};
  std::string skipped{};  // why nothing was rehearsed; empty: it was
  std::string kept{};     // folder that stays
  ExitCode exit = ExitCode::success;

  std::string_view word() const;  // passed, blocked, failed, skipped, …
};

struct ReportFormat {
  std::string_view name{};
  std::string (*render)(const Report& report) = nullptr;
};

std::string render_text(const Report& report);
std::string render_json(const Report& report);
std::string render_junit(const Report& report);
std::string render_markdown(const Report& report);

std::span<const ReportFormat> report_formats();

}  // namespace tidegate::rehearsal
