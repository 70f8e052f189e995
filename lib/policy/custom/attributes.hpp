// SPDX-License-Identifier: Apache-2.0
// The names of the attributes of resource types, as the providers' schemas give them. Only types of
// the schemas that the catalogue carries have one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::policy::custom {

// The names that may follow at one place of a path.
class Names {
 public:
  bool holds_anything() const;  // dynamic: any path below
  std::optional<Names> find(std::string_view name) const;
  std::vector<std::string> all() const;  // for suggestions; without map keys
 private:
  friend std::optional<Names> find_attributes(std::string_view type);
  explicit Names(std::uint32_t range) : range_(range) {}
  std::uint32_t range_ = 0;
};

std::optional<Names> find_attributes(std::string_view type);  // nothing: no schema knows the type

}  // namespace tidegate::policy::custom
