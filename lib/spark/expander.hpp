// SPDX-License-Identifier: Apache-2.0
// `${name}` in the texts of a POM.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace tidegate::spark {

inline constexpr int expansion_depth = 16;
inline constexpr std::size_t expansion_steps = 1000;  // `${…}` replaced for one value
inline constexpr std::size_t expansion_bytes = 4096;  // of one value

class Expander {
 public:
  void set(std::string name, std::string_view value) {
    properties_.insert_or_assign(std::move(name), std::string(value));
  }
  void set_default(std::string name, std::string_view value) {
    properties_.emplace(std::move(name), std::string(value));
  }

  // `${name}` replaced as far as known; the rest stays as written.
  std::string expand(std::string_view text) const;

 private:
  void append(std::string& out, std::string_view text, int depth, std::size_t& steps) const;

  std::map<std::string, std::string, std::less<>> properties_{};
};

}  // namespace tidegate::spark
