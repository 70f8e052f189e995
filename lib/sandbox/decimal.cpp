// SPDX-License-Identifier: Apache-2.0
#include "sandbox/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace tidegate::sandbox {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Decimal {  // value = 0.digits * 10^point; no zeros at either end of `digits`
  bool negative = false;
  std::string digits{};
  long long point = 0;
};

std::optional<Decimal> parse(std::string_view text) {
  Decimal out;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    out.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  long long exponent = 0;
  if (const std::size_t e = text.find_first_of("eE"); e != text.npos) {
    std::string_view digits = text.substr(e + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    constexpr long long largest = 1'000'000'000;
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() ||
        exponent > largest || exponent < -largest)
      return std::nullopt;
    text = text.substr(0, e);
  }
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  out.digits = std::string(whole);
  if (dot != text.npos) out.digits += text.substr(dot + 1);
  if (out.digits.empty() || !std::all_of(out.digits.begin(), out.digits.end(), is_digit))
    return std::nullopt;
  out.point = static_cast<long long>(whole.size()) + exponent;
  const std::size_t first = out.digits.find_first_not_of('0');
  if (first == out.digits.npos) return Decimal{.digits = "0", .point = 1};
  out.digits.erase(0, first);
  out.point -= static_cast<long long>(first);
  out.digits.erase(out.digits.find_last_not_of('0') + 1);
  return out;
}

}  // namespace

std::string canonical_number(std::string_view text) {
  const std::optional<Decimal> number = parse(text);
  if (!number) return std::string(text);
  constexpr long long most = 40;
  const std::string sign = number->negative ? "-" : "";
  const auto count = static_cast<long long>(number->digits.size());
  if (number->point > most || number->point < -most) {
    std::string out = sign + number->digits.substr(0, 1);
    if (count > 1) out += "." + number->digits.substr(1);
    const long long exponent = number->point - 1;
    return out + "e" + (exponent < 0 ? "" : "+") + std::to_string(exponent);
  }
  if (number->point <= 0)
    return sign + "0." + std::string(static_cast<std::size_t>(-number->point), '0') +
           number->digits;
  if (number->point >= count)
    return sign + number->digits +
           std::string(static_cast<std::size_t>(number->point - count), '0');
  const auto point = static_cast<std::size_t>(number->point);
  return sign + number->digits.substr(0, point) + "." + number->digits.substr(point);
}

std::string exact_decimal(double value) {
  std::array<char, 1200>
      text{};  // 1 sign, 309 digits, a point, 1074 digits: of a double at most 1077
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 1074);
  if (written.ec != std::errc{}) {  // more than 125 digits before the point: then none behind it
    const auto whole =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 0);
    return canonical_number({text.data(), static_cast<std::size_t>(whole.ptr - text.data())});
  }
  return canonical_number({text.data(), static_cast<std::size_t>(written.ptr - text.data())});
}

}  // namespace tidegate::sandbox
