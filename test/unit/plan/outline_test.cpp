// SPDX-License-Identifier: Apache-2.0
#include "plan/outline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "document/write.hpp"
#include "plan/change.hpp"

namespace tidegate::plan {
namespace {

using document::Decision;
using document::JsonSplitter;
using document::Member;
using document::Take;

// What the splitter hands out for a text, which arrives in pieces of `size` bytes, and its outline.
std::optional<std::string> outline_of(const std::string& text, std::size_t size) {
  std::optional<std::string> found;
  bool captured = false;
  JsonSplitter splitter({.begin = [](const Member&) { return Decision{Take::capture, 1}; },
                         .captured = [&](int, const Member& member, std::string_view part) {
                           captured = true;
                           EXPECT_EQ(part, text);
                           found = idle_outline(part, member.keys);
                         },
                         .closed = [](int) {}});
  for (std::size_t at = 0; at < text.size(); at += size) EXPECT_TRUE(splitter.feed(std::string_view(text).substr(at, size)));
  EXPECT_TRUE(splitter.finish() && captured) << text;
  return found;
}

std::string shown(const Result<Change>& change) {
  if (!change) return render_diagnostic(change.failure());
  const auto text = [](const document::Node& node) { return node.exists() ? document::render_canonical_json(node) : "-"; };
  std::string out;
  for (const std::string& part :
       {change->address, change->previous_address, change->module_address, change->type, change->name, change->index,
        change->provider, change->deposed, change->reason, std::string(to_string(change->effect)), text(change->before),
        text(change->after), text(change->after_unknown), text(change->before_sensitive), text(change->after_sensitive),
        text(change->replace_paths)}) {
    out += part + "|";
  }
  return out + std::to_string(static_cast<int>(change->mode)) + (change->importing ? "i" : "");
}

// The outline, if there is one, reads as the whole text does, however the text was cut.
bool same_outline(const std::string& text) {
  const std::optional<std::string> whole = outline_of(text, text.size());
  for (const std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{16}, std::size_t{33}}) {
    EXPECT_EQ(outline_of(text, size), whole) << size;
  }
  if (!whole) return false;
  EXPECT_LE(whole->size(), text.size());
  EXPECT_EQ(shown(parse_change("p", *whole, false)), shown(parse_change("p", text, false))) << text << "\n" << *whole;
  return true;
}

constexpr std::string_view head = R"("address":"a.b[\"k{}\"]","mode":"managed","type":"a","name":"b","index":"k{}","provider_name":"p")";

std::string entry(const std::string& change, const std::string& more = {}) {
  return "{" + std::string(head) + R"(,"change":)" + change + more + "}";
}

TEST(IdleOutline, leaves_out_the_values_of_what_stays_as_it_is) {
  const std::string text = entry(
      R"({"actions":["no-op"],"before":{"x":{"actions":["delete"]},"y":["}",{"importing":1}]},"after":{"x":"\"}"},"after_unknown":{},"before_sensitive":{"x":true},"after_sensitive":false})");
  EXPECT_TRUE(same_outline(text));
  EXPECT_EQ(*outline_of(text, text.size()),
            "{" + std::string(head) +
                R"(,"change":{"actions":["no-op"],"before":{},"after":{},"after_unknown":{},"before_sensitive":{},"after_sensitive":false}})");
}

TEST(IdleOutline, knows_any_order_and_white_space) {
  EXPECT_TRUE(same_outline("{ \"change\" :\n{ \"before\" : { } , \"after\":null ,\"actions\" : [ \"no-op\" ] } ,\n" + std::string(head) + "\r\n}"));
  EXPECT_TRUE(same_outline(entry(R"({"actions":["no-op"]})", R"( , "action_reason":"x" )")));
  EXPECT_TRUE(same_outline(entry(R"({"actions":["no-op"],"replace_paths":[[{"a":1}]]})", R"(,"other":{"change":{"actions":["delete"]}})")));
}

