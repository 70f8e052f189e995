// SPDX-License-Identifier: Apache-2.0
#include "deploy-gate/checks.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/text.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/file_tree.hpp"

namespace tidegate::gate {

namespace {

namespace custom = policy::custom;
namespace fs = std::filesystem;

bool is_yaml(std::string_view name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }

struct Found {
  std::vector<std::string> names{};      // files that are checks
  std::vector<std::string> misplaced{};  // checks in a folder below, which nobody reads
};

// Of a folder below only its YAML files are looked at: they may be data of an exec check.
Result<Found> find_files(const std::string& folder) {
  const Result<system::FileTreePtr> tree = system::read_folder(
      folder, [](const std::string& path, bool is_folder) { return !is_folder && !is_yaml(path); });
  if (!tree) {
    Diagnostic failure = tree.failure();
    failure.exit = ExitCode::usage;
    return failure;
  }
  Found out;
  for (const system::Entry& entry : (*tree)->entries()) {
    const bool below = entry.path.find('/') != std::string::npos;
    if (!below && custom::is_checks_name(entry.path)) out.names.push_back(entry.path);
    if (!below) continue;
    const Result<std::string> text = (*tree)->read(entry.path);
    if (text && text->find("tidegate/checks/") != std::string::npos)
      out.misplaced.push_back(entry.path);
  }
  return out;
}

Diagnostic broken(std::string code, std::string file, std::string message, std::string hint) {
  return {.code = std::move(code),
          .where = {.file = std::move(file)},
          .message = std::move(message),
          .hint = std::move(hint),
          .exit = ExitCode::policy_broken};
}

class Loader {
 public:
  explicit Loader(policy::Settings& settings) : settings_(settings) {}

  Status add_folder(const std::string& folder, bool may_be_empty) {
    const Result<Found> found = find_files(folder);
    if (!found) return found.failure();
    for (const std::string& name : found->misplaced) {
      out_.broken.push_back(broken("gate.no-checks", join_path(folder, name),
                                   "checks in a folder below are not read",
                                   "move the file up into " + folder));
    }
    if (found->names.empty() && !may_be_empty) {
      out_.broken.push_back(
          broken("gate.no-checks", folder,
                 "no checks are here: expected files *.yaml with schema tidegate/checks/1",
                 "name the folder that holds them, or leave the option out"));
    }
    for (const std::string& name : found->names) add_file(join_path(folder, name));
    return Done{};
  }

  LoadedChecks finish() {
    out_.collection.finish(settings_);
    const auto& found = out_.collection.diagnostics.items();
    out_.broken.insert(out_.broken.end(), found.begin(), found.end());
    return std::move(out_);
  }

 private:
  void add_file(const std::string& path) {
    Result<std::string> text = system::read_file(path);
    if (!text) {
      out_.broken.push_back(
          broken("gate.no-checks", path, text.failure().message, "make the file readable"));
      return;
    }
    out_.sources.push_back({.kind = "checks", .file = path, .sha256 = system::sha256_hex(*text)});
    out_.collection.add(path, std::move(*text), settings_);
  }

  policy::Settings& settings_;
  LoadedChecks out_{};
};

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

}  // namespace

void add_checks_options(commandline::Command command, ChecksOptions& options) {
  command.add_option("--checks", options.folders, "folder with the developers' checks; repeatable")
      .one_word_each().suggest_folders();
  command.add_option("--artifact", options.artifact,
                     "folder of an extracted artifact; brings its checks").suggest_folders();
}

std::vector<const custom::CheckRule*> LoadedChecks::rules() const {
  std::vector<const custom::CheckRule*> out;
  for (const custom::Collected& loaded : collection.files) {
    for (const custom::CheckRule& rule : loaded.file.rules) out.push_back(&rule);
  }
  return out;
}

std::size_t LoadedChecks::exec_count() const {
  std::size_t count = 0;
  for (const custom::Collected& loaded : collection.files) count += loaded.file.execs.size();
  return count;
}

std::string base_of(const custom::ChecksFile& file) {
  std::error_code ignored;
  const fs::path path = fs::weakly_canonical(fs::absolute(file.document->file(), ignored), ignored);
  const fs::path folder = path.parent_path();
  return (folder.filename() == "checks" ? folder.parent_path() : folder).string();
}

std::vector<std::string> service_policies(const ChecksOptions& options) {
  std::vector<std::string> files;
  for (const std::string& folder : options.folders) files.push_back(folder + "/policy.yaml");
  if (!options.artifact.empty()) files.push_back(options.artifact + "/gate/policy/policy.yaml");
  std::erase_if(files, [](const std::string& file) {
    std::error_code ignored;
    return !fs::is_regular_file(file, ignored);
  });
  return files;
}

Result<LoadedChecks> load_checks(const ChecksOptions& options, policy::Settings& settings) {
  Loader loader(settings);
  for (const std::string& folder : options.folders) {
    if (const Status status = loader.add_folder(folder, false); !status) return status.failure();
  }
  if (options.artifact.empty()) return loader.finish();
  const std::string checks = options.artifact + "/gate/checks";
  if (is_folder(checks)) {
    if (const Status status = loader.add_folder(checks, true); !status) return status.failure();
  }
  return loader.finish();
}

Result<LoadedChecks> load_folder(const std::string& folder) {
  policy::Settings settings;
  Loader loader(settings);
  std::string place = folder;
  for (const char* below : {"/gate/checks", "/checks"}) {
    if (is_folder(folder + below)) place = folder + below;
  }
  if (const Status status = loader.add_folder(place, false); !status) return status.failure();
  return loader.finish();
}

}  // namespace tidegate::gate
