// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/constraint.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace tidegate::rehearsal {

namespace {

constexpr std::uint32_t no_limit = 999999;

struct Term {
  std::string_view comparison{};
  Version version{};
  std::size_t parts = 0;  // that are written
};

// How many parts are written; 0: no version.
std::size_t read_version(std::string_view text, Version& version) {
  if (text.starts_with('v')) text.remove_prefix(1);
  std::size_t parts = 0;
  for (const std::string_view part : split(text.substr(0, text.find_first_of("-+")), '.')) {
    if (parts == version.size()) break;
    const auto read = std::from_chars(part.data(), part.data() + part.size(), version[parts]);
    if (read.ec != std::errc() || read.ptr != part.data() + part.size()) break;
    ++parts;
  }
  return parts;
}

std::optional<Term> parse_term(std::string_view text) {
  Term term;
  text = trim(text);
  term.comparison = text.substr(0, std::min(text.find_first_not_of("<>=!~"), text.size()));
  term.parts = read_version(trim(text.substr(term.comparison.size())), term.version);
  if (term.parts == 0) return std::nullopt;
  return term;
}

// The greatest version below; nothing below 0.0.0.
std::optional<Version> before(Version version) {
  for (std::size_t part = version.size(); part-- > 0;) {
    if (version[part] > 0) {
      --version[part];
      return version;
    }
    version[part] = no_limit;
  }
  return std::nullopt;
}

// ~> 1.2.3 allows 1.2.x, ~> 1.2 allows 1.x, ~> 1 allows whatever follows.
std::optional<Version> pessimistic(Version version, std::size_t parts) {
  if (parts < 2) return std::nullopt;
  for (std::size_t part = parts - 1; part < version.size(); ++part) version[part] = no_limit;
  return version;
}

void lower(std::optional<Version>& highest, const std::optional<Version>& bound) {
  if (bound) highest = highest ? std::min(*highest, *bound) : *bound;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  Version version{};
  if (read_version(trim(text), version) == 0) return std::nullopt;
  return version;
}

std::string to_string(const Version& version) {
  return std::to_string(version[0]) + "." + std::to_string(version[1]) + "." +
         std::to_string(version[2]);
}

VersionRange parse_constraint(std::string_view text) {
  VersionRange range;
  const auto raise = [&](const Version& version) {
    range.lowest = range.lowest ? std::max(*range.lowest, version) : version;
  };
  for (const std::string_view part : split(text, ',')) {
    const std::optional<Term> term = parse_term(part);
    if (!term || term->comparison == "!=") continue;
    if (!term->comparison.starts_with('<')) raise(term->version);
    if (term->comparison == "<") lower(range.highest, before(term->version));
    if (term->comparison == "<=" || term->comparison == "=" || term->comparison.empty()) {
      lower(range.highest, term->version);
    }
    if (term->comparison == "~>") lower(range.highest, pessimistic(term->version, term->parts));
  }
  return range;
}

}  // namespace tidegate::rehearsal
