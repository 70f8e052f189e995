// SPDX-License-Identifier: Apache-2.0
// A regular expression of RE2: time is linear in the text, memory bounded, whatever the expression
// is.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace tidegate::policy::custom {

class Pattern {
 public:
  explicit Pattern(std::string_view expression);
  const std::string& error() const { return error_; }  // empty: usable
  bool matches_whole(std::string_view text) const;

 private:
  std::shared_ptr<const re2::RE2> expression_{};
  std::string error_{};
};

}  // namespace tidegate::policy::custom
