// SPDX-License-Identifier: Apache-2.0
// Sugiyama's method, short: (1) turn the edges round that close a cycle, (2) a node's layer is the
// longest path to it, then each node moves right to just before its first successor, (3) sweeps order
// each layer by the mean place of the neighbours in the layer before, (4) places are made of layer and
// order; a layer that is much higher than the picture wants to be is folded. Long edges are drawn over other layers as curves; no dummy nodes are made for them.
#include <algorithm>
#include <array>
#include <numeric>

#include "base/text.hpp"
#include "graph/graph.hpp"

namespace tidegate::graph {

namespace {

using Index = std::uint32_t;
using Lists = std::vector<std::vector<Index>>;

constexpr int column = box_width + 90;
constexpr int row = box_height + 14;
constexpr int margin = 24;
constexpr int fold = box_width + 24;  // between the columns of one layer
constexpr std::size_t most_rows = 24;
constexpr int sweeps = 6;

struct Directed {
  Lists next{}, before{};
};

// Depth first, without recursion: chains may be long.
Directed without_cycles(const Graph& graph) {
  const std::size_t count = graph.nodes.size();
  Lists out(count);
  for (const Edge& edge : graph.edges) {
    if (edge.from != edge.to) out[edge.from].push_back(edge.to);
  }
  for (auto& list : out) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  Directed directed{.next = Lists(count), .before = Lists(count)};
  const auto add = [&](Index from, Index to) {
    directed.next[from].push_back(to);
    directed.before[to].push_back(from);
  };
  std::vector<char> state(count, 0);  // 1: on the path, 2: done
  struct Step {
    Index node = 0;
    std::size_t child = 0;
  };
  for (Index start = 0; start < count; ++start) {
    if (state[start] != 0) continue;
    std::vector<Step> path{{.node = start}};
    state[start] = 1;
    while (!path.empty()) {
      const Index node = path.back().node;
      if (path.back().child == out[node].size()) {
        state[node] = 2;
        path.pop_back();
        continue;
      }
      const Index child = out[node][path.back().child++];
      if (state[child] == 1) {
        add(child, node);  // it would close a cycle
        continue;
      }
      add(node, child);
      if (state[child] != 0) continue;
      state[child] = 1;
      path.push_back({.node = child});
    }
  }
  return directed;
}

std::vector<Index> topological(const Directed& directed) {
  std::vector<std::size_t> open(directed.next.size());
  std::vector<Index> order;
  order.reserve(open.size());
  for (Index i = 0; i < open.size(); ++i) {
    open[i] = directed.before[i].size();
    if (open[i] == 0) order.push_back(i);
  }
  for (std::size_t at = 0; at < order.size(); ++at) {
    for (const Index next : directed.next[order[at]]) {
      if (--open[next] == 0) order.push_back(next);
    }
  }
  return order;
}

std::vector<int> layers_of(const Directed& directed, const std::vector<Index>& order) {
  std::vector<int> layer(directed.next.size(), 0);
  for (const Index node : order) {
    for (const Index next : directed.next[node]) layer[next] = std::max(layer[next], layer[node] + 1);
  }
  for (auto node = order.rbegin(); node != order.rend(); ++node) {
    if (directed.next[*node].empty() || !directed.before[*node].empty()) continue;
    int nearest = layer[directed.next[*node][0]];
    for (const Index next : directed.next[*node]) nearest = std::min(nearest, layer[next]);
    layer[*node] = nearest - 1;
  }
  return layer;
}

void sweep(Lists& layers, const Lists& neighbours, std::vector<double>& place, bool forward) {
  for (std::size_t step = 0; step < layers.size(); ++step) {
    std::vector<Index>& layer = layers[forward ? step : layers.size() - 1 - step];
    std::vector<std::pair<double, Index>> keys;
    keys.reserve(layer.size());
    for (const Index node : layer) {
      double sum = 0;
      for (const Index other : neighbours[node]) sum += place[other];
      const auto count = static_cast<double>(neighbours[node].size());
      keys.emplace_back(neighbours[node].empty() ? place[node] : sum / count, node);
    }
    std::stable_sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < keys.size(); ++i) {
      layer[i] = keys[i].second;
      // The middle of every layer stands at 0, so that means of different layers compare.
      place[layer[i]] = static_cast<double>(i) - static_cast<double>(layer.size()) / 2;
    }
  }
}

// How many boxes may stand above each other: a picture of many is wide and high alike.
std::size_t rows_of(std::size_t nodes) {
  std::size_t rows = most_rows;
  while (rows * rows < nodes) ++rows;
  return rows;
}

std::size_t columns_in(std::size_t count, std::size_t limit) { return (count + limit - 1) / limit; }

std::size_t rows_in(std::size_t count, std::size_t limit) {
  const std::size_t columns = columns_in(count, limit);
  return columns == 0 ? 0 : (count + columns - 1) / columns;
}

// Row by row, so that a box stays as high as its order says. Gives where the next layer begins.
int place_layer(const std::vector<Index>& layer, std::size_t limit, std::size_t tallest, int left, Layout& out) {
  const std::size_t columns = std::max<std::size_t>(columns_in(layer.size(), limit), 1);
  const int top = margin + static_cast<int>(tallest - rows_in(layer.size(), limit)) * row / 2;
  for (std::size_t i = 0; i < layer.size(); ++i) {
    out.nodes[layer[i]] = {.x = left + static_cast<int>(i % columns) * fold,
                           .y = top + static_cast<int>(i / columns) * row};
  }
  return left + static_cast<int>(columns - 1) * fold + column;
}

}  // namespace

