// SPDX-License-Identifier: Apache-2.0
#include "artifact/compare.hpp"

#include <gtest/gtest.h>

#include "artifact/compare_content.hpp"
#include "document/parse.hpp"
#include "system/digest.hpp"

namespace tidegate::artifact {
namespace {

using Strings = std::vector<std::string>;

struct Made {
  Manifest manifest{};
  std::map<std::string, std::string> texts{};  // in the order of an archive

  void add(const std::string& path, const std::string& text, const std::string& origin = "generated") {
    manifest.files.push_back({.path = path, .size = text.size(), .sha256 = system::sha256_hex(text), .origin = origin});
    texts[path] = text;
  }
};

void read(const Made& made, EntrySink& sink, std::size_t piece) {
  for (const auto& [path, text] : made.texts) {
    EXPECT_TRUE(sink.begin(path, false).ok());
    for (std::size_t at = 0; at < text.size(); at += piece)
      EXPECT_TRUE(sink.put(std::string_view(text).substr(at, piece)).ok());
    EXPECT_TRUE(sink.end().ok());
  }
}

Comparison compare(const Made& a, const Made& b, std::size_t piece = 7) {
  ContentComparison comparison(a.manifest, b.manifest);
  read(a, comparison.before(), piece);
  read(b, comparison.after(), piece);
  return comparison.finish();
}

Strings names(const std::vector<Change>& changes) {
  Strings out;
  for (const Change& change : changes) out.push_back(std::string(to_string(change.kind)) + " " + change.name);
  return out;
}

Strings places(const std::string& before, const std::string& after) {
  const auto a = document::parse_json("a", before);
  const auto b = document::parse_json("b", after);
  EXPECT_TRUE(a.ok() && b.ok());
  return differing_places((*a)->root(), (*b)->root());
}

TEST(Compare, places_are_json_pointers) {
  EXPECT_EQ(places(R"({"a":1,"b":2})", R"({"b":2,"a":1})"), Strings{});
  EXPECT_EQ(places(R"({"a":{"x":1},"gone":0})", R"({"a":{"x":2},"new/er":0})"), (Strings{"/a/x", "/new~1er", "/gone"}));
  EXPECT_EQ(places("[1,2,3]", "[1,5]"), (Strings{"/1", "/2"}));
  EXPECT_EQ(places("1", "2"), Strings{"/"});
  EXPECT_EQ(places("1", "1.0"), Strings{});
}

TEST(Compare, elements_with_names_are_matched_by_them) {
  EXPECT_EQ(places(R"([{"name":"a","v":1},{"name":"b","v":1}])", R"([{"name":"b","v":2},{"name":"a","v":1}])"), (Strings{"/b/v"}));
  EXPECT_EQ(places(R"([{"name":"a"},{"name":"a"}])", R"([{"name":"a"}])"), (Strings{"/1"}));
}

TEST(Compare, activities_dependencies_and_annotations_have_names) {
  EXPECT_EQ(places(R"({"activities":[{"name":"a"},{"name":"b","x":{"activities":[{"name":"c","policy":{"retry":1}}]}}]})",
                   R"({"activities":[{"name":"new"},{"name":"b","x":{"activities":[{"name":"d"},{"name":"c","policy":{"retry":2}}]}},{"name":"a"}]})"),
            (Strings{"/activities/b/x/activities/c/policy/retry", "/activities/b/x/activities/d", "/activities/new"}));
  EXPECT_EQ(places(R"({"dependsOn":[{"activity":"a","dependencyConditions":["Succeeded"]},{"activity":"b"}]})",
                   R"({"dependsOn":[{"activity":"b"},{"activity":"a","dependencyConditions":["Failed"]}]})"),
            Strings{"/dependsOn/a/dependencyConditions/0"});
  EXPECT_EQ(places(R"({"annotations":["nightly","x"]})", R"({"annotations":["new","nightly"]})"), (Strings{"/annotations/new", "/annotations/x"}));
  EXPECT_EQ(places(R"({"parameters":{"p":{"type":"String","defaultValue":"a"}},"variables":{"v":{"type":"String"}}})",
                   R"({"variables":{"v":{"type":"Array"}},"parameters":{"q":{},"p":{"type":"String","defaultValue":"b"}}})"),
            (Strings{"/variables/v/type", "/parameters/q", "/parameters/p/defaultValue"}));
  // Words elsewhere have places; the same elements in another order are one difference.
  EXPECT_EQ(places(R"({"words":["a","b"]})", R"({"words":["b"]})"), (Strings{"/words/0", "/words/1"}));
  EXPECT_EQ(places(R"({"columns":[{"name":"a"},{"name":"b"}]})", R"({"columns":[{"name":"b"},{"name":"a"}]})"), Strings{"/columns"});
}

TEST(Compare, options_are_named) {
  Made a, b;
  a.manifest.options = {{.name = "name", .value = "x"}, {.name = "path", .value = "a/b"}, {.name = "version", .value = ""}, {.name = "worktree", .value = "false"}};
  b.manifest.options = {{.name = "name", .value = "y"}, {.name = "path", .value = "a/b"}, {.name = "version", .value = "2.0"}, {.name = "worktree", .value = "true"}};
  for (Made* one : {&a, &b}) one->manifest.inputs = {{.name = "options", .digest = options_digest(one->manifest.options)}};
  const auto changes = compare_inputs(a.manifest, b.manifest);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(describe(changes[0]), "option name: x -> y; option --version: none -> 2.0; option --worktree: false -> true");
  a.manifest.options.clear();  // an artifact of an older release
  EXPECT_EQ(describe(compare_inputs(a.manifest, b.manifest)[0]).substr(0, 9), "options: ");
}

TEST(Compare, says_which_objects_addresses_parameters_and_contracts_changed) {
  Made a, b;
  a.add("contract/orders.json", R"({"columns":[{"name":"id","type":"long"},{"name":"total","type":"double"}]})");
  b.add("contract/orders.json", R"({"columns":[{"name":"id","type":"string"}]})");
  a.add("files/notebooks/n.py", "1", "notebooks/n.py");
  b.add("files/notebooks/n.py", "2", "notebooks/n.py");
  a.add("source/adf/pipeline/pl.json", R"({"properties":{"activities":[{"name":"copy","policy":{"retry":1}}]}})", "adf/pipeline/pl.json");
  b.add("source/adf/pipeline/pl.json", R"({"properties":{"activities":[{"name":"copy","policy":{"retry":2}}]}})", "adf/pipeline/pl.json");
  b.add("source/adf/trigger/tr.json", "{}", "adf/trigger/tr.json");
  a.add("terraform/main.tf.json", R"({"resource":{"t":{"gone":{},"kept":{"x":1},"same":{}}},"output":{"o":{"value":1}}})");
  b.add("terraform/main.tf.json", R"({"resource":{"t":{"kept":{"x":2},"new":{},"same":{}}},"output":{"o":{"value":1}}})");
  a.manifest.parameters = {{.name = "host", .type = "string"}, {.name = "old", .type = "string"}};
  b.manifest.parameters = {{.name = "host", .type = "string", .required = false}};
  const Comparison found = compare(a, b);
  EXPECT_EQ(names(found.files), (Strings{"changed contract/orders.json", "changed files/notebooks/n.py", "changed source/adf/pipeline/pl.json",
                                         "added source/adf/trigger/tr.json", "changed terraform/main.tf.json"}));
  EXPECT_EQ(names(found.objects), (Strings{"changed pipeline pl", "added trigger tr"}));
  EXPECT_EQ(found.objects[0].places, Strings{"/properties/activities/copy/policy/retry"});
  EXPECT_EQ(names(found.addresses), (Strings{"removed t.gone", "changed t.kept", "added t.new"}));
  EXPECT_EQ(found.addresses[1].places, Strings{"/x"});
  EXPECT_EQ(names(found.parameters), (Strings{"changed host", "removed old"}));
  EXPECT_EQ(found.parameters[0].places, Strings{"optional now"});
  ASSERT_EQ(names(found.contract), Strings{"changed contract/orders.json"});
  EXPECT_EQ(found.contract[0].places, (Strings{"/columns/id/type", "/columns/total"}));
}

TEST(Compare, an_address_that_moves_to_another_file_is_no_change) {
  Made a, b;
  a.add("terraform/a.tf.json", R"({"resource":{"t":{"x":{"v":1}}},"variable":{"w":{}},"locals":{"l":1},"data":{"d":{"n":{}}}})");
  b.add("terraform/b.tf.json", R"({"resource":{"t":{"x":{"v":1}}},"variable":{"w":{}},"locals":{"l":2}})");
  EXPECT_EQ(names(compare(a, b).addresses), (Strings{"removed data.d.n", "changed local.l"}));
}

std::string unexplained(const Comparison& found) {
  std::string out;
  for (const auto& one : found.unexplained) out += one.name + ": " + one.reason + "\n";
  return out;
}

TEST(Compare, says_the_same_however_the_bytes_arrive) {
  Made a, b;
  a.add(
      "terraform/a.tf.json",
      R"({"//": "x", "resource": {"t": {"x": {"v": [1, {"a": "}\"{"}]}, "y": {}}}, "output": {"o": {"value": 1}}, "provider": {"p": [{"a": 1}]}, "terraform": {"required_version": "1"}})");
  b.add(
      "terraform/a.tf.json",
      R"({"//": "y", "resource": {"t": {"y": {}, "x": {"v": [1, {"a": "}{"}]}}}, "output": {"o": {"value":1}}, "provider": {"p": [{"a": 2}]}, "terraform": {"required_version": "2"}})");
  for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, std::size_t{4096}}) {
    const Comparison found = compare(a, b, piece);
    EXPECT_EQ(names(found.addresses),
              (Strings{"changed provider.p", "changed t.x", "changed terraform.required_version"}));
    EXPECT_EQ(found.addresses[1].places, Strings{"/v/1/a"});
    EXPECT_EQ(unexplained(found), "");
  }
}

// Rather nothing than addresses that seem to be removed.
TEST(Compare, files_that_are_not_looked_into_are_named) {
  Made a, b;
  a.add("terraform/a.tf.json", R"({"variable":{"w":{}}})");
  b.add("terraform/a.tf.json", R"({"variable":{"w":)");
  a.add("contract/c.json", R"({"x":1})");
  b.add("contract/c.json", R"({"x":2})");
  Comparison found = compare(a, b);
  EXPECT_EQ(unexplained(found), "terraform/a.tf.json: no JSON\n");
  EXPECT_EQ(names(found.addresses), Strings{});
  EXPECT_EQ(found.contract.at(0).places, Strings{"/x"});

  a = b = {};
  std::string large(ContentComparison::max_part, 'x'), many = "[0", blocks;
  for (std::uint64_t i = 0; i < ContentComparison::max_values; ++i) many += ",0";
  for (std::size_t i = 0; i <= ContentComparison::max_addresses; ++i)
    blocks += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":0";
  a.add("contract/large.json", "{}");
  b.add("contract/large.json", "\"" + large + "\"");
  a.add("source/adf/pipeline/p.json", "[]");
  b.add("source/adf/pipeline/p.json", many + "]");
  a.add("terraform/large.tf.json", R"({"locals":{"l":1}})");
  b.add("terraform/large.tf.json", R"({"locals":{"l":")" + large + "\"}}");
  a.add("terraform/many.tf.json", R"({"locals":{"m":1}})");
  b.add("terraform/many.tf.json", R"({"locals":{)" + blocks + "}}");
  found = compare(a, b, 65536);
  EXPECT_EQ(unexplained(found),
            "contract/large.json: more than 8 MiB in one piece\nsource/adf/pipeline/p.json: more "
            "than 500000 values\n"
            "terraform/large.tf.json: more than 8 MiB in one piece\nterraform/many.tf.json: more "
            "than 50000 addresses\n");
  EXPECT_EQ(names(found.files),
            (Strings{"changed contract/large.json", "changed source/adf/pipeline/p.json",
                     "changed terraform/large.tf.json", "changed terraform/many.tf.json"}));
  EXPECT_EQ(names(found.addresses), Strings{});
  EXPECT_TRUE(found.contract.at(0).places.empty());
}

TEST(Compare, inputs_say_why) {
  Made a, b;
  a.add("files/jars/x.jar", "1", "libs/x.jar");
  b.add("files/jars/x.jar", "2", "libs/x.jar");
  a.add("terraform/main.tf.json", "{}");
  b.add("terraform/main.tf.json", "{ }");
  a.manifest.inputs = {{.name = "options", .digest = "o"}, {.name = "source", .digest = "s1"}, {.name = "tool", .digest = "1.2.3 0123456789abcdef"}};
  b.manifest.inputs = {{.name = "dependency:g:a:1", .digest = "d"}, {.name = "options", .digest = "o"}, {.name = "source", .digest = "s2"},
                       {.name = "tool", .digest = "1.3.0 ffffffffffffffff"}};
  Strings lines;
  for (const InputChange& change : compare_inputs(a.manifest, b.manifest)) lines.push_back(describe(change));
  EXPECT_EQ(lines, (Strings{"dependency:g:a:1: none -> d", "source: 1 file (libs/x.jar)",
                            "tool: 1.2.3 (commit 0123456789ab) -> 1.3.0 (commit ffffffffffff)"}));
  EXPECT_TRUE(compare_inputs(a.manifest, a.manifest).empty());
}

TEST(Compare, many_places_are_cut_and_counted) {
  std::string before = "{", after = "{";
  for (int i = 0; i < 20; ++i) {
    before += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":1";
    after += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":2";
  }
  Made a, b;
  a.add("contract/c.json", before + "}");
  b.add("contract/c.json", after + "}");
  const Comparison found = compare(a, b);
  EXPECT_EQ(found.contract.at(0).places.size(), max_places);
  EXPECT_EQ(found.contract.at(0).more, 20 - max_places);
}

}  // namespace
}  // namespace tidegate::artifact
