// SPDX-License-Identifier: Apache-2.0
// One pass over the bytes. Few characters can be the anchor of a value: '.' before the suffix of a
// host, '/' of /subscriptions/, '-' inside a GUID or cluster id or before a segment, '_' before a
// segment. Everything else is skipped sixteen bytes at a time, so large files cost little.
#include "service/environment_scan.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/scan.hpp"
#include "base/text.hpp"

namespace tidegate::service {

namespace {

// Domains in which Azure and Databricks give a name to each customer's resource. The label before
// them is the environment's value.
constexpr std::array<std::string_view, 44> host_suffixes{".blob.core.windows.net",
                                                         ".dfs.core.windows.net",
                                                         ".queue.core.windows.net",
                                                         ".table.core.windows.net",
                                                         ".file.core.windows.net",
                                                         ".web.core.windows.net",
                                                         ".blob.core.chinacloudapi.cn",
                                                         ".dfs.core.chinacloudapi.cn",
                                                         ".blob.core.usgovcloudapi.net",
                                                         ".dfs.core.usgovcloudapi.net",
                                                         ".blob.storage.azure.net",
                                                         ".blob.fabric.microsoft.com",
                                                         ".dfs.fabric.microsoft.com",
                                                         ".azuredatalakestore.net",
                                                         ".azuredatalakeanalytics.net",
                                                         ".database.windows.net",
                                                         ".database.chinacloudapi.cn",
                                                         ".database.usgovcloudapi.net",
                                                         ".database.azure.com",
                                                         ".vault.azure.net",
                                                         ".vault.azure.cn",
                                                         ".vault.usgovcloudapi.net",
                                                         ".azuredatabricks.net",
                                                         ".databricks.azure.cn",
                                                         ".databricks.azure.us",
                                                         ".azurewebsites.net",
                                                         ".azuresynapse.net",
                                                         ".documents.azure.com",
                                                         ".cosmos.azure.com",
                                                         ".servicebus.windows.net",
                                                         ".kusto.windows.net",
                                                         ".search.windows.net",
                                                         ".redis.cache.windows.net",
                                                         ".redis.azure.net",
                                                         ".azurecr.io",
                                                         ".azure-api.net",
                                                         ".batch.azure.com",
                                                         ".azurehdinsight.net",
                                                         ".cognitiveservices.azure.com",
                                                         ".openai.azure.com",
                                                         ".azure-devices.net",
                                                         ".eventgrid.azure.net",
                                                         ".azconfig.io",
                                                         ".crm.dynamics.com"};

// Which pairs of letters a suffix starts with, as a square of 32 by 32: two letters decide for
// nearly every dot of a text that no host ends here. Capitals share the places of small letters.
constexpr unsigned place_of(char c) { return static_cast<unsigned char>(c) % 32U; }
constexpr std::array<std::array<bool, 32>, 32> suffix_starts = [] {
  std::array<std::array<bool, 32>, 32> starts{};
  for (const std::string_view suffix : host_suffixes)
    starts[place_of(suffix[1])][place_of(suffix[2])] = true;
  return starts;
}();

// The anchors: bytes at which a value can be told, and of those at which more than a segment can.
constexpr std::array anchors{'.', '/', '-', '_'};
constexpr std::array value_anchors{'.', '/', '-', '-'};

// In these domains, but nobody's resource: the made-up workspace of examples, token audiences.
constexpr std::array<std::string_view, 3> public_hosts{
    "adb-1.1.azuredatabricks.net", "dev.azuresynapse.net", "ossrdbms-aad.database.windows.net"};

constexpr std::array<std::string_view, 9> stages{"dev",  "tst", "uat",     "qa",     "stg",
                                                 "prod", "prd", "preprod", "nonprod"};
constexpr std::size_t longest_stage = [] {
  std::size_t most = 0;
  for (const std::string_view stage : stages) most = std::max(most, stage.size());
  return most;
}();

// Words that make a GUID beside them an id of the environment.
constexpr std::array<std::string_view, 6> identity_words{"tenant",      "client",       "principal",
                                                         "application", "subscription", "appid"};

bool is_alnum(char c) {
  const char low = ascii_lower(c);
  return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9');
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) {
  const char low = ascii_lower(c);
  return is_digit(c) || (low >= 'a' && low <= 'f');
}

constexpr std::size_t guid_size = 36;

bool is_guid_at(std::string_view text, std::size_t at) {
  if (at + guid_size > text.size()) return false;
  for (std::size_t i = 0; i < guid_size; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[at + i] != '-' : !is_hex(text[at + i])) return false;
  }
  const bool open = at + guid_size == text.size() || !is_alnum(text[at + guid_size]);
  return open && (at == 0 || !is_alnum(text[at - 1]));
}

bool is_nil_guid(std::string_view guid) {
  return guid.find_first_not_of("0-") == std::string_view::npos;
}

class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {}

