// SPDX-License-Identifier: Apache-2.0
#include "policy/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "base/text.hpp"

namespace tidegate::policy {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Decimal {                 // 0.digits * 10^exponent; zero has no digits
  bool negative = false;
  std::string digits{};
  long long exponent = 0;
};

// JSON grammar, also inside strings: "168".
std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal out;
  if (text.starts_with('-')) {
    out.negative = true;
    text.remove_prefix(1);
  }
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return text.substr(begin, at - begin);
  };
  const std::string_view whole = digits();
  if (whole.empty()) return std::nullopt;
  out.digits = std::string(whole);
  out.exponent = static_cast<long long>(whole.size());
  if (at < text.size() && text[at] == '.') {
    ++at;
    const std::string_view fraction = digits();
    if (fraction.empty()) return std::nullopt;
    out.digits += fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool down = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::string_view power = digits();
    if (power.empty()) return std::nullopt;
    long long value = 0;
    const auto parsed = std::from_chars(power.data(), power.data() + power.size(), value);
    if (parsed.ec != std::errc{}) value = 1'000'000'000'000;
    value = std::min(value, 1'000'000'000'000LL);
    out.exponent += down ? -value : value;
  }
  if (at != text.size()) return std::nullopt;
  const std::size_t first = out.digits.find_first_not_of('0');
  if (first == std::string::npos) return Decimal{};
  out.digits.erase(0, first);
  out.exponent -= static_cast<long long>(first);
  out.digits.erase(out.digits.find_last_not_of('0') + 1);
  return out;
}

Order to_order(std::strong_ordering order) {
  return order < 0 ? Order::less : order > 0 ? Order::greater : Order::equal;
}

Order compare(const Decimal& a, const Decimal& b) {
  const auto sign = [](const Decimal& d) { return d.digits.empty() ? 0 : d.negative ? -1 : 1; };
  if (sign(a) != sign(b)) return to_order(sign(a) <=> sign(b));
  if (sign(a) == 0) return Order::equal;
  auto order = a.exponent <=> b.exponent;
  if (order == 0) order = a.digits.compare(b.digits) <=> 0;
  if (sign(a) < 0) order = 0 <=> order;
  return to_order(order);
}

// Calendar months and exact milliseconds do not mix.
struct Duration {
  long long months = 0;
  long long milliseconds = 0;
};

constexpr long long second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

// Digits, with an optional fraction of at most three digits, in thousandths.
std::optional<long long> take_thousandths(std::string_view& text) {
  std::size_t at = 0;
  long long value = 0;
  while (at < text.size() && is_digit(text[at])) {
    if (at > 9) return std::nullopt;
    value = value * 10 + (text[at++] - '0');
  }
  if (at == 0) return std::nullopt;
  value *= 1000;
  if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
    long long unit = 100;
    for (++at; at < text.size() && is_digit(text[at]); ++at, unit /= 10) value += unit * (text[at] - '0');
  }
  text.remove_prefix(at);
  return value;
}

std::optional<Duration> parse_iso(std::string_view text) {  // P1Y2M3W4DT5H6M7S
  if (!text.starts_with('P') || text.size() < 3) return std::nullopt;
  text.remove_prefix(1);
  Duration out;
  bool time = false;
  while (!text.empty()) {
    if (text.front() == 'T' && !time) {
      time = true;
      text.remove_prefix(1);
      if (text.empty()) return std::nullopt;
      continue;
    }
    const auto value = take_thousandths(text);
    if (!value || text.empty()) return std::nullopt;
    const char unit = text.front();
    text.remove_prefix(1);
    if (!time && unit == 'Y') out.months += *value * 12 / 1000;
    else if (!time && unit == 'M') out.months += *value / 1000;
    else if (!time && unit == 'W') out.milliseconds += *value * 7 * (day / 1000);
    else if (!time && unit == 'D') out.milliseconds += *value * (day / 1000);
    else if (time && unit == 'H') out.milliseconds += *value * (hour / 1000);
    else if (time && unit == 'M') out.milliseconds += *value * (minute / 1000);
    else if (time && unit == 'S') out.milliseconds += *value;
    else return std::nullopt;
  }
  return out;
}

