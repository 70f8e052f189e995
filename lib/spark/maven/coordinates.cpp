// SPDX-License-Identifier: Apache-2.0
#include "spark/maven/coordinates.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tidegate::spark::maven {
namespace {

bool is_safe_part(std::string_view part) {
  if (part.empty() || part.size() > 200 || part == "." || part == "..") return false;
  return std::all_of(part.begin(), part.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '.' || c == '-' || c == '_' || c == '+';
  });
}

}  // namespace

std::string Coordinates::extension() const {
  if (type == "bundle" || type == "test-jar" || type == "ejb" || type == "maven-plugin") return "jar";
  return type;
}

std::string Coordinates::key() const {
  const std::string kind = extension();
  std::string out = group + ":" + artifact;
  if (kind != "jar" || !classifier.empty()) out += ":" + kind;
  if (!classifier.empty()) out += ":" + classifier;
  return out;
}

std::string Coordinates::text() const { return key() + ":" + version; }

std::string Coordinates::path() const {
  std::string folder = group;
  std::replace(folder.begin(), folder.end(), '.', '/');
  return folder + "/" + artifact + "/" + version + "/" + artifact + "-" + version +
         (classifier.empty() ? "" : "-" + classifier) + "." + extension();
}

Coordinates pom_of(const Coordinates& file) {
  return {.group = file.group, .artifact = file.artifact, .version = file.version, .type = "pom"};
}

bool is_safe(const Coordinates& coordinates) {
  const std::string& group = coordinates.group;
  return is_safe_part(group) && group.front() != '.' && group.back() != '.' &&
         group.find("..") == std::string::npos && is_safe_part(coordinates.artifact) &&
         is_safe_part(coordinates.version) && is_safe_part(coordinates.type) &&
         (coordinates.classifier.empty() || is_safe_part(coordinates.classifier));
}

std::optional<std::string> unpinned_reason(std::string_view version) {
  if (version.find_first_of("[](),") != std::string_view::npos) return "is a range";
  if (version == "LATEST" || version == "RELEASE") return "is whatever is newest";
  if (ends_with_ignoring_case(version, "SNAPSHOT")) return "is a snapshot, which changes";
  return std::nullopt;
}

std::string without_brackets(std::string_view version) {
  if (version.size() > 2 && version.front() == '[' && version.back() == ']' &&
      version.find(',') == std::string_view::npos) {
    version = trim(version.substr(1, version.size() - 2));
  }
  return std::string(version);
}

}  // namespace tidegate::spark::maven