  std::vector<EnvironmentHit> run() {
    for_each_of(text_, anchors, [this](std::size_t i) {
      find_at(i);
      if (text_[i] == '-' || text_[i] == '_') find_segment(i);
      return true;
    });
    return std::move(hits_);
  }

  // Anything but a segment.
  bool holds_value() {
    for_each_of(text_, value_anchors, [this](std::size_t i) {
      find_at(i);
      return hits_.empty();
    });
    return !hits_.empty();
  }

 private:
  void find_at(std::size_t anchor) {
    switch (text_[anchor]) {
      case '.':
        find_host(anchor);
        break;
      case '/':
        find_subscription(anchor);
        break;
      case '-':
        find_guid(anchor);
        find_cluster(anchor);
        break;
      default:
        break;
    }
  }

  void add(std::size_t begin, std::size_t size, EnvironmentKind kind) {
    if (begin + size <= end_of(kind)) return;
    end_of(kind) = begin + size;
    hits_.push_back({.begin = begin, .size = size, .kind = kind});
  }
  std::size_t& end_of(EnvironmentKind kind) { return ends_[static_cast<std::size_t>(kind)]; }

  bool suffix_at(std::size_t dot, std::string_view suffix) const {
    if (!starts_with_ignoring_case(text_.substr(dot), suffix)) return false;
    const std::size_t end = dot + suffix.size();
    if (end == text_.size()) return true;
    const char next = text_[end];
    return !is_alnum(next) && next != '-' &&
           !(next == '.' && end + 1 < text_.size() && is_alnum(text_[end + 1]));
  }

  void find_host(std::size_t dot) {
    if (dot + 2 >= text_.size() || dot == 0 || !is_alnum(text_[dot - 1])) return;
    if (!suffix_starts[place_of(text_[dot + 1])][place_of(text_[dot + 2])]) return;
    const char second = ascii_lower(text_[dot + 1]), third = ascii_lower(text_[dot + 2]);
    for (const std::string_view suffix : host_suffixes) {
      if (suffix[1] != second || suffix[2] != third || !suffix_at(dot, suffix)) continue;
      std::size_t begin = dot;
      while (begin > 0 &&
             (is_alnum(text_[begin - 1]) || text_[begin - 1] == '-' || text_[begin - 1] == '.')) {
        --begin;
      }
      while (begin < dot && !is_alnum(text_[begin])) ++begin;
      const std::string_view host = text_.substr(begin, dot - begin + suffix.size());
      const std::string name = to_lower(host);
      const bool is_public =
          std::find(public_hosts.begin(), public_hosts.end(), name) != public_hosts.end();
      if (!is_public && !name.starts_with("privatelink.")) {  // that one is a DNS zone
        add(begin, host.size(), EnvironmentKind::host);
      }
      return;
    }
  }

  void find_subscription(std::size_t slash) {
    constexpr std::string_view word = "/subscriptions/";
    if (slash + 1 >= text_.size() || ascii_lower(text_[slash + 1]) != word[1]) return;
    if (!starts_with_ignoring_case(text_.substr(slash), word)) return;
    const std::size_t guid = slash + word.size();
    if (!is_guid_at(text_, guid) || is_nil_guid(text_.substr(guid, guid_size))) return;
    add(slash, word.size() + guid_size, EnvironmentKind::subscription);
  }

  // The first dash of a GUID, and a telling word before it on the same line.
  void find_guid(std::size_t dash) {
    if (dash < 8 || !is_guid_at(text_, dash - 8)) return;
    const std::size_t begin = dash - 8;
    if (is_nil_guid(text_.substr(begin, guid_size))) return;
    constexpr std::size_t reach = 48;
    std::string_view before =
        text_.substr(begin > reach ? begin - reach : 0, std::min(begin, reach));
    if (const std::size_t line = before.rfind('\n'); line != before.npos)
      before.remove_prefix(line + 1);
    if (const std::size_t comma = before.rfind(','); comma != before.npos)
      before.remove_prefix(comma + 1);
    const std::string low = to_lower(before);
    if (low.find("/subscriptions/") != low.npos) return;
    for (const std::string_view word : identity_words) {
      if (low.find(word) != low.npos) return add(begin, guid_size, EnvironmentKind::identity);
    }
  }

