// SPDX-License-Identifier: Apache-2.0
// Names and limits of the service, as tables: the limits move. Source: "Azure Data Factory naming
// rules" and "Azure subscription and service limits" of Microsoft.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "adf/check.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

// ---- names ----

enum class NameRule : std::uint8_t { any, object, dash_free, factory, runtime };

NameRule name_rule(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::pipeline:
      return NameRule::object;
    case ObjectKind::dataset:
    case ObjectKind::linked_service:
    case ObjectKind::data_flow:
      return NameRule::dash_free;
    case ObjectKind::factory:
      return NameRule::factory;
    case ObjectKind::integration_runtime:
      return NameRule::runtime;
    case ObjectKind::trigger:
    case ObjectKind::credential:
    case ObjectKind::managed_virtual_network:
    case ObjectKind::managed_private_endpoint:
    case ObjectKind::synapse:
      return NameRule::any;
  }
  return NameRule::any;
}

bool is_letter(char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Empty: the name is legal.
std::string fault_of_object_name(std::string_view name) {
  constexpr std::string_view illegal = ".+?/<>*%&:\\";
  const std::size_t bad = name.find_first_of(illegal);
  if (bad != std::string_view::npos) return "holds '" + std::string(1, name[bad]) + "'";
  const bool letter = name.empty() || is_letter(name[0]) || is_digit(name[0]) || name[0] == '_' ||
                      static_cast<unsigned char>(name[0]) >= 0x80U;
  return letter ? "" : "begins with '" + std::string(1, name[0]) + "'";
}

// Letters, digits and single dashes inside.
std::string fault_of_dashed_name(std::string_view name, bool sized) {
  if (sized && (name.size() < 3 || name.size() > 63))
    return "has " + counted(name.size(), "character") + ", expected 3 to 63";
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (is_letter(c) || is_digit(c)) continue;
    if (c != '-') return "holds '" + std::string(1, c) + "', expected letters, digits and dashes";
    if (i == 0 || i + 1 == name.size() || name[i + 1] == '-')
      return "has a dash that stands at an end or beside another";
  }
  return "";
}

Node name_node(const Object& object) {
  return object.root()["name"] ? object.root()["name"] : object.root();
}

void check_transformations(const Object& object, Diagnostics& diagnostics) {
  for (const char* list : {"sources", "sinks", "transformations"}) {
    for (const Node part : object.properties()["typeProperties"][list]) {
      const std::string_view name = part["name"].as_string();
      const auto bad = std::find_if(name.begin(), name.end(), [](char c) {
        return !is_letter(c) && !is_digit(c) && static_cast<unsigned char>(c) < 0x80U;
      });
      if (bad == name.end()) continue;
      diagnostics.error("adf.illegal-name", part["name"].location(),
                        "the name \"" + std::string(name) + "\" holds '" + std::string(1, *bad) + "'",
                        "names in data flows have letters and digits only");
    }
  }
}

// ---- limits ----

struct Limit {
  std::string_view words{};   // of what is counted
  std::size_t warning = 0;    // more than this: W; 0: none
  std::size_t error = 0;      // more than this: E; 0: none
};

constexpr Limit pipeline_name{"characters in the name of a pipeline", 0, 140};
constexpr Limit activity_name{"characters in the name of an activity", 55, 0};
constexpr Limit activity_count{"activities in a pipeline, inner ones included", 80, 120};
constexpr Limit parameter_count{"parameters", 0, 50};
constexpr Limit expression_size{"characters in an expression", 0, 8192};
constexpr Limit pipeline_bytes{"bytes in a pipeline", 200 * 1024, 0};
constexpr Limit small_bytes{"bytes in a dataset or linked service", 100 * 1024, 0};
constexpr Limit batch_count{"iterations at once (batchCount)", 0, 50};
constexpr std::int64_t least_window_minutes = 5;
constexpr std::int64_t longest_timeout_days = 7;

// `where` is asked only of what is over the limit: a place in a text costs reading it up to there.
template <class Where>
void compare(const Limit& limit, std::size_t count, const Where& where, Diagnostics& diagnostics) {
  const bool error = limit.error > 0 && count > limit.error;
  if (!error && (limit.warning == 0 || count <= limit.warning)) return;
  diagnostics.add({.code = "adf.limit",
                   .severity = error ? Severity::error : Severity::warning,
                   .where = where(),
                   .message = std::to_string(count) + " " + std::string(limit.words) + ", the limit is " +
                              std::to_string(error || limit.warning == 0 ? limit.error : limit.warning),
                   .hint = "split it, or shorten it"});
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

// Bytes of the object without the white space between its tokens.
std::size_t compact_size(std::string_view text) {
  std::size_t size = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') {
      size += 2;
      ++i;
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (quoted || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) ++size;
  }
  return size;
}

