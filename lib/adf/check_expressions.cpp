// SPDX-License-Identifier: Apache-2.0
// Expressions of every object: syntax, functions, and the names that they use.
#include <array>

#include "adf/check.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

// Members of the system roots. Source: "System variables supported by Azure Data Factory".
constexpr std::array<std::string_view, 13> pipeline_members{
    "parameters",  "globalParameters", "DataFactory", "Pipeline",    "RunId",
    "GroupId",     "TriggerId",        "TriggerName", "TriggerTime", "TriggerType",
    "TriggeredByPipelineName", "TriggeredByPipelineRunId", "Workspace"};
constexpr std::array<std::string_view, 12> activity_members{
    "output",        "error",        "Status",        "StatusCode",         "Duration",         "ActivityType",
    "ActivityRunId", "PipelineName", "PipelineRunId", "ExecutionStartTime", "ExecutionEndTime", "ActivityName"};
constexpr std::array<std::string_view, 5> trigger_members{"scheduledTime", "startTime", "outputs", "inputs", "name"};
constexpr std::array<std::string_view, 3> body_members{"fileName", "folderPath", "event"};

struct Root {
  std::string_view call{};  // lower case
  std::span<const std::string_view> members{};
};

constexpr std::array roots{Root{"pipeline", pipeline_members}, Root{"activity", activity_members},
                           Root{"trigger", trigger_members}, Root{"triggerbody", body_members}};

class ObjectChecker {
 public:
  ObjectChecker(const Subject& subject, Diagnostics& diagnostics)
      : subject_(subject), diagnostics_(diagnostics) {}

  void run() {
    for (const Use& use : subject_.uses) check(use);
  }

 private:
  void check(const Use& use) {
    const Node& node = use.node;
    const ParsedText& text = use.text;
    if (text.error) {
      diagnostics_.error("adf.expression-syntax", node.location_in_string(text.error->offset),
                         "the expression is broken: " + text.error->message, "correct the expression");
      return;
    }
    for (const Term& term : text.terms) {
      if (term.kind == TermKind::call) check_call(node, text, term);
      if (term.kind == TermKind::member || term.kind == TermKind::index) check_member(node, text, term);
    }
  }

  void check_call(const Node& node, const ParsedText& text, const Term& term) {
    const Function* function = find_function(term.text);
    if (function == nullptr) return unknown_function(node, term);
    if (term.children.size() < function->least || term.children.size() > function->most)
      return wrong_arity(node, term, *function);
    if (subject_.object.kind != ObjectKind::pipeline) return;
    if (function->name == "item") return check_item(node, term);
    if (term.children.empty()) return;
    const Term& argument = text.terms[term.children.front()];
    if (!argument.is_string) return;
    if (function->name == "activity") {
      require_activity(node, argument);
    } else if (function->name == "variables") {
      require(node, argument, "adf.undefined-variable", "variable", subject_.facts.variables);
    }
  }

  void unknown_function(const Node& node, const Term& term) {
    const auto nearest = find_nearest(to_lower(term.text), function_names());
    diagnostics_.error("adf.unknown-function", node.location_in_string(term.offset),
                       "there is no function \"" + term.text + "\"",
                       nearest ? "did you mean \"" + *nearest + "\"?"
                               : "see the function reference of Data Factory");
  }

  void wrong_arity(const Node& node, const Term& term, const Function& function) {
    std::string expected = std::to_string(function.least);
    if (function.most == 255) {
      expected = "at least " + expected;
    } else if (function.most != function.least) {
      expected += " to " + std::to_string(function.most);
    }
    diagnostics_.error(
        "adf.function-arity", node.location_in_string(term.offset),
        term.text + " has " + counted(term.children.size(), "argument") + ", expected " + expected,
        "correct the call");
  }