  // dddd-dddddd-xxxxxxxx: month and day, time, and a word (Databricks clusters and pools).
  void find_cluster(std::size_t dash) {
    if (dash < 4 || dash + 7 >= text_.size() || text_[dash + 7] != '-') return;
    const std::size_t begin = dash - 4;
    if (begin > 0 && (is_alnum(text_[begin - 1]) || text_[begin - 1] == '-')) return;
    const auto digits = [&](std::size_t at, std::size_t count) {
      return std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(at),
                         text_.begin() + static_cast<std::ptrdiff_t>(at + count), is_digit);
    };
    if (!digits(begin, 4) || !digits(dash + 1, 6)) return;
    std::size_t end = dash + 8;
    while (end < text_.size() && is_alnum(text_[end])) ++end;
    const std::string_view word = text_.substr(dash + 8, end - dash - 8);
    const bool letters = std::any_of(word.begin(), word.end(), [](char c) { return !is_digit(c); });
    if (word.size() < 6 || word.size() > 10 || !letters) return;
    if (text_.substr(begin, 11) == "0000-000000") return;
    add(begin, end - begin, EnvironmentKind::cluster);
  }

  // `-dev-`, `_prod`: the stage is a whole segment, with something before it.
  void find_segment(std::size_t separator) {
    if (separator == 0 || !is_alnum(text_[separator - 1])) return;
    std::size_t end = separator + 1;
    while (end < text_.size() && is_alnum(text_[end])) ++end;
    const std::size_t length = end - separator - 1;
    if (length == 0 || length > longest_stage) return;
    const std::string_view word = text_.substr(separator + 1, length);
    const auto is_word = [&](std::string_view stage) { return equal_ignoring_case(stage, word); };
    if (std::none_of(stages.begin(), stages.end(), is_word)) return;
    const std::size_t size = end - separator;
    const bool closed = end < text_.size() && (text_[end] == '-' || text_[end] == '_');
    add(separator, closed ? size + 1 : size, EnvironmentKind::segment);
  }

  std::string_view text_;
  std::vector<EnvironmentHit> hits_{};
  std::array<std::size_t, 5> ends_{};
};

std::string_view kind_text(EnvironmentKind kind) {
  switch (kind) {
    case EnvironmentKind::host:
      return "host";
    case EnvironmentKind::subscription:
      return "subscription";
    case EnvironmentKind::identity:
      return "tenant or client id";
    case EnvironmentKind::cluster:
      return "cluster id";
    case EnvironmentKind::segment:
      return "name segment";
  }
  return "host";
}

constexpr std::string_view code = "service.environment-in-artifact";
constexpr const char* advice =
    "only strings of Data Factory objects are bound; hand the value over as a parameter";

// Enough for every value, and for the words before an id.
constexpr std::size_t least_reach = 4096;

std::size_t longest(const std::vector<EnvironmentLiteral>& literals) {
  std::size_t size = 0;
  for (const EnvironmentLiteral& literal : literals) size = std::max(size, literal.text.size());
  return size;
}

}  // namespace

std::vector<EnvironmentHit> find_environment_values(std::string_view text) {
  return Finder(text).run();
}

bool holds_environment_value(std::string_view text) {
  return Finder(text).holds_value();
}

std::vector<EnvironmentLiteral> environment_literals(const ServiceManifest& manifest) {
  std::vector<EnvironmentLiteral> list;
  for (const Binding& binding : manifest.bindings) {
    if (binding.literal.empty()) continue;
    list.push_back(
        {.variable = binding.variable, .text = binding.literal, .sensitive = binding.sensitive});
  }
  return list;
}

Severity environment_severity(const ServiceManifest& manifest) {
  return manifest.present ? Severity::error : Severity::warning;
}

EnvironmentScanner::EnvironmentScanner(const std::vector<EnvironmentLiteral>& literals,
                                       bool segments)
    : literals_(literals),
      segments_(segments),
      reach_(std::max(least_reach, longest(literals))),
      literal_places_(literals.size()) {}

