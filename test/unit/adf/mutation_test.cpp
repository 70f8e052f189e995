// SPDX-License-Identifier: Apache-2.0
// Defects seeded into the real factories of the shared corpus, one a file and type at the first
// place that fits: each must be reported with its code. Of each type 12 mutants run, spread over
// the corpus; TIDEGATE_ALL_MUTANTS=1 runs all.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>

#include "base/text.hpp"
#include "corpus.hpp"
#include "document/parse.hpp"
#include "findings.hpp"
#include "support/shared.hpp"

namespace tidegate::adf {
namespace {

using document::Document;
using document::Node;

// Strings that the service evaluates, in the pipeline's order.
std::vector<Node> evaluated_strings(const Document& document) {
  std::vector<Node> found;
  const std::function<void(const Node&)> walk = [&](const Node& node) {
    if (node.is_string()) found.push_back(node);
    for (const Node child : node) {
      if (child.key() != "description" && child.key() != "annotations") walk(child);
    }
  };
  walk(document.root()["properties"]);
  return found;
}

std::vector<Node> all_activities(const Document& document) {
  std::vector<Node> found;
  for (std::size_t i = 0; i < document.node_count(); ++i) {
    const Node node = document.node(static_cast<std::uint32_t>(i));
    if (node.is_object() && node["name"].is_string() && node["type"].is_string() &&
        ends_with_ignoring_case(node.parent().key(), "activities")) {
      found.push_back(node);
    }
  }
  return found;
}

bool is_expression(const Node& node) {
  const std::string_view text = node.as_string();
  const std::size_t open = text.find('(');
  if (!text.starts_with('@') || open == text.npos || open < 2 || !text.ends_with(')')) return false;
  return std::all_of(
      text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(open), [](char c) {
        return (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || (c >= '0' && c <= '9');
      });
}

bool inside(const Node& node, std::initializer_list<std::string_view> types) {
  for (Node up = node.parent(); up; up = up.parent()) {
    for (const std::string_view type : types) {
      if (equal_ignoring_case(up["type"].as_string(), type)) return true;
    }
  }
  return false;
}

// The text of the file with `value` in place of the string `node`.
std::string with_string(const Node& node, const std::string& value) {
  std::string text = node.document()->text();
  std::size_t end = node.offset() + 1;
  while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return text.replace(node.offset() + 1, end - node.offset() - 1, value);
}

using Mutated = std::optional<std::string>;

// `ghost_` behind the first `mark` of an evaluated string.
Mutated behind(const Document& document, std::string_view mark) {
  for (const Node node : evaluated_strings(document)) {
    const std::string_view value = node.as_string();
    if (value.find('@') == value.npos || value.find(mark) == value.npos) continue;
    std::string text = document.text();
    const std::size_t at = text.find(mark, node.offset());
    if (at != text.npos) return text.insert(at + mark.size(), "ghost_");
  }
  return std::nullopt;
}

Mutated rename_reference(const Document& document, std::string_view type) {
  for (std::size_t i = 0; i < document.node_count(); ++i) {
    const Node node = document.node(static_cast<std::uint32_t>(i));
    if (node["type"].as_string() == type && node["referenceName"].is_string()) {
      return with_string(node["referenceName"], "ghost_of_nobody");
    }
  }
  return std::nullopt;
}

Mutated first_expression(const Document& document,
                         const std::function<Mutated(const Node&)>& change) {
  for (const Node node : evaluated_strings(document)) {
    if (!is_expression(node)) continue;
    if (Mutated text = change(node)) return text;
  }
  return std::nullopt;
}

Mutated change_dependency(const Document& document, bool to_itself) {
  for (const Node activity : all_activities(document)) {
    const Node name = activity["dependsOn"].at(0)["activity"];
    if (name.is_string())
      return with_string(name,
                         to_itself ? std::string(activity["name"].as_string()) : "ghost_of_nobody");
  }
  return std::nullopt;
}

Mutated nest_loop(const Document& document) {
  for (const Node activity : all_activities(document)) {
    const Node inner = activity["typeProperties"]["activities"].at(0);
    if (activity["type"].as_string() == "ForEach" && inner["type"].is_string())
      return with_string(inner["type"], "ForEach");
  }
  return std::nullopt;
}

Mutated repeat_name(const Document& document) {
  const std::vector<Node> all = all_activities(document);
  if (all.size() < 2) return std::nullopt;
  return with_string(all[1]["name"], std::string(all[0]["name"].as_string()));
}

Mutated set_ghost(const Document& document) {
  for (const Node activity : all_activities(document)) {
    const Node properties = activity["typeProperties"];
    if (activity["type"].as_string() != "SetVariable" ||
        properties["setSystemVariable"].as_boolean())
      continue;
    if (properties["variableName"].is_string())
      return with_string(properties["variableName"], "ghost_of_nobody");
  }
  return std::nullopt;
}

Mutated sign_url(const Document& document) {
  for (const Node activity : all_activities(document)) {
    const Node given = activity["typeProperties"]["url"];
    const Node url = given.is_object() ? given["value"] : given;
    if (activity["type"].as_string() == "WebActivity" && url.is_string()) {
      return with_string(url, "https://lake.example/raw?sv=2024-11-04&sig=bWFkZSB1cA%3D%3D");
    }
  }
  return std::nullopt;
}

// Is `name` an activity of the list that `activity` stands in, or inside one of them?
bool is_beside(const Document& document, const Node& activity, std::string_view name) {
  for (const Node other : all_activities(document)) {
    if (!equal_ignoring_case(other["name"].as_string(), name)) continue;
    for (Node up = other; up; up = up.parent()) {
      if (up == activity) return false;
      if (up.parent() == activity.parent()) return true;
    }
  }
  return false;
}

bool reads_beside(const Document& document, const Node& activity, const Node& node) {
  if (node.is_string()) {
    constexpr std::string_view call = "activity('";
    const std::string_view text = node.as_string();
    if (text.find('@') == text.npos) return false;
    for (std::size_t at = text.find(call); at != text.npos; at = text.find(call, at + 1)) {
      const std::size_t begin = at + call.size();
      if (is_beside(document, activity, text.substr(begin, text.find('\'', begin) - begin))) return true;
    }
    return false;
  }
  for (const Node child : node) {
    if (child.key() != "description" && reads_beside(document, activity, child)) return true;
  }
  return false;
}

// Nothing waits any more where an output of an activity beside it is read.
Mutated remove_dependency(const Document& document) {
  for (const Node activity : all_activities(document)) {
    const Node list = activity["dependsOn"];
    if (!list.is_array() || list.size() == 0 || !reads_beside(document, activity, activity)) continue;
    std::string text = document.text();
    const std::size_t at = list.key_offset() + 1;
    return text.replace(at, std::string_view("dependsOn").size(), "dependsNo");
  }
  return std::nullopt;
}

// Where arguments stand for the reference `node` to an object of the factory.
Node arguments_of(const Files& files, const Node& node) {
  const std::string_view type = node["type"].as_string();
  for (const auto& row : {std::pair("DatasetReference", "dataset/"), std::pair("LinkedServiceReference", "linkedservice/"),
                          std::pair("PipelineReference", "pipeline/")}) {
    if (type != row.first) continue;
    const std::string file = row.second + std::string(node["referenceName"].as_string()) + ".json";
    if (!files.contains(file)) return {};
    return type == "PipelineReference" ? node.parent()["parameters"] : node["parameters"];
  }
  return {};
}

Mutated misspell_argument(const Document& document, const Files& files) {
  for (std::size_t i = 0; i < document.node_count(); ++i) {
    const Node node = document.node(static_cast<std::uint32_t>(i));
    if (!node.is_object() || !node["referenceName"].is_string()) continue;
    for (const Node argument : arguments_of(files, node))
      return std::string(document.text()).insert(argument.key_offset() + 1, "ghost_");
  }
  return std::nullopt;
}

// A default that does not go with the type: where there is none, or a text.
Mutated spoil_default(const Document& document) {
  for (const char* list : {"parameters", "variables"}) {
    for (const Node entry : document.root()["properties"][list]) {
      const std::string type = to_lower(entry["type"].as_string());
      if (type.empty() || type == "object" || type == "securestring") continue;
      const std::string wrong = type == "string" ? "42" : "\"wrong\"";
      const Node given = entry["defaultValue"];
      std::string text = document.text();
      if (!given) return text.insert(entry.offset() + 1, "\"defaultValue\": " + wrong + ", ");
      if (!given.is_string() || type != "string") continue;
      std::size_t end = given.offset() + 1;
      while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
      return text.replace(given.offset(), end + 1 - given.offset(), wrong);
    }
  }
  return std::nullopt;
}

struct Defect {
  const char* words;
  std::vector<std::string> codes;  // one of them is reported
  std::function<Mutated(const Document&, const Files&)> seed;
};

const std::vector<Defect> defects{
    {"activity('x') renamed", {"adf.undefined-activity-output"},
     [](const Document& d, const Files&) { return behind(d, "activity('"); }},
    {"variables('x') renamed", {"adf.undefined-variable"},
     [](const Document& d, const Files&) { return behind(d, "variables('"); }},
    {"parameter renamed", {"adf.undefined-parameter"},
     [](const Document& d, const Files&) { return behind(d, "pipeline().parameters."); }},
    {"parenthesis lost", {"adf.expression-syntax"},
     [](const Document& d, const Files&) {
       return first_expression(d, [](const Node& node) -> Mutated {
         std::string text = node.document()->text();
         std::size_t end = node.offset() + 1;
         while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
         return text.erase(end - 1, 1);
       });
     }},
    {"function unknown", {"adf.unknown-function"},
     [](const Document& d, const Files&) {
       return first_expression(d, [](const Node& node) -> Mutated {
         return std::string(node.document()->text()).insert(node.offset() + 2, "ghost");
       });
     }},
    {"dependsOn a ghost", {"adf.undefined-dependency"},
     [](const Document& d, const Files&) { return change_dependency(d, false); }},
    {"dependsOn itself", {"adf.dependency-cycle"},
     [](const Document& d, const Files&) { return change_dependency(d, true); }},
    {"dataset renamed", {"adf.unresolved-reference"},
     [](const Document& d, const Files&) { return rename_reference(d, "DatasetReference"); }},
    {"pipeline renamed", {"adf.unresolved-reference"},
     [](const Document& d, const Files&) { return rename_reference(d, "PipelineReference"); }},
    {"loop in a loop", {"adf.nested-loop"}, [](const Document& d, const Files&) { return nest_loop(d); }},
    {"item() outside", {"adf.item-outside-loop"},
     [](const Document& d, const Files&) {
       return first_expression(d, [](const Node& node) -> Mutated {
         if (inside(node, {"ForEach", "Filter"})) return std::nullopt;
         return with_string(node, "@item()");
       });
     }},
    {"activity name twice", {"adf.duplicate-activity"}, [](const Document& d, const Files&) { return repeat_name(d); }},
    {"SetVariable of a ghost", {"adf.undefined-variable"}, [](const Document& d, const Files&) { return set_ghost(d); }},
    {"signed URL", {"adf.literal-secret"}, [](const Document& d, const Files&) { return sign_url(d); }},
    {"dependsOn removed",
     {"adf.missing-depends-on", "adf.inner-activity-output"},
     [](const Document& d, const Files&) { return remove_dependency(d); }},
    {"argument misspelt", {"adf.undeclared-argument"}, misspell_argument},
    {"default of wrong type", {"adf.default-type"}, [](const Document& d, const Files&) { return spoil_default(d); }},
};

struct Mutant {
  const Root* root = nullptr;
  std::string file{};
  std::string text{};
};

bool has_code(const Defect& defect, const Diagnostic& item) {
  return std::find(defect.codes.begin(), defect.codes.end(), item.code) != defect.codes.end();
}

// Is there a finding of the defect's codes in the file?
bool reports(const Files& files, const std::string& file, const Defect& defect) {
  const Diagnostics found = diagnose(files);
  return std::any_of(found.items().begin(), found.items().end(), [&](const Diagnostic& item) {
    return item.where.file == file && has_code(defect, item);
  });
}

// What is found in each root as it is.
using Baseline = std::map<const Root*, Diagnostics>;

// One a file that has no finding of these codes as it is.
std::vector<Mutant> mutants_of(const Defect& defect, const std::vector<Root>& roots, const Baseline& baseline) {
  std::vector<Mutant> all;
  for (const Root& root : roots) {
    std::set<std::string> reported;
    for (const Diagnostic& item : baseline.at(&root).items()) {
      if (has_code(defect, item)) reported.insert(item.where.file);
    }
    for (const auto& file : root.files) {
      if (!file.first.starts_with("pipeline/") || file.first.starts_with("pipeline/~")) continue;
      if (reported.contains(file.first)) continue;
      const auto parsed = document::parse_json(file.first, file.second);
      auto text = defect.seed(**parsed, root.files);
      if (text) all.push_back({.root = &root, .file = file.first, .text = std::move(*text)});
    }
  }
  return all;
}

TEST(Mutation, every_seeded_defect_is_reported_with_its_code) {
  const auto shared = test::shared_folder();
  if (!shared) GTEST_SKIP() << "the shared folder is not beside the project";
  std::vector<Root> roots = read_corpus(*shared + "/corpus/adf");
  for (Root& sample : read_corpus(TIDEGATE_SOURCE_DIR "/fixtures/services")) roots.push_back(std::move(sample));
  const char* wanted = std::getenv("TIDEGATE_ALL_MUTANTS");
  const bool all = wanted != nullptr && std::string_view(wanted) == "1";
  ASSERT_EQ(defects.size(), 17U);
  Baseline baseline;
  for (const Root& root : roots) baseline.emplace(&root, diagnose(root.files));
  for (const Defect& defect : defects) {
    const std::vector<Mutant> mutants = mutants_of(defect, roots, baseline);
    ASSERT_GE(mutants.size(), 12U) << defect.words;
    const std::size_t size = all ? mutants.size() : 12;
    for (std::size_t i = 0; i < size; ++i) {
      const Mutant& mutant = mutants[i * mutants.size() / size];
      Files files = mutant.root->files;
      files[mutant.file] = mutant.text;
      EXPECT_TRUE(reports(files, mutant.file, defect))
          << defect.words << " in " << mutant.root->name << "/" << mutant.file << "\n"
          << all_findings(files);
    }
    std::printf("%s: %zu of %zu mutants\n", defect.words, size, mutants.size());
  }
}

}  // namespace
}  // namespace tidegate::adf
