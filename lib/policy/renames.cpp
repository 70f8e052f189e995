// SPDX-License-Identifier: Apache-2.0
#include "policy/renames.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "plan/fingerprint.hpp"

namespace tidegate::policy {

namespace {

constexpr std::size_t most_kept = 10'000;    // beyond these no block is proposed; findings stay
constexpr std::size_t most_pairs = 250'000;
constexpr std::size_t most_values = 32;

std::size_t common(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  std::size_t count = 0;
  for (auto left = a.begin(), right = b.begin(); left != a.end() && right != b.end();) {
    if (*left == *right) {
      ++count;
      ++left;
      ++right;
    } else if (*left < *right) {
      ++left;
    } else {
      ++right;
    }
  }
  return count;
}

}  // namespace

Renames::Side Renames::side_of(const plan::Change& change, const document::Node& object) {
  Side side{.address = change.address};
  for (const document::Node child : object) {
    if (side.values.size() == most_values) break;
    if (!child.is_string() && !child.is_number()) continue;
    const Value value = Value::before(child, {});
    if (value.is_zero_like()) continue;
    side.values.push_back(plan::fingerprint(std::string(child.key()) + "=" + value.normal_form()).first);
  }
  std::sort(side.values.begin(), side.values.end());
  return side;
}

void Renames::take(const plan::Change& change) {
  if (!change.deposed.empty() || kept_ >= most_kept) return;
  if (change.effect == plan::Effect::create) {
    created_[change.type].push_back(side_of(change, change.after));
    ++kept_;
  } else if (change.effect == plan::Effect::destroy) {
    deleted_[change.type].push_back(side_of(change, change.before));
    ++kept_;
  }
}

// Most alike first, each object once; equal likeness is decided by the addresses. One delete and one
// create of a type need nothing in common, of several at least two values in five.
std::map<std::string, std::string> Renames::pair(const std::vector<Side>& lost, const std::vector<Side>& fresh) {
  std::map<std::string, std::string> pairs;
  if (lost.size() * fresh.size() > most_pairs) return pairs;
  const bool only = lost.size() == 1 && fresh.size() == 1;
  struct Match {
    std::size_t score = 0;
    const Side* from = nullptr;
    const Side* to = nullptr;
  };
  std::vector<Match> matches;
  for (const Side& from : lost) {
    for (const Side& to : fresh) {
      const std::size_t score = common(from.values, to.values);
      const bool alike = score > 0 && score * 5 >= std::min(from.values.size(), to.values.size()) * 2;
      if (only || alike) matches.push_back({.score = score, .from = &from, .to = &to});
    }
  }
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    return std::tie(b.score, a.from->address, a.to->address) < std::tie(a.score, b.from->address, b.to->address);
  });
  std::set<std::string> taken;
  for (const Match& match : matches) {
    if (pairs.contains(match.from->address) || !taken.insert(match.to->address).second) continue;
    pairs.emplace(match.from->address, match.to->address);
  }
  return pairs;
}

void Renames::complete(std::vector<Finding>& findings) const {
  std::map<std::string, std::string> moved;
  std::map<std::string, std::string> removed;
  for (const auto& type : deleted_) {
    const auto fresh = created_.find(type.first);
    const auto pairs = fresh == created_.end() ? std::map<std::string, std::string>() : pair(type.second, fresh->second);
    for (const Side& lost : type.second) {
      const std::string from = printable(lost.address);
      const auto partner = pairs.find(lost.address);
      if (partner != pairs.end()) {
        moved[from] = "if it was only renamed:\nmoved {\n  from = " + from + "\n  to   = " + printable(partner->second) + "\n}";
      } else {
        removed[from] = "or let it go without deleting it:\nremoved {\n  from = " +
                        printable(plan::without_keys(lost.address)) + "\n  lifecycle {\n    destroy = false\n  }\n}";
      }
    }
  }
  for (Finding& finding : findings) {
    if (finding.effect != "delete" || !finding.deposed.empty()) continue;
    if (const auto block = moved.find(finding.address); block != moved.end()) {
      finding.fix += (finding.fix.empty() ? "" : "\n") + block->second;
    } else if (const auto other = removed.find(finding.address);
               other != removed.end() && finding.level == Level::block) {
      finding.fix += (finding.fix.empty() ? "" : "\n") + other->second;
    }
  }
}

}  // namespace tidegate::policy
