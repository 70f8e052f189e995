// SPDX-License-Identifier: Apache-2.0
// What tidegate.yaml says about findings: their severity, and which of them are accepted.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "service/manifest.hpp"

namespace tidegate::service {

struct Accepted {
  Diagnostic finding{};
  std::size_t by = 0;  // index into ServiceManifest::accepted
};

struct CheckSettings {
  std::optional<std::int64_t> commit_time{};  // seconds since 1970, UTC; nothing: a folder without git
  std::span<const std::string> codes{};       // all there are
};

// Takes the accepted findings and those that are off out of `diagnostics`, and gives the rest their
// severity. Adds: service.manifest-invalid (a code that does not exist), service.severity-fixed,
// service.acceptance-unused, service.acceptance-expired (W), service.acceptance-undated (N).
std::vector<Accepted> apply_check_settings(const ServiceManifest& manifest, const CheckSettings& settings,
                                           Diagnostics& diagnostics);

// False: findings of the code always count (service.severity-fixed).
bool may_set_severity(std::string_view code);

// "2026-12-31": the day of a time, in UTC.
std::string day_of(std::int64_t time);

}  // namespace tidegate::service