// `d.hh:mm:ss`: whole days and whether anything follows; nothing for other texts.
std::optional<bool> is_longer_than_days(std::string_view text, std::int64_t days) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || text.find(':') == std::string_view::npos) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + dot, value);
  if (fault != std::errc() || end != text.data() + dot) return std::nullopt;
  const bool more = text.substr(dot + 1).find_first_of("123456789") != std::string_view::npos;
  return value > days || (value == days && more);
}

void check_activity_limits(const Subject& subject, Diagnostics& diagnostics) {
  for (const Activity& activity : subject.facts.activities) {
    compare(activity_name, characters_in(activity.name), [&] { return place_of(activity); }, diagnostics);
    const Node timeout = activity.node["policy"]["timeout"];
    if (is_longer_than_days(timeout.as_string(), longest_timeout_days).value_or(false)) {
      diagnostics.warning("adf.limit", timeout.location(),
                          "timeout \"" + std::string(timeout.as_string()) + "\" is more than 7 days",
                          "the service allows seven days at most");
    }
    if (activity.kind != ActivityKind::for_each) continue;
    const Node batch = activity.properties()["batchCount"];
    if (const auto count = batch.as_integer(); count && *count > 0)
      compare(batch_count, static_cast<std::size_t>(*count), [&] { return batch.location(); }, diagnostics);
  }
}

void check_window(const Object& object, Diagnostics& diagnostics) {
  const Node properties = object.properties()["typeProperties"];
  if (!equal_ignoring_case(object.properties()["type"].as_string(), "TumblingWindowTrigger")) return;
  const Node interval = properties["interval"];
  const auto minutes = interval.as_integer();
  if (!minutes || !equal_ignoring_case(properties["frequency"].as_string(), "Minute")) return;
  if (*minutes >= least_window_minutes) return;
  diagnostics.error("adf.limit", interval.location(),
                    "a window of " + counted(static_cast<std::size_t>(std::max<std::int64_t>(*minutes, 0)), "minute") +
                        ", the least is 5",
                    "widen the window");
}

}  // namespace

void check_name(const Subject& subject, Diagnostics& diagnostics) {
  const Object& object = subject.object;
  const NameRule rule = name_rule(object.kind);
  std::string fault;
  std::string hint = "Data Factory refuses . + ? / < > * % & : \\ in names; they begin with a letter";
  if (rule == NameRule::object || rule == NameRule::dash_free) fault = fault_of_object_name(object.name);
  if (rule == NameRule::factory || rule == NameRule::runtime) {
    fault = fault_of_dashed_name(object.name, rule == NameRule::factory);
    hint = "letters, digits and single dashes only";
  }
  if (!fault.empty()) {
    diagnostics.error("adf.illegal-name", name_node(object).location(),
                      "the name \"" + object.name + "\" " + fault, hint);
  } else if (rule == NameRule::dash_free && object.name.find('-') != std::string::npos) {
    diagnostics.warning("adf.dash-in-name", name_node(object).location(),
                        "the name \"" + object.name + "\" holds a dash",
                        "names of datasets, linked services and data flows should have none");
  }
  if (object.kind == ObjectKind::data_flow) check_transformations(object, diagnostics);
}

void check_limits(const Subject& subject, Diagnostics& diagnostics) {
  const Object& object = subject.object;
  const auto at_name = [&] { return name_node(object).location(); };
  compare(parameter_count, subject.facts.parameters.entries().size(),
          [&] {
            const Node parameters = object.properties()["parameters"];
            return parameters.exists() ? parameters.location() : at_name();
          },
          diagnostics);
  for (const Use& use : subject.uses) {
    const std::string_view text = use.node.as_string();
    if (text.size() > expression_size.error)
      compare(expression_size, characters_in(text), [&] { return use.node.location(); }, diagnostics);
  }
  const std::string& bytes = object.document->text();
  if (object.kind == ObjectKind::pipeline) {
    compare(pipeline_name, characters_in(object.name), at_name, diagnostics);
    compare(activity_count, subject.facts.activities.size(), at_name, diagnostics);
    if (bytes.size() > pipeline_bytes.warning)
      compare(pipeline_bytes, compact_size(bytes), at_name, diagnostics);
    check_activity_limits(subject, diagnostics);
  } else if (object.kind == ObjectKind::dataset || object.kind == ObjectKind::linked_service) {
    if (bytes.size() > small_bytes.warning)
      compare(small_bytes, compact_size(bytes), at_name, diagnostics);
  } else if (object.kind == ObjectKind::trigger) {
    check_window(object, diagnostics);
  }
}

}  // namespace tidegate::adf
