// SPDX-License-Identifier: Apache-2.0
#include "artifact/beside.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tidegate::artifact {

namespace {

bool lies_beside(std::string_view name, std::string_view artifact) {
  if (!name.starts_with(artifact)) return false;
  name.remove_prefix(artifact.size());
  if (name.starts_with(".receipt-")) return true;
  return std::ranges::any_of(names_beside, [&](const BesideName& one) { return name == one.suffix; });
}

}  // namespace

Status FilesBeside::add(const std::string& path, std::string_view bytes) {
  auto file = std::make_unique<system::AtomicFile>();
  if (Status status = file->open(path); !status) return status;
  if (Status status = file->write(bytes); !status) return status;
  files_.push_back(std::move(file));
  paths_.push_back(path);
  return Done{};
}

Status FilesBeside::commit(const std::string& sha256) {
  if (Status status = remove_another(sha256); !status) return status;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const Status status = files_[i]->commit();
    if (status) continue;
    for (std::size_t k = 0; k < i; ++k) (void)system::remove_file(paths_[k]);
    return status;
  }
  files_.clear();
  return Done{};
}

Status FilesBeside::remove_another(const std::string& sha256) const {
  if (!system::is_file(artifact_)) return Done{};
  const Result<std::string> digest = system::digest_stream(artifact_, [](std::string_view) { return true; });
  if (digest && *digest == sha256) return Done{};
  if (Status status = system::remove_file(artifact_); !status) return status;
  const std::string_view parent = parent_path(artifact_);
  const std::string folder = !parent.empty() ? std::string(parent) : artifact_.starts_with('/') ? "/" : ".";
  const Result<std::vector<std::string>> names = system::list_names(folder);
  if (!names) return names.failure();
  for (const std::string& name : *names) {
    if (!lies_beside(name, file_name(artifact_))) continue;
    if (Status status = system::remove_file(join_path(folder, name)); !status) return status;
  }
  return Done{};
}

}  // namespace tidegate::artifact