Layout lay_out(const Graph& graph) {
  const Directed directed = without_cycles(graph);
  const std::vector<int> layer = layers_of(directed, topological(directed));
  Lists layers;
  std::vector<Index> lonely;
  std::vector<double> place(graph.nodes.size(), 0);
  for (Index node = 0; node < graph.nodes.size(); ++node) {
    if (directed.next[node].empty() && directed.before[node].empty()) {
      lonely.push_back(node);
      continue;
    }
    const auto wanted = static_cast<std::size_t>(layer[node]);
    if (layers.size() <= wanted) layers.resize(wanted + 1);
    place[node] = static_cast<double>(layers[wanted].size());
    layers[wanted].push_back(node);
  }
  for (int i = 0; i < sweeps; ++i) {
    sweep(layers, i % 2 == 0 ? directed.before : directed.next, place, i % 2 == 0);
  }
  Layout out{.nodes = std::vector<Point>(graph.nodes.size())};
  const std::size_t limit = rows_of(graph.nodes.size());
  std::size_t tallest = 0;
  for (const auto& one : layers) tallest = std::max(tallest, rows_in(one.size(), limit));
  int left = margin;
  for (const auto& one : layers) left = place_layer(one, limit, tallest, left, out);
  const std::size_t columns = std::max<std::size_t>(static_cast<std::size_t>((left - margin) / column), 4);
  const int below = margin + static_cast<int>(tallest) * row + (tallest > 0 ? row / 2 : 0);
  for (std::size_t i = 0; i < lonely.size(); ++i) {
    out.nodes[lonely[i]] = {.x = margin + static_cast<int>(i % columns) * column,
                            .y = below + static_cast<int>(i / columns) * row};
  }
  for (const Point& point : out.nodes) {
    out.width = std::max(out.width, point.x + box_width + margin);
    out.height = std::max(out.height, point.y + box_height + margin);
  }
  return out;
}

std::string_view to_string(EdgeKind kind) {
  constexpr std::array<std::string_view, 6> names = {"carries", "reads", "runs", "starts", "uses", "writes"};
  return names.at(static_cast<std::size_t>(kind));
}

KindStyle style_of(std::string_view kind) {
  constexpr std::array<KindStyle, 9> styles{{{"trigger", "#fde68a", "#b45309"},
                                             {"pipeline", "#bfdbfe", "#1d4ed8"},
                                             {"data flow", "#c7d2fe", "#4338ca"},
                                             {"dataset", "#bbf7d0", "#15803d"},
                                             {"linked service", "#e5e7eb", "#4b5563"},
                                             {"notebook", "#fecaca", "#b91c1c"},
                                             {"jar", "#fbcfe8", "#be185d"},
                                             {"produced", "#86efac", "#14532d"},
                                             {"consumed", "#a7f3d0", "#065f46"}}};
  const auto found = std::ranges::find(styles, kind, &KindStyle::kind);
  return found == styles.end() ? KindStyle{kind, "#f3f4f6", "#6b7280"} : *found;
}

std::string fitted(std::string_view text, std::size_t most) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  const auto count = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts));
  if (count <= most) return std::string(text);
  const std::size_t head = most / 2, tail = most - head - 1;
  std::string front, back;
  std::size_t seen = 0;
  for (const char c : text) {
    if (starts(c)) ++seen;
    if (seen <= head) front += c;
    if (seen > count - tail) back += c;
  }
  return front + "…" + back;
}

}  // namespace tidegate::graph
