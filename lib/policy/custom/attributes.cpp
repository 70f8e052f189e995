// SPDX-License-Identifier: Apache-2.0
// The tables are offsets into one block of text: no pointers, so nothing is relocated at start-up.
#include "policy/custom/attributes.hpp"

#include <algorithm>
#include <iterator>
#include <span>

namespace tidegate::policy::custom {

namespace {

struct Row {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
  std::uint32_t below = 0;  // index in ranges
};

struct Range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

#include "policy/attributes.inc"  // name_rows, ranges, type_rows, text

constexpr std::uint32_t anything = 1;

std::string_view name_of(const Row& row) { return {text + row.begin, row.size}; }

std::span<const Row> rows_of(std::uint32_t range) {
  return std::span<const Row>(name_rows).subspan(ranges[range].first, ranges[range].count);
}

const Row* find_row(std::span<const Row> rows, std::string_view name) {
  const auto found =
      std::lower_bound(rows.begin(), rows.end(), name,
                       [](const Row& row, std::string_view word) { return name_of(row) < word; });
  return found != rows.end() && name_of(*found) == name ? &*found : nullptr;
}

}  // namespace

bool Names::holds_anything() const { return range_ == anything; }

std::optional<Names> Names::find(std::string_view name) const {
  if (holds_anything()) return *this;
  const std::span<const Row> rows = rows_of(range_);
  const Row* row =
      rows.size() == 1 && name_of(rows.front()) == "*" ? &rows.front() : find_row(rows, name);
  return row == nullptr ? std::nullopt : std::optional(Names(row->below));
}

std::vector<std::string> Names::all() const {
  std::vector<std::string> out;
  for (const Row& row : rows_of(range_)) {
    if (name_of(row) != "*") out.emplace_back(name_of(row));
  }
  return out;
}

std::optional<Names> find_attributes(std::string_view type) {
  const Row* row = find_row(type_rows, type);
  return row == nullptr ? std::nullopt : std::optional(Names(row->below));
}

}  // namespace tidegate::policy::custom
