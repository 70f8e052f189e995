// SPDX-License-Identifier: Apache-2.0
// Version constraints of providers, as far as choosing a schema pack needs them.
// Source: Terraform language, "Version Constraints".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::rehearsal {

using Version = std::array<std::uint32_t, 3>;

// "1.2.3", "v1.2", "5": missing parts are 0; what follows a dash or plus is ignored. Nothing when
// it does not start with a number.
std::optional<Version> parse_version(std::string_view text);
std::string to_string(const Version& version);

struct VersionRange {
  std::optional<Version> lowest{};
  std::optional<Version>
      highest{};  // the greatest version that is allowed; parts without limit are huge
};

// ">= 2.4, < 3" -> 2.4.0 to 2.999999.999999. `!=` and what cannot be read say nothing.
VersionRange parse_constraint(std::string_view text);

}  // namespace tidegate::rehearsal
