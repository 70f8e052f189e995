// SPDX-License-Identifier: Apache-2.0
#include "service/observe.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "adf/expression.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"

namespace tidegate::service {

namespace {

using adf::ObjectKind;
using document::Node;

struct Folded {
  std::string text{};
  bool open = false;  // something behind the text, or in it, is computed
};
using Parameters = std::map<std::string, Folded>;  // by lower-case name

std::string_view text_of(const Node& node) {
  return node.is_object() ? node["value"].as_string() : node.as_string();
}

// Terms to text as long as they are constant: literals, dataset().x, concat.
class Folder {
 public:
  Folder(const adf::ParsedText& parsed, const Parameters& parameters)
      : parsed_(parsed), parameters_(parameters) {}

  bool fold(std::uint32_t index, Folded& out) const {
    const adf::Term& term = parsed_.terms[index];
    if (term.kind == adf::TermKind::literal) {
      out.text += term.text;
      return true;
    }
    if (term.kind == adf::TermKind::member) {
      const adf::Term& root = parsed_.terms[term.children[0]];
      const bool known = root.kind == adf::TermKind::call && root.children.empty() &&
                         (equal_ignoring_case(root.text, "dataset") ||
                          equal_ignoring_case(root.text, "linkedService"));
      const auto found = parameters_.find(to_lower(term.text));
      if (!known || found == parameters_.end()) return false;
      out.text += found->second.text;
      return !found->second.open;
    }
    if (term.kind == adf::TermKind::call && equal_ignoring_case(term.text, "concat")) {
      return std::all_of(term.children.begin(), term.children.end(),
                         [&](std::uint32_t child) { return fold(child, out); });
    }
    return false;
  }