std::optional<Duration> parse_units(std::string_view text) {  // 720h, 1h30m, 604800s, 30d, 15ms
  Duration out;
  while (!text.empty()) {
    const auto value = take_thousandths(text);
    if (!value) return std::nullopt;
    std::size_t size = 0;
    while (size < text.size() && !is_digit(text[size])) ++size;
    const std::string_view unit = text.substr(0, size);
    text.remove_prefix(size);
    if (unit == "ms") out.milliseconds += *value / 1000;
    else if (unit == "s") out.milliseconds += *value;
    else if (unit == "m") out.milliseconds += *value * (minute / 1000);
    else if (unit == "h") out.milliseconds += *value * (hour / 1000);
    else if (unit == "d") out.milliseconds += *value * (day / 1000);
    else if (unit == "w") out.milliseconds += *value * 7 * (day / 1000);
    else return std::nullopt;
  }
  return out;
}

std::optional<Duration> parse_clock(std::string_view text) {  // [days.]hh:mm:ss
  Duration out;
  const auto number = [](std::string_view digits) -> std::optional<long long> {
    long long value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || digits.size() > 6 || parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) {
      return std::nullopt;
    }
    return value;
  };
  std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() != 3) return std::nullopt;
  if (const std::size_t dot = parts[0].find('.'); dot != std::string_view::npos) {
    const auto days = number(parts[0].substr(0, dot));
    if (!days) return std::nullopt;
    out.milliseconds += *days * day;
    parts[0].remove_prefix(dot + 1);
  }
  constexpr std::array<long long, 3> units{hour, minute, second};
  for (std::size_t i = 0; i < units.size(); ++i) {
    const auto value = number(parts[i]);
    if (!value) return std::nullopt;
    out.milliseconds += *value * units[i];
  }
  return out;
}

std::optional<Duration> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (auto iso = parse_iso(text)) return iso;
  if (auto clock = parse_clock(text)) return clock;
  return parse_units(text);
}

// 2030-01-31 and 2030-01-31T00:00:00Z: of one shape, the order of the text is the order in time.
bool is_moment(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00Z";
  if (text.size() != shape.size() && text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (shape[i] == '0' ? !is_digit(text[i]) : text[i] != shape[i]) return false;
  }
  return true;
}

}  // namespace

bool is_zero_number(std::string_view number_text) {
  const auto decimal = parse_decimal(number_text);
  return decimal && decimal->digits.empty();
}

std::string normal_number(std::string_view number_text) {
  const auto decimal = parse_decimal(number_text);
  if (!decimal) return std::string(number_text);
  if (decimal->digits.empty()) return "0";
  return (decimal->negative ? "-0." : "0.") + decimal->digits + "e" + std::to_string(decimal->exponent);
}

bool is_quantity(std::string_view text) { return parse_decimal(text) || parse_duration(text); }

bool is_zero_quantity(std::string_view text) {
  if (is_zero_number(text)) return true;
  const auto duration = parse_duration(text);
  return duration && duration->months == 0 && duration->milliseconds == 0;
}

