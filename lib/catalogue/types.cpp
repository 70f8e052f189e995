// SPDX-License-Identifier: Apache-2.0
// The tables are offsets into one block of text: no pointers, so nothing is relocated at start-up.
#include "catalogue/types.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.hpp"

namespace tidegate::catalogue {

namespace {

struct Text {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

struct RawType {
  Text name{}, provider{};
  Tier tier = Tier::data;
  Text reason{}, forcing{}, checked{};
  std::uint32_t first_entry = 0;
  std::uint32_t entry_count = 0;
};

struct RawEntry {
  std::uint8_t pattern = 0;
  Comparison comparison = Comparison::change;
  Text path{}, from{}, to{}, note{};
};

struct RawStateless {
  Text name{}, provider{}, group{}, checked{};
};

struct RawAlias {
  Text key{}, arm_type{}, name{};  // key: lower case
  Tier tier = Tier::data;
};

#include "catalogue/tables.inc"  // type_rows, entry_rows, stateless_rows, alias_rows, text

std::string_view view(Text part) { return {text + part.begin, part.size}; }

constexpr std::array<std::string_view, tier_count> tier_words{
    "data", "container", "backup", "key", "messaging", "logs", "cache-data", "compute-data", "etl-state",
    "retention", "guard", "etl", "code", "config", "access", "identity", "dns", "upload", "expiry", "compute",
    "escape-hatch"};

template <class Row, class Key>
const Row* find_row(const Row* begin, const Row* end, std::string_view name, Key key) {
  const Row* found =
      std::lower_bound(begin, end, name, [&](const Row& row, std::string_view word) { return key(row) < word; });
  return found != end && key(*found) == name ? found : nullptr;
}

TypeRow shown(const RawType& raw) {
  return {.name = view(raw.name), .provider = view(raw.provider), .tier = raw.tier, .reason = view(raw.reason),
          .forcing = view(raw.forcing), .checked = view(raw.checked), .first_entry = raw.first_entry,
          .entry_count = raw.entry_count};
}

StatelessRow shown(const RawStateless& raw) {
  return {.name = view(raw.name), .provider = view(raw.provider), .group = view(raw.group),
          .checked = view(raw.checked)};
}

}  // namespace

std::string_view to_string(Tier tier) { return tier_words[static_cast<std::size_t>(tier)]; }

std::optional<Tier> find_tier(std::string_view word) {
  const auto found = std::find(tier_words.begin(), tier_words.end(), word);
  if (found == tier_words.end()) return std::nullopt;
  return static_cast<Tier>(found - tier_words.begin());
}

bool is_protected(Tier tier) {
  switch (tier) {
    case Tier::data:
    case Tier::container:
    case Tier::backup:
    case Tier::key:
    case Tier::messaging:
    case Tier::logs:
    case Tier::cache_data:
    case Tier::compute_data:
    case Tier::etl_state:
    case Tier::retention:
    case Tier::guard: return true;
    case Tier::etl:
    case Tier::code:
    case Tier::config:
    case Tier::access:
    case Tier::identity:
    case Tier::dns:
    case Tier::upload:
    case Tier::expiry:
    case Tier::compute:
    case Tier::escape_hatch: return false;
  }
  return true;
}

std::vector<std::string_view> steps_of(std::string_view path) { return split(path, '\0'); }

std::string shown_path(std::string_view path) {
  std::string out(path);
  std::replace(out.begin(), out.end(), '\0', '.');
  return out;
}

std::optional<TypeRow> find_type(std::string_view name) {
  const RawType* row = find_row(std::begin(type_rows), std::end(type_rows), name,
                                [](const RawType& raw) { return view(raw.name); });
  if (row == nullptr) return std::nullopt;
  return shown(*row);
}

Entry entry_of(const TypeRow& row, std::size_t index) {
  const RawEntry& raw = entry_rows[row.first_entry + index];
  return {.pattern = raw.pattern, .path = view(raw.path), .comparison = raw.comparison, .from = view(raw.from),
          .to = view(raw.to), .note = view(raw.note)};
}

std::optional<StatelessRow> find_stateless(std::string_view name) {
  const RawStateless* row = find_row(std::begin(stateless_rows), std::end(stateless_rows), name,
                                     [](const RawStateless& raw) { return view(raw.name); });
  if (row == nullptr) return std::nullopt;
  return shown(*row);
}

std::optional<ArmAlias> find_arm_type(std::string_view arm_type) {
  const std::string key = to_lower(arm_type.substr(0, arm_type.find('@')));
  const RawAlias* row = find_row(std::begin(alias_rows), std::end(alias_rows), std::string_view(key),
                                 [](const RawAlias& raw) { return view(raw.key); });
  if (row == nullptr) return std::nullopt;
  return ArmAlias{.arm_type = view(row->arm_type), .name = view(row->name), .tier = row->tier};
}

std::optional<std::string> find_nearest_type(std::string_view name) {
  // Only names of the same provider: `aws_`, `azurerm_`.
  const std::string_view prefix = name.substr(0, name.find('_') + 1);
  std::vector<std::string> candidates;
  for (const RawType& raw : type_rows) {
    if (view(raw.name).starts_with(prefix)) candidates.emplace_back(view(raw.name));
  }
  for (const RawStateless& raw : stateless_rows) {
    if (view(raw.name).starts_with(prefix)) candidates.emplace_back(view(raw.name));
  }
  return find_nearest(name, candidates);
}

std::string_view tables_digest() { return TIDEGATE_CATALOGUE_DIGEST; }

std::size_t type_count() { return std::size(type_rows); }
TypeRow type_at(std::size_t index) { return shown(type_rows[index]); }
std::size_t stateless_count() { return std::size(stateless_rows); }
StatelessRow stateless_at(std::size_t index) { return shown(stateless_rows[index]); }
std::size_t arm_alias_count() { return std::size(alias_rows); }

}  // namespace tidegate::catalogue
