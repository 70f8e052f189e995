// SPDX-License-Identifier: Apache-2.0
// Databricks runtimes: what a cluster version says, and what the long-term ones contain.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::spark {

// "15.4.x-photon-scala2.12" -> 15, 4, "2.12".
struct ClusterVersion {
  int major = 0;
  int minor = 0;
  std::string scala{};

  friend bool operator==(const ClusterVersion&, const ClusterVersion&) = default;
};

// Nothing for other text, such as a custom image: `<n>.<n>.x[-photon|-cpu-ml|-gpu-ml|-esr…]-scala<binary>`.
std::optional<ClusterVersion> parse_cluster_version(std::string_view text);

struct YearMonth {
  int year = 0;
  int month = 0;  // from 1

  friend auto operator<=>(const YearMonth&, const YearMonth&) = default;
};

struct Runtime {
  int major = 0;
  int minor = 0;
  std::string_view spark{};
  std::array<std::string_view, 2> scala{};  // binary versions; the second may be empty
  int java = 0;
  YearMonth ends{};                         // last month of support; year 0: it is over
};

// Databricks Runtime release notes, long-term versions only.
inline constexpr std::array<Runtime, 6> runtimes{{
    {17, 3, "4.0.0", {"2.13", ""}, 17, {2028, 10}},
    {16, 4, "3.5.2", {"2.12", "2.13"}, 17, {2028, 5}},
    {15, 4, "3.5.0", {"2.12", ""}, 8, {2027, 8}},
    {14, 3, "3.5.0", {"2.12", ""}, 8, {2027, 2}},
    {13, 3, "3.4.1", {"2.12", ""}, 8, {2026, 8}},
    {12, 2, "3.3.2", {"2.12", ""}, 8, {}},
}};

// The row of the table; versions older than the last row take that one. Nothing for versions
// between the rows and newer ones: what they contain is not known here.
std::optional<Runtime> find_runtime(const ClusterVersion& version);

// "2.12" of "orders_2.12", "orders_2.12-1.0"; empty without suffix. Only Scala 2.
std::string_view scala_suffix(std::string_view artifact);

}  // namespace tidegate::spark
