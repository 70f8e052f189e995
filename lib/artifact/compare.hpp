// SPDX-License-Identifier: Apache-2.0
// Two artifacts -> what is different and why the later one was built. Pure; values of the artifacts are not
// repeated, only names and places.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/manifest.hpp"
#include "document/node.hpp"

namespace tidegate::artifact {

enum class ChangeKind : std::uint8_t { added, removed, changed };

std::string_view to_string(ChangeKind kind);

struct Change {
  ChangeKind kind = ChangeKind::changed;
  std::string name{};                 // a path, an address, a variable, "pipeline pl_daily"
  std::vector<std::string> places{};  // changed: where inside (JSON pointers, fields); at most max_places
  std::size_t more = 0;               // further places
};

struct OptionChange {
  std::string name{};    // "--version", or "name": of the service
  std::string before{};  // "" when not given
  std::string after{};
};

struct InputChange {
  std::string name{};
  std::string before{};               // "" when absent
  std::string after{};
  std::vector<std::string> places{};  // `source`: files of the repository that changed, at most max_places
  std::size_t more = 0;
  std::vector<OptionChange> options{};  // `options`: which; empty where an older artifact does not say
};

inline constexpr std::size_t max_places = 8;

struct Comparison {
  std::vector<InputChange> inputs{};  // why the later artifact is another one
  std::vector<Change> files{};        // all but META/
  std::vector<Change> objects{};      // of Data Factory: "<kind> <name>"
  std::vector<Change> addresses{};    // of Terraform; hand-written *.tf files are compared as files only
  std::vector<Change> parameters{};
  std::vector<Change> contract{};     // files of contract/
  struct Unexplained {
    std::string name{};    // a path
    std::string reason{};  // "more than 8 MiB in one piece"
  };
  // Files that differ and were not looked into. With one of Terraform among them `addresses` is
  // empty: some would be missing, and seem to be removed.
  std::vector<Unexplained> unexplained{};
};

// What is inside of the files: compare_content.hpp.

std::vector<Change> compare_parameters(const Manifest& before, const Manifest& after);

// A file of contract/ but the lock, which repeats what the contracts say.
bool is_contract(std::string_view path);

const ManifestFile* find_file(const Manifest& manifest, std::string_view path);

// A change with at most max_places of the places.
Change changed_at(std::string name, std::vector<std::string> places);

// The inputs alone. Empty: the later build must give the earlier identity.
std::vector<InputChange> compare_inputs(const Manifest& before, const Manifest& after);

// "tool: 1.2.3 (commit 0123456789ab) -> 1.3.0 (commit …)", "source: 2 files changed (a, b)",
// "option --version: none -> 1.4; option --worktree: false -> true".
std::string describe(const InputChange& change);

// Paths of files that only one has, or whose digests differ.
std::vector<std::string> differing_paths(const Manifest& before, const Manifest& after);

// JSON pointers of the values that differ, in the order of `after`. Elements with a unique `name` are matched by it,
// those of `dependsOn` by their `activity`, the words of `annotations` by themselves, others by position. Where the
// elements are the same in another order, the place is the array.
std::vector<std::string> differing_places(const document::Node& before, const document::Node& after);

}  // namespace tidegate::artifact
