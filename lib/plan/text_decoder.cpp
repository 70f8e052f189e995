// SPDX-License-Identifier: Apache-2.0
#include "plan/text_decoder.hpp"

#include "base/text.hpp"

namespace tidegate::plan {

std::string_view to_string(Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8: return "UTF-8";
    case Encoding::utf8_with_mark: return "UTF-8 with byte order mark";
    case Encoding::utf16_little: return "UTF-16 (little endian)";
    case Encoding::utf16_big: return "UTF-16 (big endian)";
  }
  return "UTF-8";
}

bool TextDecoder::refuse(std::string message, std::string hint) {
  if (!failure_) {
    failure_ = Diagnostic{.code = "gate.bad-encoding", .message = std::move(message), .hint = std::move(hint),
                          .exit = ExitCode::unreadable};
  }
  return false;
}

bool TextDecoder::feed(std::string_view piece) {
  if (failure_) return false;
  if (!started_) {
    head_ += piece;
    return head_.size() < 4 || start();
  }
  if (encoding_ == Encoding::utf16_little || encoding_ == Encoding::utf16_big) return feed_utf16(piece);
  return piece.empty() || sink_(piece);
}

bool TextDecoder::finish() {
  if (failure_) return false;
  if (!started_ && !start()) return false;
  if (!odd_.empty()) return refuse("the UTF-16 text ends inside a character", "save it as UTF-8");
  if (pending_high_ != 0) return refuse("the UTF-16 text ends with half a surrogate pair", "save it as UTF-8");
  return true;
}

bool TextDecoder::start() {
  started_ = true;
  const std::string head = std::move(head_);
  const std::string_view text(head);
  using std::string_view_literals::operator""sv;
  if (text.starts_with("\xFF\xFE\0\0"sv) || text.starts_with("\0\0\xFE\xFF"sv)) {
    return refuse("the text is UTF-32", "save it as UTF-8");
  }
  if (text.starts_with("\xFF\xFE"sv) || text.starts_with("\xFE\xFF"sv)) {
    encoding_ = text[0] == '\xFF' ? Encoding::utf16_little : Encoding::utf16_big;
    return feed_utf16(text.substr(2));
  }
  if (text.starts_with("\xEF\xBB\xBF"sv)) {
    encoding_ = Encoding::utf8_with_mark;
    return text.size() == 3 || sink_(text.substr(3));
  }
  // "{" of UTF-16 or UTF-32 without a mark. JSON never has NUL here.
  if (text.size() >= 2 && (text[0] == '\0' || text[1] == '\0')) {
    return refuse("the text is UTF-16 or UTF-32 without a byte order mark, or binary",
                  "save it as UTF-8, in PowerShell with `Out-File -Encoding utf8`");
  }
  return text.empty() || sink_(text);
}

bool TextDecoder::feed_utf16(std::string_view piece) {
  out_.clear();
  std::string joined;
  if (!odd_.empty()) {
    joined = odd_ + std::string(piece);
    piece = joined;
    odd_.clear();
  }
  for (; piece.size() >= 2; piece.remove_prefix(2)) {
    const unsigned first = static_cast<unsigned char>(piece[0]);
    const unsigned second = static_cast<unsigned char>(piece[1]);
    const unsigned value = encoding_ == Encoding::utf16_little ? first | (second << 8U) : (first << 8U) | second;
    if (!unit(static_cast<char16_t>(value))) break;
  }
  odd_ = std::string(piece.substr(0, piece.size() % 2));
  if (!out_.empty() && !sink_(out_)) {
    failure_.reset();  // what lies before it was refused first
    return false;
  }
  return !failure_;
}

bool TextDecoder::unit(char16_t value) {
  ++units_;
  const bool low = value >= 0xDC00 && value <= 0xDFFF;
  if (low != (pending_high_ != 0)) {
    return refuse("byte " + std::to_string(units_ * 2) + " holds half a surrogate pair", "save the text as UTF-8");
  }
  if (low) {
    append_utf8(out_, 0x10000U + ((static_cast<char32_t>(pending_high_) - 0xD800U) << 10U) + (value - 0xDC00U));
    pending_high_ = 0;
  } else if (value >= 0xD800 && value <= 0xDBFF) {
    pending_high_ = value;
  } else {
    append_utf8(out_, value);
  }
  return true;
}

}  // namespace tidegate::plan
