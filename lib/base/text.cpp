// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace tidegate {

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return x == y || ascii_lower(x) == ascii_lower(y);
         });
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool ends_with_ignoring_case(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() &&
         equal_ignoring_case(text.substr(text.size() - suffix.size()), suffix);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view white = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  parts.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), separator)) + 1);
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != parts.data()) out += separator;
    out += part;
  }
  return out;
}

namespace {

// Length of the well-formed UTF-8 sequence at `at` (RFC 3629, table 3-7 of Unicode), or 0.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80U) return 1;
  if (lead >= 0xC2U && lead <= 0xDFU) return tail(1) ? 2 : 0;
  if (lead >= 0xE0U && lead <= 0xEFU) {
    const unsigned second = byte(1);
    if (lead == 0xE0U && second < 0xA0U) return 0;
    if (lead == 0xEDU && second > 0x9FU) return 0;
    return tail(1) && tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0U && lead <= 0xF4U) {
    const unsigned second = byte(1);
    if (lead == 0xF0U && second < 0x90U) return 0;
    if (lead == 0xF4U && second > 0x8FU) return 0;
    return tail(1) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

char32_t decode_utf8(std::string_view text, std::size_t at, std::size_t length) {
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[at + i]));
  };
  if (length == 1) return byte(0);
  if (length == 2) return ((byte(0) & 0x1FU) << 6U) | (byte(1) & 0x3FU);
  if (length == 3) {
    return ((byte(0) & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
  }
  return ((byte(0) & 0x07U) << 18U) | ((byte(1) & 0x3FU) << 12U) | ((byte(2) & 0x3FU) << 6U) |
         (byte(3) & 0x3FU);
}

bool is_unprintable(char32_t c) {
  return c < 0x20U || (c >= 0x7FU && c < 0xA0U) || (c >= 0x200EU && c <= 0x200FU) ||
         (c >= 0x2028U && c <= 0x202EU) || (c >= 0x2066U && c <= 0x2069U) || c == 0xFEFFU;
}

void append_hex_escape(std::string& out, char32_t c) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[(c >> static_cast<unsigned>(shift)) & 0xFU];
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (static_cast<unsigned char>(text[at]) < 0x80U) {
      ++at;
      continue;
    }
    const std::size_t length = utf8_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
  if (c < 0x80U) {
    put(c);
  } else if (c < 0x800U) {
    put(0xC0U | (c >> 6U));
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000U) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0) {
      append_hex_escape(out, static_cast<unsigned char>(text[at++]));
      continue;
    }
    const char32_t c = decode_utf8(text, at, length);
    if (is_unprintable(c)) {
      append_hex_escape(out, c);
    } else {
      out += text.substr(at, length);
    }
    at += length;
  }
  return out;
}

namespace {

// Edit distance without case; a swap of neighbours counts as one edit. A broken service asks millions of times: only
// the cells are looked at from which a distance of at most `most` can come, and no memory is taken for each.
class EditDistance {
 public:
  // Of more than `most`: most + 1.
  std::size_t operator()(std::string_view a, std::string_view b, std::size_t most) {
    const std::size_t far = most + 1;
    if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most) return far;
    for (std::vector<std::size_t>* row : {&before_, &last_, &row_}) row->assign(b.size() + 1, far);
    for (std::size_t j = 0; j <= std::min(most, b.size()); ++j) last_[j] = j;
    std::size_t least_before = 0;
    for (std::size_t i = 1; i <= a.size(); ++i) {
      const std::size_t least = next_row(a, b, i, most);
      if (least > most && least_before > most) return far;
      least_before = least;
      std::swap(before_, last_);
      std::swap(last_, row_);
    }
    return std::min(last_[b.size()], far);
  }

 private:
  // Outside of the diagonal band a cell is too far, whatever the letters: those beside it say so to the next row.
  std::size_t next_row(std::string_view a, std::string_view b, std::size_t i, std::size_t most) {
    const std::size_t from = i > most ? i - most : 1, to = std::min(b.size(), i + most);
    row_[from - 1] = from == 1 ? i : most + 1;
    std::size_t least = row_[from - 1];
    const char here = ascii_lower(a[i - 1]);
    for (std::size_t j = from; j <= to; ++j) {
      const char there = ascii_lower(b[j - 1]);
      std::size_t cell = std::min({last_[j] + 1, row_[j - 1] + 1, last_[j - 1] + (here == there ? 0U : 1U)});
      if (i > 1 && j > 1 && here == ascii_lower(b[j - 2]) && ascii_lower(a[i - 2]) == there)
        cell = std::min(cell, before_[j - 2] + 1);
      row_[j] = cell;
      least = std::min(least, cell);
    }
    if (to < b.size()) row_[to + 1] = most + 1;
    return least;
  }

  std::vector<std::size_t> before_{}, last_{}, row_{};
};

}  // namespace

std::optional<std::string> find_nearest(std::string_view word, std::span<const std::string> candidates) {
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  const std::string* found = nullptr;
  EditDistance edit_distance;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate, best - 1);
    if (distance >= best) continue;
    best = distance;
    found = &candidate;
    if (best == 0) break;
  }
  if (found == nullptr) return std::nullopt;
  return *found;
}

namespace {

// Whether letter `c` of a glob can stand for that byte; false tells most names apart at once.
bool may_match(char c, char byte) { return c == byte || c == '*' || c == '?'; }

}  // namespace

bool matches_glob(std::string_view glob, std::string_view path) {
  if (!glob.empty() && !path.empty() &&
      !(may_match(glob.front(), path.front()) && may_match(glob.back(), path.back())))
    return false;
  // Backtracking over the last `*` of the segment and the last `**`: linear memory, no recursion.
  std::size_t g = 0, p = 0;
  std::size_t star_g = std::string_view::npos, star_p = 0;
  std::size_t deep_g = std::string_view::npos, deep_p = 0;
  while (p < path.size() || g < glob.size()) {
    if (g < glob.size() && glob[g] == '*') {
      const bool deep = g + 1 < glob.size() && glob[g + 1] == '*';
      if (deep) {
        g += 2;
        if (g < glob.size() && glob[g] == '/') ++g;  // `**/x` matches `x` too
        deep_g = g;
        deep_p = p;
        star_g = std::string_view::npos;
      } else {
        star_g = ++g;
        star_p = p;
      }
      continue;
    }
    if (p < path.size() && g < glob.size() &&
        (glob[g] == path[p] || (glob[g] == '?' && path[p] != '/'))) {
      ++g;
      ++p;
      continue;
    }
    if (star_g != std::string_view::npos && star_p < path.size() && path[star_p] != '/') {
      g = star_g;
      p = ++star_p;
      continue;
    }
    if (deep_g != std::string_view::npos && deep_p < path.size()) {
      g = deep_g;
      p = ++deep_p;
      star_g = std::string_view::npos;
      continue;
    }
    return false;
  }
  return true;
}

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return std::string(text.substr(0, most)) + "…";
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const unsigned byte : bytes) {
    out += digits[byte >> 4U];
    out += digits[byte & 0xFU];
  }
  return out;
}

std::string counted(std::size_t number, std::string_view singular, std::string_view plural) {
  std::string out = std::to_string(number) + " ";
  if (number == 1) return out += singular;
  if (!plural.empty()) return out += plural;
  out += singular;
  return out += "s";
}

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view parent_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view file_stem(std::string_view path) {
  const std::string_view name = file_name(path);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

std::string join_path(std::string_view folder, std::string_view name) {
  std::string out(folder);
  if (!out.empty() && out.back() != '/') out += '/';
  return out += name;
}

}  // namespace tidegate
