// SPDX-License-Identifier: Apache-2.0
#include "build/tests.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "flavours/adf_databricks/own_storage.hpp"
#include "terraform/blocks.hpp"

namespace tidegate {

namespace {

constexpr std::string_view folder = "tests/";
constexpr std::string_view target_folder = "terraform/tests/";

bool is_support(std::string_view path) {
  return terraform::is_configuration(path) || path.ends_with(".tfmock.hcl") ||
         path.ends_with(".tfmock.json");
}

// Terraform's default is apply.
std::string level_of(std::string_view text) {
  std::size_t runs = 0, plans = 0;
  for (std::size_t at = text.find("run"); at != text.npos; at = text.find("run", at + 3)) {
    const bool begins =
        at == 0 || text[at - 1] == '\n' || text[at - 1] == '"' || text[at - 1] == ' ';
    const std::string_view rest = trim(text.substr(at + 3));
    runs += begins && (rest.starts_with('"') || rest.starts_with(':'));
  }
  for (std::size_t at = text.find("command"); at != text.npos; at = text.find("command", at + 7)) {
    std::string_view rest = text.substr(at + 7);
    if (rest.starts_with('"')) rest.remove_prefix(1);
    rest = trim(rest);
    if (!rest.starts_with('=') && !rest.starts_with(':')) continue;
    rest = trim(rest.substr(1));
    plans += rest.starts_with("plan") || rest.starts_with("\"plan");
  }
  return runs > 0 && plans >= runs ? "plan" : "apply";
}

// Where `source` leads, seen from terraform/ of the artifact; "" when outside of it.
std::string target_of(const std::string& source) {
  if (!source.starts_with("./")) return {};
  std::string path = "terraform/" + source.substr(2);
  while (path.ends_with('/')) path.pop_back();
  const bool leaves = (path + "/").find("/../") != std::string::npos;
  return leaves ? std::string() : path;
}

bool is_in_artifact(const std::string& target, const repository::Inventory& inventory) {
  return std::any_of(inventory.files.begin(), inventory.files.end(), [&](const auto& file) {
    std::string path = file.path;
    if (path.starts_with(folder) && is_support(path)) path.insert(0, "terraform/");
    return path.starts_with(target + "/");
  });
}

void check_sources(const std::string& path, const std::string& text,
                   const repository::Inventory& inventory, Diagnostics& diagnostics) {
  std::vector<terraform::DeclaredBlock> blocks;
  terraform::read_blocks(path, text, blocks);
  for (const terraform::DeclaredBlock& block : blocks) {
    if (block.source.empty() || block.kind == terraform::BlockKind::required_provider) continue;
    const std::string target = target_of(block.source);
    if (!target.empty() && is_in_artifact(target, inventory)) continue;
    diagnostics.error("build.test-outside", block.where,
                      "source \"" + printable(block.source) +
                          "\" is not inside the service: a test must travel with all it needs",
                      "put it below tests/ and write ./tests/FOLDER");
  }
}

}  // namespace

std::vector<CustomTest> find_custom_tests(const repository::Source& source,
                                          const repository::Inventory& inventory,
                                          Diagnostics& diagnostics) {
  std::vector<CustomTest> found;
  bool any = false;
  for (const repository::InventoryFile& file : inventory.files) {
    if (file.role == repository::Role::other && terraform::is_test(file.path)) {
      diagnostics.warning("build.test-not-run", {.file = file.path},
                          "a test outside of tests/ does not travel in the artifact: no run sees it",
                          "move the file to tests/ at the top of the service");
    }
    if (!file.path.starts_with(folder) || file.role == repository::Role::denied) continue;
    const std::string below = file.path.substr(folder.size());
    const bool test = file.role == repository::Role::test;
    if (!test && !is_support(file.path)) continue;
    found.push_back({file.path, std::string(target_folder) + below, ""});
    if (!test) continue;
    any = true;
    if (starts_with_ignoring_case(file_name(below), "tidegate_")) {
      diagnostics.error("build.reserved-test-name", {.file = file.path},
                        "names of tests that start with tidegate_ are those of generated ones",
                        "rename the file");
    }
    if (below.find('/') != std::string::npos) {
      diagnostics.warning("build.test-not-run", {.file = file.path},
                          "Terraform reads tests in tests/ itself, not in a folder below it",
                          "move the file to tests/");
    }
    const Result<std::string> text = source.tree->read(file.path);
    if (!text) {
      diagnostics.add(text.failure());
      continue;
    }
    found.back().level = level_of(*text);
    check_sources(file.path, *text, inventory, diagnostics);
  }
  if (!any) found.clear();
  return found;
}

void check_guards(const flavours::adf_databricks::Service& service, Diagnostics& diagnostics) {
  const std::vector<std::string>& named = service.manifest.protect_addresses;
  const std::vector<std::string> produced = flavours::adf_databricks::protected_addresses(service);
  std::vector<std::string> all = named;
  for (const std::string& address : produced) {
    if (std::ranges::find(named, address) == named.end()) all.push_back(address);
  }
  for (const std::string& address : all) {
    const std::vector<std::string_view> parts = split(address, '.');
    const bool plain = parts.size() == 2 && address.find_first_of("*?[") == std::string::npos;
    if (!plain || parts[0].starts_with("azapi_")) continue;
    const bool is_named = std::ranges::find(named, address) != named.end();
    const bool is_produced = std::ranges::find(produced, address) != produced.end();
    if (parts[0].starts_with("databricks_") && !is_produced) continue;
    const auto block =
        std::ranges::find_if(service.blocks, [&](const terraform::DeclaredBlock& one) {
          return one.kind == terraform::BlockKind::resource && one.type == parts[0] &&
                 one.name == parts[1];
        });
    if (block == service.blocks.end()) {
      if (is_produced) continue;  // generated, with prevent_destroy
      diagnostics.error("build.unknown-protected", {.file = service.manifest.file},
                        "gate.protect.addresses names " + printable(address) +
                            ", which terraform/ does not declare",
                        "correct the address, or remove it");
    } else if (!block->guarded) {
      diagnostics.warning(
          "build.unguarded", block->where,
          printable(address) + (is_named ? " is protected by gate.protect" : " holds what the service produces") +
              ", but has no prevent_destroy",
          "add lifecycle { prevent_destroy = true }");
    }
  }
}

}  // namespace tidegate
