// SPDX-License-Identifier: Apache-2.0
// When a trigger fires: recurrences and filters that the service refuses, or that never come true.
// Sources: "Create a schedule trigger", "Create a tumbling window trigger" and "Create a trigger
// that runs a pipeline in response to a storage event" of Microsoft; refusals as reported in
// hashicorp/terraform-provider-azurerm#14384 and Azure/azure-sdk-for-js#23171.
#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <optional>

#include "adf/check.hpp"
#include "base/take.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

constexpr const char* code = "adf.trigger-recurrence";

// ---- points in time ----

struct Time {
  std::int64_t seconds = 0;  // since 1970, in its own zone
  int month = 0;
  std::string_view zone{};  // what follows the time: Z, an offset, nothing
};

constexpr std::array<int, 12> longest_months{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

int days_in(int month, std::int64_t year) {
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && !leap ? 28 : longest_months.at(static_cast<std::size_t>(month - 1));
}

// Days since 1970-01-01 in the Gregorian calendar.
std::int64_t day_number(std::int64_t year, int month, int day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = y / 400;
  const std::int64_t of_era = y - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct ReadTime {
  bool known_form = false;     // yyyy-MM-ddTHH:mm[:ss[.f]][Z|offset]
  std::optional<Time> time{};  // of the known form: nothing if there is no such day or hour
};

ReadTime read_time(std::string_view text) {
  const auto year = take_digits(text, 4);
  const auto month = year && take_char(text, '-') ? take_digits(text, 2) : std::nullopt;
  const auto day = month && take_char(text, '-') ? take_digits(text, 2) : std::nullopt;
  const auto hour = day && take_char(text, 'T') ? take_digits(text, 2) : std::nullopt;
  const auto minute = hour && take_char(text, ':') ? take_digits(text, 2) : std::nullopt;
  if (!minute) return {};
  int second = 0;
  if (take_char(text, ':')) {
    const auto given = take_digits(text, 2);
    if (!given) return {};
    second = *given;
    if (take_char(text, '.'))
      text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
  }
  if (!text.empty() && text != "Z" && text != "z" && text[0] != '+' && text[0] != '-') return {};
  ReadTime read{.known_form = true};
  if (*month < 1 || *month > 12 || *day < 1 || *day > days_in(*month, *year) || *hour > 23 ||
      *minute > 59 || second > 59)
    return read;
  read.time =
      Time{.seconds = ((day_number(*year, *month, *day) * 24 + *hour) * 60 + *minute) * 60 + second,
           .month = *month,
           .zone = text};
  return read;
}

// ---- recurrences ----

struct Range {
  std::string_view list{};
  std::int64_t least = 0;
  std::int64_t most = 0;
  bool zero = true;  // may be in it
};
constexpr std::array ranges{Range{"minutes", 0, 59}, Range{"hours", 0, 23},
                            Range{"monthDays", -31, 31, false}};

bool is_computed(const Node& node) {
  return node.is_object() ||
         (node.is_string() && node.as_string().find('@') != std::string_view::npos);
}

// A number, also one that was written as a text.
std::optional<std::int64_t> integer_of(const Node& node) {
  if (node.is_number()) return node.as_integer();
  std::string_view text = node.as_string();
  const bool negative = text.size() > 1 && text[0] == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 9) return std::nullopt;
  const auto value = take_digits(text, text.size());
  if (!value) return std::nullopt;
  return negative ? -*value : *value;
}

class Recurrence {
 public:
  // `node`: holds frequency, interval, startTime, endTime.
  Recurrence(const Node& node, Diagnostics& diagnostics)
      : node_(node),
        diagnostics_(diagnostics),
        frequency_(to_lower(node["frequency"].as_string())) {}

  void check_schedule_trigger() {
    check_interval();
    check_times();
    const Node schedule = node_["schedule"];
    if (!schedule.is_object()) return;
    for (const Range& range : ranges) check_list(schedule[range.list], range);
    check_occurrences(schedule["monthlyOccurrences"]);
    check_lists_of_frequency(schedule);
    check_month_days(schedule);
  }

  void check_tumbling_window() {
    check_interval();
    check_times();
    const auto every = window_seconds();
    if (!every) return;
    constexpr std::int64_t least = 5 * 60;
    if (*every < least) {
      refused(node_["interval"],
              "a window of " + counted(static_cast<std::size_t>(*every / 60), "minute") +
                  " is too short",
              "the shortest is 5 minutes");
    } else if (start_ && end_ && end_->seconds > start_->seconds &&
               end_->seconds - start_->seconds < *every) {
      never(node_["endTime"], "endTime comes before the first window is over",
            "end later, or take shorter windows");
    }
  }

 private:
  void refused(const Node& node, const std::string& what, const std::string& hint) {
    diagnostics_.error(code, node.location(), what + "; the service refuses it", hint);
  }

  void never(const Node& node, const std::string& what, const std::string& hint) {
    diagnostics_.warning(code, node.location(), what + ": the trigger never fires", hint);
  }

  void check_interval() {
    const Node given = node_["interval"];
    if (!given || given.is_null() || is_computed(given)) return;
    const auto interval = integer_of(given);
    if (interval && *interval > 0) {
      interval_ = *interval;
    } else {
      refused(given,
              "interval is " + (given.is_string()   ? "\"" + printable(given.as_string()) + "\""
                                : given.is_number() ? std::string(given.number_text())
                                                    : std::string(to_string(given.kind()))),
              "take a whole number from 1");
    }
  }

  std::optional<Time> time_of(const char* name) {
    const Node given = node_[name];
    if (!given.is_string() || is_computed(given)) return std::nullopt;
    const ReadTime read = read_time(given.as_string());
    if (read.known_form && !read.time) {
      refused(given,
              std::string(name) + " \"" + printable(given.as_string()) + "\" is no point in time",
              "take a day and an hour that exist");
    }
    return read.time;
  }

  void check_times() {
    start_ = time_of("startTime");
    end_ = time_of("endTime");
    if (!start_ || !end_ || !equal_ignoring_case(start_->zone, end_->zone)) return;
    if (end_->seconds > start_->seconds) return;
    refused(node_["endTime"],
            "endTime " +
                std::string(end_->seconds == start_->seconds ? "is the same as" : "comes before") +
                " startTime \"" + printable(node_["startTime"].as_string()) + "\"",
            "end after the start, or leave endTime out");
  }

  std::optional<std::int64_t> window_seconds() const {
    if (!interval_) return std::nullopt;
    if (frequency_ == "minute") return *interval_ * 60;
    if (frequency_ == "hour") return *interval_ * 3600;
    return std::nullopt;
  }

  void check_list(const Node& list, const Range& range) {
    for (const Node one : list) {
      if (is_computed(one)) continue;
      const auto value = integer_of(one);
      if (value && *value >= range.least && *value <= range.most && (*value != 0 || range.zero))
        continue;
      refused(one,
              std::string(range.list) + " holds " +
                  (one.is_number() ? std::string(one.number_text())
                                   : "\"" + printable(one.as_string()) + "\""),
              "take numbers from " + std::to_string(range.least) + " to " +
                  std::to_string(range.most) + (range.zero ? "" : ", without 0"));
    }
  }

  // {"day": "Monday", "occurrence": -1}; the names of days have a code of their own.
  void check_occurrences(const Node& list) {
    for (const Node one : list) {
      const Node given = one["occurrence"];
      const auto number = integer_of(given);
      if (!given || is_computed(given) || (number && *number != 0 && *number >= -5 && *number <= 5))
        continue;
      refused(given, "a month has no such occurrence of a day",
              "take 1 to 5, or -1 to -5 from the end");
    }
  }

  // Lists that go with some frequencies only.
  void check_lists_of_frequency(const Node& schedule) {
    if (frequency_.empty()) return;
    for (const Node list : schedule) {
      if (!list.is_array() || list.size() == 0) continue;
      const std::string_view key = list.key();
      const bool of_month = key == "monthDays" || key == "monthlyOccurrences";
      const bool fits = frequency_ == "month" || frequency_ == "year" ? key != "weekDays"
                        : frequency_ == "week"                        ? !of_month
                        : frequency_ == "day"  ? !of_month && key != "weekDays"
                        : frequency_ == "hour" ? !of_month && key != "weekDays"
                                               : frequency_ != "minute";
      if (fits) continue;
      diagnostics_.error(code, list.key_location(),
                         printable(key) + " does not go with the frequency " +
                             std::string(node_["frequency"].as_string()) +
                             "; the service refuses it",
                         of_month            ? "take the frequency Month, or remove the list"
                         : key == "weekDays" ? "take the frequency Week, or remove the list"
                                             : "take another frequency, or remove the list");
    }
  }

  // Each twelfth month is the same one: then 30 February is never there.
  void check_month_days(const Node& schedule) {
    const Node list = schedule["monthDays"];
    if (frequency_ != "month" || !start_ || !interval_ || list.size() == 0) return;
    for (const Node one : list) {
      const auto day = integer_of(one);
      if (!day || *day == 0 || is_in_some_month(*day < 0 ? -*day : *day)) return;
    }
    if (schedule["monthlyOccurrences"].size() > 0) return;
    never(list,
          "no month that is reached from startTime in steps of " +
              counted(static_cast<std::size_t>(*interval_), "month") + " has such a day",
          "take other days, or start in another month");
  }

  bool is_in_some_month(std::int64_t day) const {
    const int step = static_cast<int>(*interval_ % 12);
    for (int i = 0; i < 12; ++i) {
      const int month = (start_->month - 1 + i * step) % 12;
      if (day <= longest_months.at(static_cast<std::size_t>(month))) return true;
    }
    return false;
  }

  const Node node_;
  Diagnostics& diagnostics_;
  const std::string frequency_;
  std::optional<std::int64_t> interval_{};
  std::optional<Time> start_{};
  std::optional<Time> end_{};
};

// ---- events ----

void never_fires(const Location& where, const std::string& what, const std::string& hint,
                 Diagnostics& diagnostics) {
  diagnostics.warning(code, where, what + ": the trigger never fires", hint);
}

void check_events(const Node& properties, Diagnostics& diagnostics) {
  const Node events = properties["events"];
  if (events.is_array() && events.size() == 0)
    never_fires(events.location(), "events is empty", "name at least one event", diagnostics);
}

bool is_given(const Node& node) {
  return node.exists() && !node.is_null() && (!node.is_string() || !node.as_string().empty());
}

void require_filter(const Node& properties, Diagnostics& diagnostics) {
  if (is_given(properties["blobPathBeginsWith"]) || is_given(properties["blobPathEndsWith"]))
    return;
  diagnostics.error(code, properties.key_location(),
                    "there is neither blobPathBeginsWith nor blobPathEndsWith; the service refuses "
                    "a trigger without both",
                    "give one of them, such as /container/blobs/");
}

// Can a path of the form /container/blobs/folder/file begin like this?
bool may_begin_path(std::string_view text) {
  if (!take_char(text, '/')) return false;
  const std::size_t slash = text.find('/');
  if (slash == 0) return false;
  if (slash == std::string_view::npos) return true;  // a part of the container's name
  constexpr std::string_view blobs = "blobs/";
  const std::string_view rest = text.substr(slash + 1);
  return rest.substr(0, blobs.size()) == blobs.substr(0, rest.size());
}

void check_blob_paths(const Node& properties, Diagnostics& diagnostics) {
  require_filter(properties, diagnostics);
  const Node begins = properties["blobPathBeginsWith"];
  const std::string_view text = begins.as_string();
  if (text.empty() || is_computed(begins) || may_begin_path(text)) return;
  never_fires(begins.location(), "no path of a blob begins with \"" + printable(text) + "\"",
              "paths have the form /container/blobs/folder/file", diagnostics);
}

}  // namespace

void check_recurrence(const Subject& subject, Diagnostics& diagnostics) {
  if (subject.object.kind != ObjectKind::trigger) return;
  const std::string_view type = subject.object.properties()["type"].as_string();
  const Node properties = subject.object.properties()["typeProperties"];
  if (!properties.is_object()) return;
  if (equal_ignoring_case(type, "ScheduleTrigger")) {
    Recurrence(properties["recurrence"], diagnostics).check_schedule_trigger();
  } else if (equal_ignoring_case(type, "TumblingWindowTrigger")) {
    Recurrence(properties, diagnostics).check_tumbling_window();
  } else if (equal_ignoring_case(type, "BlobEventsTrigger")) {
    check_events(properties, diagnostics);
    check_blob_paths(properties, diagnostics);
  } else if (equal_ignoring_case(type, "CustomEventsTrigger")) {
    check_events(properties, diagnostics);
  }
}

}  // namespace tidegate::adf