EnvironmentScanner::Place EnvironmentScanner::place_of(std::string_view text,
                                                       std::size_t at) const {
  const std::string_view before = text.substr(begin_, at - begin_);
  const std::size_t line = before.rfind('\n');
  const std::string_view row = line == before.npos ? before : before.substr(line + 1);
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  const auto characters =
      static_cast<std::ptrdiff_t>(row.size()) - std::count_if(row.begin(), row.end(), continues);
  return {.line = at_begin_.line +
                  static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n')),
          .column = (line == before.npos ? at_begin_.column : 1) +
                    static_cast<std::uint32_t>(characters)};
}

void EnvironmentScanner::look(std::string_view text, std::size_t limit) {
  for (std::size_t i = 0; i < literals_.size(); ++i) {
    if (literal_places_[i] || literals_[i].text.empty()) continue;
    const std::size_t at = text.find(literals_[i].text, begin_);
    if (at < limit) literal_places_[i] = place_of(text, at);
  }
  for (const EnvironmentHit& hit : find_environment_values(text)) {
    if (hit.begin < begin_ || hit.begin >= limit || values_.size() == max_values) continue;
    if (!segments_ && hit.kind == EnvironmentKind::segment) continue;
    const std::string_view value = text.substr(hit.begin, hit.size);
    if (!known_.insert(to_lower(value)).second) continue;
    values_.push_back({hit.kind, std::string(value), place_of(text, hit.begin)});
  }
}

void EnvironmentScanner::feed(std::string_view piece) {
  if (binary_) return;
  if (piece.find('\0') != std::string_view::npos) {
    binary_ = true;
    window_.clear();
    begin_ = 0;
    return;
  }
  constexpr std::size_t worth_it = std::size_t{256} * 1024;
  window_ += piece;
  if (window_.size() - begin_ < worth_it + reach_) return;
  const std::size_t limit = window_.size() - reach_;  // what begins later is seen whole next time
  look(window_, limit);
  at_begin_ = place_of(window_, limit);
  const std::size_t gone = limit - std::min(limit, reach_);
  window_.erase(0, gone);
  begin_ = limit - gone;
}

void EnvironmentScanner::finish(std::string_view file, Severity severity,
                                Diagnostics& diagnostics) {
  if (!binary_) look(window_, window_.size());
  window_.clear();
  report(file, severity, diagnostics);
}

void EnvironmentScanner::report(std::string_view file, Severity severity,
                                Diagnostics& diagnostics) const {
  const auto location = [&](const Place& place) {
    return Location{.file = std::string(file), .line = place.line, .column = place.column};
  };
  std::set<std::string> seen;
  for (std::size_t i = 0; i < literals_.size(); ++i) {
    if (!literal_places_[i]) continue;
    const EnvironmentLiteral& literal = literals_[i];
    const std::string shown = literal.sensitive ? "" : " \"" + literal.text + "\"";
    diagnostics.add({.code = std::string(code),
                     .severity = severity,
                     .where = location(*literal_places_[i]),
                     .message = "the literal" + shown + " of binding \"" + literal.variable +
                                "\" belongs to one environment",
                     .hint = advice});
    seen.insert(to_lower(literal.text));
  }
  for (const Value& one : values_) {
    const bool segment = one.kind == EnvironmentKind::segment;
    const std::string value = to_lower(one.text);
    const bool covered = std::any_of(seen.begin(), seen.end(), [&](const std::string& other) {
      return !segment && other.find(value) != other.npos;
    });
    if (covered || !seen.insert(value).second) continue;
    diagnostics.add(
        {.code = std::string(code),
         .severity = segment ? Severity::warning : severity,
         .where = location(one.place),
         .message =
             std::string(kind_text(one.kind)) + " \"" + one.text + "\" belongs to one environment",
         .hint = segment ? "if the name differs between environments, hand it over as a parameter"
                         : advice});
  }
}

void scan_environment(std::string_view file, std::string_view bytes,
                      const std::vector<EnvironmentLiteral>& literals, Severity severity,
                      Diagnostics& diagnostics, bool segments) {
  EnvironmentScanner scanner(literals, segments);
  scanner.look(bytes, bytes.size());
  scanner.report(file, severity, diagnostics);
}

}  // namespace tidegate::service
