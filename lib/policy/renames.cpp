// SPDX-License-Identifier: Apache-2.0
#include "policy/renames.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "plan/fingerprint.hpp"

namespace tidegate::policy {

namespace {

constexpr std::size_t most_kept = 10'000;  // beyond it no block is proposed; findings stay
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
  Side side{.address = change.address, .name = change.name};
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

// The created object that shares most values; an equal number is decided by the address. One delete and
// one create of a type need no common value, several need at least two of five.
const Renames::Side* Renames::partner(const Side& lost, const std::vector<Side>& fresh) const {
  const Side* best = nullptr;
  std::size_t best_score = 0;
  for (const Side& candidate : fresh) {
    const std::size_t score = common(lost.values, candidate.values);
    const bool better = best == nullptr || score > best_score || (score == best_score && candidate.address < best->address);
    if (!better) continue;
    best = &candidate;
    best_score = score;
  }
  if (best == nullptr || fresh.size() == 1) return best;
  return best_score * 5 >= std::min(lost.values.size(), best->values.size()) * 2 && best_score > 0 ? best : nullptr;
}

void Renames::complete(std::vector<Finding>& findings) const {
  std::map<std::string, std::string> blocks;
  for (const auto& type : deleted_) {
    const auto fresh = created_.find(type.first);
    for (const Side& lost : type.second) {
      const Side* match = fresh == created_.end() ? nullptr : partner(lost, fresh->second);
      const std::string from = printable(lost.address);
      blocks[from] = match != nullptr
                         ? "if it was only renamed:\nmoved {\n  from = " + from + "\n  to   = " + printable(match->address) + "\n}"
                         : "to let it go without deleting it:\nremoved {\n  from = " +
                               printable(plan::without_keys(lost.address)) + "\n  lifecycle {\n    destroy = false\n  }\n}";
    }
  }
  for (Finding& finding : findings) {
    if (finding.effect != "delete" || !finding.deposed.empty()) continue;
    const auto block = blocks.find(finding.address);
    if (block != blocks.end()) finding.fix += (finding.fix.empty() ? "" : "\n") + block->second;
  }
}

}  // namespace tidegate::policy
