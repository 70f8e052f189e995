// SPDX-License-Identifier: Apache-2.0
#include "plan/address_index.hpp"

#include <algorithm>

namespace tidegate::plan {

void AddressIndex::add(std::string_view address, Effect effect, bool current) {
  entries_.push_back({.key = fingerprint(address), .effect = effect, .current = current});
}

const AddressIndex::Entry* AddressIndex::find(std::string_view address) const {
  if (sorted_ != entries_.size()) {
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      if (a.key != b.key) return a.key < b.key;
      if (a.current != b.current) return a.current;
      return a.effect < b.effect;
    });
    sorted_ = entries_.size();
  }
  const Fingerprint key = fingerprint(address);
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), key,
                                      [](const Entry& entry, const Fingerprint& value) { return entry.key < value; });
  return found != entries_.end() && found->key == key ? &*found : nullptr;
}

bool AddressIndex::covers(std::string_view address) const { return find(address) != nullptr; }

std::optional<Effect> AddressIndex::effect_of(std::string_view address) const {
  const Entry* entry = find(address);
  if (entry == nullptr || !entry->current) return std::nullopt;
  return entry->effect;
}

}  // namespace tidegate::plan