  // pipeline().parameters.x, pipeline().globalParameters.x, dataset().x, linkedService().x
  void check_member(const Node& node, const ParsedText& text, const Term& term) {
    const auto name = member_name(text, term);
    if (!name) return;
    const Term& place = term.kind == TermKind::index ? text.terms[term.children[1]] : term;
    const Term& object = text.terms[term.children.front()];
    if (object.kind == TermKind::call) {
      check_root(node, object, place, *name);
    } else if (subject_.object.kind == ObjectKind::pipeline) {
      const auto group = member_name(text, object);
      if (!group || !is_call(text.terms[object.children.front()], "pipeline")) return;
      if (equal_ignoring_case(*group, "parameters")) {
        require(node, place, "adf.undefined-parameter", "parameter", subject_.facts.parameters);
      } else if (equal_ignoring_case(*group, "globalParameters")) {
        check_global(node, place, *name);
      }
    }
  }

  void check_root(const Node& node, const Term& call, const Term& place, std::string_view name) {
    const ObjectKind kind = subject_.object.kind;
    if ((kind == ObjectKind::dataset && is_call(call, "dataset")) ||
        (kind == ObjectKind::linked_service && is_call(call, "linkedservice"))) {
      require(node, place, "adf.undefined-parameter", "parameter", subject_.facts.parameters);
      return;
    }
    for (const Root& root : roots) {
      if (!is_call(call, root.call)) continue;
      std::vector<std::string> names;
      for (const std::string_view member : root.members) {
        if (equal_ignoring_case(member, name)) return;
        names.emplace_back(member);
      }
      const auto nearest = find_nearest(name, names);
      diagnostics_.warning("adf.unknown-system-property", node.location_in_string(place.offset),
                           call.text + "() has no property \"" + std::string(name) + "\"",
                           nearest ? "did you mean \"" + *nearest + "\"?"
                                   : "it has " + join(names, ", "));
    }
  }

  void check_global(const Node& node, const Term& place, std::string_view name) {
    if (subject_.index.global_parameters.find(name) != nullptr) return;
    const std::string message = "global parameter \"" + std::string(name) + "\" is not declared";
    const Location where = node.location_in_string(place.offset);
    if (subject_.index.has_factory_file) {
      const auto nearest = find_nearest(name, subject_.index.global_parameters.names());
      diagnostics_.error("adf.undefined-global-parameter", where, message,
                         nearest ? "did you mean \"" + *nearest + "\"?" : "declare it in factory/");
    } else {
      diagnostics_.note("adf.undefined-global-parameter", where, message + ": there is no factory file",
                        "the environment must supply it");
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
                       "item() is used outside of a ForEach", "use it inside a ForEach or a Filter only");
  }

  void require(const Node& node, const Term& term, const char* code, const std::string& what,
               const Declarations& known) {
    const Declarations::Entry* entry = known.find(term.text);
    if (entry == nullptr) return undefined(node, term, code, what, known.names());
    if (entry->name != term.text) case_differs(node, term, entry->name);
  }

  void require_activity(const Node& node, const Term& term) {
    const Facts& facts = subject_.facts;
    const auto found = facts.activity_names.find(to_lower(term.text));
    if (found == facts.activity_names.end()) {
      std::vector<std::string> names;
      for (const Activity& activity : facts.activities) names.emplace_back(activity.name);
      return undefined(node, term, "adf.undefined-activity-output", "activity", names);
    }
    const std::string_view name = facts.activities[found->second].name;
    if (name != term.text) case_differs(node, term, std::string(name));
  }

  void case_differs(const Node& node, const Term& term, const std::string& name) {
    diagnostics_.note("adf.case-differs", node.location_in_string(term.offset),
                      "\"" + term.text + "\" is called \"" + name + "\"", "spell it alike");
  }

  void undefined(const Node& node, const Term& term, const char* code, const std::string& what,
                 const std::vector<std::string>& names) {
    const auto nearest = find_nearest(term.text, names);
    diagnostics_.error(code, node.location_in_string(term.offset),
                       what + " \"" + term.text + "\" does not exist here",
                       nearest ? "did you mean \"" + *nearest + "\"?" : "declare it, or correct the name");
  }

  const Subject& subject_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_expressions(const Subject& subject, Diagnostics& diagnostics) {
  ObjectChecker(subject, diagnostics).run();
}

}  // namespace tidegate::adf
