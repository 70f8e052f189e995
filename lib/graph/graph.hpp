// SPDX-License-Identifier: Apache-2.0
// A directed graph with kinds, drawn left to right.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tidegate::graph {

// Its texts lie in what the graph was made of, or are kept by it.
struct Node {
  std::string_view label{};
  std::string_view kind{};    // "pipeline", "dataset", …; chooses the colour
  std::string_view detail{};  // shown when the node is chosen: a file, a location
};

enum class EdgeKind : std::uint8_t { carries, reads, runs, starts, uses, writes };
std::string_view to_string(EdgeKind kind);  // its name

struct Edge {
  std::uint32_t from = 0, to = 0;  // indices into Graph::nodes
  EdgeKind kind = EdgeKind::uses;
  friend bool operator==(const Edge&, const Edge&) = default;
  friend auto operator<=>(const Edge&, const Edge&) = default;
};

struct Graph {
  std::string title{};
  std::vector<Node> nodes{};
  std::vector<Edge> edges{};
  std::vector<std::unique_ptr<const std::string>> texts{};
  std::string_view keep(std::string text) { return *texts.emplace_back(std::make_unique<const std::string>(std::move(text))); }
};

struct Point {
  int x = 0, y = 0;
};

// In pixels; the box of a node begins at its point.
struct Layout {
  std::vector<Point> nodes{};  // parallel to Graph::nodes
  int width = 0, height = 0;
};

inline constexpr int box_width = 210;
inline constexpr int box_height = 34;

// Layers by the longest path, edges of cycles turned round; within a layer each node goes near its
// neighbours. Nodes without edges stand in a block below. Time: linear in edges, but for sorting.
Layout lay_out(const Graph& graph);

std::string render_dot(const Graph& graph);
std::string render_svg(const Graph& graph);
// Refers to nothing outside of itself, and forbids it by its content security policy. In pieces: that of a
// service of thousands of objects has megabytes.
Status write_html(const Graph& graph, const std::function<Status(std::string_view)>& sink);
std::string render_html(const Graph& graph);

struct KindStyle {
  std::string_view kind{};
  std::string_view fill{};
  std::string_view line{};
};
KindStyle style_of(std::string_view kind);

// At most `most` characters, the middle left out.
std::string fitted(std::string_view text, std::size_t most);

}  // namespace tidegate::graph
