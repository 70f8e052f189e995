// SPDX-License-Identifier: Apache-2.0
#include "build/selection.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "repository/patterns.hpp"

namespace tidegate {

namespace {

using repository::Patterns;
using Effect = Patterns::Effect;

std::vector<std::string> texts_of(const std::vector<service::FilePattern>& patterns) {
  std::vector<std::string> texts;
  for (const service::FilePattern& one : patterns) texts.push_back(one.text);
  return texts;
}

// Of the whole service, folders of missing submodules with a '/' at the end.
struct Paths {
  explicit Paths(const repository::Inventory& inventory) {
    for (const repository::InventoryFile& file : inventory.files)
      owned.push_back(file.entry == system::EntryKind::submodule ? file.path + "/" : file.path);
    views.assign(owned.begin(), owned.end());
  }
  std::vector<std::string> owned{};
  std::vector<std::string_view> views{};
};

bool fits_any(const std::string& pattern, const std::vector<std::string_view>& paths) {
  const Patterns one({pattern});
  return std::any_of(paths.begin(), paths.end(),
                     [&](std::string_view path) { return one.fits(0, path); });
}

// What was perhaps meant by a pattern that fits nothing.
std::string meant(const std::string& text, const Paths& paths) {
  const bool lets_go = text.starts_with('!');
  const std::string plain = lets_go ? text.substr(1) : text;
  const auto quoted = [&](const std::string& other) {
    return "did you mean `" + printable((lets_go ? "!" : "") + other) + "`?";
  };
  if (text.starts_with('#'))
    return "a pattern that starts with # is a comment: write \\# for a file that is called so";
  std::string other = plain;
  std::replace(other.begin(), other.end(), '\\', '/');
  if (other != plain && fits_any(other, paths.views)) return quoted(other);
  if (plain.starts_with("./") && fits_any(plain.substr(1), paths.views))
    return quoted(plain.substr(1));
  if (plain.ends_with('/') && fits_any(plain.substr(0, plain.size() - 1), paths.views))
    return "a / at the end fits folders only; " + quoted(plain.substr(0, plain.size() - 1));
  const std::string anywhere = (plain.starts_with('/') ? "**" : "**/") + plain;
  if (plain.find('/') < plain.size() - 1 && fits_any(anywhere, paths.views))
    return "a pattern with a / in it starts at the top of the service; " + quoted(anywhere);
  std::vector<std::string> lower;
  for (const std::string& path : paths.owned) lower.push_back(to_lower(path));
  const Patterns small({to_lower(plain)});
  for (std::size_t i = 0; i < lower.size(); ++i)
    if (small.fits(0, lower[i])) return "case counts: there is " + printable(paths.owned[i]);
  return "take it out, or correct it: patterns are those of .gitignore, relative to the folder of "
         "the service";
}

void report(const std::vector<service::FilePattern>& patterns, const std::vector<Effect>& effects,
            std::string_view field, const Paths& paths, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    const service::FilePattern& one = patterns[i];
    const std::string name = "`" + printable(one.text) + "` in build." + std::string(field);
    if (effects[i] == Effect::fits_none) {
      diagnostics.warning("build.pattern-unused", one.where, name + " fits no file of the service",
                          meant(one.text, paths));
    } else if (effects[i] == Effect::overruled && one.text.starts_with('!')) {
      diagnostics.warning("build.pattern-unused", one.where,
                          name +
                              " lets go of nothing: no pattern before it takes these files, one "
                              "behind it does, or one takes their folder as a whole",
                          "it must stand behind a pattern that takes the files; of a folder that "
                          "is taken whole (`docs/`) nothing comes back: write `docs/*`");
    }
  }
}

}  // namespace

void select_files(const service::ServiceManifest& manifest, repository::Inventory& inventory,
                  Diagnostics& diagnostics) {
  if (manifest.include.empty() && manifest.exclude.empty()) return;
  const Paths paths(inventory);
  const auto select = [&](const std::vector<service::FilePattern>& patterns,
                          std::string_view field) {
    Patterns::Selection selection = Patterns(texts_of(patterns)).select(paths.views);
    report(patterns, selection.effects, field, paths, diagnostics);
    return std::move(selection.taken);
  };
  const std::vector<bool> included = select(manifest.include, "include");
  const std::vector<bool> excluded = select(manifest.exclude, "exclude");
  std::vector<repository::InventoryFile> kept;
  kept.reserve(inventory.files.size());
  for (std::size_t i = 0; i < inventory.files.size(); ++i) {
    if (excluded[i]) continue;
    inventory.files[i].included = included[i];
    if (included[i]) inventory.files[i].if_referenced = false;
    kept.push_back(std::move(inventory.files[i]));
  }
  inventory.files = std::move(kept);
}

std::optional<DecidingPattern> find_pattern(const std::vector<service::FilePattern>& patterns,
                                            std::string_view field, std::string_view path) {
  const std::optional<Patterns::Decision> decision = Patterns(texts_of(patterns)).decide(path);
  if (!decision) return std::nullopt;
  const service::FilePattern& one = patterns[decision->pattern];
  return DecidingPattern{decision->taken, "`" + one.text + "` in build." + std::string(field) +
                                              " of " + to_string(one.where)};
}

}  // namespace tidegate
