// SPDX-License-Identifier: Apache-2.0
// What an expression reads of another activity: whether that activity has run by then, and whether
// its output has such a part. X has run before a reader if a `dependsOn` path leads to X from the
// reader or from a container around it; the condition of an Until also sees its inner activities.
#include <algorithm>
#include <array>
#include <set>

#include "adf/check.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

enum class Order : std::uint8_t { before, inner, unordered };

class Checker {
 public:
  Checker(const Subject& subject, Diagnostics& diagnostics)
      : subject_(subject), activities_(subject.facts.activities), diagnostics_(diagnostics) {}

  void run() {
    for (const Use& use : subject_.uses) {
      if (use.text.error) continue;
      for (const Term& term : use.text.terms) check_term(use, term);
    }
  }

 private:
  void check_term(const Use& use, const Term& term) {
    if (is_call(term, "activity") && term.children.size() == 1) {
      if (const Activity* read = find_activity(use, term)) check_order(use, term, *read);
    } else if (term.kind == TermKind::member || term.kind == TermKind::index) {
      check_shape(use, term);
    }
  }

  const Activity* find_activity(const Use& use, const Term& call) const {
    const Term& name = use.text.terms[call.children.front()];
    if (!name.is_string) return nullptr;
    const auto found = subject_.facts.activity_names.find(to_lower(name.text));
    return found == subject_.facts.activity_names.end() ? nullptr : &activities_[found->second];
  }

  std::size_t number_of(const Activity& activity) const {
    return static_cast<std::size_t>(&activity - activities_.data());
  }

  bool reaches(std::size_t from, std::size_t to) {
    if (seen_.size() != activities_.size()) seen_.assign(activities_.size(), 0);
    ++round_;
    std::vector<std::size_t> stack{from};
    while (!stack.empty()) {
      const std::size_t i = stack.back();
      stack.pop_back();
      for (const std::uint32_t other : activities_[i].after) {
        if (other == to) return true;
        if (seen_[other] == round_) continue;
        seen_[other] = round_;
        stack.push_back(other);
      }
    }
    return false;
  }

  // The activity around `from` (or itself) that stands in the list `list`, or none.
  std::size_t lift(std::size_t from, std::size_t list) const {
    while (from != Activity::none && activities_[from].list != list) from = activities_[from].parent;
    return from;
  }

  // `container`: for Order::inner the outermost container that hides the activity from the reader.
  Order order_of(std::size_t reader, std::size_t read, const Node& node, const Activity*& container) {
    const std::size_t beside = lift(reader, activities_[read].list);
    if (beside != Activity::none) return beside != read && reaches(beside, read) ? Order::before : Order::unordered;
    for (std::size_t inner = read; activities_[inner].parent != Activity::none; inner = activities_[inner].parent) {
      const std::size_t around = activities_[inner].parent;
      const std::size_t level = lift(reader, activities_[around].list);
      if (level == Activity::none) continue;
      if (level == around) {
        if (level != reader || activities_[reader].kind != ActivityKind::until || !in_condition(node)) return Order::unordered;
        if (inner == read) return Order::before;
        container = &activities_[inner];
        return Order::inner;
      }
      if (!reaches(level, around)) return Order::unordered;
      container = &activities_[around];
      return Order::inner;
    }
    return Order::unordered;
  }

  static bool in_condition(const Node& node) {
    for (Node up = node; up; up = up.parent()) {
      if (up.key() == "expression" && up.parent().key() == "typeProperties") return true;
    }
    return false;
  }

  bool lies_in_loop(const Activity& read, const Activity& outermost) const {
    for (std::size_t up = read.parent; up != Activity::none; up = activities_[up].parent) {
      if (activities_[up].kind == ActivityKind::for_each) return true;
      if (&activities_[up] == &outermost) return false;
    }
    return false;
  }

  void check_order(const Use& use, const Term& call, const Activity& read) {
    if (use.activity == Activity::none) return;
    const Activity& reader = activities_[use.activity];
    const Activity* container = nullptr;
    const Order order = order_of(use.activity, number_of(read), use.node, container);
    if (order == Order::before) return;
    if (!told_.emplace(use.activity, number_of(read)).second) return;  // once a pair of the two
    const Location where = use.node.location_in_string(call.offset);
    if (order == Order::unordered) {
      diagnostics_.error("adf.missing-depends-on", where,
                         words_of(reader) + " reads \"" + std::string(read.name) +
                             "\", but nothing makes sure that it has run by then",
                         &reader == &read ? "an activity cannot read itself"
                                          : "add a dependsOn on \"" + std::string(read.name) +
                                                "\", or on what leads to it");
      return;
    }
    const bool loop = lies_in_loop(read, *container);
    diagnostics_.add({.code = "adf.inner-activity-output",
                      .severity = loop ? Severity::warning : Severity::note,
                      .where = where,
                      .message = words_of(reader) + " reads \"" + std::string(read.name) + "\" inside " + words_of(*container) +
                                 (loop ? ", which runs once for each item" : ", which may not have run"),
                      .hint = loop ? "collect the values in a variable (AppendVariable)"
                                   : "read it inside the container, or set a variable there"});
  }

  // ---- shapes: activity('X').output.part ----

