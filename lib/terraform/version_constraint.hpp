// SPDX-License-Identifier: Apache-2.0
// Version constraints of required_providers: `>= 4.9, < 6`, `~> 5.1`, `5.2.0`.
// Source: Terraform language, "Version Constraints".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tidegate::terraform {

using Version = std::array<std::uint32_t, 3>;

// "5.2.0"; missing parts count as 0, a pre-release label is left out. Nothing if it is none.
std::optional<Version> parse_version(std::string_view text);

// Is there a version of the major line that `release` belongs to which the constraint admits? An
// empty constraint admits all; one that cannot be read admits all, too: Terraform reports it.
bool admits_line_of(std::string_view constraint, std::string_view release);

}  // namespace tidegate::terraform
