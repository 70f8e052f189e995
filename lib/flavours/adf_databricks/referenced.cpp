// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/referenced.hpp"

#include <algorithm>
#include <functional>

#include "adf/expression.hpp"
#include "base/text.hpp"
#include "flavours/adf_databricks/check_activity.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using document::Node;
using repository::InventoryFile;
using VisitActivity = std::function<void(std::string_view type, const Node& properties)>;

void visit(const Node& node, const VisitActivity& each) {
  const std::string_view type = node["type"].as_string();
  if (type.starts_with("Databricks")) each(type, node["typeProperties"]);
  for (const Node child : node) {
    if (child.is_object() || child.is_array()) visit(child, each);
  }
}

void for_each_activity(const adf::Factory& factory, const VisitActivity& each) {
  for (const adf::Object& object : factory.objects) {
    if (object.kind == adf::ObjectKind::pipeline) visit(object.properties()["activities"], each);
  }
}

// Literal paths of libraries and Python files.
std::vector<std::string_view> named_files(const adf::Factory& factory) {
  std::vector<std::string_view> paths;
  const auto add = [&](const Node& path) {
    if (path.is_string() && !is_dynamic(path)) paths.push_back(path.as_string());
  };
  for_each_activity(factory, [&](std::string_view type, const Node& properties) {
    if (type == "DatabricksSparkPython") add(properties["pythonFile"]);
    const Node libraries = properties["libraries"];
    for (const Node library : libraries.is_array() ? libraries : Node()) {
      if (!library.is_object()) continue;
      for (const Node entry : library) {
        if (entry.key() == "jar" || entry.key() == "whl" || entry.key() == "egg") add(entry);
      }
    }
  });
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

std::size_t shared_end(std::string_view a, std::string_view b) {
  const std::vector<std::string_view> x = split(a, '/');
  const std::vector<std::string_view> y = split(b, '/');
  std::size_t count = 0;
  while (count < x.size() && count < y.size() && x[x.size() - 1 - count] == y[y.size() - 1 - count])
    ++count;
  return count;
}

std::string without_extension(const std::string& file) {
  return file.substr(0, file.size() - (file_name(file).size() - file_stem(file).size()));
}

}  // namespace

void Candidates::add(std::string_view path, bool in_submodule) {
  names_.emplace(file_name(path), files_.size());
  files_.push_back({path, in_submodule});
}

std::vector<std::size_t> Candidates::closest(std::string_view wanted) const {
  std::vector<std::size_t> found;
  std::size_t best = 1;
  const auto [first, last] = names_.equal_range(file_name(wanted));
  for (auto place = first; place != last; ++place) {
    const std::size_t shared = shared_end(files_[place->second].path, wanted);
    if (shared < best) continue;
    if (shared > best) found.clear();
    best = shared;
    found.push_back(place->second);
  }
  const auto borrowed = [this](std::size_t i) { return files_[i].in_submodule; };
  if (!std::all_of(found.begin(), found.end(), borrowed)) std::erase_if(found, borrowed);
  return found;
}

InventoryFiles without_unreferenced(InventoryFiles files, const adf::Factory& factory) {
  const auto borrowed = [](const InventoryFile* file) { return file->if_referenced; };
  if (std::none_of(files.begin(), files.end(), borrowed)) return files;
  Candidates candidates;
  for (const InventoryFile* file : files) candidates.add(file->path, file->if_referenced);
  std::vector<bool> wanted(files.size());
  for (const std::string_view path : named_files(factory)) {
    for (const std::size_t i : candidates.closest(path)) wanted[i] = true;
  }
  InventoryFiles kept;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (wanted[i] || !files[i]->if_referenced) kept.push_back(files[i]);
  }
  return kept;
}

ReferencedNotebooks::ReferencedNotebooks(const Service& service, InventoryFiles files)
    : service_(service), files_(std::move(files)), own_(service.notebooks.size()) {
  for (const databricks::Notebook& one : service.notebooks)
    stubs_.push_back({.file = one.file, .path = one.path});
  for (const InventoryFile* file : files_)
    stubs_.push_back(
        {.file = file->path, .path = without_extension(file->path), .in_submodule = true});
  given_.resize(files_.size());
}

void ReferencedNotebooks::want(const databricks::PathMatch& match, InventoryFiles& wanted) {
  for (const std::size_t i : match.candidates) {
    if (i < own_ || given_[i - own_]) continue;
    given_[i - own_] = true;
    wanted.push_back(files_[i - own_]);
  }
}

InventoryFiles ReferencedNotebooks::take() {
  const databricks::NotebookIndex index(stubs_);
  const std::vector<std::string>& roots = service_.manifest.workspace_roots;
  InventoryFiles wanted;
  if (!asked_activities_) {
    asked_activities_ = true;
    for_each_activity(service_.factory, [&](std::string_view type, const Node& properties) {
      if (type != "DatabricksNotebook") return;
      const Node path = properties["notebookPath"];
      if (!path) return;
      if (!is_dynamic(path)) {
        want(index.match_activity_path(path.as_string(), roots), wanted);
        return;
      }
      const std::string end =
          adf::constant_suffix(path.is_string() ? path.as_string() : path["value"].as_string());
      const std::size_t slash = end.find('/');
      if (slash == std::string::npos) return;
      want(databricks::match_suffix(stubs_, std::string_view(end).substr(slash)), wanted);
    });
  }
  for (; looked_at_ < service_.notebooks.size(); ++looked_at_) {
    const databricks::Notebook& from = service_.notebooks[looked_at_];
    for (const databricks::NotebookRun& run : from.runs) {
      if (!run.dynamic) want(index.match_run_path(from, run.path.text, roots), wanted);
    }
  }
  return wanted;
}

}  // namespace tidegate::flavours::adf_databricks
