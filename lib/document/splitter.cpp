// SPDX-License-Identifier: Apache-2.0
// A push parser: one state per place in the grammar, so a piece may end anywhere, also inside an
// escape or a UTF-8 sequence. `depth_` counts all open containers, `frames_` only those the caller
// opened; both are equal exactly where the caller is asked. A value that lies in one piece is handed
// out in place; only one that crosses pieces is copied.
#include "document/splitter.hpp"

#include <cstring>

#include "base/text.hpp"

namespace tidegate::document {

namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// True if the eight bytes hold no quote, backslash, control character or byte above 0x7F.
bool eight_plain_bytes(const char* p) {
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  constexpr std::uint64_t ones = 0x0101010101010101ULL;
  constexpr std::uint64_t tops = 0x8080808080808080ULL;
  const std::uint64_t quote = word ^ (ones * '"');
  const std::uint64_t backslash = word ^ (ones * '\\');
  const std::uint64_t special = ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) |
                                ((word - ones * 0x20) & ~word) | word;
  return (special & tops) == 0;
}

}  // namespace

Member JsonSplitter::member() const {
  if (frames_.empty()) return {.parent = root_tag, .key = {}, .index = 0, .first = first_};
  const Frame& frame = frames_.back();
  return {.parent = frame.tag, .key = frame.is_object ? std::string_view(frame.key) : std::string_view(),
          .index = frame.index, .first = first_};
}

SplitFailure JsonSplitter::failure_at(SplitProblem problem, const char* p) const {
  const std::uint64_t offset = offset_of(p);
  return {.problem = problem, .offset = offset, .line = line_,
          .column = static_cast<std::uint32_t>(offset - line_start_ - continuations_ + 1)};
}

const char* JsonSplitter::refuse(SplitProblem problem, const char* p, std::string detail) {
  failure_ = failure_at(problem, p);
  failure_->detail = std::move(detail);
  return nullptr;
}

bool JsonSplitter::feed(std::string_view piece) {
  if (failure_) return false;
  piece_ = piece.data();
  capture_from_ = piece_;
  key_from_ = piece_;
  const char* p = piece_;
  const char* const end = piece_ + piece.size();
  while (p != nullptr && p != end) {
    if (depth_ > static_cast<int>(frames_.size())) {
      p = skim(p, end);
      if (p == end) break;
    }
    p = step(p, end);
  }
  if (p == nullptr) return false;
  if (capturing_) {
    capture_.append(capture_from_, end);
    if (capture_.size() > most_) {
      refuse(SplitProblem::too_large, end, {});
      return false;
    }
  }
  if (keep_key_) key_.append(key_from_, end);
  base_ += piece.size();
  return true;
}

bool JsonSplitter::finish() {
  if (failure_) return false;
  piece_ = nullptr;
  const auto refuse_here = [&](SplitProblem problem, std::string detail) {
    refuse(problem, nullptr, std::move(detail));
    return false;
  };
  switch (state_) {
    case State::done: return true;
    case State::trailing: failure_ = trailing_; return false;
    case State::zero:
    case State::digits:
    case State::fraction:
    case State::exponent:
      if (depth_ == 0) {
        state_ = State::done;
        return true;
      }
      break;
    default: break;
  }
  return refuse_here(SplitProblem::truncated, "the rest of the document");
}

