// SPDX-License-Identifier: Apache-2.0
// Parameters where they are declared (defaults, use) and where they are given (arguments).
#include "adf/check.hpp"
#include "adf/data_flow.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

bool is_evaluated(const Node& value) {
  if (value.is_string()) {
    const std::string_view text = value.as_string();
    return text.find('@') != std::string_view::npos && (text.starts_with('@') || text.find("@{") != std::string_view::npos);
  }
  return value.is_object() && equal_ignoring_case(value["type"].as_string(), "Expression");
}

// Does a constant fit the declared type? What is not known fits.
bool fits(std::string_view type, const Node& value) {
  const auto is = [&](std::string_view word) { return equal_ignoring_case(type, word); };
  if (!value || value.is_null() || is_evaluated(value)) return true;
  if (is("String")) return value.is_string();
  if (is("SecureString")) return value.is_string() || value.is_object();
  if (is("Int") || is("Integer")) return value.as_integer().has_value();
  if (is("Float")) return value.is_number();
  if (is("Bool") || is("Boolean")) return value.is_boolean();
  if (is("Array")) return value.is_array();
  if (is("Object")) return value.is_object() || value.is_array();
  return true;
}

std::string found_words(const Node& value) {
  switch (value.kind()) {
    case document::Kind::string: return "a text";
    case document::Kind::number: return "a number";
    case document::Kind::boolean: return "true or false";
    case document::Kind::array: return "a list";
    case document::Kind::object: return "an object";
    case document::Kind::null: return "null";
  }
  return "something else";
}

void check_defaults(const Declarations& declared, std::string_view what, Diagnostics& diagnostics) {
  for (const Declarations::Entry& entry : declared.entries()) {
    const Node value = entry.node["defaultValue"];
    const std::string_view type = entry.node["type"].as_string();
    if (fits(type, value)) continue;
    diagnostics.warning("adf.default-type", value.location(),
                        std::string(what) + " \"" + entry.name + "\" is of type " + std::string(type) +
                            ", but its default is " + found_words(value),
                        "correct the type or the default");
  }
}

// ---- parameters that nothing reads ----

class UnusedSearch {
 public:
  UnusedSearch(const Subject& subject, Diagnostics& diagnostics)
      : subject_(subject), declared_(subject.facts.parameters), diagnostics_(diagnostics) {}

  void run() {
    if (declared_.entries().empty()) return;
    used_.assign(declared_.entries().size(), false);
    for (const Use& use : subject_.uses) {
      if (use.text.error) return;  // reported; nobody knows what it reads
      look(use.text);
    }
    if (all_) return;
    for (std::size_t i = 0; i < used_.size(); ++i) {
      const Declarations::Entry& entry = declared_.entries()[i];
      if (used_[i]) continue;
      diagnostics_.note("adf.unused-parameter", entry.node.key_location(),
                        "parameter \"" + entry.name + "\" is read nowhere", "remove it, and the arguments for it");
    }
  }

 private:
  // The call whose members are the parameters, or `.parameters` of it.
  bool holds_parameters(const ParsedText& text, const Term& term) const {
    switch (subject_.object.kind) {
      case ObjectKind::dataset: return is_call(term, "dataset");
      case ObjectKind::linked_service: return is_call(term, "linkedservice");
      default: break;
    }
    const auto word = member_name(text, term);
    return word && equal_ignoring_case(*word, "parameters") && is_call(text.terms[term.children.front()], "pipeline");
  }

  void look(const ParsedText& text) {
    std::vector<bool> member_read(text.terms.size(), false);
    for (const Term& term : text.terms) {
      if (term.kind != TermKind::member && term.kind != TermKind::index) continue;
      const std::uint32_t object = term.children.front();
      if (!holds_parameters(text, text.terms[object])) continue;
      const auto name = member_name(text, term);
      member_read[object] = name.has_value();
      const Declarations::Entry* entry = name ? declared_.find(*name) : nullptr;
      if (entry != nullptr) used_[static_cast<std::size_t>(entry - declared_.entries().data())] = true;
    }
    for (std::size_t i = 0; i < text.terms.size(); ++i)
      all_ = all_ || (!member_read[i] && holds_parameters(text, text.terms[i]));
  }

  const Subject& subject_;
  const Declarations& declared_;
  Diagnostics& diagnostics_;
  std::vector<bool> used_{};
  bool all_ = false;  // read as a whole, or by a name that is computed
};

// ---- arguments ----

class ArgumentChecker {
 public:
  ArgumentChecker(const Subject& subject, Diagnostics& diagnostics) : subject_(subject), diagnostics_(diagnostics) {}

