// SPDX-License-Identifier: Apache-2.0
// Variables of a pipeline: declared, of the right kind, not set by several iterations at once.
#include "adf/check.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

class Checker {
 public:
  Checker(const Subject& subject, Diagnostics& diagnostics)
      : subject_(subject), facts_(subject.facts), diagnostics_(diagnostics) {}

  void run() {
    set_.assign(facts_.variables.entries().size(), false);
    read_ = set_;
    for (const Activity& activity : facts_.activities) check_activity(activity);
    for (const Use& use : subject_.uses) check_use(use);
    report_unused();
  }

 private:
  void mark(std::vector<bool>& marks, std::string_view name) {
    if (const Declarations::Entry* entry = facts_.variables.find(name))
      marks[static_cast<std::size_t>(entry - facts_.variables.entries().data())] = true;
  }

  void check_activity(const Activity& activity) {
    const bool sets = activity.kind == ActivityKind::set_variable;
    if (!sets && activity.kind != ActivityKind::append_variable) return;
    const Node properties = activity.properties();
    const Node name = properties["variableName"];
    if (!name.is_string() || properties["setSystemVariable"].as_boolean()) return;
    if (name.as_string().starts_with('@')) {
      dynamic_ = true;
      return;
    }
    const Declarations::Entry* declared = facts_.variables.find(name.as_string());
    if (declared == nullptr) {
      const auto nearest = find_nearest(name.as_string(), facts_.variables.names());
      diagnostics_.error("adf.undefined-variable", name.location(),
                         "variable \"" + std::string(name.as_string()) + "\" is not declared",
                         nearest ? "did you mean \"" + *nearest + "\"?" : "declare it in the pipeline");
      return;
    }
    mark(set_, name.as_string());
    if (!sets && !equal_ignoring_case(declared->node["type"].as_string(), "Array")) {
      diagnostics_.error("adf.undefined-variable", name.location(),
                         "variable \"" + std::string(name.as_string()) + "\" is no array, so nothing can be appended",
                         "declare it as Array");
    }
    check_race(activity, name, sets);
  }

  void check_race(const Activity& activity, const Node& name, bool sets) {
    for (std::size_t up = activity.parent; up != Activity::none; up = facts_.activities[up].parent) {
      const Activity& around = facts_.activities[up];
      if (around.kind != ActivityKind::for_each) continue;
      const Node sequential = around.properties()["isSequential"];
      const auto batch = around.properties()["batchCount"].as_integer();
      if (sequential.as_boolean() || batch == 1) continue;
      diagnostics_.add({.code = "adf.variable-race",
                        .severity = sets ? Severity::warning : Severity::note,
                        .where = name.location(),
                        .message = "variable \"" + std::string(name.as_string()) + "\" is " +
                                   (sets ? "set" : "appended to") + " by iterations of " + words_of(around) +
                                   " that run at the same time",
                        .hint = sets ? "set isSequential to true, or move the body to a pipeline of its own"
                                     : "the order of the values is not that of the items"});
      return;
    }
  }

  void check_use(const Use& use) {
    if (use.text.error) return;
    for (const Term& term : use.text.terms) {
      if (!is_call(term, "variables") || term.children.empty()) continue;
      const Term& name = use.text.terms[term.children.front()];
      if (!name.is_string) {
        dynamic_ = true;
        continue;
      }
      mark(read_, name.text);
      if (use.activity == Activity::none) continue;
      const Activity& reader = facts_.activities[use.activity];
      if (reader.kind != ActivityKind::set_variable && reader.kind != ActivityKind::append_variable) continue;
      if (!equal_ignoring_case(reader.properties()["variableName"].as_string(), name.text)) continue;
      diagnostics_.error("adf.variable-self-reference", use.node.location_in_string(term.offset),
                         words_of(reader) + " reads the variable \"" + name.text + "\" that it sets",
                         "take a second variable: the service refuses this");
    }
  }

  void report_unused() {
    if (dynamic_) return;
    const auto entries = facts_.variables.entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (read_[i]) continue;
      diagnostics_.note("adf.unused-variable", entries[i].node.key_location(),
                        "variable \"" + entries[i].name + (set_[i] ? "\" is set, but nothing reads it" : "\" is neither set nor read"),
                        "remove it");
    }
  }

  const Subject& subject_;
  const Facts& facts_;
  Diagnostics& diagnostics_;
  std::vector<bool> set_{}, read_{};
  bool dynamic_ = false;
};

}  // namespace

void check_variables(const Subject& subject, Diagnostics& diagnostics) {
  if (subject.object.kind == ObjectKind::pipeline) Checker(subject, diagnostics).run();
}

}  // namespace tidegate::adf