Order compare_quantities(std::string_view a, std::string_view b) {
  if (a.size() == b.size() && is_moment(a) && is_moment(b)) return to_order(a.compare(b) <=> 0);
  if (is_zero_quantity(a) && is_zero_quantity(b)) return Order::equal;
  const auto first = parse_decimal(a);
  const auto second_one = parse_decimal(b);
  if (first && second_one) return compare(*first, *second_one);
  const auto left = parse_duration(a);
  const auto right = parse_duration(b);
  // A bare 0 is the zero of every unit.
  if (left && first == std::nullopt && is_zero_number(b)) return Order::greater;
  if (right && second_one == std::nullopt && is_zero_number(a)) return Order::less;
  if (!left || !right || first || second_one) return Order::unclear;
  const bool left_months = left->months != 0;
  const bool right_months = right->months != 0;
  if (left_months != right_months && left->milliseconds + right->milliseconds != 0) {
    // A year is 365 or 366 days, a month 28 to 31: clear only when no reading decides otherwise.
    const long long low = (left_months ? left->months : right->months) * 28 * day;
    const long long high = (left_months ? left->months : right->months) * 31 * day;
    const long long other = left_months ? right->milliseconds - left->milliseconds : left->milliseconds - right->milliseconds;
    if (other < low) return left_months ? Order::greater : Order::less;
    if (other > high) return left_months ? Order::less : Order::greater;
    return Order::unclear;
  }
  if (left->months == right->months) return to_order(left->milliseconds <=> right->milliseconds);
  if (left->milliseconds == right->milliseconds) return to_order(left->months <=> right->months);
  return Order::unclear;
}

namespace {

using Ladder = std::array<std::string_view, 4>;  // words of one rank are separated by blanks, strongest first

constexpr std::array<Ladder, 4> ladders{{
    {"gzrs ragzrs", "grs ragrs", "zrs", "lrs"},
    {"geozone geozoneredundant", "geo georedundant", "zone zoneredundant", "local localredundant locallyredundant"},
    {"premium", "standard", "basic", "free"},
    {"enterprise_plus", "enterprise", "", ""},
}};

std::optional<std::size_t> rank_in(const Ladder& ladder, std::string_view word) {
  for (std::size_t rank = 0; rank < ladder.size(); ++rank) {
    for (const std::string_view candidate : split(ladder[rank], ' ')) {
      if (!candidate.empty() && candidate == word) return rank;
    }
  }
  return std::nullopt;
}

// "Premium_LRS", "Standard_GRS", "RA-GRS" -> parts without punctuation at the front of the ladder.
std::string plain_word(std::string_view text) {
  std::string out;
  for (const char c : to_lower(text)) {
    if (c != '-' && c != ' ') out += c;
  }
  return out;
}

struct Size {
  std::string letters{};
  std::string number{};
};

// S3, F64, A4, GP_Gen5_8: letters in front, one number at the end.
std::optional<Size> parse_size(std::string_view text) {
  std::size_t at = text.size();
  while (at > 0 && is_digit(text[at - 1])) --at;
  if (at == text.size() || at == 0) return std::nullopt;
  return Size{.letters = to_lower(text.substr(0, at)), .number = std::string(text.substr(at))};
}

Order reversed(std::strong_ordering order) { return to_order(0 <=> order); }

}  // namespace

Order compare_ranks(std::string_view a, std::string_view b) {
  const std::string left = plain_word(a);
  const std::string right = plain_word(b);
  if (left == right) return Order::equal;
  for (const Ladder& ladder : ladders) {
    const auto first = rank_in(ladder, left);
    const auto second_one = rank_in(ladder, right);
    if (first && second_one) return reversed(*first <=> *second_one);
  }
  const auto size_a = parse_size(left);
  const auto size_b = parse_size(right);
  if (size_a && size_b && size_a->letters == size_b->letters) return compare_quantities(size_a->number, size_b->number);
  // Tier_REDUNDANCY: the tier must be the same, the rest decides.
  const std::size_t cut_a = left.find('_');
  const std::size_t cut_b = right.find('_');
  if (cut_a != std::string::npos && cut_a == cut_b && left.substr(0, cut_a) == right.substr(0, cut_b)) {
    return compare_ranks(std::string_view(left).substr(cut_a + 1), std::string_view(right).substr(cut_b + 1));
  }
  return Order::unclear;
}

}  // namespace tidegate::policy
