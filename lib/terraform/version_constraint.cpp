// SPDX-License-Identifier: Apache-2.0
#include "terraform/version_constraint.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace tidegate::terraform {

namespace {

constexpr std::uint32_t endless = 1'000'000'000;

// Half-open: [low, high).
struct Range {
  Version low{0, 0, 0};
  Version high{endless, 0, 0};
};

Version after(Version version) {
  ++version[2];
  return version;
}

std::optional<Range> range_of(std::string_view part) {
  const std::size_t digits = part.find_first_of("0123456789v");
  if (digits == part.npos) return std::nullopt;
  const std::string_view sign = trim(part.substr(0, digits));
  const std::string_view number = trim(part.substr(digits));
  const std::optional<Version> version = parse_version(number);
  if (!version) return std::nullopt;
  if (sign == ">=") return Range{.low = *version};
  if (sign == ">") return Range{.low = after(*version)};
  if (sign == "<") return Range{.high = *version};
  if (sign == "<=") return Range{.high = after(*version)};
  if (sign == "!=") return Range{};
  if (sign.empty() || sign == "=") return Range{.low = *version, .high = after(*version)};
  if (sign != "~>") return std::nullopt;
  Range range{.low = *version, .high = {(*version)[0] + 1, 0, 0}};
  if (std::count(number.begin(), number.end(), '.') >= 2)
    range.high = {(*version)[0], (*version)[1] + 1, 0};
  return range;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  text = text.substr(0, text.find_first_of("-+ "));
  Version version{0, 0, 0};
  std::size_t index = 0;
  for (const std::string_view part : split(text, '.')) {
    if (index == version.size()) return std::nullopt;
    const auto read = std::from_chars(part.data(), part.data() + part.size(), version.at(index));
    if (read.ec != std::errc{} || read.ptr != part.data() + part.size()) return std::nullopt;
    ++index;
  }
  return version;
}

bool admits_line_of(std::string_view constraint, std::string_view release) {
  const std::optional<Version> version = parse_version(release);
  if (!version) return false;
  Range line{.low = {(*version)[0], 0, 0}, .high = {(*version)[0] + 1, 0, 0}};
  for (const std::string_view part : split(constraint, ',')) {
    if (trim(part).empty()) continue;
    const std::optional<Range> range = range_of(trim(part));
    if (!range) return true;
    line.low = std::max(line.low, range->low);
    line.high = std::min(line.high, range->high);
  }
  return line.low < line.high;
}

}  // namespace tidegate::terraform
