// SPDX-License-Identifier: Apache-2.0
#include "build/maven.hpp"

#include <algorithm>
#include <set>

#include "base/relative_path.hpp"
#include "base/text.hpp"
#include "spark/jar.hpp"
#include "system/clock.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "version.hpp"

namespace tidegate {

namespace {

namespace maven = spark::maven;

// "libs/core/pom.xml" + "../pom.xml" -> "libs/pom.xml"; nothing outside of the service.
std::optional<std::string> beside(const std::string& file, const std::string& relative) {
  return resolve_path(parent_path(file), relative);
}

}  // namespace

Maven::Maven(const system::FileTree& tree, const repository::Inventory& inventory,
             const service::ServiceManifest& manifest, const LibraryOptions& options,
             const system::Environment& environment, Diagnostics& diagnostics)
    : manifest_(manifest),
      environment_(environment),
      builder_([this](const maven::Coordinates& pom, const std::string& child,
                      const std::string& relative) { return load(pom, child, relative); }) {
  std::vector<const repository::InventoryFile*> files = inventory.with_role(repository::Role::pom);
  std::stable_partition(files.begin(), files.end(), [](const auto* file) { return !file->if_referenced; });
  for (const repository::InventoryFile* file : files) {
    Result<std::string> text = tree.read(file->path);
    if (!text) {
      if (!file->if_referenced) diagnostics.add(text.failure());
      continue;
    }
    const Result<maven::Model> model = maven::parse_model(file->path, *text);
    if (!model) continue;  // read_service reports it
    std::string group = model->self.group;
    if (group.empty() && model->parent) group = model->parent->group;
    local_.emplace(group + ":" + model->self.artifact, file->path);
    texts_.emplace(file->path, std::move(*text));
    if (file->if_referenced) parents_only_.insert(file->path);
  }
  const std::string home = environment.get("HOME").value_or("");
  cache_ = options.cache;
  if (cache_.empty()) cache_ = environment.get("TIDEGATE_CACHE").value_or("");
  if (cache_.empty()) {
    const std::string base = environment.get("XDG_CACHE_HOME").value_or("");
    cache_ = (base.empty() ? home + "/.cache" : base) + "/tidegate";
  }
  if (!home.empty()) local_repository_ = home + "/.m2/repository";
  read_settings(options, diagnostics);
  open_network(options);
}

std::vector<std::string> Maven::poms() const {
  std::vector<std::string> paths;
  for (const auto& one : texts_) {
    if (parents_only_.contains(one.first)) continue;
    if (manifest_.pom.empty() || manifest_.pom == one.first) paths.push_back(one.first);
  }
  return paths;
}

void Maven::read_settings(const LibraryOptions& options, Diagnostics& diagnostics) {
  const std::string home = environment_.get("HOME").value_or("");
  std::string file = options.settings;
  const bool given = !file.empty();
  if (!given && !home.empty()) file = home + "/.m2/settings.xml";
  if (file.empty()) return;
  const Result<std::string> text = system::read_file(file);
  if (!text) {
    if (given) diagnostics.add(text.failure());
    return;
  }
  if (given) settings_file_ = file;
  Result<maven::Settings> settings = maven::parse_settings(file, *text, environment_);
  if (!settings) {
    diagnostics.add(settings.failure());
    return;
  }
  settings_ = std::move(*settings);
  if (!settings_.local_repository.empty()) local_repository_ = settings_.local_repository;
}

void Maven::open_network(const LibraryOptions& options) {
  if (options.offline) {
    network_ = std::make_unique<system::OfflineHttp>();
  } else {
    system::CurlOptions wanted = system::curl_options(environment_);
    wanted.user_agent = std::string("tidegate/") + tool_version;
    for (const maven::SettingsProxy& proxy : settings_.proxies) {
      system::Proxy& place = proxy.protocol == "https" ? wanted.https : wanted.http;
      place = {.url = proxy.url, .user = proxy.user, .password = proxy.password};
      if (!proxy.no_proxy.empty()) wanted.no_proxy = proxy.no_proxy;
    }
    network_ = std::make_unique<system::CurlHttp>(std::move(wanted));
  }
  http_ = std::make_unique<system::RetryingHttp>(*network_, pause_, system::seconds_since_epoch);
}

maven::Repositories& Maven::repositories(const std::vector<maven::ModelRepository>& of_pom,
                                         Diagnostics& diagnostics) {
  std::vector<maven::ModelRepository> known = of_pom;
  known.insert(known.end(), settings_.repositories.begin(), settings_.repositories.end());
  std::vector<maven::ModelRepository> wanted;
  for (const std::string& url : manifest_.repositories) {
    const auto named = std::find_if(known.begin(), known.end(), [&](const auto& one) {
      return one.url == url;  // its id leads to the credentials
    });
    wanted.push_back({named == known.end() ? "tidegate-" + std::to_string(wanted.size() + 1) : named->id,
                      url,
                      {.file = manifest_.file}});
  }
  if (wanted.empty()) wanted = known;  // what tidegate.yaml declares is all there is
  if (wanted.empty() && !settings_.mirrors.empty()) wanted.push_back({.id = "central"});
  std::vector<maven::RemoteRepository> located;
  std::set<std::string> ids;
  for (const maven::ModelRepository& one : wanted) {
    Result<maven::RemoteRepository> repository = maven::locate_repository(one, settings_);
    if (!repository) {
      diagnostics.add(repository.failure());
    } else if (ids.insert(repository->id).second) {
      located.push_back(std::move(*repository));
    }
  }
  repositories_ = std::make_unique<maven::Repositories>(*http_, std::move(located), cache_, local_repository_);
  return *repositories_;
}

Result<maven::Model> Maven::model_of(const std::string& pom) {
  used_[pom] = system::sha256_hex(texts_.at(pom));
  if (!repositories_) {
    Diagnostics later;  // reported when the repositories of the effective model are known
    const Result<maven::Model> raw = maven::parse_model(pom, texts_.at(pom));
    repositories(raw ? raw->repositories : std::vector<maven::ModelRepository>(), later);
  }
  return builder_.build(pom, texts_.at(pom));
}

std::vector<maven::LockedPom> Maven::used_poms() const {
  std::vector<maven::LockedPom> all;
  for (const auto& one : used_) all.push_back({one.first, one.second});
  return all;
}

bool Maven::is_local(const maven::Coordinates& file) const {
  const auto own = local_.find(file.group + ":" + file.artifact);
  return own != local_.end() && !parents_only_.contains(own->second);
}

Result<maven::PomText> Maven::load(const maven::Coordinates& pom, const std::string& child_file,
                                   const std::string& relative) {
  std::string path;
  if (!relative.empty() && texts_.contains(child_file)) {
    std::optional<std::string> place = beside(child_file, relative);
    if (place && !ends_with_ignoring_case(*place, ".xml")) *place = join_path(*place, "pom.xml");
    if (place && texts_.contains(*place)) path = *place;
  }
  const auto own = local_.find(pom.group + ":" + pom.artifact);
  const bool named = own != local_.end() && own->second == path;
  if (named || (path.empty() && own != local_.end() && !parents_only_.contains(own->second))) {
    path = own->second;
    used_[path] = system::sha256_hex(texts_.at(path));
    return maven::PomText{path, texts_.at(path)};
  }
  if (!maven::is_safe(pom) || maven::unpinned_reason(pom.version)) {
    return Diagnostic{.code = "spark.unpinned-dependency",
                      .where = {.file = child_file},
                      .message = "names " + printable(pom.text()) + ", expected exact coordinates",
                      .hint = "write one exact version"};
  }
  const Result<maven::FetchedFile> file = repositories_->find(pom);
  if (!file) return file.failure();
  Result<std::string> text = system::read_file(file->path);
  if (!text) return text.failure();
  return maven::PomText{pom.path(), std::move(*text)};
}

}  // namespace tidegate