  void run() {
    for (const Reference& reference : subject_.references()) {
      if (!reference.target) continue;
      switch (reference.kind) {
        case ObjectKind::pipeline:
          check(reference, reference.node.parent()["parameters"], *reference.target);
          break;
        case ObjectKind::dataset:
        case ObjectKind::linked_service:
          check(reference, reference.node["parameters"], *reference.target);
          break;
        case ObjectKind::data_flow:
          check(reference, reference.node["parameters"], *reference.target);
          check_data_sets(reference);
          break;
        default:
          break;
      }
    }
  }

 private:
  static std::string words(const Object& target) {
    return std::string(to_string(target.kind)) + " \"" + target.name + "\"";
  }

  void check(const Reference& reference, const Node& arguments, std::size_t target) {
    const Object& object = subject_.factory.objects[target];
    const Declarations& declared = subject_.index.facts[target].parameters;
    if (arguments && !arguments.is_object() && !arguments.is_null()) return;  // computed
    if (is_evaluated(arguments)) return;
    // A chaining trigger names pipelines it waits for, a monitor's list calls none.
    if (reference.kind == ObjectKind::pipeline && !calls(reference)) return;
    for (const Node argument : arguments) check_argument(object, declared, argument);
    // Sources and sinks of a data flow get theirs from the activity that runs it.
    if (subject_.object.kind == ObjectKind::data_flow || reference.kind == ObjectKind::data_flow) return;
    check_missing(reference, object, declared, arguments);
  }

  static bool calls(const Reference& reference) {
    const std::string_view key = reference.node.key();
    return equal_ignoring_case(key, "pipeline") || equal_ignoring_case(key, "pipelineReference");
  }

  void check_argument(const Object& object, const Declarations& declared, const Node& argument) {
    const Declarations::Entry* entry = declared.find(argument.key());
    if (entry == nullptr) {
      const auto nearest = find_nearest(argument.key(), declared.names());
      diagnostics_.warning("adf.undeclared-argument", argument.key_location(),
                           words(object) + " has no parameter \"" + std::string(argument.key()) + "\"",
                           nearest ? "did you mean \"" + *nearest + "\"?" : "remove the argument, or declare the parameter");
      return;
    }
    const std::string_view type = entry->node["type"].as_string();
    if (object.kind == ObjectKind::data_flow || fits(type, argument)) return;
    diagnostics_.warning("adf.argument-type", argument.location(),
                         "parameter \"" + entry->name + "\" of " + words(object) + " is of type " + std::string(type) +
                             ", but here is " + found_words(argument),
                         "correct the value");
  }

  void check_missing(const Reference& reference, const Object& object, const Declarations& declared, const Node& arguments) {
    for (const Declarations::Entry& entry : declared.entries()) {
      if (entry.has_default || arguments.find_ignoring_case(entry.name)) continue;
      const Location where = reference.node["referenceName"].location();
      const std::string message = words(object) + " needs the parameter \"" + entry.name + "\", which is not given here";
      if (object.kind == ObjectKind::pipeline) {
        diagnostics_.note("adf.missing-call-argument", where, message, "give it, or give the parameter a default");
      } else {
        diagnostics_.error("adf.missing-argument", where, message, "give it under parameters, or give the parameter a default");
      }
    }
  }

  // datasetParameters: {<source or sink>: {…}}
  void check_data_sets(const Reference& reference) {
    const Object& flow = subject_.factory.objects[*reference.target];
    for (const Node stream : reference.node["datasetParameters"]) {
      if (!stream.is_object() || is_evaluated(stream)) continue;
      for (const char* list : {"sources", "sinks"}) {
        for (const Node part : flow.properties()["typeProperties"][list]) {
          if (!equal_ignoring_case(part["name"].as_string(), stream.key())) continue;
          const auto target = subject_.factory.find_index(ObjectKind::dataset, part["dataset"]["referenceName"].as_string());
          if (!target) continue;
          for (const Node argument : stream)
            check_argument(subject_.factory.objects[*target], subject_.index.facts[*target].parameters, argument);
        }
      }
    }
  }

  const Subject& subject_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_parameters(const Subject& subject, Diagnostics& diagnostics) {
  const ObjectKind kind = subject.object.kind;
  if (kind != ObjectKind::pipeline && kind != ObjectKind::dataset && kind != ObjectKind::linked_service) return;
  check_defaults(subject.facts.parameters, "parameter", diagnostics);
  check_defaults(subject.facts.variables, "variable", diagnostics);
  UnusedSearch(subject, diagnostics).run();
}

void check_arguments(const Subject& subject, Diagnostics& diagnostics) {
  ArgumentChecker(subject, diagnostics).run();
}

}  // namespace tidegate::adf
