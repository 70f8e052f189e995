// SPDX-License-Identifier: Apache-2.0
#include "service/acceptance.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include "base/text.hpp"
#include "spark/members.hpp"

namespace tidegate::service {

namespace {

// The file could not be read, or the service not be told apart: there is nothing to ship.
constexpr std::array<std::string_view, 6> fixed_codes{"adf.invalid-json",   "adf.duplicate-key", "adf.not-an-object",
                                                      "adf.name-collision", "service.manifest-invalid", "service.many-owners"};
// These say what is in the artifact, or could not be packed.
constexpr std::array<std::string_view, 4> open_areas{"adf.", "databricks.", "spark.", "service."};

bool is_fixed(std::string_view code) {
  if (code == "build.secret") return false;  // a text may only look like one
  if (std::find(fixed_codes.begin(), fixed_codes.end(), code) != fixed_codes.end()) return true;
  return std::none_of(open_areas.begin(), open_areas.end(), [&](std::string_view area) { return code.starts_with(area); });
}

// "libs/app.jar!conf/a.properties" lies in libs/app.jar: who accepts findings of the archive accepts those in it.
bool covers(const std::string& glob, const std::string& file) {
  if (matches_glob(glob, file)) return true;
  const std::string_view archive = std::string_view(file).substr(0, file.find('!'));
  return archive.size() < file.size() && spark::is_archive_name(archive) && matches_glob(glob, archive);
}

class Settings {
 public:
  Settings(const ServiceManifest& manifest, const CheckSettings& settings, Diagnostics& added)
      : manifest_(manifest), settings_(settings), added_(added), used_(manifest.accepted.size(), false) {
    for (const SeveritySetting& one : manifest.severities) {
      if (judge(one.code, one.where)) levels_.emplace(one.code, one.level);
    }
    for (std::size_t i = 0; i < manifest.accepted.size(); ++i) {
      const AcceptedFinding& one = manifest.accepted[i];
      if (one.code.empty() || one.path.empty() || one.expires.empty()) continue;  // the reader has reported it
      if (judge(one.code, one.where) && !has_ended(one)) valid_[one.code].push_back(i);
    }
  }

  // The entry that accepts the finding, if there is one.
  std::optional<std::size_t> find_acceptance(const Diagnostic& finding) {
    const auto entries = valid_.find(finding.code);
    if (entries == valid_.end()) return std::nullopt;
    for (const std::size_t i : entries->second) {
      if (!covers(manifest_.accepted[i].path, finding.where.file)) continue;
      used_[i] = true;
      return i;
    }
    return std::nullopt;
  }

  // False: the finding is off.
  bool set_level(Diagnostic& finding) const {
    const auto level = levels_.find(finding.code);
    if (level == levels_.end()) return true;
    if (level->second == "off") return false;
    finding.severity = level->second == "error"     ? Severity::error
                       : level->second == "warning" ? Severity::warning
                                                    : Severity::note;
    return true;
  }

  void report_unused() {
    for (const auto& entries : valid_) {
      for (const std::size_t i : entries.second) {
        const AcceptedFinding& one = manifest_.accepted[i];
        if (!used_[i]) {
          added_.warning("service.acceptance-unused", one.where,
                         "nothing in " + one.path + " has the code " + one.code + ", so nothing is accepted here",
                         "remove the entry, or correct its code or path");
        } else if (!settings_.commit_time) {
          added_.note("service.acceptance-undated", one.where,
                      "a folder without git has no date: nobody can say whether this entry has ended on " + one.expires,
                      "build a commit");
        }
      }
    }
  }

 private:
  bool judge(const std::string& code, const Location& where) {
    if (std::find(settings_.codes.begin(), settings_.codes.end(), code) == settings_.codes.end()) {
      const auto nearest = find_nearest(code, settings_.codes);
      added_.error("service.manifest-invalid", where, "there is no code \"" + code + "\"",
                   nearest ? "did you mean \"" + *nearest + "\"?" : "see docs/codes");
      return false;
    }
    if (!is_fixed(code)) return true;
    added_.error("service.severity-fixed", where, "findings of " + code + " always count", "remove the entry");
    return false;
  }

  bool has_ended(const AcceptedFinding& one) {
    if (!settings_.commit_time || day_of(*settings_.commit_time) <= one.expires) return false;
    added_.warning("service.acceptance-expired", one.where,
                   "this acceptance of " + one.code + " ended on " + one.expires + ", before the commit of " +
                       day_of(*settings_.commit_time),
                   "correct what was accepted, or give it a new day");
    return true;
  }

  const ServiceManifest& manifest_;
  const CheckSettings& settings_;
  Diagnostics& added_;
  std::map<std::string, std::string> levels_{};
  std::map<std::string, std::vector<std::size_t>> valid_{};
  std::vector<bool> used_;
};

}  // namespace

bool may_set_severity(std::string_view code) { return !is_fixed(code); }

std::string day_of(std::int64_t time) {
  const std::chrono::sys_seconds moment{std::chrono::seconds(time)};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(moment)};
  const auto two = [](unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  std::string year = std::to_string(static_cast<int>(day.year()));
  while (year.size() < 4) year.insert(0, "0");
  return year + "-" + two(static_cast<unsigned>(day.month())) + "-" + two(static_cast<unsigned>(day.day()));
}

std::vector<Accepted> apply_check_settings(const ServiceManifest& manifest, const CheckSettings& settings,
                                           Diagnostics& diagnostics) {
  if (manifest.severities.empty() && manifest.accepted.empty()) return {};
  Diagnostics kept, added;
  std::vector<Accepted> accepted;
  Settings rules(manifest, settings, added);
  for (Diagnostic finding : diagnostics.items()) {
    if (!rules.set_level(finding)) continue;
    if (const auto by = rules.find_acceptance(finding)) {
      accepted.push_back({.finding = std::move(finding), .by = *by});
    } else {
      kept.add(std::move(finding));
    }
  }
  rules.report_unused();
  kept.append(std::move(added));
  diagnostics = std::move(kept);
  return accepted;
}

}  // namespace tidegate::service
