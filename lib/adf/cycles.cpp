// SPDX-License-Identifier: Apache-2.0
// Strongly connected groups by Tarjan's algorithm without recursion; in each group the shortest
// cycle through every edge that no cycle before it holds. Elementary cycles may be exponentially
// many; these name every edge that has to be looked at.
#include <algorithm>
#include <set>

#include "adf/check.hpp"

namespace tidegate::adf {

namespace {

using Graph = std::vector<std::vector<std::uint32_t>>;

class Groups {
 public:
  explicit Groups(const Graph& next)
      : next_(next), order_(next.size(), 0), low_(next.size(), 0), group(next.size(), 0) {
    for (std::uint32_t i = 0; i < next.size(); ++i) {
      if (order_[i] == 0) visit(i);
    }
  }

 private:
  struct Frame {
    std::uint32_t node = 0;
    std::size_t edge = 0;
  };

  void open(std::uint32_t node) {
    order_[node] = low_[node] = ++clock_;
    stack_.push_back(node);
    path_.push_back({.node = node});
  }

  void visit(std::uint32_t start) {
    open(start);
    while (!path_.empty()) {
      Frame& frame = path_.back();
      if (frame.edge < next_[frame.node].size()) {
        const std::uint32_t to = next_[frame.node][frame.edge++];
        if (order_[to] == 0) {
          open(to);
        } else if (group[to] == 0) {
          low_[frame.node] = std::min(low_[frame.node], order_[to]);
        }
        continue;
      }
      const std::uint32_t node = frame.node;
      path_.pop_back();
      if (!path_.empty()) low_[path_.back().node] = std::min(low_[path_.back().node], low_[node]);
      if (low_[node] == order_[node]) close(node);
    }
  }

  void close(std::uint32_t node) {
    ++count_;
    for (;;) {
      const std::uint32_t last = stack_.back();
      stack_.pop_back();
      group[last] = count_;
      if (last == node) return;
    }
  }

  const Graph& next_;
  std::vector<std::size_t> order_, low_;
  std::vector<std::uint32_t> stack_{};
  std::vector<Frame> path_{};
  std::size_t clock_ = 0, count_ = 0;

 public:
  std::vector<std::size_t> group;  // 1 … n
};

// Shortest way from `from` to `to` inside the group, both included; empty if there is none.
std::vector<std::size_t> find_way(const Graph& next, const std::vector<std::size_t>& group,
                                  std::uint32_t from, std::uint32_t to,
                                  std::vector<std::uint32_t>& before) {
  constexpr std::uint32_t unseen = static_cast<std::uint32_t>(-1);
  std::vector<std::uint32_t> queue{from};
  before[from] = from;
  bool found = from == to;
  for (std::size_t at = 0; at < queue.size() && !found; ++at) {
    for (const std::uint32_t node : next[queue[at]]) {
      if (group[node] != group[from] || before[node] != unseen) continue;
      before[node] = queue[at];
      queue.push_back(node);
      found = node == to;
      if (found) break;
    }
  }
  std::vector<std::size_t> way;
  if (found) {
    for (std::uint32_t node = to;; node = before[node]) {
      way.push_back(node);
      if (node == from) break;
    }
  }
  for (const std::uint32_t node : queue) before[node] = unseen;
  std::reverse(way.begin(), way.end());
  return way;
}

}  // namespace

std::vector<std::vector<std::size_t>> find_cycles(const Graph& next, std::size_t limit) {
  const Groups groups(next);
  std::vector<std::vector<std::size_t>> cycles;
  std::vector<std::size_t> counts(next.size() + 1, 0);
  std::set<std::pair<std::size_t, std::size_t>> covered;
  std::vector<std::uint32_t> before(next.size(), static_cast<std::uint32_t>(-1));
  for (std::uint32_t from = 0; from < next.size(); ++from) {
    for (const std::uint32_t to : next[from]) {
      std::size_t& count = counts[groups.group[from]];
      if (groups.group[from] != groups.group[to] || count >= limit) continue;
      if (covered.contains({from, to})) continue;
      std::vector<std::size_t> way = find_way(next, groups.group, to, from, before);
      if (way.empty()) continue;
      std::rotate(way.begin(), std::min_element(way.begin(), way.end()), way.end());
      for (std::size_t i = 0; i < way.size(); ++i)
        covered.emplace(way[i], way[(i + 1) % way.size()]);
      cycles.push_back(std::move(way));
      ++count;
    }
  }
  return cycles;
}

}  // namespace tidegate::adf