const char* JsonSplitter::step(const char* p, const char* end) {
  const char c = *p;
  switch (state_) {
    case State::value:
    case State::first_value:
    case State::first_key:
    case State::key:
    case State::colon:
    case State::after_value:
    case State::done:
      if (is_space(c)) {
        if (c == '\n') {
          ++line_;
          line_start_ = offset_of(p) + 1;
          continuations_ = 0;
        }
        return p + 1;
      }
      break;
    default: break;
  }
  switch (state_) {
    case State::first_value:
      if (c == ']') return close_container(c, p);
      [[fallthrough]];
    case State::value: return begin_value(c, p) ? p + 1 : nullptr;
    case State::first_key:
      if (c == '}') return close_container(c, p);
      [[fallthrough]];
    case State::key:
      if (c != '"') return refuse(SplitProblem::syntax, p, "a key in double quotes");
      begin_string(true, p);
      return p + 1;
    case State::colon:
      if (c != ':') return refuse(SplitProblem::syntax, p, "a colon");
      state_ = State::value;
      return p + 1;
    case State::after_value:
      if (c == '}' || c == ']') return close_container(c, p);
      return after_value(c, p) ? p + 1 : nullptr;
    case State::string: return plain_text(p, end);
    case State::escape: return escaped(c, p);
    case State::unicode: return hex_digit(c, p);
    case State::low_backslash:
      if (c != '\\') return refuse(SplitProblem::lone_surrogate, p, {});
      state_ = State::low_u;
      return p + 1;
    case State::low_u:
      if (c != 'u') return refuse(SplitProblem::lone_surrogate, p, {});
      state_ = State::unicode;
      hex_left_ = 4;
      code_unit_ = 0;
      return p + 1;
    case State::utf8: return utf8_byte(static_cast<unsigned char>(c), p);
    case State::literal:
      if (c != *literal_) return refuse(SplitProblem::syntax, p, "true, false or null");
      if (*++literal_ == '\0' && !end_value(p + 1)) return nullptr;
      return p + 1;
    case State::done:
      state_ = State::trailing;
      trailing_ = failure_at(SplitProblem::trailing, p);
      [[fallthrough]];
    case State::trailing: {
      // The first bytes are kept so that the message can say what it is; the rest does not matter.
      constexpr std::size_t enough = 64;
      const std::size_t room = enough - trailing_.excerpt.size();
      trailing_.excerpt.append(p, std::min<std::size_t>(room, static_cast<std::size_t>(end - p)));
      if (trailing_.excerpt.size() < enough) return end;
      failure_ = trailing_;
      return nullptr;
    }
    default: return number_byte(c, p);
  }
}

const char* JsonSplitter::plain_text(const char* p, const char* end) {
  while (end - p >= 8 && eight_plain_bytes(p)) p += 8;
  while (p != end) {
    const auto c = static_cast<unsigned char>(*p);
    if (c == '"') return end_string(p + 1) ? p + 1 : nullptr;
    if (c == '\\') {
      state_ = State::escape;
      return p + 1;
    }
    if (c < 0x20U) {
      if (c == 0) return refuse(SplitProblem::nul_byte, p, {});
      return refuse(SplitProblem::syntax, p, "an escaped control character");
    }
    if (c >= 0x80U) return lead_byte(c, p) ? p + 1 : nullptr;
    ++p;
    if (end - p >= 8 && eight_plain_bytes(p)) return p;  // back to long strides
  }
  return p;
}

bool JsonSplitter::begin_value(char c, const char* p) {
  if (!capturing_ && at_frame()) {
    first_ = c;
    const bool is_value = c == '{' || c == '[' || c == '"' || c == 't' || c == 'f' || c == 'n' || c == '-' || is_digit(c);
    const Decision decision = is_value ? handlers_.begin(member()) : Decision{};
    if (decision.take == Take::capture) {
      capturing_ = true;
      capture_depth_ = depth_;
      capture_tag_ = decision.tag;
      capture_.clear();
      capture_begin_ = offset_of(p);
      watched_ = depth_ + 2;
      keys_.clear();
      capture_from_ = p;
    } else if (decision.take == Take::open && (c == '{' || c == '[')) {
      frames_.push_back({.tag = decision.tag, .is_object = c == '{'});
    }
  }
  switch (c) {
    case '{':
    case '[':
      if (depth_ == max_depth) return refuse(SplitProblem::too_deep, p, {}) != nullptr;
      return open_container(c == '{');
    case '"': begin_string(false, p); return true;
    case 't': literal_ = "rue"; break;
    case 'f': literal_ = "alse"; break;
    case 'n': literal_ = "ull"; break;
    case '-': state_ = State::minus; return true;
    case '0': state_ = State::zero; return true;
    default:
      if (is_digit(c)) {
        state_ = State::digits;
        return true;
      }
      return refuse(c == 0 ? SplitProblem::nul_byte : SplitProblem::syntax, p, "a value") != nullptr;
  }
  state_ = State::literal;
  return true;
}

