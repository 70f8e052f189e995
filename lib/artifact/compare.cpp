// SPDX-License-Identifier: Apache-2.0
#include "artifact/compare.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "document/write.hpp"

namespace tidegate::artifact {

namespace {

using document::Node;

// One member of a pointer (RFC 6901).
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') out += "~0";
    else if (c == '/') out += "~1";
    else out += c;
  }
  return out;
}

// What an element of an array is called, where its place in the array means nothing.
Node name_of(const Node& element, std::string_view array) {
  if (array == "annotations" && element.is_string()) return element;
  if (array == "dependsOn" && element["activity"].exists()) return element["activity"];
  return element["name"];
}

// The elements by their names, if each has one of its own.
std::optional<std::map<std::string, Node, std::less<>>> by_name(const Node& array) {
  std::map<std::string, Node, std::less<>> named;
  for (const Node element : array) {
    const Node name = name_of(element, array.key());
    if (!name.is_string() || !named.emplace(name.as_string(), element).second) return std::nullopt;
  }
  return named;
}

class Differences {
 public:
  std::vector<std::string> places{};

  void compare(const Node& before, const Node& after, const std::string& pointer) {
    if (document::equal_values(before, after)) return;
    if (before.is_object() && after.is_object()) return objects(before, after, pointer);
    if (before.is_array() && after.is_array()) return arrays(before, after, pointer);
    places.push_back(pointer.empty() ? "/" : pointer);
  }

 private:
  void objects(const Node& before, const Node& after, const std::string& pointer) {
    std::map<std::string_view, Node> earlier;
    for (const Node member : before) earlier.emplace(member.key(), member);
    for (const Node member : after) {
      const auto found = earlier.find(member.key());
      pair(found == earlier.end() ? Node() : found->second, member, pointer, member.key());
      if (found != earlier.end()) earlier.erase(found);
    }
    for (const auto& gone : earlier) pair(gone.second, Node(), pointer, gone.first);
  }

  void arrays(const Node& before, const Node& after, const std::string& pointer) {
    auto earlier = by_name(before);
    const auto later = by_name(after);
    if (earlier && later) {
      const std::size_t known = places.size();
      for (const auto& element : *later) {
        const auto found = earlier->find(element.first);
        pair(found == earlier->end() ? Node() : found->second, element.second, pointer, element.first);
        if (found != earlier->end()) earlier->erase(found);
      }
      for (const auto& gone : *earlier) pair(gone.second, Node(), pointer, gone.first);
      if (places.size() == known) places.push_back(pointer.empty() ? "/" : pointer);
      return;
    }
    auto a = before.begin(), b = after.begin();
    for (std::size_t index = 0; a != before.end() || b != after.end(); ++index) {
      const Node earlier_element = a != before.end() ? *a : Node();
      const Node later_element = b != after.end() ? *b : Node();
      pair(earlier_element, later_element, pointer, std::to_string(index));
      if (a != before.end()) ++a;
      if (b != after.end()) ++b;
    }
  }

  void pair(const Node& before, const Node& after, const std::string& pointer, std::string_view name) {
    const std::string place = pointer + "/" + escaped(name);
    if (before.exists() && after.exists()) return compare(before, after, place);
    places.push_back(place);
  }
};

void cut(std::vector<std::string>& places, std::size_t& more) {
  if (places.size() <= max_places) return;
  more = places.size() - max_places;
  places.resize(max_places);
}

std::vector<std::string> changed_fields(const ManifestParameter& a, const ManifestParameter& b) {
  std::vector<std::string> fields;
  if (a.type != b.type) fields.push_back("type");
  if (a.required != b.required) fields.push_back(b.required ? "required now" : "optional now");
  if (a.sensitive != b.sensitive) fields.push_back("sensitive");
  if (a.description != b.description) fields.push_back("description");
  if (a.example != b.example) fields.push_back("example");
  return fields;
}

std::vector<OptionChange> compare_options(const Manifest& before, const Manifest& after) {
  if (before.options.empty() || after.options.empty()) return {};
  std::map<std::string, std::pair<std::string, std::string>> options;
  for (const ManifestOption& one : before.options) options[one.name].first = one.value;
  for (const ManifestOption& one : after.options) options[one.name].second = one.value;
  std::vector<OptionChange> changes;
  for (const auto& [name, values] : options) {
    if (values.first == values.second) continue;
    changes.push_back({.name = name == "name" ? name : "--" + name, .before = values.first, .after = values.second});
  }
  return changes;
}

std::string describe_options(const std::vector<OptionChange>& options) {
  const auto text = [](const std::string& value) { return value.empty() ? std::string("none") : printable(value); };
  std::string out;
  for (const OptionChange& one : options) {
    out += (out.empty() ? "option " : "; option ") + printable(one.name) + ": " + text(one.before) + " -> " + text(one.after);
  }
  return out;
}

