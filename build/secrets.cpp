// SPDX-License-Identifier: Apache-2.0
#include "build/secrets.hpp"

#include "base/parallel.hpp"
#include "repository/secrets.hpp"

namespace tidegate {

namespace {

using repository::Role;

// Objects of the factory are searched as they are packed, with the values of an environment masked.
bool is_packed_as_it_is(const repository::InventoryFile* file) {
  return file != nullptr && file->role != Role::adf_object && file->role != Role::denied &&
         file->role != Role::manifest && file->role != Role::pom &&
         !artifact::is_compressed(file->path);
}

std::vector<repository::SecretFinding> scan(const artifact::PackFile& file) {
  repository::SecretScanner scanner;
  if (!file.stream) {
    scanner.feed(file.bytes);
  } else {
    const Status read = file.stream([&](std::string_view piece) -> Status {
      scanner.feed(piece);
      return Done{};
    });
    if (!read) return {};  // the writer reads it again and reports it
  }
  return scanner.finish();
}

std::string with_article(std::string_view kind) {
  return (std::string_view("aeiAEI").find(kind[0]) == std::string_view::npos ? "a " : "an ") +
         std::string(kind);
}

}  // namespace

std::shared_ptr<const repository::ScannedTree> watch_for_secrets(
    repository::Source& source, const repository::Inventory& inventory) {
  auto tree = std::make_shared<const repository::ScannedTree>(
      source.tree, [&](std::string_view path) { return is_packed_as_it_is(inventory.find(path)); });
  source.tree = tree;
  return tree;
}

void find_secrets(const std::vector<artifact::PackFile>& files, const repository::ScannedTree& tree,
                  Diagnostics& diagnostics) {
  std::vector<std::vector<repository::SecretFinding>> found(files.size());
  for_each_index(files.size(), [&](std::size_t i) {
    const artifact::PackFile& file = files[i];
    if (file.origin == "generated" || artifact::is_compressed(file.path)) return;
    found[i] =
        file.stream && tree.looks_at(file.origin) ? tree.secrets_of(file.origin) : scan(file);
  });
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (const repository::SecretFinding& finding : found[i]) {
      diagnostics.error(
          "build.secret", {.file = files[i].origin, .line = finding.line, .column = finding.column},
          "looks like " + with_article(finding.kind) + " and would be packed",
          "take it out, rotate it (it is in the history of git) and read it from a Key Vault; a "
          "value that "
          "only looks like one is accepted with a reason in tidegate.yaml, checks.accept");
    }
  }
}

}  // namespace tidegate
