// SPDX-License-Identifier: Apache-2.0
// The script of a data flow against what the object declares beside it.
#include <set>

#include "adf/check.hpp"
#include "adf/data_flow.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

class Checker {
 public:
  Checker(const Object& object, Diagnostics& diagnostics)
      : properties_(object.properties()["typeProperties"]),
        script_(parse_script(script_of(object))),
        diagnostics_(diagnostics) {}

  void run() {
    if (script_.streams.empty()) return;
    collect();
    for (const ScriptStream& stream : script_.streams) check_stream(stream);
    for (const char* list : {"sources", "sinks", "transformations"}) {
      for (const Node part : properties_[list]) check_declared(part["name"]);
    }
    check_parameters();
  }

 private:
  void collect() {
    for (const ScriptStream& stream : script_.streams) {
      const std::string low = to_lower(stream.name.name);
      if (!streams_.insert(low).second) warn(stream.name, "the stream \"" + stream.name.name + "\" is defined twice", "rename one");
      for (const std::string& out : stream.outputs) streams_.insert(low + "@" + to_lower(out));
      all_.push_back(stream.name.name);
    }
    for (const char* list : {"sources", "sinks", "transformations"}) {
      for (const Node part : properties_[list]) {
        declared_.insert(to_lower(part["name"].as_string()));
        names_.emplace_back(part["name"].as_string());
      }
    }
  }

  void check_stream(const ScriptStream& stream) {
    for (const ScriptName& input : stream.inputs) {
      if (streams_.contains(to_lower(input.name))) continue;
      const auto nearest = find_nearest(input.name, all_);
      warn(input, "\"" + stream.name.name + "\" reads the stream \"" + input.name + "\", which the script does not define",
           nearest ? "did you mean \"" + *nearest + "\"?" : "correct the name");
    }
    if (declared_.contains(to_lower(stream.name.name))) return;
    const auto nearest = find_nearest(stream.name.name, names_);
    warn(stream.name, "the stream \"" + stream.name.name + "\" is not declared among sources, sinks or transformations",
         nearest ? "did you mean \"" + *nearest + "\"?" : "declare it");
  }

  void check_declared(const Node& name) {
    if (!name.is_string() || streams_.contains(to_lower(name.as_string()))) return;
    const auto nearest = find_nearest(name.as_string(), all_);
    diagnostics_.warning("adf.dataflow-stream", name.location(),
                         "\"" + std::string(name.as_string()) + "\" is declared, but the script does not define it",
                         nearest ? "did you mean \"" + *nearest + "\"?" : "define it in the script, or remove it");
  }

  void check_parameters() {
    std::vector<std::string> names;
    std::set<std::string> known;
    for (const ScriptParameter& parameter : script_.parameters) {
      names.push_back(parameter.name);
      known.insert(to_lower(parameter.name));
    }
    for (const ScriptName& use : script_.uses) {
      if (known.contains(to_lower(use.name))) continue;
      const auto nearest = find_nearest(use.name, names);
      warn(use, "the script reads $" + use.name + ", but declares no such parameter",
           nearest ? "did you mean \"$" + *nearest + "\"?" : "declare it in parameters{…}");
    }
  }

  // The place of a byte of the script: in one string, or in the line that holds it.
  Location place(std::size_t offset) const {
    const Node whole = properties_["script"];
    if (whole.is_string()) return whole.location_in_string(offset);
    for (const Node line : properties_["scriptLines"]) {
      const std::size_t size = line.as_string().size();
      if (offset <= size) return line.is_string() ? line.location_in_string(offset) : line.location();
      offset -= size + 1;
    }
    return properties_.location();
  }

  void warn(const ScriptName& name, std::string message, std::string hint) {
    diagnostics_.warning("adf.dataflow-stream", place(name.offset), std::move(message), std::move(hint));
  }

  const Node properties_;
  const Script script_;
  Diagnostics& diagnostics_;
  std::set<std::string> streams_{}, declared_{};  // lower case
  std::vector<std::string> all_{}, names_{};
};

}  // namespace

void check_data_flow(const Subject& subject, Diagnostics& diagnostics) {
  if (subject.object.kind == ObjectKind::data_flow) Checker(subject.object, diagnostics).run();
}

}  // namespace tidegate::adf
