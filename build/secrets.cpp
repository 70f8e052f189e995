// SPDX-License-Identifier: Apache-2.0
#include "build/secrets.hpp"

#include <functional>
#include <set>

#include "base/parallel.hpp"
#include "flavours/adf_databricks/archive_scan.hpp"
#include "repository/secrets.hpp"
#include "service/environment_scan.hpp"
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

// Of a file of the repository, byte for byte. In objects of the factory values of an environment
// are masked or were reported; what is retained was searched by the build before.
bool is_a_copy(const artifact::PackFile& file) {
  return file.origin != "retained" && !file.path.starts_with("source/adf/");
}

struct Searched {
  Found secrets{};
  Diagnostics others{};
};

class Search {
 public:
  Search(const repository::ScannedTree& tree, const flavour::Service& service)
      : tree_(tree),
        service_(service),
        literals_(service::environment_literals(service.manifest)) {}

  // What cannot be read is left to the writer, which reads it again and reports it.
  Searched look_at(const artifact::PackFile& file) const {
    if (const auto known = service_.archive_secrets.find(file.origin);
        known != service_.archive_secrets.end())
      return {.secrets = known->second};
    if (spark::is_archive_name(file.path)) return look_into(file);
    if (artifact::is_compressed(file.path)) return {};
    const bool watched = file.stream && tree_.looks_at(file.origin);
    if (watched && !is_open(file))
      return {.secrets = with_places(file, tree_.secrets_of(file.origin))};
    repository::SecretScanner secrets;
    service::EnvironmentScanner environment(literals_);
    const Status status = read(file, [&](std::string_view piece) -> Status {
      if (!watched) secrets.feed(piece);
      if (is_open(file)) environment.feed(piece);
      return Done{};
    });
    if (!status) return {};
    Searched searched{
        .secrets = with_places(file, watched ? tree_.secrets_of(file.origin) : secrets.finish())};
    environment.finish(file.origin, service::environment_severity(service_.manifest),
                       searched.others);
    return searched;
  }

 private:
  // No pass has looked for values of an environment.
  bool is_open(const artifact::PackFile& file) const {
    return is_a_copy(file) && !service_.searched.contains(file.origin);
  }

  Searched look_into(const artifact::PackFile& file) const {
    system::Spill spill;
    if (!read(file, [&](std::string_view piece) { return spill.put(piece); })) return {};
    flavour::ArchiveScan scan(file.origin, literals_,
                              service::environment_severity(service_.manifest));
    const Result<std::string> incomplete = spark::read_members(spill, scan.sink());
    if (!incomplete) return {};
    scan.finish(*incomplete);
    Searched searched{.secrets = std::move(scan.secrets())};
    if (is_open(file)) searched.others = std::move(scan.findings());
    return searched;
  }

  const repository::ScannedTree& tree_;
  const flavour::Service& service_;
  const std::vector<service::EnvironmentLiteral> literals_;
};

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

void search_files(const std::vector<artifact::PackFile>& files, const repository::ScannedTree& tree,
                  const flavour::Service& service, Diagnostics& diagnostics) {
  const Search search(tree, service);
  std::vector<const artifact::PackFile*> wanted;
  std::set<std::string_view> copies;  // a file that is packed at two places is searched once
  for (const artifact::PackFile& file : files) {
    if (file.origin != "generated" && (!is_a_copy(file) || copies.insert(file.origin).second))
      wanted.push_back(&file);
  }
  std::vector<Searched> found(wanted.size());
  for_each_index(wanted.size(), [&](std::size_t i) { found[i] = search.look_at(*wanted[i]); });
  for (Searched& one : found) {
    diagnostics.append(std::move(one.others));
    for (const flavour::MemberSecret& secret : one.secrets) {
      diagnostics.error(
          "build.secret", secret.where,
          "looks like " + with_article(secret.kind) + " and would be packed",
          "take it out, rotate it (it is in the history of git) and read it from a Key Vault; a "
          "value that "
          "only looks like one is accepted with a reason in tidegate.yaml, checks.accept");
    }
  }
}

}  // namespace tidegate
