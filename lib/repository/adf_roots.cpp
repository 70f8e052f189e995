// SPDX-License-Identifier: Apache-2.0
// Two folders with Data Factory names that hold JSON are proof enough. One folder alone (`dataset`,
// `factory` and `trigger` are common words) must also hold a file of the right shape.
#include "repository/adf_roots.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "document/parse.hpp"

namespace tidegate::repository {

namespace {

using system::Entry;
using system::FileTree;

struct KindFolder {
  std::string_view name{};   // lower case
  bool makes_root = true;    // false: Synapse folders and adfcdc occur beside the others
  std::string_view shape{};  // a key that every object of the kind has; "" when there is none
};

constexpr std::array kind_folders = {
    KindFolder{"pipeline", true, "\"activities\""},
    KindFolder{"dataset", true, "\"linkedServiceName\""},
    KindFolder{"linkedservice", true, "\"typeProperties\""},
    KindFolder{"dataflow", true, "\"typeProperties\""},
    KindFolder{"trigger", true, "\"typeProperties\""},
    KindFolder{"integrationruntime", true, "\"properties\""},
    KindFolder{"credential", true, "\"typeProperties\""},
    KindFolder{"factory", true, ""},
    KindFolder{"managedvirtualnetwork", true, "\"properties\""},
    KindFolder{"notebook", false, ""},
    KindFolder{"sqlscript", false, ""},
    KindFolder{"sparkjobdefinition", false, ""},
    KindFolder{"bigdatapool", false, ""},
    KindFolder{"sqlpool", false, ""},
};

constexpr std::array<std::string_view, 10> factory_keys = {
    "name", "location", "properties", "identity",        "id",
    "type", "eTag",     "tags",       "lastPublishTime", "sku"};

constexpr std::size_t shape_limit = std::size_t{16} << 10U;  // bytes in which the key is looked for

const KindFolder* find_kind(std::string_view folder) {
  const std::string name = to_lower(folder);
  const auto place = std::find_if(kind_folders.begin(), kind_folders.end(),
                                  [&](const KindFolder& kind) { return kind.name == name; });
  return place == kind_folders.end() ? nullptr : &*place;
}

bool is_object_file(std::string_view path) {
  return ends_with_ignoring_case(path, ".json") && !file_name(path).starts_with('~');
}

// {"name", "location", "properties"…} and nothing else: `factory` is too common a word for less.
bool is_factory(const FileTree& tree, const std::string& path) {
  Result<std::string> text = tree.read(path);
  if (!text) return false;
  const Result<document::DocumentPtr> parsed = document::parse_json(path, std::move(*text));
  if (!parsed || !(*parsed)->root()["name"].is_string()) return false;
  if (!(*parsed)->root()["location"].is_string() && !(*parsed)->root()["properties"].is_object())
    return false;
  for (const document::Node member : (*parsed)->root()) {
    if (std::find(factory_keys.begin(), factory_keys.end(), member.key()) == factory_keys.end())
      return false;
  }
  return true;
}

bool has_shape(const FileTree& tree, const KindFolder& kind, const std::string& path) {
  if (kind.shape.empty()) return is_factory(tree, path);
  const Result<std::string> text = tree.read_prefix(path, shape_limit);
  return text.ok() && text->find(kind.shape) != std::string::npos;
}

// `…/managedVirtualNetwork/<network>/managedPrivateEndpoint` -> the first of these folders.
std::optional<std::string_view> find_network_folder(std::string_view folder) {
  if (!equal_ignoring_case(file_name(folder), "managedprivateendpoint")) return std::nullopt;
  const std::string_view network = parent_path(parent_path(folder));
  if (!equal_ignoring_case(file_name(network), "managedvirtualnetwork")) return std::nullopt;
  return network;
}

// The kind folder that an object file lies in, whatever the root.
std::string_view kind_folder_of(std::string_view path) {
  const std::string_view folder = parent_path(path);
  return find_network_folder(folder).value_or(folder);
}

}  // namespace

std::vector<std::string> find_adf_roots(const FileTree& tree,
                                        const std::vector<const Entry*>& candidates) {
  // root -> kind -> its files
  std::map<std::string, std::map<const KindFolder*, std::vector<const Entry*>>, std::less<>> places;
  for (const Entry* entry : candidates) {
    if (!is_object_file(entry->path)) continue;
    const std::string_view folder = kind_folder_of(entry->path);
    const KindFolder* kind = find_kind(file_name(folder));
    if (kind == nullptr || !kind->makes_root || folder.empty()) continue;
    places[std::string(parent_path(folder))][kind].push_back(entry);
  }
  std::vector<std::string> roots;
  for (const auto& place : places) {
    const auto& kinds = place.second;
    bool is_root = kinds.size() >= 2;
    if (!is_root) {
      const auto& only = *kinds.begin();
      is_root = std::any_of(only.second.begin(), only.second.end(), [&](const Entry* entry) {
        return has_shape(tree, *only.first, entry->path);
      });
    }
    if (is_root) roots.push_back(place.first);
  }
  return roots;
}

const std::string* find_root_of(std::string_view path, const std::vector<std::string>& roots) {
  const std::string* best = nullptr;
  for (const std::string& root : roots) {
    const bool below = root.empty() || (path.size() > root.size() && path.starts_with(root) &&
                                        path[root.size()] == '/');
    if (below && (best == nullptr || root.size() > best->size())) best = &root;
  }
  return best;
}

std::optional<AdfPlace> find_adf_place(std::string_view path,
                                       const std::vector<std::string>& roots) {
  if (!is_object_file(path)) return std::nullopt;
  const std::string_view folder = kind_folder_of(path);
  const KindFolder* kind = find_kind(file_name(folder));
  if (kind == nullptr || folder.empty()) return std::nullopt;
  const std::string root(parent_path(folder));
  if (!std::binary_search(roots.begin(), roots.end(), root)) return std::nullopt;
  const bool endpoint = folder != parent_path(path);
  return AdfPlace{.root = root,
                  .kind_folder = endpoint ? "managedprivateendpoint" : std::string(kind->name)};
}

}  // namespace tidegate::repository
