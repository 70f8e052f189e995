// SPDX-License-Identifier: Apache-2.0
#include "terraform/version_constraint.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tidegate::terraform {

namespace {

Version after(Version version) {
  ++version[2];
  return version;
}

std::optional<VersionRange> range_of(std::string_view term) {
  const std::size_t end = std::min(term.find_first_not_of("<>=!~"), term.size());
  const std::string_view sign = term.substr(0, end);
  const WrittenVersion written = read_version(term.substr(end));
  const Version& version = written.version;
  if (!written.whole) return std::nullopt;
  if (sign == ">=") return VersionRange{.low = version};
  if (sign == ">") return VersionRange{.low = after(version)};
  if (sign == "<") return VersionRange{.high = version};
  if (sign == "<=") return VersionRange{.high = after(version)};
  if (sign == "!=") return VersionRange{};
  if (sign.empty() || sign == "=") return VersionRange{.low = version, .high = after(version)};
  if (sign != "~>") return std::nullopt;
  if (written.parts == 3)
    return VersionRange{.low = version, .high = {version[0], version[1] + 1, 0}};
  return VersionRange{.low = version, .high = {version[0] + 1, 0, 0}};
}

}  // namespace

std::optional<Version> VersionRange::highest() const {
  if (high[0] >= no_limit) return std::nullopt;
  Version version = high;
  for (std::size_t part = version.size(); part-- > 0;) {
    if (version[part] > 0) {
      --version[part];
      return version;
    }
    version[part] = no_limit;
  }
  return std::nullopt;  // nothing is below 0.0.0
}

VersionRange parse_constraint(std::string_view constraint) {
  VersionRange all;
  for (const std::string_view part : split(constraint, ',')) {
    if (trim(part).empty()) continue;
    const std::optional<VersionRange> one = range_of(trim(part));
    all.readable = all.readable && one.has_value();
    if (!one) continue;
    all.low = std::max(all.low, one->low);
    all.high = std::min(all.high, one->high);
  }
  return all;
}

bool admits_line_of(std::string_view constraint, std::string_view release) {
  const WrittenVersion version = read_version(release);
  if (!version.whole) return false;
  const VersionRange range = parse_constraint(constraint);
  if (!range.readable) return true;
  const Version low{version.version[0], 0, 0}, high{version.version[0] + 1, 0, 0};
  return std::max(range.low, low) < std::min(range.high, high);
}

}  // namespace tidegate::terraform
