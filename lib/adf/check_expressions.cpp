// SPDX-License-Identifier: Apache-2.0
// Expressions of every object: syntax, functions, and the names that they use.
#include <set>

#include "adf/check.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

void walk(const Node& node, const std::function<void(const Node&, const ParsedText&)>& visit) {
  if (node.is_string()) {
    if (node.as_string().find('@') != std::string_view::npos)
      visit(node, parse_expressions(node.as_string()));
    return;
  }
  for (const Node child : node) {
    // Descriptions are prose; scripts, and literals of data-flow parameters, are another language.
    const std::string_view key = child.key();
    if (key == "description" || key == "script" || key == "scriptLines" || key == "annotations")
      continue;
    walk(child, visit);
  }
}

class Names {
 public:
  explicit Names(const Node& declared) {
    for (const Node member : declared) {
      all.emplace_back(member.key());
      low.insert(to_lower(member.key()));
    }
  }
  bool has(std::string_view name) const { return low.contains(to_lower(name)); }
  std::vector<std::string> all{};
  std::set<std::string> low{};
};

class ObjectChecker {
 public:
  ObjectChecker(const Factory& factory, const Object& object, Diagnostics& diagnostics)
      : factory_(factory),
        object_(object),
        diagnostics_(diagnostics),
        parameters_(object.properties()["parameters"]),
        variables_(object.properties()["variables"]) {
    if (object.kind != ObjectKind::pipeline) return;
    activities_ = activities_of(object);
    for (const Activity& activity : activities_) activity_names_.emplace_back(activity.name);
  }

  void run() {
    for_each_expression(object_,
                        [&](const Node& node, const ParsedText& text) { check(node, text); });
    for (const Activity& activity : activities_) check_variable_activity(activity);
  }

 private:
  void check(const Node& node, const ParsedText& text) {
    if (text.error) {
      diagnostics_.error("adf.expression-syntax", node.location_in_string(text.error->offset),
                         "the expression is broken: " + text.error->message,
                         "correct the expression");
      return;
    }
    for (std::size_t i = 0; i < text.terms.size(); ++i) {
      const Term& term = text.terms[i];
      if (term.kind == TermKind::call) check_call(node, text, term);
      if (term.kind == TermKind::member) check_member(node, text, term);
    }
  }

  void check_call(const Node& node, const ParsedText& text, const Term& term) {
    const Function* function = find_function(term.text);
    if (function == nullptr) {
      const auto nearest = find_nearest(to_lower(term.text), function_names());
      diagnostics_.error("adf.unknown-function", node.location_in_string(term.offset),
                         "there is no function \"" + term.text + "\"",
                         nearest ? "did you mean \"" + *nearest + "\"?"
                                 : "see the function reference of Data Factory");
      return;
    }
    if (term.children.size() < function->least || term.children.size() > function->most) {
      std::string expected = std::to_string(function->least);
      if (function->most == 255) {
        expected = "at least " + expected;
      } else if (function->most != function->least) {
        expected += " to " + std::to_string(function->most);
      }
      diagnostics_.error("adf.function-arity", node.location_in_string(term.offset),
                         term.text + " has " + counted(term.children.size(), "argument") +
                             ", expected " + expected,
                         "correct the call");
      return;
    }
    if (object_.kind != ObjectKind::pipeline || term.children.empty()) {
      if (object_.kind == ObjectKind::pipeline && function->name == "item") check_item(node, term);
      return;
    }
    const Term& argument = text.terms[term.children.front()];
    if (!argument.is_string) return;
    if (function->name == "activity") {
      require(node, argument, "adf.undefined-activity-output", "activity", activity_names_);
    } else if (function->name == "variables") {
      require(node, argument, "adf.undefined-variable", "variable", variables_.all);
    }
  }

  // pipeline().parameters.x, pipeline().globalParameters.x, dataset().x, linkedService().x
  void check_member(const Node& node, const ParsedText& text, const Term& term) {
    const Term& object = text.terms[term.children.front()];
    if (object.kind == TermKind::call && object_.kind == ObjectKind::dataset &&
        equal_ignoring_case(object.text, "dataset")) {
      require(node, term, "adf.undefined-parameter", "parameter", parameters_.all);
    }
    if (object.kind == TermKind::call && object_.kind == ObjectKind::linked_service &&
        equal_ignoring_case(object.text, "linkedService")) {
      require(node, term, "adf.undefined-parameter", "parameter", parameters_.all);
    }
    if (object.kind != TermKind::member || object_.kind != ObjectKind::pipeline) return;
    const Term& root = text.terms[object.children.front()];
    if (root.kind != TermKind::call || !equal_ignoring_case(root.text, "pipeline")) return;
    if (equal_ignoring_case(object.text, "parameters")) {
      require(node, term, "adf.undefined-parameter", "parameter", parameters_.all);
    } else if (equal_ignoring_case(object.text, "globalParameters")) {
      check_global(node, term);
    }
  }

