// SPDX-License-Identifier: Apache-2.0
// Patterns as .gitignore has them -> which of them decides about a path. Bytes, with case; no file
// is read. Source: gitignore(5), "PATTERN FORMAT"; judged against `git check-ignore`
// (docs/decisions/0039).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::repository {

class Patterns {
 public:
  // Each as a line of .gitignore; the last one that fits decides.
  explicit Patterns(const std::vector<std::string>& lines);
  Patterns(const Patterns&) = delete;  // segments look into their own pattern
  Patterns& operator=(const Patterns&) = delete;

  struct Decision {
    std::size_t pattern = 0;  // index into the lines
    bool taken = false;       // false: a pattern with ! lets go of it
  };
  // `path` without '/' in front; '/' at its end: a folder. A folder that is taken takes all that
  // lies in it, and no pattern with ! gets that back.
  std::optional<Decision> decide(std::string_view path) const;

  // The path, or a folder that it lies in, whatever the other patterns say.
  bool fits(std::size_t pattern, std::string_view path) const;

  enum class Effect : std::uint8_t {
    decides,    // of at least one path, or folder
    overruled,  // fits, but others decide everything that it fits
    fits_none,
  };
  struct Selection {
    std::vector<bool> taken{};      // parallel to the paths
    std::vector<Effect> effects{};  // parallel to the lines
  };
  // `paths`: as of decide, sorted, so that each folder is asked about once.
  Selection select(const std::vector<std::string_view>& paths) const;

 private:
  struct Segment {  // between two '/'
    std::string_view text{};
    bool literal = false;
    bool any_folders = false;  // **
  };
  struct Pattern {
    std::string text{};  // without ! and the slashes at both ends
    bool lets_go = false;
    bool folders_only = false;
    bool anchored = false;  // else the last name of the path decides
    bool never = false;     // empty, or a comment
    std::vector<Segment> segments{};
  };
  class Walk;

  static Pattern parse(std::string_view line);
  static bool fits(const Pattern& pattern, std::string_view path, bool folder);
  // The last one before `end` that fits; `end` itself: none.
  std::size_t find_last(std::string_view path, bool folder, std::size_t end) const;

  std::vector<Pattern> patterns_{};
};

}  // namespace tidegate::repository
