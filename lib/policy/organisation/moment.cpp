// SPDX-License-Identifier: Apache-2.0
// Source of the calendar: std::chrono, which knows no clock and no zone here.
#include "policy/organisation/moment.hpp"

#include <array>
#include <chrono>

#include "base/take.hpp"

namespace tidegate::organisation {

namespace {

std::optional<Days> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take_char(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take_char(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// HH:MM, at most `hours`:59.
std::optional<Seconds> take_hours(std::string_view& text, int hours) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > hours || !take_char(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return Seconds{*hour} * 3600 + Seconds{*minute} * 60;
}

// Z or +HH:MM or -HH:MM, and nothing behind it.
std::optional<Seconds> offset_of(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  const bool west = take_char(text, '-');
  if (!west && !take_char(text, '+')) return std::nullopt;
  const auto offset = take_hours(text, 23);
  if (!offset || !text.empty()) return std::nullopt;
  return west ? -*offset : *offset;
}

struct Unit {
  char letter = 's';
  Seconds seconds = 1;
};
constexpr std::array<Unit, 4> units{{{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};

std::string padded(unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); }

}  // namespace

std::optional<Days> parse_date(std::string_view text) {
  const auto day = take_date(text);
  return text.empty() ? day : std::nullopt;
}

std::optional<Seconds> parse_time(std::string_view text) {
  const auto day = take_date(text);
  if (!day || (!take_char(text, 'T') && !take_char(text, 't'))) return std::nullopt;
  const auto minutes = take_hours(text, 23);
  if (!minutes || !take_char(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 60) return std::nullopt;  // 60: a leap second
  if (take_char(text, '.')) {
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
  }
  const auto offset = offset_of(text);
  if (!offset) return std::nullopt;
  return *day * 86400 + *minutes + *second - *offset;
}

std::optional<Seconds> parse_age(std::string_view text) {
  if (text.size() < 2 || text.size() > 7) return std::nullopt;
  Seconds value = 0;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  for (const Unit& unit : units) {
    if (unit.letter == text.back() && value > 0) return value * unit.seconds;
  }
  return std::nullopt;
}

Days day_of(Seconds time) { return time / 86400 - (time % 86400 < 0 ? 1 : 0); }

std::string to_date(Days day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  std::string year = std::to_string(static_cast<int>(date.year()));
  year.insert(0, year.size() < 4 ? 4 - year.size() : 0, '0');
  return year + "-" + padded(static_cast<unsigned>(date.month())) + "-" +
         padded(static_cast<unsigned>(date.day()));
}

std::string to_time(Seconds time) {
  const Days day = day_of(time);
  const auto rest = static_cast<unsigned>(time - day * 86400);
  return to_date(day) + "T" + padded(rest / 3600) + ":" + padded(rest / 60 % 60) + ":" +
         padded(rest % 60) + "Z";
}

std::string to_age(Seconds age) {
  for (const Unit& unit : units) {
    if (age % unit.seconds == 0 && age >= unit.seconds)
      return std::to_string(age / unit.seconds) + unit.letter;
  }
  return std::to_string(age) + "s";
}

}  // namespace tidegate::organisation
