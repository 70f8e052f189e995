// SPDX-License-Identifier: Apache-2.0
#include "build/secrets.hpp"

#include <functional>

#include "base/parallel.hpp"
#include "flavours/adf_databricks/archive_scan.hpp"
#include "repository/secrets.hpp"
#include "spark/members.hpp"
#include "system/spill.hpp"

namespace tidegate {

namespace {

namespace flavour = flavours::adf_databricks;
using repository::Role;
using Found = std::vector<flavour::MemberSecret>;
using Take = std::function<Status(std::string_view)>;

// Objects of the factory are searched as they are packed, with the values of an environment masked.
bool is_packed_as_it_is(const repository::InventoryFile* file) {
  return file != nullptr && file->role != Role::adf_object && file->role != Role::denied &&
         file->role != Role::manifest && file->role != Role::pom &&
         !artifact::is_compressed(file->path);
}

Status read(const artifact::PackFile& file, const Take& take) { return file.stream ? file.stream(take) : take(file.bytes); }

Found with_places(const artifact::PackFile& file, const std::vector<repository::SecretFinding>& list) {
  Found found;
  for (const repository::SecretFinding& one : list) {
    found.push_back({.where = {.file = file.origin, .line = one.line, .column = one.column}, .kind = std::string(one.kind)});
  }
  return found;
}

Found find_in_text(const artifact::PackFile& file) {
  repository::SecretScanner scanner;
  const Status status = read(file, [&](std::string_view piece) -> Status {
    scanner.feed(piece);
    return Done{};
  });
  if (!status) return {};  // the writer reads it again and reports it
  return with_places(file, scanner.finish());
}

// An archive that no pass has read: packed because build.include names it.
Found find_in_archive(const artifact::PackFile& file) {
  system::Spill spill;
  if (!read(file, [&](std::string_view piece) { return spill.put(piece); })) return {};
  const std::vector<service::EnvironmentLiteral> none;
  flavour::ArchiveScan scan(file.origin, none, Severity::warning);
  if (!spark::read_members(spill, scan.sink())) return {};
  return std::move(scan.secrets());
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
                  const flavour::ArchiveSecrets& archives, Diagnostics& diagnostics) {
  std::vector<Found> found(files.size());
  for_each_index(files.size(), [&](std::size_t i) {
    const artifact::PackFile& file = files[i];
    if (file.origin == "generated") return;
    if (const auto searched = archives.find(file.origin); searched != archives.end()) {
      found[i] = searched->second;
    } else if (spark::is_archive_name(file.path)) {
      found[i] = find_in_archive(file);
    } else if (!artifact::is_compressed(file.path)) {
      found[i] = file.stream && tree.looks_at(file.origin) ? with_places(file, tree.secrets_of(file.origin)) : find_in_text(file);
    }
  });
  for (const Found& list : found) {
    for (const flavour::MemberSecret& one : list) {
      diagnostics.error("build.secret", one.where, "looks like " + with_article(one.kind) + " and would be packed",
                        "take it out, rotate it (it is in the history of git) and read it from a Key Vault; a value that "
                        "only looks like one is accepted with a reason in tidegate.yaml, checks.accept");
    }
  }
}

}  // namespace tidegate
