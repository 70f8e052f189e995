// SPDX-License-Identifier: Apache-2.0
#include "graph/graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tidegate::graph {
namespace {

Graph sample() {
  return {.title = "sales <&> orders",
          .nodes = {{"load", "pipeline", "pipeline/load.json"},
                    {"ds_in", "dataset", "x"},
                    {"ds \"out\" </script><script>alert(1)</script>", "dataset", ""},
                    {"lonely", "trigger", ""},
                    {"more", "pipeline", ""}},
          .edges = {{0, 2, EdgeKind::writes}, {0, 4, EdgeKind::runs}, {1, 0, EdgeKind::reads}, {2, 4, EdgeKind::reads}, {4, 0, EdgeKind::runs}}};
}

TEST(Graph, is_laid_out_from_left_to_right) {
  const Layout layout = lay_out(sample());
  EXPECT_LT(layout.nodes[1].x, layout.nodes[0].x);
  EXPECT_LT(layout.nodes[0].x, layout.nodes[2].x);
  EXPECT_LT(layout.nodes[2].x, layout.nodes[4].x);  // the cycle is cut
  EXPECT_GT(layout.nodes[3].y, layout.nodes[0].y);  // without edges: below
  EXPECT_GT(layout.width, layout.nodes[4].x + box_width);
}

TEST(Graph, has_no_two_boxes_at_one_place) {
  Graph graph;
  for (int i = 0; i < 300; ++i) graph.nodes.push_back({graph.keep("n" + std::to_string(i)), "dataset", ""});
  for (std::uint32_t i = 0; i < 300; ++i) graph.edges.push_back({i, (i * 7 + 3) % 250, EdgeKind::uses});
  const Layout layout = lay_out(graph);
  for (std::size_t a = 0; a < 300; ++a) {
    for (std::size_t b = a + 1; b < 300; ++b) {
      const bool apart = std::abs(layout.nodes[a].x - layout.nodes[b].x) >= box_width ||
                         std::abs(layout.nodes[a].y - layout.nodes[b].y) >= box_height;
      EXPECT_TRUE(apart) << a << " " << b;
    }
  }
}

// As many triggers as a real factory has, all of them before one pipeline each.
TEST(Graph, folds_a_layer_that_is_too_high) {
  Graph graph;
  for (int i = 0; i < 170; ++i) graph.nodes.push_back({graph.keep("t" + std::to_string(i)), "trigger", ""});
  graph.nodes.push_back({"load", "pipeline", ""});
  for (std::uint32_t i = 0; i < 170; ++i) graph.edges.push_back({i, 170, EdgeKind::starts});
  const Layout layout = lay_out(graph);
  EXPECT_LT(layout.height, 26 * (box_height + 14));
  std::set<int> columns;
  for (std::size_t i = 0; i < 170; ++i) {
    columns.insert(layout.nodes[i].x);
    EXPECT_LT(layout.nodes[i].x + box_width, layout.nodes[170].x);
  }
  EXPECT_EQ(columns.size(), 8U);  // of 22 rows
}

TEST(Graph, gives_the_same_bytes_each_time) {
  EXPECT_EQ(render_svg(sample()), render_svg(sample()));
  EXPECT_EQ(render_html(sample()), render_html(sample()));
  EXPECT_EQ(render_dot(sample()), render_dot(sample()));
}

TEST(Graph, of_hostile_names_stays_text) {
  const std::string page = render_html(sample());
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_NE(page.find("<title>sales &lt;&amp;&gt; orders</title>"), std::string::npos);
  EXPECT_EQ(page.find("http://"), page.find("http://www.w3.org/2000/svg"));  // a name space, no address
  EXPECT_EQ(page.find("https://"), std::string::npos);
  EXPECT_EQ(render_svg(sample()).find("<script"), std::string::npos);
  EXPECT_NE(render_dot(sample()).find("label=\"ds \\\"out\\\" </script>"), std::string::npos);
}

// The page of a large service comes in pieces, and says the same.
TEST(Graph, is_written_in_pieces) {
  Graph graph{.title = "large"};
  for (int i = 0; i < 5000; ++i) graph.nodes.push_back({graph.keep("node <" + std::to_string(i)), "dataset", "dataset/x.json"});
  for (std::uint32_t i = 1; i < 5000; ++i) graph.edges.push_back({i - 1, i, EdgeKind::uses});
  std::size_t pieces = 0, longest = 0;
  std::string page;
  const auto keep = [&](std::string_view piece) -> Status {
    ++pieces;
    longest = std::max(longest, piece.size());
    page += piece;
    return Done{};
  };
  ASSERT_TRUE(write_html(graph, keep));
  EXPECT_EQ(page, render_html(graph));
  EXPECT_GT(pieces, 5U);
  EXPECT_LT(longest, page.size() / 3);
  EXPECT_NE(page.find("node \\u003c4999"), std::string::npos);
  const auto fails = [&](std::string_view) -> Status { return Diagnostic{.code = "x.full"}; };
  EXPECT_EQ(write_html(graph, fails).failure().code, "x.full");
}

TEST(Graph, of_nothing_is_empty) {
  EXPECT_NE(render_svg({.title = "x"}).find("</svg>"), std::string::npos);
  EXPECT_NE(render_html({.title = "x"}).find("</html>"), std::string::npos);
}

TEST(Graph, of_a_long_chain_does_not_overflow) {
  Graph graph;
  constexpr std::uint32_t count = 20000;
  for (std::uint32_t i = 0; i < count; ++i) graph.nodes.push_back({"n", "dataset", ""});
  for (std::uint32_t i = 0; i + 1 < count; ++i) graph.edges.push_back({i, i + 1, EdgeKind::uses});
  EXPECT_EQ(lay_out(graph).nodes.size(), count);
}

TEST(Graph, shortens_labels_by_characters) {
  EXPECT_EQ(fitted("abc", 3), "abc");
  EXPECT_EQ(fitted("abcdefgh", 5), "ab…gh");
  EXPECT_EQ(fitted("äöüßäöü", 5), "äö…öü");
}

}  // namespace
}  // namespace tidegate::graph
