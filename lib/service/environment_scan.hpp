// SPDX-License-Identifier: Apache-2.0
// Values of one environment inside text: Azure and workspace hosts, subscription, tenant, client
// and cluster ids, literals of bindings; and name segments such as `-dev-` (service.md, section 6).
#pragma once

#include <cstdint>
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

// One file of the artifact. Code service.environment-in-artifact, of severity `severity`, for
// segments W, if they are wanted; each distinct value is reported once a file, at its first place.
void scan_environment(std::string_view file, std::string_view bytes,
                      const std::vector<EnvironmentLiteral>& literals, Severity severity,
                      Diagnostics& diagnostics, bool segments = true);

}  // namespace tidegate::service
