// SPDX-License-Identifier: Apache-2.0
// Look-ups in the compiled tables of resource types. Names are compared exactly, ARM types without
// case and without `@version`. Sources: data/README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/grammar.hpp"

namespace tidegate::catalogue {

enum class Tier : std::uint8_t {
  data, container, backup, key, messaging, logs, cache_data, compute_data, etl_state, retention, guard,
  etl, code, config, access, identity, dns, upload, expiry, compute, escape_hatch
};

inline constexpr std::size_t tier_count = 21;

std::string_view to_string(Tier tier);            // as in the table: "etl-state"
std::optional<Tier> find_tier(std::string_view word);

// Losing an object of these tiers loses data, run state, or the protection of data.
bool is_protected(Tier tier);

// One dangerous in-place change. All text lies in the program's constant tables.
struct Entry {
  int pattern = 0;
  std::string_view path{};      // steps joined by '\0'
  Comparison comparison = Comparison::change;
  std::string_view from{};
  std::string_view to{};
  std::string_view note{};
};

std::vector<std::string_view> steps_of(std::string_view path);
std::string shown_path(std::string_view path);    // steps joined by '.'

struct TypeRow {
  std::string_view name{};
  std::string_view provider{};
  Tier tier = Tier::data;
  std::string_view reason{};         // what is lost
  std::string_view forcing{};        // comma list, `*` nearly all, `?` conditional
  std::string_view checked{};        // provider version, or "-"
  std::uint32_t first_entry = 0;
  std::uint32_t entry_count = 0;
};

std::optional<TypeRow> find_type(std::string_view name);
Entry entry_of(const TypeRow& row, std::size_t index);  // index < row.entry_count

struct StatelessRow {
  std::string_view name{};
  std::string_view provider{};
  std::string_view group{};
  std::string_view checked{};
};

std::optional<StatelessRow> find_stateless(std::string_view name);

struct ArmAlias {
  std::string_view arm_type{};
  std::string_view name{};           // azurerm resource type
  Tier tier = Tier::data;
};

std::optional<ArmAlias> find_arm_type(std::string_view arm_type);

// A listed type of similar name, for messages only.
std::optional<std::string> find_nearest_type(std::string_view name);

// sha256 over the sources of the tables, 64 hex digits.
std::string_view tables_digest();

// For `deploy-gate catalogue` and tests.
std::size_t type_count();
TypeRow type_at(std::size_t index);            // sorted by name
std::size_t stateless_count();
StatelessRow stateless_at(std::size_t index);  // sorted by name
std::size_t arm_alias_count();

}  // namespace tidegate::catalogue