// "0.1.0 0123…" -> "0.1.0 (commit 0123456789ab)".
std::string shown(const InputChange& change, const std::string& digest) {
  if (digest.empty()) return "none";
  const std::size_t space = digest.find(' ');
  if (change.name == "tool" && space != std::string::npos) {
    return printable(digest.substr(0, space)) + " (commit " + printable(digest.substr(space + 1, 12)) + ")";
  }
  return printable(digest.substr(0, 12));
}

}  // namespace

std::string_view to_string(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "added";
    case ChangeKind::removed:
      return "removed";
    case ChangeKind::changed:
      return "changed";
  }
  return "changed";
}

const ManifestFile* find_file(const Manifest& manifest, std::string_view path) {
  const auto found =
      std::lower_bound(manifest.files.begin(), manifest.files.end(), path,
                       [](const ManifestFile& file, std::string_view p) { return file.path < p; });
  return found != manifest.files.end() && found->path == path ? &*found : nullptr;
}

Change changed_at(std::string name, std::vector<std::string> places) {
  Change change{.name = std::move(name), .places = std::move(places)};
  cut(change.places, change.more);
  return change;
}

bool is_contract(std::string_view path) {
  return path.starts_with("contract/") && path != "contract/contract.lock.json";
}

std::vector<std::string> differing_places(const Node& before, const Node& after) {
  Differences differences;
  differences.compare(before, after, "");
  return std::move(differences.places);
}

std::vector<std::string> differing_paths(const Manifest& before, const Manifest& after) {
  std::vector<std::string> paths;
  for (const ManifestFile& file : after.files) {
    const ManifestFile* other = find_file(before, file.path);
    if (other == nullptr || other->sha256 != file.sha256 || other->executable != file.executable) {
      paths.push_back(file.path);
    }
  }
  for (const ManifestFile& file : before.files) {
    if (find_file(after, file.path) == nullptr) paths.push_back(file.path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<Change> compare_parameters(const Manifest& before, const Manifest& after) {
  std::map<std::string, const ManifestParameter*> earlier, later;
  for (const ManifestParameter& one : before.parameters) earlier.emplace(one.name, &one);
  for (const ManifestParameter& one : after.parameters) later.emplace(one.name, &one);
  std::set<std::string> names;
  for (const auto& one : earlier) names.insert(one.first);
  for (const auto& one : later) names.insert(one.first);
  std::vector<Change> changes;
  for (const std::string& name : names) {
    if (!earlier.contains(name)) {
      changes.push_back({.kind = ChangeKind::added, .name = name});
    } else if (!later.contains(name)) {
      changes.push_back({.kind = ChangeKind::removed, .name = name});
    } else if (auto fields = changed_fields(*earlier.at(name), *later.at(name)); !fields.empty()) {
      changes.push_back({.name = name, .places = std::move(fields)});
    }
  }
  return changes;
}

std::vector<InputChange> compare_inputs(const Manifest& before, const Manifest& after) {
  std::map<std::string, std::pair<std::string, std::string>> inputs;
  for (const ManifestInput& input : before.inputs) inputs[input.name].first = input.digest;
  for (const ManifestInput& input : after.inputs) inputs[input.name].second = input.digest;
  std::vector<InputChange> changes;
  for (const auto& input : inputs) {
    if (input.second.first == input.second.second) continue;
    InputChange change{.name = input.first, .before = input.second.first, .after = input.second.second};
    if (change.name == "source") {
      std::set<std::string> origins;
      for (const std::string& path : differing_paths(before, after)) {
        const ManifestFile* file = find_file(after, path);
        if (file == nullptr) file = find_file(before, path);
        if (file != nullptr && file->origin != "generated") origins.insert(file->origin);
      }
      change.places = {origins.begin(), origins.end()};
      cut(change.places, change.more);
    }
    if (change.name == "options") change.options = compare_options(before, after);
    changes.push_back(std::move(change));
  }
  return changes;
}

std::string describe(const InputChange& change) {
  if (!change.options.empty()) return describe_options(change.options);
  if (change.name != "source") {
    return printable(change.name) + ": " + shown(change, change.before) + " -> " + shown(change, change.after);
  }
  const std::size_t count = change.places.size() + change.more;
  if (count == 0) return "source: no packed file changed";
  std::string names;
  for (const std::string& place : change.places) names += (names.empty() ? "" : ", ") + printable(place);
  return "source: " + counted(count, "file") + " (" + names + (change.more > 0 ? ", …" : "") + ")";
}

}  // namespace tidegate::artifact
