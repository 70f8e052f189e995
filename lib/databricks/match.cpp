// SPDX-License-Identifier: Apache-2.0
// An activity names a notebook by its place in a workspace, "/Repos/<user>/<repository>/a/b"; the
// repository knows it as "a/b". Without a declared root the answer is the notebook that shares the
// longest end, in whole segments. A notebook whose whole path is such an end goes before one that
// has more folders above it, the service's own before one of a submodule. What is still equal is
// ambiguous; nothing is guessed.
#include "databricks/match.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tidegate::databricks {
namespace {

using Segments = std::vector<std::string_view>;

// `path` from the folder `segments`; empty segments and "." are nothing, ".." takes one away.
// Nothing if it leaves the top.
std::optional<Segments> resolve(Segments segments, std::string_view path) {
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (segments.empty()) return std::nullopt;
      segments.pop_back();
    } else {
      segments.push_back(part);
    }
  }
  return segments;
}

std::string joined(const Segments& segments, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += '/';
    out += segments[i];
  }
  return out;
}

// Takes the longest beginning that a root matches from the front.
void cut_root(Segments& segments, const std::vector<std::string>& roots) {
  if (roots.empty()) return;
  for (std::size_t count = segments.size(); count > 0; --count) {
    const std::string prefix = joined(segments, count);
    for (const std::string& root : roots) {
      std::string_view glob = root;
      while (glob.size() > 1 && glob.ends_with('/')) glob.remove_suffix(1);
      const std::string_view text =
          glob.starts_with('/') ? prefix : std::string_view(prefix).substr(1);
      if (matches_glob(glob, text)) {
        // A root that eats the whole path leaves no name to look for.
        if (count == segments.size()) continue;
        segments.erase(segments.begin(), segments.begin() + static_cast<std::ptrdiff_t>(count));
        return;
      }
    }
  }
}

std::string_view last_segment(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

struct Fit {
  std::size_t segments = 0;
  bool whole = false;  // the notebook has no more folders above
  friend auto operator<=>(const Fit&, const Fit&) = default;
};

// How many segments at the end of `path` are those of `segments`. With `partial` the first of
// `segments` is only the end of one.
Fit fit(const Segments& segments, std::string_view path, bool partial) {
  Fit result;
  std::string_view rest = path;
  for (std::size_t i = segments.size(); i-- > 0;) {
    const std::string_view name = last_segment(rest);
    const bool equal = partial && i == 0 ? name.ends_with(segments[i]) : name == segments[i];
    if (!equal) return result;
    ++result.segments;
    if (name.size() == rest.size()) {
      result.whole = true;
      return result;
    }
    rest.remove_suffix(name.size() + 1);
  }
  return result;
}

template <class Indices>
PathMatch best_of(const std::vector<Notebook>& notebooks, const Indices& indices,
                  const Segments& segments, bool partial) {
  PathMatch match;
  Fit best;
  for (const std::size_t i : indices) {
    const Fit here = fit(segments, notebooks[i].path, partial);
    if (here.segments == 0 || here < best) continue;
    if (best < here) match.candidates.clear();
    best = here;
    match.candidates.push_back(i);
  }
  const auto borrowed = [&](std::size_t i) { return notebooks[i].in_submodule; };
  if (match.candidates.size() > 1 &&
      !std::all_of(match.candidates.begin(), match.candidates.end(), borrowed)) {
    std::erase_if(match.candidates, borrowed);
  }
  return match;
}

template <class Indices>
PathMatch equal_to(const std::vector<Notebook>& notebooks, const Indices& indices,
                   const Segments& segments) {
  PathMatch match;
  if (segments.empty()) return match;
  const std::string path = joined(segments, segments.size()).substr(1);
  for (const std::size_t i : indices) {
    if (notebooks[i].path == path) match.candidates.push_back(i);
  }
  return match;
}

// Segments of an activity's path below the workspace root; empty: no notebook can be meant.
Segments below_root(std::string_view path, const std::vector<std::string>& roots) {
  auto segments = resolve({}, path);
  if (!segments) return {};
  cut_root(*segments, roots);
  return *std::move(segments);
}

// Segments of a relative path from the folder of `from`, or nothing if it leaves the repository.
std::optional<Segments> relative(const Notebook& from, std::string_view path) {
  auto folder = resolve({}, parent_path(from.path));
  return folder ? resolve(*std::move(folder), path) : std::nullopt;
}

struct EveryIndex {  // 0 .. size-1
  struct Iterator {
    std::size_t value = 0;
    std::size_t operator*() const { return value; }
    Iterator& operator++() { return ++value, *this; }
    bool operator!=(const Iterator& other) const { return value != other.value; }
  };
  std::size_t size = 0;
  Iterator begin() const { return {0}; }
  Iterator end() const { return {size}; }
};

}  // namespace

PathMatch match_activity_path(const std::vector<Notebook>& notebooks, std::string_view path,
                              const std::vector<std::string>& roots) {
  return best_of(notebooks, EveryIndex{notebooks.size()}, below_root(path, roots), false);
}

PathMatch match_suffix(const std::vector<Notebook>& notebooks, std::string_view suffix) {
  const auto segments = resolve({}, suffix);
  if (!segments) return {};
  const bool partial = !suffix.starts_with('/');
  return best_of(notebooks, EveryIndex{notebooks.size()}, *segments, partial);
}

PathMatch match_run_path(const std::vector<Notebook>& notebooks, const Notebook& from,
                         std::string_view path, const std::vector<std::string>& roots) {
  if (path.starts_with('/')) return match_activity_path(notebooks, path, roots);
  const auto segments = relative(from, path);
  if (!segments) return {};
  return equal_to(notebooks, EveryIndex{notebooks.size()}, *segments);
}

NotebookIndex::NotebookIndex(const std::vector<Notebook>& notebooks) : notebooks_(notebooks) {
  for (std::size_t i = 0; i < notebooks.size(); ++i) {
    by_name_[last_segment(notebooks[i].path)].push_back(i);
  }
}

const std::vector<std::size_t>& NotebookIndex::named(std::string_view last) const {
  const auto found = by_name_.find(last);
  return found == by_name_.end() ? none_ : found->second;
}

PathMatch NotebookIndex::match_activity_path(std::string_view path,
                                             const std::vector<std::string>& roots) const {
  const Segments segments = below_root(path, roots);
  if (segments.empty()) return {};
  return best_of(notebooks_, named(segments.back()), segments, false);
}

PathMatch NotebookIndex::match_run_path(const Notebook& from, std::string_view path,
                                        const std::vector<std::string>& roots) const {
  if (path.starts_with('/')) return match_activity_path(path, roots);
  const auto segments = relative(from, path);
  if (!segments || segments->empty()) return {};
  return equal_to(notebooks_, named(segments->back()), *segments);
}

}  // namespace tidegate::databricks
