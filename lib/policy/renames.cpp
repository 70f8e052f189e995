// SPDX-License-Identifier: Apache-2.0
#include "policy/renames.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "plan/fingerprint.hpp"
#include "policy/references.hpp"

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

// With more objects than can be compared nobody is paired: which of them would be kept must not depend
// on their order.
void Renames::take(const plan::Change& change) {
  if (!change.deposed.empty() || kept_ > most_kept) return;
  const bool created = change.effect == plan::Effect::create;
  if (!created && change.effect != plan::Effect::destroy) return;
  if (++kept_ > most_kept) {
    created_.clear();
    deleted_.clear();
    return;
  }
  if (created) created_[change.type].push_back(side_of(change, change.after));
  else deleted_[change.type].push_back(side_of(change, change.before));
}

struct Renames::Match {
  std::size_t score = 0;  // equal values
  bool same_resource = false;
  bool same_key = false;
  const Side* from = nullptr;
  const Side* to = nullptr;
  auto rank() const { return std::tie(score, same_resource, same_key); }
};

// Most alike first, each object once; equal likeness is decided by the addresses. One delete and one
// create of a type need nothing in common, of several at least two values in five.
Renames::Pairs Renames::pair(const std::vector<Side>& lost, const std::vector<Side>& fresh) {
  Pairs pairs;
  if (lost.size() * fresh.size() > most_pairs) return pairs;
  const bool only = lost.size() == 1 && fresh.size() == 1;
  std::vector<Match> matches;
  for (const Side& from : lost) {
    const SplitAddress old = split_key(from.address);
    for (const Side& to : fresh) {
      const std::size_t score = common(from.values, to.values);
      const bool alike = score > 0 && score * 5 >= std::min(from.values.size(), to.values.size()) * 2;
      if (!only && !alike) continue;
      const SplitAddress now = split_key(to.address);
      matches.push_back({.score = score, .same_resource = old.resource == now.resource, .same_key = old.key == now.key,
                         .from = &from, .to = &to});
    }
  }
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    if (a.rank() != b.rank()) return b.rank() < a.rank();
    return std::tie(a.from->address, a.to->address) < std::tie(b.from->address, b.to->address);
  });
  std::set<std::string> taken;
  for (const Match& match : matches) {
    if (pairs.contains(match.from->address) || !taken.insert(match.to->address).second) continue;
    pairs.emplace(match.from->address, match.to->address);
  }
  return pairs;
}

Renames::Pairs Renames::all_pairs() const {
  Pairs all;
  for (const auto& type : deleted_) {
    const auto fresh = created_.find(type.first);
    if (fresh != created_.end()) all.merge(pair(type.second, fresh->second));
  }
  return all;
}

namespace {

bool is_older(std::string_view version, int minor) {
  const std::vector<std::string_view> parts = split(version, '.');
  if (parts.size() < 2 || parts[0].empty()) return false;
  if (parts[0] == "0") return true;
  int given = 0;
  for (const char c : parts[1]) given = c >= '0' && c <= '9' && given < 1000 ? given * 10 + (c - '0') : given;
  return parts[0] == "1" && given < minor;
}

std::string quoted_for_shell(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// Keys that stay the same move with their resource: one block for all of them.
std::string moved_text(const std::map<std::string, std::string>& pairs, const std::string& from, const std::string& to,
                       std::string_view version) {
  const SplitAddress old = split_key(from);
  const SplitAddress now = split_key(to);
  bool whole = old.resource != now.resource;
  for (auto pair = pairs.lower_bound(old.resource); whole && pair != pairs.end(); ++pair) {
    if (!pair->first.starts_with(old.resource)) break;
    const SplitAddress other = split_key(pair->first);
    if (other.resource == old.resource) whole = pair->second == now.resource + other.key;
  }
  const std::string left = printable(whole ? old.resource : from);
  const std::string right = printable(whole ? now.resource : to);
  if (is_older(version, 1)) {
    return "if it was only renamed:\nterraform state mv " + quoted_for_shell(left) + " " + quoted_for_shell(right);
  }
  return "if it was only renamed:\nmoved {\n  from = " + left + "\n  to   = " + right + "\n}";
}

// `removed` is only possible when the whole resource has left the configuration.
std::string removed_text(const std::string& address, const std::string& reason, std::string_view version) {
  const bool whole = reason != "delete_because_count_index" && reason != "delete_because_each_key" &&
                     reason != "delete_because_wrong_repetition";
  if (!whole || is_older(version, 7)) {
    return "or let it go without deleting it:\nterraform state rm " + quoted_for_shell(printable(address));
  }
  return "or let it go without deleting it:\nremoved {\n  from = " + printable(plan::without_keys(address)) +
         "\n  lifecycle {\n    destroy = false\n  }\n}";
}

}  // namespace

void Renames::complete(Report& report, std::string_view terraform_version) const {
  const Pairs pairs = all_pairs();
  for (std::size_t i = 0; i < report.findings().size(); ++i) {
    Finding& finding = report.findings()[i];
    const Report::Origin& origin = report.origins()[i];
    if (finding.effect != "delete" || !finding.deposed.empty() || finding.rule == "gate.contract-broken") continue;
    const auto partner = pairs.find(origin.address);
    std::string text;
    if (partner != pairs.end()) text = moved_text(pairs, origin.address, partner->second, terraform_version);
    else if (finding.level == Level::block) text = removed_text(origin.address, origin.reason, terraform_version);
    if (!text.empty()) finding.fix += (finding.fix.empty() ? "" : "\n") + text;
  }
}

}  // namespace tidegate::policy
