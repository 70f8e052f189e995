// SPDX-License-Identifier: Apache-2.0
// The checks of a linked factory. Private to this module: callers use check_factory.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adf/expression.hpp"
#include "adf/factory.hpp"

namespace tidegate::adf {

enum class ActivityKind : std::uint8_t {
  other,
  for_each,
  until,
  if_condition,
  switch_,
  filter,
  execute_pipeline,
  set_variable,
  append_variable,
};

struct Activity {
  document::Node node{};
  std::string_view name{};
  std::string_view type{};
  ActivityKind kind = ActivityKind::other;
  std::size_t parent = 0;            // index of the container activity, or none
  std::size_t list = 0;              // activities of one list are siblings
  std::vector<std::uint32_t> after{};  // siblings that `dependsOn` names and that exist
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  document::Node properties() const { return node["typeProperties"]; }
};

// All activities of a pipeline, containers before their inner activities.
std::vector<Activity> activities_of(const Object& pipeline);

// The name of the activity, or an activity without one as a whole.
Location place_of(const Activity& activity);

// "ForEach \"each file\"".
std::string words_of(const Activity& activity);

// Names that are compared without case: members of `parameters` or `variables`.
class Declarations {
 public:
  Declarations() = default;
  explicit Declarations(const document::Node& object);
  void add(std::string name, const document::Node& node);  // node: may be absent
  void finish();                                            // once everything is added

  struct Entry {
    std::string low{};
    std::string name{};
    document::Node node{};  // {"type": …, "defaultValue": …}
    bool has_default = false;
  };
  const Entry* find(std::string_view name) const;
  std::span<const Entry> entries() const { return entries_; }
  std::vector<std::string> names() const;

 private:
  std::vector<Entry> entries_{};  // sorted by low
};

// What the checks ask of an object more than once.
struct Facts {
  Declarations parameters{};
  Declarations variables{};
  std::vector<Activity> activities{};                      // pipelines
  std::map<std::string, std::uint32_t> activity_names{};   // lower case -> first of that name
  bool returns = false;                                    // sets pipelineReturnValue
  bool returns_dynamic = false;                            // … of names known at run time only
  std::vector<std::string> return_keys{};
  std::size_t first_reference = 0, end_reference = 0;      // into Factory::references
};

struct Index {
  std::vector<Facts> facts{};  // parallel to Factory::objects
  Declarations global_parameters{};
  bool has_factory_file = false;
  std::vector<bool> is_target{};  // of a reference of another object
};

Index make_index(const Factory& factory);

// A string that the service evaluates.
struct Use {
  document::Node node{};
  ParsedText text{};
  std::size_t activity = Activity::none;  // innermost around it: index into Facts::activities
};

// Every evaluated string of the object that holds an expression, in order.
std::vector<Use> uses_of(const Object& object, const Facts& facts);

// One object with everything a check may ask.
struct Subject {
  const Factory& factory;
  const Index& index;
  const Object& object;
  const Facts& facts;
  const std::vector<Use>& uses;

  std::span<const Reference> references() const {
    return std::span(factory.references)
        .subspan(facts.first_reference, facts.end_reference - facts.first_reference);
  }
};

// `x.name` and `x['name']`: the name, else nothing.
std::optional<std::string_view> member_name(const ParsedText& text, const Term& term);
// Is the term a call of `function` (lower case)?
bool is_call(const Term& term, std::string_view function);

// The shortest cycles that together hold every edge that lies on one; `next[i]` are the successors
// of i. At most `limit` cycles a group of nodes that reach each other.
std::vector<std::vector<std::size_t>> find_cycles(
    const std::vector<std::vector<std::uint32_t>>& next, std::size_t limit);

// Of one object; several objects may be checked at the same time.
void check_name(const Subject& subject, Diagnostics& diagnostics);
void check_limits(const Subject& subject, Diagnostics& diagnostics);
void check_activities(const Subject& subject, Diagnostics& diagnostics);
void check_dependencies(const Subject& subject, Diagnostics& diagnostics);
void check_expressions(const Subject& subject, Diagnostics& diagnostics);
void check_outputs(const Subject& subject, Diagnostics& diagnostics);
void check_variables(const Subject& subject, Diagnostics& diagnostics);
void check_parameters(const Subject& subject, Diagnostics& diagnostics);
void check_arguments(const Subject& subject, Diagnostics& diagnostics);
void check_types(const Subject& subject, Diagnostics& diagnostics);
void check_sides(const Subject& subject, Diagnostics& diagnostics);
void check_values(const Subject& subject, Diagnostics& diagnostics);
void check_trigger(const Subject& subject, Diagnostics& diagnostics);
void check_recurrence(const Subject& subject, Diagnostics& diagnostics);
void check_data_flow(const Subject& subject, Diagnostics& diagnostics);

// Of the factory as a whole.
void check_reference_cycles(const Factory& factory, const Index& index, Diagnostics& diagnostics);
void check_unused_objects(const Factory& factory, const Index& index, Diagnostics& diagnostics);

}  // namespace tidegate::adf
