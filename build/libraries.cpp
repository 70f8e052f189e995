// SPDX-License-Identifier: Apache-2.0
#include "build/libraries.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/parallel.hpp"
#include "base/text.hpp"
#include "build/passes.hpp"
#include "build/maven.hpp"
#include "build/source_jar.hpp"
#include "spark/jar.hpp"
#include "spark/maven/resolve.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/overlay_tree.hpp"

namespace tidegate {

namespace {

namespace maven = spark::maven;

std::string lock_path(const std::string& pom) {
  return join_path(parent_path(pom), maven::lock_name);
}

// Libraries of the POM that an artifact needs and that are no part of the service.
std::size_t count_packed(const Maven& work, const std::string& pom) {
  Diagnostics ignored;
  const Result<spark::Pom> parsed = spark::parse_pom(pom, work.text_of(pom), ignored);
  if (!parsed) return 0;
  return static_cast<std::size_t>(
      std::count_if(parsed->dependencies.begin(), parsed->dependencies.end(), [&](const auto& one) {
        return (one.scope == "compile" || one.scope == "runtime") &&
               !work.is_local({.group = one.group, .artifact = one.artifact});
      }));
}

void report_outdated(const std::string& lock, const std::string& what, Diagnostics& diagnostics) {
  diagnostics.error("spark.lock-outdated", {.file = lock}, what,
                    "run `tidegate lock`, look at the difference, and commit the file");
}

// The lock was made from these POMs, byte for byte.
bool fits_poms(const maven::LockFile& lock, const std::string& pom, const Maven& work,
               const system::FileTree& tree, Diagnostics& diagnostics) {
  bool named = false;
  for (const maven::LockedPom& one : lock.poms) {
    named = named || one.path == pom;
    const Result<std::string> text = tree.read(one.path);
    if (text && system::sha256_hex(*text) == one.sha256) continue;
    report_outdated(lock.file, "was made before " + printable(one.path) + " changed", diagnostics);
    return false;
  }
  if (named || count_packed(work, pom) == 0) return true;
  report_outdated(lock.file, "does not name " + printable(pom), diagnostics);
  return false;
}

void fetch_locked(const maven::LockFile& lock, const std::string& pom, maven::Repositories& from,
                  Libraries& libraries, Diagnostics& diagnostics) {
  std::vector<std::optional<Result<maven::FetchedFile>>> all(lock.dependencies.size());
  for_each_index(all.size(), [&](std::size_t i) { all[i].emplace(from.fetch(lock.dependencies[i])); });
  for (std::size_t i = 0; i < all.size(); ++i) {
    const maven::LockedDependency& wanted = lock.dependencies[i];
    if (!all[i]->ok()) {
      diagnostics.add(all[i]->failure());
      continue;
    }
    libraries.files.push_back({.path = join_path(parent_path(pom), "maven/" + wanted.file.path()),
                               .file = (*all[i])->path,
                               .input = "dependency:" + wanted.file.text(),
                               .digest = wanted.sha256});
  }
}

void use_lock(const std::string& pom, Maven& work, const system::FileTree& tree, bool present,
              Libraries& libraries, Diagnostics& diagnostics) {
  const std::string path = lock_path(pom);
  if (tree.find(path) == nullptr) {
    const std::size_t count = count_packed(work, pom);
    if (count == 0) return;
    diagnostics.add({.code = "spark.not-locked",
                     .severity = present ? Severity::warning : Severity::note,
                     .where = {.file = pom},
                     .message = "names " + counted(count, "library", "libraries") +
                                " to be packed, and there is no " + path,
                     .hint = "run `tidegate lock` and commit the file it writes"});
    return;
  }
  Result<std::string> text = tree.read(path);
  if (!text) return diagnostics.add(text.failure());
  const Result<maven::LockFile> lock = maven::parse_lock(path, std::move(*text));
  if (!lock) return diagnostics.add(lock.failure());
  if (!fits_poms(*lock, pom, work, tree, diagnostics) || lock->dependencies.empty()) return;
  Diagnostics unlocated;
  const Result<maven::Model> raw = maven::parse_model(pom, work.text_of(pom));
  std::vector<maven::ModelRepository> declared;
  if (raw) declared = raw->repositories;
  maven::Repositories& from = work.repositories(declared, unlocated);
  if (unlocated.has_errors()) return diagnostics.append(std::move(unlocated));
  fetch_locked(*lock, pom, from, libraries, diagnostics);
}

Result<maven::LockFile> make_lock(const std::string& pom, Maven& work, Diagnostics& diagnostics) {
  const Result<maven::Model> model = work.model_of(pom);
  if (!model) return model.failure();
  maven::LockFile lock{.file = lock_path(pom)};
  const bool any = std::any_of(
      model->dependencies.begin(), model->dependencies.end(), [&](const maven::ModelDependency& one) {
        return (one.scope == "compile" || one.scope == "runtime") && !work.is_local(one.file);
      });
  maven::Repositories& from = work.repositories(model->repositories, diagnostics);
  std::set<std::string> used;
  if (any) {
    for (const maven::ResolvedDependency& one :
         maven::resolve_dependencies(*model, work.builder(), diagnostics)) {
      if (!one.is_packed() || work.is_local(one.file)) continue;
      const Result<maven::FetchedFile> file = from.find(one.file);
      if (!file) {
        Diagnostic failure = file.failure();
        if (failure.where.file.empty()) failure.where = one.where;
        diagnostics.add(std::move(failure));
        continue;
      }
      used.insert(file->repository);
      lock.dependencies.push_back({.file = one.file,
                                   .scope = one.scope,
                                   .via = one.via,
                                   .repository = file->repository,
                                   .sha256 = file->sha256,
                                   .size = file->size});
    }
  }
  for (const maven::RemoteRepository& one : from.all()) {
    if (used.contains(one.id)) lock.repositories.push_back({one.id, system::shown_url(one.url)});
  }
  std::sort(lock.repositories.begin(), lock.repositories.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  lock.poms = work.used_poms();
  return lock;
}

// One lock file, written or compared.
void finish_lock(const maven::LockFile& lock, const std::string& folder, const LockOptions& options,
                 cli::Context& context, Diagnostics& diagnostics) {
  const std::string text = maven::render_lock(lock);
  const std::string path = join_path(folder, lock.file);
  const Result<std::string> old = system::read_file(path);
  const bool same = old && *old == text;
  if (options.check) {
    if (!same) report_outdated(lock.file, "is not what `tidegate lock` would write now", diagnostics);
    return;
  }
  if (!same) {
    if (Status status = system::write_file(path, text); !status) return diagnostics.add(status.failure());
  }
  context.terminal.out("locked " + counted(lock.dependencies.size(), "library", "libraries") + " in " +
                       printable(lock.file) + (same ? ", unchanged" : "") + "\n");
}

}  // namespace

Libraries obtain_libraries(const system::FileTree& tree, const repository::Inventory& inventory,
                           const service::ServiceManifest& manifest, const LibraryOptions& options,
                           cli::Context& context, Diagnostics& diagnostics) {
  Libraries libraries;
  if (inventory.with_role(repository::Role::pom).empty()) return libraries;
  Maven work(tree, inventory, manifest, options, context.environment, diagnostics);
  for (const std::string& pom : work.poms()) {
    use_lock(pom, work, tree, manifest.present, libraries, diagnostics);
    if (!options.build) continue;
    const std::optional<SourceJar> wanted = find_source_jar(pom, work.text_of(pom), tree, inventory);
    if (!wanted) continue;
    context.terminal.err("building " + printable(wanted->path) + " with mvn\n");
    Result<BuiltJar> built = build_source_jar(*wanted, tree, work.settings_file(), options.offline);
    if (!built) {
      diagnostics.add(built.failure());
      continue;
    }
    libraries.files.push_back(std::move(built->file));
    libraries.folders.push_back(std::move(built->folder));
  }
  std::sort(libraries.files.begin(), libraries.files.end(),
            [](const LibraryFile& a, const LibraryFile& b) { return a.path < b.path; });
  return libraries;
}

void add_libraries(const Libraries& libraries, repository::Source& source,
                   repository::Inventory& inventory) {
  if (libraries.files.empty()) return;
  std::map<std::string, std::string> files;
  for (const LibraryFile& one : libraries.files) {
    files.emplace(one.path, one.file);
    inventory.files.push_back(
        {.path = one.path, .role = repository::Role::jar, .reason = one.input});
  }
  std::sort(inventory.files.begin(), inventory.files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  source.tree = std::make_shared<const system::OverlayTree>(source.tree, std::move(files));
}

ExitCode run_lock(const LockOptions& options, cli::Context& context) {
  Diagnostics diagnostics;
  const auto source = repository::open_source(
      {.directory = options.directory, .worktree = true, .path = options.path});
  const auto folder_source =
      source ? std::optional<Diagnostic>() : std::optional<Diagnostic>(source.failure());
  if (folder_source) return cli::print_failure(context, *folder_source);
  const service::ServiceManifest manifest = read_the_manifest(*source, diagnostics);
  Diagnostics of_patterns;  // said by check and build
  const repository::Inventory inventory = take_the_inventory(*source, manifest, of_patterns);
  Maven work(*source->tree, inventory, manifest, options.libraries, context.environment, diagnostics);
  if (work.poms().empty()) {
    diagnostics.error("spark.invalid-pom", {.file = manifest.pom.empty() ? "pom.xml" : manifest.pom},
                      "is not in the service, or is no POM",
                      "write a POM with the libraries, best as libs/pom.xml");
  }
  for (const std::string& pom : work.poms()) {
    if (diagnostics.has_errors()) break;
    Maven one(*source->tree, inventory, manifest, options.libraries, context.environment, diagnostics);
    const Result<maven::LockFile> lock = make_lock(pom, one, diagnostics);
    if (!lock) diagnostics.add(lock.failure());
    if (diagnostics.has_errors()) break;
    if (lock->dependencies.empty() && source->tree->find(lock->file) == nullptr) {
      context.terminal.out("nothing to lock in " + printable(pom) + "\n");
      continue;
    }
    finish_lock(*lock, join_path(options.directory, options.path), options, context, diagnostics);
  }
  cli::print_diagnostics(context, diagnostics, false);
  return worst_exit(diagnostics);
}

}  // namespace tidegate
