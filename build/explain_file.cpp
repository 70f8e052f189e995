// SPDX-License-Identifier: Apache-2.0
#include "build/explain_file.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "build/command.hpp"
#include "build/selection.hpp"
#include "document/parse.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "repository/folders.hpp"
#include "repository/inventory.hpp"
#include "repository/source.hpp"
#include "service/manifest.hpp"
#include "system/file_sink.hpp"

namespace tidegate {

namespace {

namespace flavour = flavours::adf_databricks;

constexpr std::string_view manifest_file = "tidegate.yaml";

service::ServiceManifest read_quietly(const repository::Source& source) {
  const service::ServiceManifest fallback = service::default_manifest(source.name);
  if (source.tree->find(manifest_file) == nullptr) return fallback;
  const Result<std::string> text = source.tree->read(manifest_file);
  if (!text) return fallback;
  const Result<document::DocumentPtr> parsed = document::parse_yaml(std::string(manifest_file), *text);
  Diagnostics unused;
  return parsed ? service::read_manifest(*parsed, source.name, unused) : fallback;
}

std::string without_dot(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  return path;
}

// A file that was perhaps meant: the same path in another case, the same name elsewhere, a name that is nearly it.
std::string nearest(const system::FileTree& tree, const std::string& path) {
  std::vector<std::string> names;
  std::string same_name;
  for (const system::Entry& entry : tree.entries()) {
    if (equal_ignoring_case(entry.path, path)) return entry.path + " (other case)";
    if (same_name.empty() && equal_ignoring_case(file_name(entry.path), file_name(path))) same_name = entry.path;
    names.push_back(entry.path);
  }
  if (!same_name.empty()) return same_name + " (another folder)";
  return find_nearest(path, names).value_or("");
}

Diagnostic no_such_file(const ExplainFileOptions& options, const repository::Source& source, const std::string& path) {
  for (const Diagnostic& one : source.missing_submodules) {
    if (!path.starts_with(one.where.file + "/")) continue;
    Diagnostic gone = one;
    gone.message = "the file would lie in " + printable(one.where.file) + ": " + one.message;
    gone.where.file = path;
    return gone;
  }
  const bool on_disk = system::is_file(join_path(options.directory, join_path(options.path, path)));
  const std::string near = nearest(*source.tree, path);
  std::string why = on_disk && source.kind == "git" && !source.worktree ? "lies on disk, but is not in the commit that is built"
                    : on_disk                                           ? "is ignored by git (.gitignore), so it is not part of the service"
                                                                        : "is not in the repository";
  std::string hint = on_disk ? (source.worktree ? "`git check-ignore -v` names the pattern" : "commit it, or look with --worktree")
                             : std::string("give the path relative to the folder of the service");
  if (!near.empty()) hint = "did you mean " + printable(near) + "?";
  return {.code = "build.no-such-file", .where = {.file = path}, .message = std::move(why), .hint = std::move(hint), .exit = ExitCode::unreadable};
}

// Which other file makes it a part of the service.
std::string reader_of(const std::string& path, const flavour::Service& service) {
  const auto read = std::ranges::lower_bound(service.terraform_files, path, {}, &flavour::ReadFile::path);
  if (read != service.terraform_files.end() && read->path == path) return "Terraform reads it: " + to_string(read->where);
  const auto imported = std::ranges::lower_bound(service.imported_files, path, {}, &flavour::ReadFile::path);
  if (imported != service.imported_files.end() && imported->path == path) return "it is imported: " + to_string(imported->where);
  return {};
}

// The rule for a file that no entry of the artifact comes from.
std::string why_dropped(const repository::InventoryFile& file, const service::ServiceManifest& manifest, bool built) {
  if (const auto pattern = find_pattern(manifest.exclude, "exclude", file.path); pattern && pattern->taken)
    return "left out: " + pattern->text + "; exclude wins over include";
  if (file.if_referenced && built) {
    return "left out: it lies in a submodule, and nothing of the service refers to it; `build.include` in tidegate.yaml makes it a part of the service";
  }
  constexpr const char* failing =
      "not packed: the build ends with errors before it packs (`tidegate build`)";
  const bool never =
      file.role == repository::Role::denied || file.role == repository::Role::manifest;
  const auto included = find_pattern(manifest.include, "include", file.path);
  if (!built && !never && included && included->taken) return failing;
  switch (file.role) {
    case repository::Role::denied:
      return "left out: " + file.reason;
    case repository::Role::manifest:
      return "read, not packed: it holds values of one environment";
    case repository::Role::pom:
      return "read, not packed: coordinates of libraries are taken from it; `build.include` in "
             "tidegate.yaml packs it";
    case repository::Role::other:
      if (included && !included->taken) return "left out: " + included->text + " lets go of it";
      return "left out: " + file.reason + "; `build.include` in tidegate.yaml packs it";
    default:
      break;
  }
  return built ? "read as " + std::string(repository::to_string(file.role)) +
                     ", and nothing of the service refers to it; `build.include` in tidegate.yaml "
                     "packs it"
               : failing;
}

}  // namespace

ExitCode run_explain_file(const ExplainFileOptions& options, cli::Context& context) {
  const Result<repository::Source> source =
      repository::open_source({.directory = options.directory, .commit = options.commit, .worktree = options.worktree, .path = options.path});
  if (!source) return cli::print_failure(context, source.failure());
  const std::string path = without_dot(options.file);
  if (source->tree->find(path) == nullptr) return cli::print_failure(context, no_such_file(options, *source, path));
  const service::ServiceManifest manifest = read_quietly(*source);
  const repository::Inventory inventory = repository::take_inventory(
      *source->tree, {.adf_root = manifest.adf_root.value_or(""), .adf_root_given = manifest.adf_root.has_value(), .notebooks = manifest.notebooks, .config = manifest.config, .submodules = source->submodules});
  const repository::InventoryFile* file = inventory.find(path);
  if (file == nullptr) return cli::print_failure(context, no_such_file(options, *source, path));

  // What a build would pack, by asking the build.
  std::vector<std::string> packed;
  std::string reader;
  system::MemoryTerminal quiet;
  cli::Context inner{quiet, context.environment};
  const ExitCode code = run_build({.directory = options.directory, .commit = options.commit, .worktree = options.worktree, .path = options.path, .dry_run = true,
                                   .inspect = [&](const std::vector<artifact::PackFile>& files, const flavour::Service& service) {
                                     reader = reader_of(path, service);
                                     for (const artifact::PackFile& one : files) {
                                       if (one.origin == path) packed.push_back(one.path);
                                     }
                                   }},
                                  inner);
  std::string out = printable(path) + "\n  role     " + std::string(repository::to_string(file->role)) + ": " + printable(file->reason) + "\n";
  if (const std::string* submodule = repository::find_folder_of(path, source->submodules)) {
    out += "  from     the submodule " + printable(*submodule) + "\n";
  }
  for (const std::string& entry : packed) out += "  packed   as " + printable(entry) + "\n";
  if (!packed.empty() && !reader.empty()) out += "  because  " + printable(reader) + "\n";
  if (packed.empty()) out += "  dropped  " + printable(why_dropped(*file, manifest, code == ExitCode::success)) + "\n";
  if (const auto pattern = find_pattern(manifest.include, "include", path); pattern && pattern->taken && !packed.empty())
    out += "  rule     " + printable(pattern->text) + "\n";
  if (file->lfs_pointer) out += "  lfs      only the pointer is here: run `git lfs pull`\n";
  context.terminal.out(out);
  return ExitCode::success;
}

}  // namespace tidegate