TEST(IdleOutline, is_none_for_what_does_something_or_is_not_certain) {
  for (const std::string& text : {
           entry(R"({"actions":["delete"],"before":{"actions":["no-op"]}})"),
           entry(R"({"before":{"actions":["no-op"]},"actions":["delete"]})"),
           entry(R"({"actions":["no-op","delete"]})"),
           entry(R"({"actions":[]})"),
           entry(R"({"actions":"no-op"})"),
           entry(R"({"before":{"actions":["no-op"]}})"),
           entry(R"({"actions":["no-op"],"importing":{"id":"x"}})"),
           entry(R"({"actions":["no-op"]})", R"(,"previous_address":"a.c")"),
           entry(R"({"actions":["no-op"],"act\u0069ons":["delete"]})"),
           entry(R"({"actions":["no-op"]})", R"(,"ch\u0061nge":{"actions":["delete"]})"),
           entry(R"({"actions":["no-op"]})", R"(,"change":{"actions":["delete"]})"),
           entry(R"({"actions":["no-op"]})", R"(,"change":{"actions":["no-op"]})"),
           entry(R"({"actions":["no-op"],"actions":["no-op"]})"),
           entry(R"([{"actions":["no-op"]}])"), entry("null"),
           std::string(R"({"x":{"change":{"actions":["no-op"]}}})"), std::string("{}"), std::string(R"(["no-op"])"), std::string("\"no-op\"")}) {
    EXPECT_FALSE(same_outline(text)) << text;
  }
}

// Random entries from parts that could be taken for each other.
TEST(IdleOutline, reads_as_the_whole_text_property) {
  std::mt19937 random(20261128);
  const auto one_of = [&](const auto& list) { return std::string(list[random() % list.size()]); };
  constexpr std::array<const char*, 9> keys{"actions", "before", "after", "importing", "change", "x", "previous_address", "y\\\"", "after_unknown"};
  constexpr std::array<const char*, 9> scalars{"null", "true", "-1.5e3", "\"\"", "\"no-op\"", "\"}],{\"", "\"\\\\\\\"\"", "[\"no-op\"]", "{}"};
  constexpr std::array<const char*, 4> actions{"[\"no-op\"]", "[ \"no-op\"\n]", "[\"delete\"]", "[\"delete\",\"create\"]"};
  constexpr std::array<const char*, 4> blanks{"", "", " ", "\n\t"};
  const auto blank = [&] { return one_of(blanks); };
  const std::function<std::string(int)> value = [&](int depth) -> std::string {
    const auto kind = depth == 0 ? 0 : random() % 3;
    if (kind == 0) return one_of(scalars);
    std::string out = kind == 1 ? "{" : "[";
    for (std::size_t i = 0, n = random() % 3; i < n; ++i) {
      if (i > 0) out += "," + blank();
      if (kind == 1) out += "\"" + one_of(keys) + std::to_string(i) + "\"" + blank() + ":";
      if (kind == 1 && i == 0) out += one_of(actions);
      else out += value(depth - 1);
    }
    return out + blank() + (kind == 1 ? "}" : "]");
  };
  int outlines = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> members{"\"actions\":" + blank() + one_of(actions)};
    for (const char* key : {"before", "after", "after_unknown", "before_sensitive", "replace_paths"}) {
      if (random() % 2 == 0) members.push_back("\"" + std::string(key) + "\"" + blank() + ":" + value(3));
    }
    if (random() % 8 == 0) members.push_back("\"importing\":" + value(1));
    std::shuffle(members.begin(), members.end(), random);
    std::string change = "{" + blank();
    for (std::size_t i = 0; i < members.size(); ++i) change += (i > 0 ? "," + blank() : "") + members[i];
    std::vector<std::string> parts{std::string(head), "\"change\"" + blank() + ":" + change + blank() + "}"};
    if (random() % 3 == 0) parts.push_back("\"other\":" + value(3));
    if (random() % 8 == 0) parts.push_back("\"previous_address\":\"a.c\"");
    std::shuffle(parts.begin(), parts.end(), random);
    std::string text = "{" + blank();
    for (std::size_t i = 0; i < parts.size(); ++i) text += (i > 0 ? "," : "") + parts[i] + blank();
    outlines += same_outline(text + "}") ? 1 : 0;
  }
  EXPECT_GT(outlines, 800);
}

}  // namespace
}  // namespace tidegate::plan
