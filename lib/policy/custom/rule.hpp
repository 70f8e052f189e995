// SPDX-License-Identifier: Apache-2.0
// What a checks file says, typed (docs/formats/checks.md). Nodes point into the document of the
// file.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catalogue/types.hpp"
#include "document/node.hpp"
#include "plan/change.hpp"
#include "policy/custom/pattern.hpp"
#include "policy/custom/words.hpp"
#include "policy/finding.hpp"

namespace tidegate::policy::custom {

struct Selector {  // of each non-empty list one must match
  std::vector<std::string> types{}, addresses{}, modules{}, providers{}, tiers{};
  std::vector<plan::Effect> effects{};
  std::vector<std::pair<std::string, std::string>> tags{};  // key, glob; all must match
};

enum class Side : std::uint8_t { none, before, after };

struct Path {
  Side side = Side::none;  // none: both sides, or relative to an element
  std::vector<std::string> steps{};
  std::string text{};  // as written
  Location where{};
};

struct Condition {
  enum class Kind : std::uint8_t { all, any, negation, some, each, test, count };
  Kind kind = Kind::all;
  std::vector<Condition> parts{};     // of all, any, negation, some and each (one)
  Path path{};                        // of some, each, test
  Word word = Word::equals;           // of test
  document::Node expected{};          // of test
  Pattern pattern{""};                // of `matches`
  Selector selector{};                // of count
  Word comparison = Word::more_than;  // of count: more_than, at_least, at_most
  std::size_t limit = 0;              // of count
};

// Part of a message: text, or what is put there.
struct Piece {
  enum class Kind : std::uint8_t { text, address, count, value };
  Kind kind = Kind::text;
  std::string text{};
  Path path{};
};

struct Snippet {
  std::string type{}, address{};
  std::vector<std::string> actions{};
  std::string provider{};
  document::Node before{}, after{};
  std::vector<Path> unknown{};
  std::size_t repeat = 1;
};

struct Example {         // an inline test
  std::string expect{};  // block, warn, note, pass, unproven
  std::vector<Snippet> changes{};
  Location where{};
};

struct CheckRule {
  std::string id{};
  Level level = Level::block;
  std::optional<Selector> match{};
  Condition when{};
  std::vector<Piece> message{};
  std::string fix{};
  bool unchecked = false;  // names need not be known
  std::vector<Example> tests{};
  Location where{};
};

struct ExecCheck {
  std::string id{};
  std::vector<std::string> command{};
  bool whole_plan = false;  // its input: the plan's bytes; else redacted changes
  std::chrono::milliseconds timeout{30000};
  Location where{};
};

struct ChecksFile {
  document::DocumentPtr document{};
  std::vector<CheckRule> rules{};
  std::vector<ExecCheck> execs{};
  std::map<std::string, catalogue::Tier, std::less<>> types{};
};

}  // namespace tidegate::policy::custom