 private:
  const adf::ParsedText& parsed_;
  const Parameters& parameters_;
};

Folded fold_text(std::string_view text, const Parameters& parameters) {
  Folded out;
  if (text.find('@') == text.npos) {
    out.text = std::string(text);
    return out;
  }
  const adf::ParsedText parsed = adf::parse_expressions(text);
  const Folder folder(parsed, parameters);
  if (parsed.error) {
    out.open = true;
  } else if (parsed.terms.empty()) {
    out.text = std::string(text.starts_with("@@") ? text.substr(1) : text);
  } else if (text.starts_with('@') && !text.starts_with("@{")) {
    out.open = !folder.fold(parsed.roots[0], out);
  } else {
    std::size_t at = 0;
    for (const std::uint32_t root : parsed.roots) {
      const std::size_t begin = text.find("@{", at);
      if (begin == text.npos) break;
      out.text += text.substr(at, begin - at);
      if (!folder.fold(root, out)) {
        out.open = true;
        return out;
      }
      const std::size_t end = text.find('}', std::max(begin, parsed.terms[root].offset));
      if (end == text.npos) break;
      at = end + 1;
    }
    out.text += text.substr(std::min(at, text.size()));
  }
  return out;
}

void append(Place& place, const Node& part, const Parameters& parameters) {
  if (!part.exists() || place.open) return;
  const Folded folded = fold_text(text_of(part), parameters);
  const std::vector<std::string_view> pieces = split(folded.text, '/');
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    // The last piece of an open text is only the beginning of a name.
    if (folded.open && i + 1 == pieces.size()) break;
    if (!pieces[i].empty() && pieces[i] != ".") place.segments.emplace_back(pieces[i]);
  }
  place.open = folded.open;
}

Parameters defaults_of(const Node& declared) {
  Parameters out;
  for (const Node parameter : declared) {
    const Node value = parameter["defaultValue"];
    out[to_lower(parameter.key())] = {.text = std::string(value.as_string()), .open = !value.is_string()};
  }
  return out;
}

Place place_with(const adf::Object& dataset, const Parameters& parameters) {
  const Node properties = dataset.properties();
  Place place{.linked_service = to_lower(properties["linkedServiceName"]["referenceName"].as_string())};
  const Node type = properties["typeProperties"];
  const Node location = type["location"];
  if (location.exists()) {
    for (const char* name : {"container", "fileSystem", "bucketName", "folderPath", "fileName"})
      append(place, location[name], parameters);
  } else if (type["folderPath"].exists() || type["fileName"].exists()) {
    append(place, type["folderPath"], parameters);
    append(place, type["fileName"], parameters);
  } else {
    const Node schema = type["schema"];
    for (const char* name : {"schema", "database"}) append(place, type[name], parameters);
    for (const char* name : {"table", "tableName", "collection", "collectionName", "entityName"})
      append(place, type[name], parameters);
    // `[dbo].[orders]` and `dbo.orders` are schema and table, too.
    if (!schema.exists() && place.segments.size() == 1) {
      std::string name = place.segments[0];
      std::erase_if(name, [](char c) { return c == '[' || c == ']' || c == '"'; });
      place.segments.clear();
      for (const std::string_view piece : split(name, '.')) place.segments.emplace_back(piece);
    }
  }
  if (place.segments.empty()) place.open = true;
  return place;
}

constexpr std::array<std::string_view, 5> mutating_options{"truncate", "recreate", "deletable",
                                                          "updateable", "upsertable"};

// `truncate: true` inside the sink that this stream is: `… sink(…) ~> name`.
bool script_mutates(std::string_view script, std::string_view sink) {
  const std::size_t end = script.find("~> " + std::string(sink));
  if (end == script.npos) return false;
  const std::size_t begin = script.rfind(" sink(", end);
  const std::string_view body = script.substr(begin == script.npos ? 0 : begin, end - (begin == script.npos ? 0 : begin));
  return std::any_of(mutating_options.begin(), mutating_options.end(), [&](std::string_view option) {
    for (std::size_t at = body.find(option); at != body.npos; at = body.find(option, at + 1)) {
      std::string_view rest = trim(body.substr(at + option.size()));
      if (rest.starts_with(':') && trim(rest.substr(1)).starts_with("true")) return true;
    }
    return false;
  });
}

std::string script_of(const Node& flow) {
  std::string text(flow["script"].as_string());
  for (const Node line : flow["scriptLines"]) text += std::string(line.as_string()) + "\n";
  return text;
}

bool is_mutating_script(std::string_view script) {
  const std::string low = to_lower(script);
  for (const std::string_view word : {"truncate", "delete", "drop", "merge"}) {
    for (std::size_t at = low.find(word); at != low.npos; at = low.find(word, at + 1)) {
      const auto letter = [&](std::size_t i) {
        return i < low.size() && ((low[i] >= 'a' && low[i] <= 'z') || low[i] == '_');
      };
      if ((at == 0 || !letter(at - 1)) && !letter(at + word.size())) return true;
    }
  }
  return false;
}

// Of one pipeline.
class Observer {
 public:
  Observer(const adf::Factory& factory, std::size_t pipeline, const std::function<void(const Access&)>& take)
      : factory_(factory), pipeline_(pipeline), take_(take) {}

  void run() { walk(factory_.objects[pipeline_].properties()["activities"]); }

 private:
  void walk(const Node& node) {
    if (node["typeProperties"].exists() && node["type"].is_string()) activity(node);
    for (const Node child : node) {
      if (child.is_object() || child.is_array()) walk(child);
    }
  }

  void activity(const Node& node) {
    const std::string_view type = node["type"].as_string();
    const Node properties = node["typeProperties"];
    if (type == "Copy") {
      for (const Node input : node["inputs"]) add(Access::Kind::read, input);
      for (const Node output : node["outputs"]) copied(output, properties["sink"]);
    } else if (type == "Delete") {
      add(Access::Kind::mutate, properties["dataset"]);
    } else if (type == "Lookup" || type == "GetMetadata" || type == "Validation") {
      add(Access::Kind::read, properties["dataset"]);
    } else if (type == "ExecuteDataFlow") {
      data_flow(properties["dataflow"].exists() ? properties["dataflow"] : properties["dataFlow"]);
    }
  }

