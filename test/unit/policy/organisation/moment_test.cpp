// SPDX-License-Identifier: Apache-2.0
#include "policy/organisation/moment.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidegate::organisation {
namespace {

TEST(Moment, dates_are_strict) {
  EXPECT_EQ(parse_date("1970-01-01"), 0);
  EXPECT_EQ(parse_date("2024-02-29"), 19782);
  EXPECT_EQ(parse_date("2026-12-01"), 20788);
  for (const char* text : {"", "2026-2-01", "2026-13-01", "2026-02-29", "2026-00-10", "2026-01-00", "26-01-01", "2026-01-01T00:00:00Z",
                           " 2026-01-01", "2026-01-01 ", "2026/01/01", "20260101", "+026-01-01", "2026-01-1x", "2100-02-29"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

TEST(Moment, dates_read_back_as_they_were_written) {
  std::size_t read = 0;
  for (Days day = -700000; day < 900000; day += 37) {
    const std::string text = to_date(day);
    if (text.size() != 10 || text[0] == '-') continue;
    EXPECT_EQ(parse_date(text), day) << text;
    ++read;
  }
  EXPECT_GT(read, 40000U);
}

TEST(Moment, times_are_those_of_rfc_3339) {
  EXPECT_EQ(parse_time("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_time("2026-11-27T08:30:15Z"), 1795768215);
  EXPECT_EQ(parse_time("2026-11-27T08:30:15.999Z"), 1795768215);
  EXPECT_EQ(parse_time("2026-11-27T10:30:15+02:00"), 1795768215);
  EXPECT_EQ(parse_time("2026-11-26t22:30:15-10:00"), 1795768215);
  EXPECT_EQ(to_time(1795768215), "2026-11-27T08:30:15Z");
  EXPECT_EQ(to_time(-1), "1969-12-31T23:59:59Z");
  for (const char* text : {"", "2026-11-27", "2026-11-27T08:30:15", "2026-11-27 08:30:15Z", "2026-11-27T24:00:00Z", "2026-11-27T08:60:00Z",
                           "2026-11-27T08:30Z", "2026-11-27T08:30:15.Z", "2026-11-27T08:30:15+0200", "2026-11-27T08:30:15ZZ",
                           "2026-11-27T08:30:61Z", "now"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(Moment, ages_have_one_unit) {
  EXPECT_EQ(parse_age("90s"), 90);
  EXPECT_EQ(parse_age("30m"), 1800);
  EXPECT_EQ(parse_age("4h"), 14400);
  EXPECT_EQ(parse_age("7d"), 604800);
  for (const char* text : {"", "4", "h", "0h", "-4h", "4 h", "4h30m", "1.5h", "4H", "4w", "9999999d", "PT4H"}) {
    EXPECT_FALSE(parse_age(text)) << text;
  }
  for (const char* text : {"90s", "30m", "5h", "7d"}) EXPECT_EQ(to_age(*parse_age(text)), text);
  EXPECT_EQ(to_age(7200), "2h");
}

TEST(Moment, a_day_begins_at_midnight_utc) {
  EXPECT_EQ(day_of(86399), 0);
  EXPECT_EQ(day_of(86400), 1);
  EXPECT_EQ(day_of(-1), -1);
  EXPECT_EQ(day_of(-86400), -1);
}

}  // namespace
}  // namespace tidegate::organisation
