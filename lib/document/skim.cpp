// SPDX-License-Identifier: Apache-2.0
// The fast lane of the splitter: inside a value that is skipped or captured nobody is asked, so
// whole tokens pass in one loop. Whatever is rare (an escape \u, bytes above 0x7F), wrong, or cut
// by the end of the piece is left, at its first byte, to the state machine, which knows every case.
#include <array>
#include <bit>
#include <cstring>

#include "document/splitter.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tidegate::document {

namespace {

constexpr std::array<bool, 256> plain_bytes = [] {  // inside a string, without a meaning of its own
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();

bool is_plain(char c) { return plain_bytes[static_cast<unsigned char>(c)]; }

// One bit for each of 32 bytes that is not plain.
#if defined(__SSE2__)
unsigned special_bytes(const char* p) {
  const auto special = [](const char* at) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // As signed bytes, those above 0x7F are less than a blank, too.
    const __m128i found = _mm_or_si128(
        _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)),
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
    return static_cast<unsigned>(_mm_movemask_epi8(found));
  };
  return special(p) | special(p + 16) << 16U;
}
#else
unsigned special_bytes(const char* p) {
  unsigned mask = 0;
  for (unsigned i = 0; i < 32; ++i) mask |= static_cast<unsigned>(!is_plain(p[i])) << i;
  return mask;
}
#endif

// The first byte from `p` on that is not plain, or `end`.
const char* skip_plain(const char* p, const char* end) {
  for (; end - p >= 32; p += 32) {
    if (const unsigned mask = special_bytes(p); mask != 0) return p + std::countr_zero(mask);
  }
  while (p != end && is_plain(*p)) ++p;
  return p;
}

bool is_simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return true;
    default:
      return false;
  }
}

// `p` stands behind the opening quote. Behind the closing one, or null: the string goes on at
// `rest` with something that is left to the state machine.
const char* skip_long_string(const char* p, const char* end, const char*& rest) {
  for (;;) {
    p = skip_plain(p, end);
    if (p != end && *p == '"') return p + 1;
    if (end - p < 2 || *p != '\\' || !is_simple_escape(p[1])) break;
    p += 2;
  }
  rest = p;
  return nullptr;
}

// Most strings are short and without escapes: they end here, after one look.
inline const char* skip_string(const char* p, const char* end, const char*& rest) {
  if (end - p >= 32) {
    const unsigned mask = special_bytes(p);
    if (mask != 0 && p[std::countr_zero(mask)] == '"') return p + std::countr_zero(mask) + 1;
  }
  return skip_long_string(p, end, rest);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

const char* skip_digits(const char* p, const char* end) {
  while (p != end && is_digit(*p)) ++p;
  return p;
}

// Behind a whole number, or null: not well formed, or the piece may end inside it.
const char* skip_number(const char* p, const char* end) {
  if (*p == '-') ++p;
  if (p == end) return nullptr;
  const char* const whole = p;
  p = skip_digits(p, end);
  if (p == whole || (*whole == '0' && p - whole > 1)) return nullptr;
  if (p != end && *p == '.') {
    const char* const fraction = ++p;
    p = skip_digits(p, end);
    if (p == fraction) return nullptr;
  }
  if (p != end && (*p == 'e' || *p == 'E')) {
    ++p;
    if (p != end && (*p == '+' || *p == '-')) ++p;
    const char* const exponent = p;
    p = skip_digits(p, end);
    if (p == exponent) return nullptr;
  }
  return p == end ? nullptr : p;
}

const char* skip_word(const char* p, const char* end, std::string_view word) {
  const bool fits = static_cast<std::size_t>(end - p) >= word.size() &&
                    std::memcmp(p, word.data(), word.size()) == 0;
  return fits ? p + word.size() : nullptr;
}

const char* skip_scalar(const char* p, const char* end) {
  switch (*p) {
    case 't':
      return skip_word(p, end, "true");
    case 'f':
      return skip_word(p, end, "false");
    case 'n':
      return skip_word(p, end, "null");
    default:
      return skip_number(p, end);
  }
}

}  // namespace

// The place in the grammar is the place in this function: a label is a state. Kept in a variable, it costs
// a fifth of the whole splitting.
const char* JsonSplitter::skim(const char* p, const char* end) {
  if (state_ > State::after_value) return p;               // inside a token
  const int floor = static_cast<int>(frames_.size()) + 1;  // its closing bracket is not ours
  bool in_object = is_object_[static_cast<std::size_t>(depth_ - 1)];
  const auto leave = [this](State state, const char* at) {
    state_ = state;
    return at;
  };
  const auto more = [&] {  // behind white space
    while (p != end && static_cast<unsigned char>(*p) <= ' ') {
      if (*p == '\n') {
        ++line_;
        line_start_ = offset_of(p) + 1;
        continuations_ = 0;
      } else if (*p != ' ' && *p != '\t' && *p != '\r') {
        break;
      }
      ++p;
    }
    return p != end;
  };
  const char* rest = p;
  const char* behind = nullptr;
  switch (state_) {
    case State::first_value: goto first_value;
    case State::first_key: goto first_key;
    case State::key: goto key;
    case State::colon: goto colon;
    case State::after_value: goto after_value;
    default: goto value;
  }

first_key:
  if (!more()) return leave(State::first_key, p);
  if (*p == '}') goto close_first;
  if (*p != '"') return leave(State::first_key, p);
  goto in_key;
key:
  if (!more()) return leave(State::key, p);
  if (*p != '"') return leave(State::key, p);
in_key:
  behind = skip_string(p + 1, end, rest);
  if (behind == nullptr) {
    begin_string(true, p);
    return rest;
  }
  if (depth_ <= watched_) note_key(p);
  p = behind;
colon:
  if (!more() || *p != ':') return leave(State::colon, p);
  ++p;
value:
  if (!more()) return leave(State::value, p);
any_value:
  switch (*p) {
    case '"':
      behind = skip_string(p + 1, end, rest);
      if (behind == nullptr) {
        begin_string(false, p);
        return rest;
      }
      p = behind;
      goto after_value;
    case '{':
      if (depth_ == max_depth) return leave(State::value, p);
      is_object_[static_cast<std::size_t>(depth_++)] = in_object = true;
      ++p;
      goto first_key;
    case '[':
      if (depth_ == max_depth) return leave(State::value, p);
      is_object_[static_cast<std::size_t>(depth_++)] = in_object = false;
      ++p;
      goto first_value;
    default:
      behind = skip_scalar(p, end);
      if (behind == nullptr) return leave(State::value, p);
      p = behind;
  }
after_value:
  if (!more()) return leave(State::after_value, p);
  if (*p == ',') {
    ++p;
    if (in_object) goto key;
    goto value;
  }
  if (*p != (in_object ? '}' : ']')) return leave(State::after_value, p);
  if (depth_ == floor) return leave(State::after_value, p);
close:
  --depth_;
  in_object = is_object_[static_cast<std::size_t>(depth_ - 1)];
  ++p;
  goto after_value;
close_first:
  if (depth_ == floor) return leave(in_object ? State::first_key : State::first_value, p);
  goto close;
first_value:
  if (!more()) return leave(State::first_value, p);
  if (*p == ']') goto close_first;
  goto any_value;
}

}  // namespace tidegate::document