  void check_shape(const Use& use, const Term& term) {
    const auto part = member_name(use.text, term);
    if (!part) return;
    const Term& output = use.text.terms[term.children.front()];
    const auto word = member_name(use.text, output);
    if (!word) return;
    const Term& call = use.text.terms[output.children.front()];
    if (equal_ignoring_case(*word, "pipelineReturnValue")) {
      if (output.children.empty()) return;
      const auto middle = member_name(use.text, call);
      if (!middle || !equal_ignoring_case(*middle, "output")) return;
      const Term& root = use.text.terms[call.children.front()];
      if (!is_call(root, "activity") || root.children.size() != 1) return;
      if (const Activity* read = find_activity(use, root)) check_return_key(use, term, *read, *part);
      return;
    }
    if (!equal_ignoring_case(*word, "output") || !is_call(call, "activity") || call.children.size() != 1) return;
    if (const Activity* read = find_activity(use, call)) check_part(use, term, *read, *part);
  }

  void shape(const Use& use, const Term& term, std::string message, std::string hint) {
    const std::size_t offset = term.kind == TermKind::index ? use.text.terms[term.children[1]].offset : term.offset;
    diagnostics_.warning("adf.output-shape", use.node.location_in_string(offset), std::move(message), std::move(hint));
  }

  void check_part(const Use& use, const Term& term, const Activity& read, std::string_view part) {
    if (equal_ignoring_case(read.type, "Lookup")) return check_lookup(use, term, read, part);
    if (equal_ignoring_case(read.type, "GetMetadata")) return check_metadata(use, term, read, part);
    if (equal_ignoring_case(part, "pipelineReturnValue")) return check_return(use, term, read);
    if (read.type.empty()) return;
    if (equal_ignoring_case(part, "firstRow")) {
      shape(use, term, words_of(read) + " gives no firstRow", "only Lookup does");
    } else if (equal_ignoring_case(part, "runOutput") && !starts_with_ignoring_case(read.type, "Databricks")) {
      shape(use, term, words_of(read) + " gives no runOutput", "only Databricks activities do");
    }
  }

  void check_lookup(const Use& use, const Term& term, const Activity& read, std::string_view part) {
    const Node only = read.properties()["firstRowOnly"];
    const bool known = !only || only.is_null() || only.is_boolean();
    const bool first = !only.is_boolean() || only.as_boolean();
    if (!known) return;
    if (equal_ignoring_case(part, "firstRow") && !first) {
      shape(use, term, words_of(read) + " has firstRowOnly false, so there is no firstRow", "read output.value");
    } else if ((equal_ignoring_case(part, "value") || equal_ignoring_case(part, "count")) && first) {
      shape(use, term, words_of(read) + " gives the first row only, so there is no " + std::string(part),
            "set firstRowOnly to false, or read output.firstRow");
    }
  }

  void check_metadata(const Use& use, const Term& term, const Activity& read, std::string_view part) {
    constexpr std::array<std::string_view, 9> fields{"childItems", "columnCount", "contentMD5", "exists", "itemName",
                                                     "itemType",   "lastModified", "size",      "structure"};
    if (std::none_of(fields.begin(), fields.end(), [&](std::string_view f) { return equal_ignoring_case(f, part); })) return;
    const Node list = read.properties()["fieldList"];
    if (list && !list.is_array() && !list.is_null()) return;
    for (const Node field : list) {
      if (!field.is_string() || field.as_string().find('@') != std::string_view::npos) return;
      if (equal_ignoring_case(field.as_string(), part)) return;
    }
    shape(use, term, words_of(read) + " does not ask for " + std::string(part), "add it to its fieldList");
  }

  const Facts* callee_of(const Activity& call) const {
    const Node reference = call.properties()["pipeline"];
    const auto target = subject_.factory.find_index(ObjectKind::pipeline, reference["referenceName"].as_string());
    return target ? &subject_.index.facts[*target] : nullptr;
  }

  void check_return(const Use& use, const Term& term, const Activity& read) {
    if (read.kind != ActivityKind::execute_pipeline) {
      if (!read.type.empty()) shape(use, term, words_of(read) + " gives no return value", "only ExecutePipeline does");
      return;
    }
    const Node wait = read.properties()["waitOnCompletion"];
    const Facts* callee = callee_of(read);
    if (wait.is_boolean() ? !wait.as_boolean() : !wait) {
      shape(use, term, words_of(read) + " does not wait for the called pipeline, so it gives no return value",
            "set waitOnCompletion to true");
    } else if (callee != nullptr && !callee->returns) {
      shape(use, term, words_of(read) + " calls a pipeline that returns nothing",
            "set pipelineReturnValue there: SetVariable with setSystemVariable");
    }
  }

  void check_return_key(const Use& use, const Term& term, const Activity& read, std::string_view key) {
    if (read.kind != ActivityKind::execute_pipeline) return;
    const Facts* callee = callee_of(read);
    if (callee == nullptr || !callee->returns || callee->returns_dynamic) return;
    const std::string low = to_lower(key);
    if (std::find(callee->return_keys.begin(), callee->return_keys.end(), low) != callee->return_keys.end()) return;
    const auto nearest = find_nearest(key, callee->return_keys);
    shape(use, term, "the called pipeline returns no \"" + std::string(key) + "\"",
          nearest ? "did you mean \"" + *nearest + "\"?" : "it returns " + join(callee->return_keys, ", "));
  }

  const Subject& subject_;
  const std::vector<Activity>& activities_;
  Diagnostics& diagnostics_;
  std::vector<std::uint32_t> seen_{};
  std::uint32_t round_ = 0;
  std::set<std::pair<std::size_t, std::size_t>> told_{};
};

}  // namespace

void check_outputs(const Subject& subject, Diagnostics& diagnostics) {
  if (subject.object.kind == ObjectKind::pipeline) Checker(subject, diagnostics).run();
}

}  // namespace tidegate::adf
