// SPDX-License-Identifier: Apache-2.0
// What a run of the checks found, and its renderers. Same findings: same bytes, in every format.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"

namespace tidegate::document {
class JsonWriter;
}

namespace tidegate::report {

struct Acceptance {  // why a finding does not count
  std::string reason{};
  std::string owner{};
  std::string expires{};  // YYYY-MM-DD
};

struct Finding {
  Diagnostic diagnostic{};
  std::optional<Acceptance> accepted{};
};

struct Report {
  std::string service{};             // name, as in tidegate.yaml
  std::string commit{};              // 40 hex digits, or "unknown"
  std::string folder{};              // of the service inside the repository, "" at the top
  std::size_t objects = 0;           // Data Factory objects that were looked at
  std::vector<Finding> findings{};   // see sort_findings
  std::size_t dropped_notes = 0;     // counted among the notes, and not in `findings`
  ExitCode exit = ExitCode::success;
};

// By file, line, column, code, message.
void sort_findings(std::vector<Finding>& findings);

// Findings of this severity that are not accepted.
std::size_t count(const Report& report, Severity severity);
std::size_t count_accepted(const Report& report);
// "2 errors, 1 warning, 3 notes, 1 accepted"
std::string summary(const Report& report);

struct RenderOptions {
  bool notes = false;  // text: findings of severity note, too
};

struct Format {
  std::string_view name{};  // as in --format
  std::string (*render)(const Report&, const RenderOptions&) = nullptr;
};

std::span<const Format> formats();

std::string render_text(const Report& report, const RenderOptions& options = {});
std::string render_json(const Report& report, const RenderOptions& options = {});
// A finding as render_json writes it, for other documents that list some.
void write_finding(const Finding& finding, document::JsonWriter& json);
std::string render_sarif(const Report& report, const RenderOptions& options = {});
std::string render_junit(const Report& report, const RenderOptions& options = {});
std::string render_github(const Report& report, const RenderOptions& options = {});
std::string render_azure(const Report& report, const RenderOptions& options = {});

}  // namespace tidegate::report