  void copied(const Node& output, const Node& sink) {
    add(Access::Kind::write, output);
    const Node script = sink["preCopyScript"];
    if (is_mutating_script(text_of(script))) add(Access::Kind::mutate, output, script);
    const Node behaviour = sink["writeBehavior"];
    if (equal_ignoring_case(behaviour.as_string(), "upsert")) add(Access::Kind::mutate, output, behaviour);
  }

  void data_flow(const Node& reference) {
    const adf::Object* flow = factory_.find(ObjectKind::data_flow, reference["referenceName"].as_string());
    if (flow == nullptr) return;
    const Node properties = flow->properties()["typeProperties"];
    for (const Node source : properties["sources"]) add(Access::Kind::read, source["dataset"]);
    const std::string script = properties["sinks"].exists() ? script_of(properties) : std::string();
    for (const Node sink : properties["sinks"]) {
      add(Access::Kind::write, sink["dataset"]);
      if (script_mutates(script, sink["name"].as_string())) add(Access::Kind::mutate, sink["dataset"]);
    }
  }

  void add(Access::Kind kind, const Node& reference, const Node& where = {}) {
    const Node name = reference["referenceName"];
    if (!name.is_string()) return;
    take_({.kind = kind,
           .pipeline = pipeline_,
           .dataset = name.as_string(),
           .target = factory_.find_index(ObjectKind::dataset, name.as_string()),
           .reference = reference,
           .node = where.exists() ? where : name});
  }

  const adf::Factory& factory_;
  std::size_t pipeline_;
  const std::function<void(const Access&)>& take_;
};

Place place_of(const adf::Factory& factory, const Access& access) {
  if (!access.target) return {.open = true};
  const adf::Object& dataset = factory.objects[*access.target];
  Parameters parameters = defaults_of(dataset.properties()["parameters"]);
  for (const Node given : access.reference["parameters"]) {
    const Folded value = fold_text(text_of(given), {});
    const bool text = given.is_string() || given.is_object();
    parameters[to_lower(given.key())] = {.text = value.text, .open = value.open || !text};
  }
  return place_with(dataset, parameters);
}

}  // namespace

Relation relation(const Place& a, const Place& b) {
  if (a.linked_service != b.linked_service || a.linked_service.empty()) return Relation::apart;
  const std::size_t common = std::min(a.segments.size(), b.segments.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (!equal_ignoring_case(a.segments[i], b.segments[i])) return Relation::apart;
  }
  const Place& shorter = a.segments.size() <= b.segments.size() ? a : b;
  const bool decided = !shorter.open || (a.segments.size() == b.segments.size() && !a.open && !b.open);
  return decided && common > 0 ? Relation::certain : Relation::possible;
}

Place place_of_path(std::string_view linked_service, std::string_view path) {
  Place place{.linked_service = to_lower(linked_service)};
  for (const std::string_view piece : split(path, '/')) {
    if (!piece.empty()) place.segments.emplace_back(piece);
  }
  place.open = place.segments.empty();
  return place;
}

std::string to_string(const Place& place) {
  return place.linked_service + ":" + join(place.segments, "/") + (place.open ? "/…" : "");
}

Place place_of_dataset(const adf::Object& dataset) {
  return place_with(dataset, defaults_of(dataset.properties()["parameters"]));
}

void for_each_access(const adf::Factory& factory, const std::function<void(const Access&)>& take) {
  for (std::size_t i = 0; i < factory.objects.size(); ++i) {
    if (factory.objects[i].kind == ObjectKind::pipeline) Observer(factory, i, take).run();
  }
}

std::vector<PlacedAccess> observe(const adf::Factory& factory) {
  std::vector<std::vector<PlacedAccess>> each(factory.objects.size());
  for_each_index(each.size(), [&](std::size_t i) {
    if (factory.objects[i].kind != ObjectKind::pipeline) return;
    Observer(factory, i, [&](const Access& access) {
      each[i].push_back({access, place_of(factory, access)});
    }).run();
  });
  std::vector<PlacedAccess> all;
  for (std::vector<PlacedAccess>& some : each) std::move(some.begin(), some.end(), std::back_inserter(all));
  return all;
}

}  // namespace tidegate::service
