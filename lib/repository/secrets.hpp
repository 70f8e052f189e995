// SPDX-License-Identifier: Apache-2.0
// Text that passes by -> places of what looks like a secret (secret_forms.hpp): a form that many
// harmless texts have is none. Values are never given out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::repository {

struct SecretFinding {
  std::string_view kind{};  // "storage account key"
  std::uint32_t line = 0;   // of the form's first character, from 1; columns in bytes
  std::uint32_t column = 0;
};

class SecretScanner {
 public:
  // Pieces in order, cut anywhere.
  void feed(std::string_view piece);
  // Sorted by place; at most max_findings.
  std::vector<SecretFinding> finish();

  static constexpr std::size_t max_findings = 20;

 private:
  void scan(std::size_t limit);
  void look_at(std::size_t place);
  void advance(std::size_t to);

  std::string window_{};     // what was fed and is still to be scanned, with a little that was
  std::size_t begin_ = 0;    // of window_, not scanned yet
  std::size_t covered_ = 0;  // up to here it belongs to what was found
  std::uint32_t line_ = 1;   // of begin_
  std::uint32_t column_ = 1;
  bool binary_ = false;  // a NUL was seen: no text
  std::vector<SecretFinding> found_{};
};

}  // namespace tidegate::repository
