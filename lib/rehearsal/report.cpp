// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/report.hpp"

#include <array>

namespace tidegate::rehearsal {

namespace {

constexpr std::array formats{ReportFormat{"text", render_text}, ReportFormat{"json", render_json},
                             ReportFormat{"junit", render_junit},
                             ReportFormat{"markdown", render_markdown}};

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::blocked:
      return "blocked";
    case Outcome::skipped:
      return "skipped";
  }
  return "failed";
}

std::string_view Report::word() const {
  if (!skipped.empty()) return "skipped";
  switch (exit) {
    case ExitCode::success:
      return "passed";
    case ExitCode::blocked:
      return "blocked";
    case ExitCode::unsupported:
      return "unsupported";
    case ExitCode::policy_broken:
      return "policy-broken";
    case ExitCode::not_verified:
      return "not-verified";
    default:
      return "failed";
  }
}

std::span<const ReportFormat> report_formats() { return formats; }

}  // namespace tidegate::rehearsal
