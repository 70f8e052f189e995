// SPDX-License-Identifier: Apache-2.0
// Bytes of a file -> UTF-8 without byte order mark, in pieces. UTF-16 is recognised by its mark
// (PowerShell's `>` writes it); without one, and for UTF-32, the text is refused. UTF-8 is passed on
// as it is and not checked here.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostic.hpp"

namespace tidegate::plan {

enum class Encoding : std::uint8_t { utf8, utf8_with_mark, utf16_little, utf16_big };

std::string_view to_string(Encoding encoding);

class TextDecoder {
 public:
  // `sink` returns false to stop.
  explicit TextDecoder(std::function<bool(std::string_view)> sink) : sink_(std::move(sink)) {}

  bool feed(std::string_view piece);  // false: refused, or the sink stopped
  bool finish();
  Encoding encoding() const { return encoding_; }
  const std::optional<Diagnostic>& failure() const { return failure_; }  // code gate.bad-encoding

 private:
  bool start();
  bool feed_utf16(std::string_view piece);
  bool unit(char16_t value);
  bool refuse(std::string message, std::string hint);

  std::function<bool(std::string_view)> sink_;
  Encoding encoding_ = Encoding::utf8;
  bool started_ = false;
  std::string head_{};       // until the first four bytes are there
  std::string odd_{};        // half a UTF-16 unit
  char16_t pending_high_ = 0;
  std::uint64_t units_ = 0;
  std::string out_{};
  std::optional<Diagnostic> failure_{};
};

}  // namespace tidegate::plan
