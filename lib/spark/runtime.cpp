// SPDX-License-Identifier: Apache-2.0
#include "spark/runtime.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace tidegate::spark {
namespace {

// Takes a number of at most three digits from the front.
std::optional<int> take_number(std::string_view& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto size = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || size > 3 || text.front() == '-') return std::nullopt;
  text.remove_prefix(size);
  return value;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

}  // namespace

std::optional<ClusterVersion> parse_cluster_version(std::string_view text) {
  const auto major = take_number(text);
  if (!major || !take(text, ".")) return std::nullopt;
  const auto minor = take_number(text);
  if (!minor || !take(text, ".x")) return std::nullopt;
  const std::size_t scala = text.find("-scala");
  if (scala == std::string_view::npos || (scala > 0 && text.front() != '-')) return std::nullopt;
  text.remove_prefix(scala + 6);
  std::string_view rest = text;
  const auto first = take_number(rest);
  if (!first || !take(rest, ".")) return std::nullopt;
  if (!take_number(rest) || !rest.empty()) return std::nullopt;
  return ClusterVersion{*major, *minor, std::string(text)};
}

std::optional<Runtime> find_runtime(const ClusterVersion& version) {
  const Runtime& oldest = runtimes.back();
  if (std::tie(version.major, version.minor) < std::tie(oldest.major, oldest.minor)) return oldest;
  const auto found = std::find_if(runtimes.begin(), runtimes.end(), [&](const Runtime& row) {
    return row.major == version.major && row.minor == version.minor;
  });
  return found == runtimes.end() ? std::nullopt : std::optional(*found);
}

std::string_view scala_suffix(std::string_view artifact) {
  for (std::size_t at = artifact.find("_2."); at != std::string_view::npos;
       at = artifact.find("_2.", at + 1)) {
    std::size_t end = at + 3;
    while (end < artifact.size() && artifact[end] >= '0' && artifact[end] <= '9') ++end;
    if (end > at + 3 && (end == artifact.size() || artifact[end] == '-')) {
      return artifact.substr(at + 1, end - at - 1);
    }
  }
  return {};
}

}  // namespace tidegate::spark