bool JsonSplitter::open_container(bool is_object) {
  is_object_[static_cast<std::size_t>(depth_++)] = is_object;
  state_ = is_object ? State::first_key : State::first_value;
  return true;
}

const char* JsonSplitter::close_container(char c, const char* p) {
  if (depth_ == 0 || is_object_[static_cast<std::size_t>(depth_ - 1)] != (c == '}')) {
    return refuse(SplitProblem::syntax, p, "the matching bracket");
  }
  const bool opened = !capturing_ && at_frame();
  --depth_;
  if (opened) {
    const int tag = frames_.back().tag;
    frames_.pop_back();
    handlers_.closed(tag);
  }
  return end_value(p + 1) ? p + 1 : nullptr;
}

void JsonSplitter::begin_string(bool is_key, const char* p) {
  in_key_ = is_key;
  keep_key_ = is_key && !capturing_ && at_frame();
  if (keep_key_) {
    key_.clear();
    key_from_ = p;
  }
  if (is_key && depth_ <= watched_) note_key(p);
  state_ = State::string;
}

void JsonSplitter::note_key(const char* p) {
  keys_.push_back({.offset = static_cast<std::uint32_t>(offset_of(p) - capture_begin_),
                   .depth = static_cast<std::uint8_t>(depth_ - capture_depth_)});
}

bool JsonSplitter::end_string(const char* p) {
  if (!in_key_) return end_value(p);
  in_key_ = false;
  state_ = State::colon;
  return !keep_key_ || end_key(p);
}

bool JsonSplitter::end_key(const char* p) {
  keep_key_ = false;
  key_.append(key_from_, p);
  Frame& frame = frames_.back();
  frame.key = decode_json_string(key_);
  if (frame.keys.insert(frame.key).second) return true;
  return refuse(SplitProblem::duplicate_key, p, frame.key) != nullptr;
}

bool JsonSplitter::end_value(const char* p) {
  if (capturing_ && depth_ == capture_depth_) {
    capturing_ = false;
    watched_ = 0;
    std::string_view text(capture_from_, static_cast<std::size_t>(p - capture_from_));
    if (!capture_.empty()) {
      capture_.append(text);
      text = capture_;
    }
    if (text.size() > most_) return refuse(SplitProblem::too_large, p, {}) != nullptr;
    Member captured = member();
    captured.keys = keys_;
    handlers_.captured(capture_tag_, captured, text);
  }
  state_ = depth_ == 0 ? State::done : State::after_value;
  return true;
}

bool JsonSplitter::after_value(char c, const char* p) {
  const bool in_object = is_object_[static_cast<std::size_t>(depth_ - 1)];
  if (c != ',') {
    return refuse(c == 0 ? SplitProblem::nul_byte : SplitProblem::syntax, p,
                  in_object ? "a comma or }" : "a comma or ]") != nullptr;
  }
  if (!capturing_ && at_frame()) ++frames_.back().index;
  state_ = in_object ? State::key : State::value;
  return true;
}

const char* JsonSplitter::escaped(char c, const char* p) {
  if (c == 'u') {
    state_ = State::unicode;
    hex_left_ = 4;
    code_unit_ = 0;
    return p + 1;
  }
  if (c == '\0' || std::strchr("\"\\/bfnrt", c) == nullptr) return refuse(SplitProblem::syntax, p, "a known escape");
  state_ = State::string;
  return p + 1;
}

