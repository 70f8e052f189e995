// SPDX-License-Identifier: Apache-2.0
#include "spark/coordinates.hpp"

#include <map>

#include "base/text.hpp"

namespace tidegate::spark {

namespace {

bool is_word(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !text.empty() && text.size() <= 200 && text.find_first_not_of(letters) == std::string_view::npos;
}

// The main section: name -> value.
std::map<std::string, std::string, std::less<>> main_section(std::string_view text) {
  std::map<std::string, std::string, std::less<>> section;
  std::string* last = nullptr;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (line.front() == ' ') {
      if (last != nullptr) *last += line.substr(1);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      last = nullptr;
      continue;
    }
    last = &section[to_lower(line.substr(0, colon))];
    *last = trim(line.substr(colon + 1));
  }
  return section;
}

}  // namespace

Coordinates parse_properties(std::string_view text) {
  Coordinates out;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view entry = trim(line);
    if (entry.empty() || entry.front() == '#' || entry.front() == '!') continue;
    const std::size_t mark = entry.find_first_of("=:");
    if (mark == std::string_view::npos) continue;
    const std::string_view key = trim(entry.substr(0, mark));
    const std::string_view value = trim(entry.substr(mark + 1));
    if (key == "groupId") out.group = value;
    if (key == "artifactId") out.artifact = value;
    if (key == "version") out.version = value;
  }
  return out;
}

Coordinates parse_jar_manifest(std::string_view text) {
  const auto section = main_section(text);
  const auto value = [&](std::string_view name) {
    const auto found = section.find(name);
    return found != section.end() && is_word(found->second) ? found->second : std::string();
  };
  Coordinates out{.group = value("implementation-vendor-id"),
                  .artifact = value("implementation-title"),
                  .version = value("implementation-version")};
  if (!out.artifact.empty() && !out.version.empty()) return out;
  const auto bundle = section.find("bundle-symbolicname");
  const std::string name = bundle == section.end() ? std::string() : bundle->second.substr(0, bundle->second.find(';'));
  Coordinates other{.artifact = is_word(trim(name)) ? std::string(trim(name)) : std::string(),
                    .version = value("bundle-version")};
  return other.artifact.empty() || other.version.empty() ? Coordinates() : other;
}

Coordinates parse_jar_name(std::string_view stem) {
  for (std::size_t dash = stem.find('-'); dash != std::string_view::npos; dash = stem.find('-', dash + 1)) {
    if (dash == 0 || dash + 1 >= stem.size() || stem[dash + 1] < '0' || stem[dash + 1] > '9') continue;
    const std::string_view artifact = stem.substr(0, dash), version = stem.substr(dash + 1);
    if (!is_word(artifact) || !is_word(version)) return {};
    return {.artifact = std::string(artifact), .version = std::string(version)};
  }
  return {};
}

bool fits_name(const Coordinates& coordinates, std::string_view stem) {
  if (coordinates.artifact.empty() || !stem.starts_with(coordinates.artifact)) return false;
  if (stem == coordinates.artifact) return true;
  const std::string whole = coordinates.artifact + "-" + coordinates.version;
  return !coordinates.version.empty() && (stem == whole || stem.starts_with(whole + "-"));
}

bool is_complete(const Coordinates& coordinates) {
  return is_word(coordinates.group) && is_word(coordinates.artifact) && is_word(coordinates.version);
}

}  // namespace tidegate::spark