  void check_global(const Node& node, const Term& term) {
    bool declared = false;
    for (const Object& other : factory_.objects) {
      if (other.kind != ObjectKind::factory) continue;
      declared = true;
      if (Names(other.properties()["globalParameters"]).has(term.text)) return;
    }
    const std::string message = "global parameter \"" + term.text + "\" is not declared";
    if (declared) {
      diagnostics_.error("adf.undefined-global-parameter", node.location_in_string(term.offset),
                         message, "declare it in factory/");
    } else {
      diagnostics_.note("adf.undefined-global-parameter", node.location_in_string(term.offset),
                        message + ": there is no factory file", "the environment must supply it");
    }
  }

  // item() belongs to a ForEach around the value, or to a Filter; their own `items` lie outside.
  void check_item(const Node& node, const Term& term) {
    bool in_items = false;
    for (Node up = node; up; up = up.parent()) {
      const std::string_view type = up["type"].as_string();
      const bool loop = equal_ignoring_case(type, "ForEach") || equal_ignoring_case(type, "Filter");
      if (loop && !in_items) return;
      if (up["typeProperties"]) in_items = false;  // the next activity outwards
      if (up.key() == "items" && up.parent().key() == "typeProperties") in_items = true;
    }
    diagnostics_.error("adf.item-outside-loop", node.location_in_string(term.offset),
                       "item() is used outside of a ForEach",
                       "use it inside a ForEach or a Filter only");
  }

  void require(const Node& node, const Term& term, const char* code, const std::string& what,
               const std::vector<std::string>& known) {
    const std::string* other_case = nullptr;
    for (const std::string& name : known) {
      if (name == term.text) return;
      if (equal_ignoring_case(name, term.text)) other_case = &name;
    }
    if (other_case != nullptr) {
      diagnostics_.note("adf.case-differs", node.location_in_string(term.offset),
                        "\"" + term.text + "\" is called \"" + *other_case + "\"", "spell it alike");
      return;
    }
    const auto nearest = find_nearest(term.text, known);
    diagnostics_.error(
        code, node.location_in_string(term.offset),
        what + " \"" + term.text + "\" does not exist here",
        nearest ? "did you mean \"" + *nearest + "\"?" : "declare it, or correct the name");
  }

  void check_variable_activity(const Activity& activity) {
    const bool sets = activity.type == "SetVariable";
    if (!sets && activity.type != "AppendVariable") return;
    const Node properties = activity.node["typeProperties"];
    const Node name = properties["variableName"];
    if (!name.is_string() || properties["setSystemVariable"].as_boolean() ||
        name.as_string().starts_with('@'))
      return;
    const Node declared = object_.properties()["variables"].find_ignoring_case(name.as_string());
    if (!declared) {
      const auto nearest = find_nearest(name.as_string(), variables_.all);
      diagnostics_.error(
          "adf.undefined-variable", name.location(),
          "variable \"" + std::string(name.as_string()) + "\" is not declared",
          nearest ? "did you mean \"" + *nearest + "\"?" : "declare it in the pipeline");
    } else if (!sets && !equal_ignoring_case(declared["type"].as_string(), "Array")) {
      diagnostics_.error("adf.undefined-variable", name.location(),
                         "variable \"" + std::string(name.as_string()) +
                             "\" is no array, so nothing can be appended",
                         "declare it as Array");
    }
  }

  const Factory& factory_;
  const Object& object_;
  Diagnostics& diagnostics_;
  Names parameters_;
  Names variables_;
  std::vector<Activity> activities_{};
  std::vector<std::string> activity_names_{};
};

}  // namespace

void for_each_expression(const Object& object,
                         const std::function<void(const Node&, const ParsedText&)>& visit) {
  walk(object.properties(), visit);
}

void check_expressions(const Factory& factory, const Object& object, Diagnostics& diagnostics) {
  if (object.kind != ObjectKind::synapse) ObjectChecker(factory, object, diagnostics).run();
}

}  // namespace tidegate::adf
