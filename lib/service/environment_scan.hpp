// SPDX-License-Identifier: Apache-2.0
// Values of one environment inside text: Azure and workspace hosts, subscription, tenant, client
// and cluster ids, literals of bindings; and name segments such as `-dev-` (service.md, section 6).
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "service/manifest.hpp"

namespace tidegate::service {

enum class EnvironmentKind : std::uint8_t {
  host,          // stsalesdev.dfs.core.windows.net
  subscription,  // /subscriptions/<guid>
  identity,      // a GUID beside a word such as tenant or clientId
  cluster,       // 0923-164208-meows279
  segment,       // -dev-, _prod: a hint only
};

struct EnvironmentHit {
  std::size_t begin = 0;
  std::size_t size = 0;
  EnvironmentKind kind = EnvironmentKind::host;
};

// Sorted by place, disjoint within a kind. Made-up values are no hits: the nil GUID, workspace
// adb-1.1, cluster 0000-000000-…, every name below the reserved domain .example.
std::vector<EnvironmentHit> find_environment_values(std::string_view text);

// Hosts, subscriptions, identities and clusters; segments do not count.
bool holds_environment_value(std::string_view text);

struct EnvironmentLiteral {  // of an explicit binding
  std::string variable{};
  std::string text{};
  bool sensitive = false;  // then no message shows the text
};

std::vector<EnvironmentLiteral> environment_literals(const ServiceManifest& manifest);

// Of values that a file holds as it is: without manifest a service is a look at what is there, and
// cannot say what it binds; with one it is a release (docs/decisions/0037).
Severity environment_severity(const ServiceManifest& manifest);

// Looks for all of them in text that passes by in pieces, cut anywhere. What lies behind a NUL byte
// is no text, and is not looked at.
class EnvironmentScanner {
 public:
  // `literals` must outlive it. `segments`: look for these, too.
  explicit EnvironmentScanner(const std::vector<EnvironmentLiteral>& literals,
                              bool segments = true);

  void feed(std::string_view piece);
  // Findings as scan_environment has them. Feed no more then.
  void finish(std::string_view file, Severity severity, Diagnostics& diagnostics);

  static constexpr std::size_t max_values = 1000;  // distinct ones, of a file

 private:
  friend void scan_environment(std::string_view, std::string_view,
                               const std::vector<EnvironmentLiteral>&, Severity, Diagnostics&,
                               bool);
  struct Place {
    std::uint32_t line = 1;
    std::uint32_t column = 1;  // in characters
  };
  struct Value {
    EnvironmentKind kind = EnvironmentKind::host;
    std::string text{};
    Place place{};
  };
  // Values that begin in [begin_, limit) of the text.
  void look(std::string_view text, std::size_t limit);
  void report(std::string_view file, Severity severity, Diagnostics& diagnostics) const;
  Place place_of(std::string_view text, std::size_t at) const;

  const std::vector<EnvironmentLiteral>& literals_;
  bool segments_;
  std::size_t reach_;     // what a value needs around it to be told
  std::string window_{};  // what was fed and is still to be looked at, with a little that was
  std::size_t begin_ = 0;
  Place at_begin_{};
  bool binary_ = false;
  std::vector<std::optional<Place>> literal_places_;  // parallel to literals_
  std::vector<Value> values_{};                       // in the order of the text
  std::set<std::string> known_{};                     // their texts in lower case
};

// One file of the artifact. Code service.environment-in-artifact, of severity `severity`, for
// segments W, if they are wanted; each distinct value is reported once a file, at its first place.
void scan_environment(std::string_view file, std::string_view bytes,
                      const std::vector<EnvironmentLiteral>& literals, Severity severity,
                      Diagnostics& diagnostics, bool segments = true);

}  // namespace tidegate::service
