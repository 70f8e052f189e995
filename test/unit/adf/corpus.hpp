// SPDX-License-Identifier: Apache-2.0
// The factories of the shared corpus, each root by itself, without broken files.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "findings.hpp"
#include "system/file_sink.hpp"

namespace tidegate::adf {

struct Root {
  std::string name{};  // folder below the corpus
  Files files{};       // <kind folder in lower case>/<file>
};

inline const std::set<std::string>& kind_folders() {
  static const std::set<std::string> folders{"pipeline",   "dataset", "linkedservice",
                                             "dataflow",   "trigger", "integrationruntime",
                                             "credential", "factory"};
  return folders;
}

inline std::vector<Root> read_corpus(const std::string& corpus) {
  namespace fs = std::filesystem;
  std::map<std::string, Files> roots;
  for (const auto& entry : fs::recursive_directory_iterator(corpus)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".json") continue;
    const std::string kind = to_lower(entry.path().parent_path().filename().string());
    const auto text = system::read_file(entry.path().string());
    if (!kind_folders().contains(kind) || !text || !document::parse_json("x", *text)) continue;
    const std::string root =
        fs::relative(entry.path().parent_path().parent_path(), corpus).string();
    roots[root][kind + "/" + entry.path().filename().string()] = *text;
  }
  std::vector<Root> all;
  for (auto& root : roots) all.push_back({.name = root.first, .files = std::move(root.second)});
  return all;
}

}  // namespace tidegate::adf
