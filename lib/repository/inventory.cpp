// SPDX-License-Identifier: Apache-2.0
#include "repository/inventory.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/parallel.hpp"
#include "base/text.hpp"
#include "repository/adf_roots.hpp"
#include "repository/folders.hpp"
#include "repository/lfs.hpp"

namespace tidegate::repository {

namespace {

using system::Entry;
using system::EntryKind;
using system::FileTree;

enum class Scope : std::uint8_t {
  any_part,    // a file or folder name anywhere in the path; `name` ending in '/': folders only
  anywhere,    // the file's name, in any folder
  top,         // the file's name, at the top of the tree
  below,       // the file's name, anywhere below the folder `folder` of the top
  config,      // anything below the config folder
  adf_kind,    // a JSON file in a kind folder of an ADF root
  adf_beside,  // the file's path inside an ADF root
};

enum class Content : std::uint8_t { any, notebook_header };

struct RoleRule {
  Role role = Role::other;
  Scope scope = Scope::anywhere;
  std::string_view folder{};
  std::string_view name{};  // glob in lower case, compared without case
  std::string_view reason{};
  Content content = Content::any;
};

// The first rule that fits decides; nothing fits: Role::other.
constexpr std::array rules = {
    // Never packed (artifact.md, section 3).
    RoleRule{Role::denied, Scope::any_part, "", ".git/", "git's own files"},
    RoleRule{Role::denied, Scope::any_part, "", ".env*", "environment file, may hold secrets"},
    RoleRule{Role::denied, Scope::any_part, "", "*.pem", "key or certificate"},
    RoleRule{Role::denied, Scope::any_part, "", "*.key", "key"},
    RoleRule{Role::denied, Scope::any_part, "", "*.pfx", "key store"},
    RoleRule{Role::denied, Scope::any_part, "", "*.p12", "key store"},
    RoleRule{Role::denied, Scope::any_part, "", "*.jks", "key store"},
    RoleRule{Role::denied, Scope::any_part, "", "id_rsa*", "SSH key"},
    RoleRule{Role::denied, Scope::any_part, "", "id_ed25519*", "SSH key"},
    RoleRule{Role::denied, Scope::any_part, "", ".terraform/", "Terraform's working folder"},
    RoleRule{Role::denied, Scope::any_part, "", "*.tfstate*", "Terraform state, holds secrets"},
    RoleRule{Role::denied, Scope::any_part, "", "*.auto.tfvars*", "values of one environment"},
    RoleRule{Role::denied, Scope::any_part, "", "._*", "macOS metadata"},
    RoleRule{Role::denied, Scope::any_part, "", ".ds_store", "macOS metadata"},
    RoleRule{Role::denied, Scope::any_part, "", "__pycache__/", "Python's compiled files"},
    RoleRule{Role::denied, Scope::any_part, "", "node_modules/", "installed Node packages"},
    // What a service is made of.
    RoleRule{Role::manifest, Scope::top, "", "tidegate.yaml", "service manifest"},
    RoleRule{Role::adf_object, Scope::adf_kind, "", "*.json", "Data Factory object"},
    RoleRule{Role::adf_support, Scope::adf_beside, "", "publish_config.json",
             "publish settings of ADF Studio"},
    RoleRule{Role::adf_support, Scope::adf_beside, "", "arm-template-parameters-definition.json",
             "template settings of ADF Studio"},
    RoleRule{Role::adf_support, Scope::adf_beside, "", "adfcdc/*.json",
             "change data capture, kept, not checked"},
    RoleRule{Role::notebook, Scope::anywhere, "", "*.py", "# Databricks notebook source",
             Content::notebook_header},
    RoleRule{Role::notebook, Scope::anywhere, "", "*.r", "# Databricks notebook source",
             Content::notebook_header},
    RoleRule{Role::notebook, Scope::anywhere, "", "*.scala", "// Databricks notebook source",
             Content::notebook_header},
    RoleRule{Role::notebook, Scope::anywhere, "", "*.sql", "-- Databricks notebook source",
             Content::notebook_header},
    RoleRule{Role::notebook, Scope::anywhere, "", "*.ipynb", "Jupyter notebook"},
    RoleRule{Role::notebook, Scope::anywhere, "", "*.dbc", "Databricks archive"},
    RoleRule{Role::jar, Scope::anywhere, "", "*.jar", "Java archive"},
    RoleRule{Role::wheel, Scope::anywhere, "", "*.whl", "Python wheel"},
    RoleRule{Role::wheel, Scope::anywhere, "", "*.egg", "Python egg"},
    RoleRule{Role::pom, Scope::anywhere, "", "pom.xml", "Maven project"},
    RoleRule{Role::terraform, Scope::top, "", ".terraform.lock.hcl", "provider lock file"},
    RoleRule{Role::terraform, Scope::below, "terraform", ".terraform.lock.hcl",
             "provider lock file"},
    RoleRule{Role::terraform, Scope::below, "terraform", "*.tf", "hand-written Terraform"},
    RoleRule{Role::terraform, Scope::below, "terraform", "*.tf.json", "hand-written Terraform"},
    RoleRule{Role::check, Scope::below, "checks", "*.yaml", "custom gate rules"},
    RoleRule{Role::check, Scope::below, "checks", "*.yml", "custom gate rules"},
    RoleRule{Role::test, Scope::below, "tests", "*.tftest.hcl", "custom Terraform test"},
    RoleRule{Role::test, Scope::below, "tests", "*.tftest.json", "custom Terraform test"},
    RoleRule{Role::contract, Scope::below, "contract", "*", "contract"},
    RoleRule{Role::config, Scope::config, "", "*", "configuration file"},
    RoleRule{Role::python, Scope::anywhere, "", "*.py", "Python file without notebook header"},
};

constexpr std::size_t header_limit = 256;

constexpr bool all_names_are_lower_case() {
  for (const RoleRule& rule : rules) {
    for (const char c : rule.name) {
      if (c >= 'A' && c <= 'Z') return false;
    }
  }
  return true;
}
static_assert(all_names_are_lower_case());

// A path in lower case and its parts.
struct LowerPath {
  explicit LowerPath(std::string_view path) : text(to_lower(path)), parts(split(text, '/')) {}
  LowerPath(const LowerPath&) = delete;
  LowerPath& operator=(const LowerPath&) = delete;
  std::string_view name() const { return parts.back(); }

