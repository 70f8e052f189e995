// SPDX-License-Identifier: Apache-2.0
// Which addresses a plan speaks of, in 24 bytes each.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "plan/change.hpp"
#include "plan/fingerprint.hpp"

namespace tidegate::plan {

class AddressIndex {
 public:
  void add_current(std::string_view address, Effect effect) { add(address, effect, true); }
  // Only covered: a previous address, a deposed generation, an object that refreshing found gone.
  void add_covered(std::string_view address) { add(address, Effect::none, false); }

  bool covers(std::string_view address) const;
  std::optional<Effect> effect_of(std::string_view address) const;  // of the current object
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Fingerprint key{};
    Effect effect = Effect::none;
    bool current = false;
  };
  void add(std::string_view address, Effect effect, bool current);
  const Entry* find(std::string_view address) const;

  mutable std::vector<Entry> entries_{};
  mutable std::size_t sorted_ = 0;  // that many are in order
};

}  // namespace tidegate::plan
