// SPDX-License-Identifier: Apache-2.0
#include "sandbox/pattern.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "system/digest.hpp"

namespace tidegate::sandbox {

namespace {

struct Part {
  std::string text{};  // literal, or what stands between the braces
  bool place = false;
};

std::vector<Part> parts_of(std::string_view pattern) {
  std::vector<Part> parts;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    const std::size_t close = open == pattern.npos ? pattern.npos : pattern.find('}', open);
    if (close == pattern.npos) {
      parts.push_back({.text = std::string(pattern)});
      break;
    }
    if (open > 0) parts.push_back({.text = std::string(pattern.substr(0, open))});
    parts.push_back(
        {.text = std::string(pattern.substr(open + 1, close - open - 1)), .place = true});
    pattern.remove_prefix(close + 1);
  }
  return parts;
}

constexpr std::string_view resource_group_type = "Microsoft.Resources/resourceGroups";

std::string digest_of(std::string_view seed, std::string_view salt) {
  return system::sha256_hex(std::string(seed) + "/" + std::string(salt));
}

std::string text_of(const Value& value) {
  if (value.kind() == Value::Kind::boolean) return value.as_bool() ? "true" : "false";
  const bool plain = value.kind() == Value::Kind::string || value.kind() == Value::Kind::number;
  return plain ? value.text() : std::string();
}

std::optional<std::string> fill_place(const std::string& name, const Value& object,
                                      const Value& provider, std::string_view seed) {
  if (name == "#uuid") return made_up_uuid(seed, name);
  if (name == "#hex") return made_up_hex(seed, name);
  if (name == "#num") return made_up_number(seed, name);
  if (name == "#arm_id") {
    const std::string type = text_of(value_at(object, "type"));
    const std::string parent = text_of(value_at(object, "parent_id"));
    const std::string own = text_of(value_at(object, "name"));
    if (type.empty() || parent.empty() || own.empty()) return std::nullopt;
    return arm_id(parent, type.substr(0, type.find('@')), own);
  }
  const std::size_t bar = name.find('|');
  const std::string_view path = std::string_view(name).substr(0, bar);
  constexpr std::string_view of_provider = "provider.";
  const Value value = path.starts_with(of_provider)
                          ? value_at(provider, path.substr(of_provider.size()))
                          : value_at(object, path);
  std::string text = text_of(value);
  if (!text.empty()) return text;
  if (bar != name.npos && !value.is_unknown()) return name.substr(bar + 1);
  return std::nullopt;
}

}  // namespace

std::string arm_id(const std::string& parent, const std::string& type, const std::string& name) {
  if (equal_ignoring_case(type, resource_group_type)) return parent + "/resourceGroups/" + name;
  const std::size_t slash = type.rfind('/');
  const bool nested = slash != type.npos && type.find('/') != slash;
  if (nested) return parent + type.substr(slash) + "/" + name;
  return (parent == "/" ? "" : parent) + "/providers/" + type + "/" + name;
}

std::optional<std::map<std::string, std::string>> split_arm_id(std::string_view text) {
  constexpr std::string_view query = "?api-version=";
  constexpr std::string_view providers = "/providers/";
  const std::size_t mark = text.find(query);
  const std::string version(mark == text.npos ? "" : text.substr(mark + query.size()));
  const std::string_view id = text.substr(0, mark);
  const std::size_t place = id.rfind(providers);
  const std::vector<std::string_view> words =
      split(place == id.npos ? id : id.substr(place + providers.size()), '/');
  if (std::count(words.begin() + 1, words.end(), std::string_view()) > 0) return std::nullopt;
  std::string type, parent;
  if (words.size() < 3) return std::nullopt;
  const std::size_t below = words.back().size() + words[words.size() - 2].size() + 2;
  if (place == id.npos) {  // /subscriptions/S/resourceGroups/NAME
    if (words.size() != 5 || !equal_ignoring_case(words[3], "resourceGroups")) return std::nullopt;
    type = resource_group_type;
    parent = id.substr(0, id.size() - below);
  } else {  // NAMESPACE/TYPE/NAME, then TYPE/NAME of each part below
    if (words.size() % 2 == 0) return std::nullopt;
    type = words.front();
    for (std::size_t i = 1; i < words.size(); i += 2) type += "/" + std::string(words[i]);
    parent = words.size() == 3 ? id.substr(0, place) : id.substr(0, id.size() - below);
    if (parent.empty()) parent = "/";
  }
  if (!version.empty()) type += "@" + version;
  return std::map<std::string, std::string>{{"id", std::string(id)},
                                            {"name", std::string(words.back())},
                                            {"parent_id", parent},
                                            {"type", type}};
}

std::string made_up_uuid(std::string_view seed, std::string_view salt) {
  std::string out = digest_of(seed, salt).substr(0, 32);
  out[12] = '4';  // version and variant of RFC 9562
  out[16] = 'a';
  for (const std::size_t at : {8U, 13U, 18U, 23U}) out.insert(at, 1, '-');
  return out;
}

std::string made_up_hex(std::string_view seed, std::string_view salt) {
  return digest_of(seed, salt).substr(0, 16);
}

std::string made_up_number(std::string_view seed, std::string_view salt) {
  std::string out = "1";
  for (const char c : digest_of(seed, salt).substr(0, 11))
    out += static_cast<char>('0' + (static_cast<unsigned char>(c) % 10));
  return out;
}

Value value_at(const Value& object, std::string_view path) {
  Value here = object;
  for (const std::string_view step : split(path, '.')) {
    here = here.dynamic_content();
    if (here.items().size() == 1) here = here.items().front();
    if (here.is_unknown()) return here;
    const Value* next = here.find(step);
    if (next == nullptr) return {};
    here = Value(*next);
  }
  return here;
}

std::optional<std::string> fill_pattern(std::string_view pattern, const Value& object,
                                        const Value& provider, std::string_view seed) {
  std::string out;
  for (const Part& part : parts_of(pattern)) {
    const auto text = part.place ? fill_place(part.text, object, provider, seed)
                                 : std::optional<std::string>(part.text);
    if (!text) return std::nullopt;
    out += *text;
  }
  return out;
}

std::optional<std::map<std::string, std::string>> match_pattern(std::string_view pattern,
                                                                std::string_view text) {
  if (pattern == "{#arm_id}") return split_arm_id(text);
  std::map<std::string, std::string> found;
  const std::vector<Part> parts = parts_of(pattern);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].place) {
      if (!text.starts_with(parts[i].text)) return std::nullopt;
      text.remove_prefix(parts[i].text.size());
      continue;
    }
    const bool last = i + 1 == parts.size();
    // A literal behind it ends it: at its last place, for an id may hold ids.
    const std::size_t end = last ? text.size() : text.rfind(parts[i + 1].text);
    if (end == text.npos || end == 0) return std::nullopt;
    found[parts[i].text.substr(0, parts[i].text.find('|'))] = std::string(text.substr(0, end));
    text.remove_prefix(end);
  }
  if (!text.empty()) return std::nullopt;
  return found;
}

}  // namespace tidegate::sandbox
