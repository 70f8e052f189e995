// SPDX-License-Identifier: Apache-2.0
// Text that passes by -> places of what looks like a secret. Fixed forms only (account keys, shared access
// signatures, tokens, private keys): a form that many harmless texts have is none. Values are never given out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::repository {

struct SecretFinding {
  std::string_view kind{};   // "storage account key"
  std::uint32_t line = 0;    // of the form's first character, from 1; columns in bytes
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
  void scan(std::string_view text, std::size_t limit);
  void advance(std::string_view text);

  std::string window_{};         // the end of what was fed, still to be scanned
  std::uint32_t line_ = 1;       // of the first byte of window_
  std::uint32_t column_ = 1;
  char context_ = ' ';           // the byte before window_
  bool binary_ = false;          // a NUL was seen: no text
  std::vector<SecretFinding> found_{};
};

}  // namespace tidegate::repository