  std::string text;
  std::vector<std::string_view> parts;
};

bool is_below(std::string_view path, std::string_view folder) {
  return folder.empty() ||
         (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

bool any_part_matches(std::string_view pattern, const LowerPath& path) {
  const bool folders_only = pattern.ends_with('/');
  if (folders_only) pattern.remove_suffix(1);
  const auto end = path.parts.end() - (folders_only ? 1 : 0);
  return std::any_of(path.parts.begin(), end,
                     [&](std::string_view part) { return matches_glob(pattern, part); });
}

bool is_denied(const LowerPath& path) {
  return std::any_of(rules.begin(), rules.end(), [&](const RoleRule& rule) {
    return rule.role == Role::denied && any_part_matches(rule.name, path);
  });
}

// The first line after a BOM, without a carriage return at its end.
std::string_view first_line(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// The other roles belong to folders that are the service's own, whoever keeps the files.
bool counts_only_if_referenced(Role role) {
  return role == Role::notebook || role == Role::jar || role == Role::wheel || role == Role::pom ||
         role == Role::python;
}

class Classifier {
 public:
  Classifier(const FileTree& tree, const InventoryOptions& options,
             const std::vector<std::string>& roots)
      : tree_(tree), options_(options), roots_(roots) {}

  InventoryFile classify(const Entry& entry) const {
    InventoryFile file{.path = entry.path, .entry = entry.kind};
    const LowerPath lower(entry.path);
    Content read = Content::any;
    for (const RoleRule& rule : rules) {
      if (!fits(rule, lower, file)) continue;
      read = rule.content;
      file.role = rule.role;
      file.reason = rule.role == Role::denied ? "never packed: " + std::string(rule.name) + " (" +
                                                    std::string(rule.reason) + ")"
                                              : std::string(rule.reason);
      break;
    }
    file.in_submodule = find_folder_of(entry.path, options_.submodules) != nullptr;
    file.if_referenced = file.in_submodule && counts_only_if_referenced(file.role);
    describe(lower, read, file);
    return file;
  }

 private:
  bool fits(const RoleRule& rule, const LowerPath& lower, InventoryFile& file) const {
    switch (rule.scope) {
      case Scope::any_part:
        return any_part_matches(rule.name, lower);
      case Scope::anywhere:
        return matches_glob(rule.name, lower.name()) && content_fits(rule, file);
      case Scope::top:
        return file.path == rule.name;
      case Scope::below:
        return is_below(file.path, rule.folder) && matches_glob(rule.name, lower.name());
      case Scope::config:
        return !options_.config.empty() && is_below(file.path, options_.config);
      case Scope::adf_kind:
        return set_place(file);
      case Scope::adf_beside: {
        const std::string* root = find_root_of(file.path, roots_);
        if (root == nullptr) return false;
        const std::size_t cut = root->empty() ? 0 : root->size() + 1;
        if (!matches_glob(rule.name, std::string_view(lower.text).substr(cut))) return false;
        file.root = *root;
        return true;
      }
    }
    return false;
  }

  bool set_place(InventoryFile& file) const {
    std::optional<AdfPlace> place = find_adf_place(file.path, roots_);
    if (!place) return false;
    file.root = std::move(place->root);
    file.kind_folder = std::move(place->kind_folder);
    return true;
  }

  bool content_fits(const RoleRule& rule, const InventoryFile& file) const {
    if (rule.role == Role::notebook && !is_below(file.path, options_.notebooks)) return false;
    if (rule.content == Content::any) return true;
    if (file.entry != EntryKind::regular && file.entry != EntryKind::executable) return false;
    const Result<std::string> text = tree_.read_prefix(file.path, header_limit);
    return text.ok() && first_line(*text) == rule.reason;
  }

  // Adds what `detect` and `explain` want to know beyond the rule.
  // `read`: what was found in the file already.
  void describe(const LowerPath& lower, Content read, InventoryFile& file) const {
    if (file.entry == EntryKind::submodule) {
      file.role = file.role == Role::denied ? Role::denied : Role::other;
      const Result<std::string> text = tree_.read_prefix(file.path, 1);
      file.reason = text ? "a repository of its own, not read" : text.failure().message;
    } else if (file.entry == EntryKind::symlink) {
      const Result<std::string> text = tree_.read_prefix(file.path, 1);
      if (!text) file.reason = text.failure().message;
    } else if (file.entry == EntryKind::special) {
      file.reason = "no regular file";
    }
    const bool may_be_pointer = file.role == Role::jar || file.role == Role::wheel || file.role == Role::notebook;
    if (may_be_pointer && read == Content::any) find_pointer(file);  // a pointer has no header of a notebook
    if (file.role == Role::other && file.reason.empty()) describe_other(lower.name(), file);
  }

  // Set if all that is here is a pointer: its object cannot be read.
  void find_pointer(InventoryFile& file) const {
    if (file.entry != EntryKind::regular && file.entry != EntryKind::executable) return;
    const Result<std::string> text = tree_.read_prefix(file.path, max_lfs_pointer_size + 1);
    file.lfs_pointer = text.ok() ? text->size() <= max_lfs_pointer_size && is_lfs_pointer(*text)
                                 : text.failure().code == "repository.lfs-missing";
    if (file.lfs_pointer) file.reason += "; only its LFS pointer is here";
  }

  void describe_other(std::string_view name, InventoryFile& file) const {
    file.reason = "no rule fits";
    if (name == "tidegate.yaml" || name == "tidegate.yml") {
      file.reason = "no manifest: it must be called tidegate.yaml and lie at the top";
    } else if (find_root_of(file.path, roots_) != nullptr && name.starts_with('~') &&
               name.ends_with(".json")) {
      file.reason = "temporary file of ADF Studio (starts with ~)";
    } else if (!options_.notebooks.empty() && !is_below(file.path, options_.notebooks) &&
               (name.ends_with(".ipynb") || name.ends_with(".dbc"))) {
      file.reason = "notebook outside " + options_.notebooks + " (databricks.notebooks)";
    } else if (name.ends_with(".r") || name.ends_with(".scala") || name.ends_with(".sql")) {
      file.reason = "no notebook: the first line is no `Databricks notebook source` header";
    } else if (name.ends_with(".tf") || name.ends_with(".tf.json")) {
      file.reason = "Terraform outside terraform/ is not used";
    }
  }

  const FileTree& tree_;
  const InventoryOptions& options_;
  const std::vector<std::string>& roots_;
};

std::string without_slashes(std::string_view folder) {
  while (folder.starts_with("./")) folder.remove_prefix(2);
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return std::string(folder == "." ? "" : folder);
}

std::vector<std::string> find_roots(const FileTree& tree, const InventoryOptions& options) {
  std::vector<const Entry*> candidates;
  for (const Entry& entry : tree.entries()) {
    if (ends_with_ignoring_case(entry.path, ".json") && !is_denied(LowerPath(entry.path)))
      candidates.push_back(&entry);
  }
  if (!options.adf_root_given) {
    std::erase_if(candidates, [&](const Entry* entry) {
      return find_folder_of(entry->path, options.submodules) != nullptr;
    });
    return find_adf_roots(tree, candidates);
  }
  const std::vector<std::string> given = {options.adf_root};
  const bool used = std::any_of(candidates.begin(), candidates.end(), [&](const Entry* entry) {
    return find_adf_place(entry->path, given).has_value();
  });
  return used ? given : std::vector<std::string>();
}

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::manifest:
      return "manifest";
    case Role::adf_object:
      return "adf_object";
    case Role::adf_support:
      return "adf_support";
    case Role::notebook:
      return "notebook";
    case Role::jar:
      return "jar";
    case Role::wheel:
      return "wheel";
    case Role::pom:
      return "pom";
    case Role::config:
      return "config";
    case Role::python:
      return "python";
    case Role::terraform:
      return "terraform";
    case Role::check:
      return "check";
    case Role::test:
      return "test";
    case Role::contract:
      return "contract";
    case Role::denied:
      return "denied";
    case Role::other:
      return "other";
  }
  return "other";
}

std::vector<const InventoryFile*> Inventory::with_role(Role role) const {
  std::vector<const InventoryFile*> found;
  for (const InventoryFile& file : files) {
    if (file.role == role) found.push_back(&file);
  }
  return found;
}

const InventoryFile* Inventory::find(std::string_view path) const {
  const auto place = std::lower_bound(
      files.begin(), files.end(), path,
      [](const InventoryFile& file, std::string_view name) { return file.path < name; });
  return place != files.end() && place->path == path ? &*place : nullptr;
}

Inventory take_inventory(const FileTree& tree, const InventoryOptions& options) {
  InventoryOptions clean = options;
  clean.adf_root = without_slashes(options.adf_root);
  clean.notebooks = without_slashes(options.notebooks);
  clean.config = without_slashes(options.config);
  Inventory inventory;
  inventory.adf_roots = find_roots(tree, clean);
  const Classifier classifier(tree, clean, inventory.adf_roots);
  inventory.files.resize(tree.entries().size());
  for_each_index(inventory.files.size(), [&](std::size_t i) {
    inventory.files[i] = classifier.classify(tree.entries()[i]);
  });
  return inventory;
}

}  // namespace tidegate::repository
