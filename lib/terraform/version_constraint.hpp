// SPDX-License-Identifier: Apache-2.0
// Version constraints of providers: `>= 4.9, < 6`, `~> 5.1`, `5.2.0`.
// Source: Terraform language, "Version Constraints"; `~> 1` is below 2 for providers, as seen with
// 1.15.5 (for modules it is not).
#pragma once

#include <optional>
#include <string_view>

#include "base/version_number.hpp"

namespace tidegate::terraform {

inline constexpr std::uint32_t no_limit = 999'999;

struct VersionRange {  // low <= version < high
  Version low{0, 0, 0};
  Version high{no_limit, 0, 0};
  bool readable = true;  // false: a term says nothing because it cannot be read

  // The greatest version that is allowed; parts without limit are huge. Nothing when all are.
  std::optional<Version> highest() const;
};

// Of all terms together. `!=` says nothing.
VersionRange parse_constraint(std::string_view constraint);

// Is there a version of the major line that `release` belongs to which the constraint admits? An
// empty constraint admits all; one that cannot be read admits all, too: Terraform reports it.
bool admits_line_of(std::string_view constraint, std::string_view release);

}  // namespace tidegate::terraform