const char* JsonSplitter::hex_digit(char c, const char* p) {
  const int digit = hex_value(c);
  if (digit < 0) return refuse(SplitProblem::syntax, p, "four hex digits");
  code_unit_ = code_unit_ * 16 + static_cast<unsigned>(digit);
  if (--hex_left_ > 0) return p + 1;
  const bool high = code_unit_ >= 0xD800 && code_unit_ <= 0xDBFF;
  const bool low = code_unit_ >= 0xDC00 && code_unit_ <= 0xDFFF;
  if (low != want_low_) return refuse(SplitProblem::lone_surrogate, p, {});
  want_low_ = high;
  state_ = high ? State::low_backslash : State::string;
  return p + 1;
}

const char* JsonSplitter::number_byte(char c, const char* p) {
  switch (state_) {
    case State::minus:
      if (!is_digit(c)) return refuse(SplitProblem::syntax, p, "a digit");
      state_ = c == '0' ? State::zero : State::digits;
      return p + 1;
    case State::dot:
    case State::exponent_sign:
      if (!is_digit(c)) return refuse(SplitProblem::syntax, p, "a digit");
      state_ = state_ == State::dot ? State::fraction : State::exponent;
      return p + 1;
    case State::exponent_start:
      if (c == '+' || c == '-') {
        state_ = State::exponent_sign;
        return p + 1;
      }
      if (!is_digit(c)) return refuse(SplitProblem::syntax, p, "a digit");
      state_ = State::exponent;
      return p + 1;
    default: break;
  }
  if (is_digit(c)) {
    if (state_ == State::zero) return refuse(SplitProblem::syntax, p, "no leading zero");
    return p + 1;
  }
  if (c == '.' && (state_ == State::zero || state_ == State::digits)) {
    state_ = State::dot;
    return p + 1;
  }
  if ((c == 'e' || c == 'E') && state_ != State::exponent) {
    state_ = State::exponent_start;
    return p + 1;
  }
  return end_value(p) ? p : nullptr;  // `c` belongs to what follows
}

bool JsonSplitter::lead_byte(unsigned char c, const char* p) {
  low_ = 0x80;
  high_ = 0xBF;
  if (c >= 0xC2U && c <= 0xDFU) {
    continuation_ = 1;
  } else if (c >= 0xE0U && c <= 0xEFU) {
    continuation_ = 2;
    if (c == 0xE0U) low_ = 0xA0;
    if (c == 0xEDU) high_ = 0x9F;
  } else if (c >= 0xF0U && c <= 0xF4U) {
    continuation_ = 3;
    if (c == 0xF0U) low_ = 0x90;
    if (c == 0xF4U) high_ = 0x8F;
  } else {
    return refuse(SplitProblem::invalid_utf8, p, {}) != nullptr;
  }
  state_ = State::utf8;
  return true;
}

const char* JsonSplitter::utf8_byte(unsigned char c, const char* p) {
  if (c < low_ || c > high_) return refuse(SplitProblem::invalid_utf8, p, {});
  low_ = 0x80;
  high_ = 0xBF;
  ++continuations_;
  if (--continuation_ == 0) state_ = State::string;
  return p + 1;
}

std::string decode_json_string(std::string_view literal) {
  const std::string_view text = literal.substr(1, literal.size() - 2);
  if (text.find('\\') == text.npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  const auto unit = [&](std::size_t at) {
    char32_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i) value = value * 16 + static_cast<char32_t>(hex_value(text[i]));
    return value;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    switch (text[++i]) {
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case 'u': {
        char32_t code = unit(i + 1);
        i += 4;
        if (code >= 0xD800 && code <= 0xDBFF) {
          code = 0x10000 + ((code - 0xD800) << 10U) + (unit(i + 3) - 0xDC00);
          i += 6;
        }
        append_utf8(out, code);
        break;
      }
      default: out += text[i];
    }
  }
  return out;
}

}  // namespace tidegate::document
