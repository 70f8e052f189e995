// SPDX-License-Identifier: Apache-2.0
// Bodies are borrowed from the source documents; what differs from the source is a replaced or
// dropped node. for_each_change is the one list of them: the mapping and the manifest's rewrites
// both use it.
#include "flavours/adf_databricks/map_object.hpp"
#include "flavours/adf_databricks/access.hpp"
#include "flavours/adf_databricks/link.hpp"
#include "flavours/adf_databricks/own.hpp"
#include "flavours/adf_databricks/place.hpp"

#include <algorithm>
#include <array>

#include "adf/expression.hpp"
#include "base/text.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using document::Node;
using terraform::Block;
using terraform::Borrowed;
using terraform::Expression;
using terraform::Members;
using terraform::Value;

// Children first: the order in which the link graph usually needs them.
constexpr std::array own_kinds{
    MappedKind{adf::ObjectKind::integration_runtime, "integrationruntimes", "runtimes.tf.json"},
    MappedKind{adf::ObjectKind::credential, "credentials", "credentials.tf.json"},
    MappedKind{adf::ObjectKind::managed_private_endpoint,
               "managedVirtualNetworks/managedPrivateEndpoints", "private_endpoints.tf.json"},
};
constexpr std::array mapped_kinds{
    MappedKind{adf::ObjectKind::linked_service, "linkedservices", "linked_services.tf.json"},
    MappedKind{adf::ObjectKind::dataset, "datasets", "datasets.tf.json"},
    MappedKind{adf::ObjectKind::data_flow, "dataflows", "data_flows.tf.json"},
    MappedKind{adf::ObjectKind::pipeline, "pipelines", "pipelines.tf.json"},
    MappedKind{adf::ObjectKind::trigger, "triggers", "triggers.tf.json"},
};

// Byte ranges of the quoted literals of the expressions in `text`.
bool inside_quotes(std::string_view text, std::size_t at) {
  const adf::ParsedText parsed = adf::parse_expressions(text);
  for (const adf::Term& term : parsed.terms) {
    if (!term.is_string || term.offset >= at) continue;
    std::size_t end = term.offset + 1;
    while (end < text.size() &&
           (text[end] != '\'' || (end + 1 < text.size() && text[end + 1] == '\''))) {
      end += text[end] == '\'' ? 2 : 1;
    }
    if (at < end) return true;
  }
  return false;
}

std::string_view rule_of(const FileLink& link) {
  switch (link.target) {
    case FileLink::Target::notebook:
      return "link.notebook";
    case FileLink::Target::jar:
      return "link.jar";
    case FileLink::Target::file:
      return "link.file";
  }
  return {};
}

// Calls drop(node) and replace(node, rule, value maker) for everything in which the body of the
// object differs from its source.
template <class Drop, class Replace>
void for_each_change(const Service& service, std::size_t index, const Drop& drop,
                     const Replace& replace) {
  const adf::Object& object = service.factory.objects[index];
  const Node properties = object.properties();
  if (const Node node = properties["lastPublishTime"]) drop(node);
  if (object.kind == adf::ObjectKind::trigger) {
    if (const Node node = properties["runtimeState"]) drop(node);
  }
  if (object.kind == adf::ObjectKind::pipeline) {
    for (const Node parameter : properties["parameters"]) {
      if (const Node node = parameter["identity"]) drop(node);
    }
  }
  for (const service::BoundLeaf& leaf : service::leaves_of(service.bindings, index)) {
    replace(leaf.node, std::string_view(leaf.rule), [&] { return bound_value(leaf); });
  }
  for (const FileLink& link : links_of(service, index)) {
    replace(link.node, rule_of(link), [&] { return linked_value(service, link); });
  }
}

Borrowed body_of(const Service& service, std::size_t index) {
  const adf::Object& object = service.factory.objects[index];
  Borrowed body{.node = object.properties(), .owner = object.document};
  for_each_change(
      service, index, [&](const Node& node) { body.dropped.push_back(node.index()); },
      [&](const Node& node, std::string_view, const auto& make) {
        body.replaced.insert_or_assign(node.index(), make());
      });
  std::sort(body.dropped.begin(), body.dropped.end());
  return body;
}

}  // namespace

Value bound_value(const service::BoundLeaf& leaf) {
  if (!leaf.whole.empty()) return Expression{"var." + leaf.whole};
  terraform::Template text;
  const std::string_view source = leaf.node.as_string();
  std::size_t done = 0;
  for (const service::BoundSpan& span : leaf.spans) {
    if (span.begin > done)
      text.parts.push_back({.text = std::string(source.substr(done, span.begin - done))});
    const std::string variable = "var." + span.variable;
    text.parts.push_back({.text = inside_quotes(source, span.begin)
                                      ? "replace(" + variable + ", \"'\", \"''\")"
                                      : variable,
                          .is_expression = true});
    done = span.begin + span.size;
  }
  if (done < source.size()) text.parts.push_back({.text = std::string(source.substr(done))});
  return text;
}

const MappedKind* find_mapped_kind(adf::ObjectKind kind, bool own) {
  const auto more = std::ranges::find(own_kinds, kind, &MappedKind::kind);
  if (own && more != own_kinds.end()) return &*more;
  const auto row = std::ranges::find(mapped_kinds, kind, &MappedKind::kind);
  return row == mapped_kinds.end() ? nullptr : &*row;
}

std::string object_name(const adf::Object& object) {
  return terraform::resource_name(adf::address_kind(object.kind), object.name);
}

std::string object_address(const adf::Object& object) { return "azapi_resource." + object_name(object); }

bool has_actions(const adf::Object& object) {
  if (object.kind != adf::ObjectKind::trigger) return false;
  const std::string_view state = object.properties()["runtimeState"].as_string();
  return !equal_ignoring_case(state, "Stopped") && !equal_ignoring_case(state, "Disabled");
}

namespace {

Value parent_of(const Service& service, const adf::Object& object) {
  if (!has_own_factory(service)) return Expression{"var.data_factory_id"};
  const std::string factory = std::string(own_factory_address) + ".id";
  if (object.kind != adf::ObjectKind::managed_private_endpoint) return Expression{factory};
  return terraform::Template{{{.text = factory, .is_expression = true},
                              {.text = "/managedVirtualNetworks/" +
                                       (object.network.empty() ? std::string("default") : object.network)}}};
}

}  // namespace

Block map_object(const Service& service, std::size_t index) {
  const adf::Object& object = service.factory.objects[index];
  const bool own = has_own_factory(service);
  Block block{.type = "azapi_resource", .name = object_name(object)};
  block.body = {{"type", "Microsoft.DataFactory/factories/" +
                             std::string(find_mapped_kind(object.kind, own)->type) + "@2018-06-01"},
                {"name", object.name},
                {"parent_id", parent_of(service, object)},
                {"schema_validation_enabled", false},
                {"body", Members{{"properties", body_of(service, index)}}}};
  for (const std::size_t needed : service.factory.dependencies_of(index)) {
    const adf::Object& other = service.factory.objects[needed];
    if (find_mapped_kind(other.kind, own) != nullptr)
      block.depends_on.push_back(object_address(other));
  }
  block.lifecycle = {{"create_before_destroy", true}};
  return block;
}

namespace {

std::string action_name(const adf::Object& object, TriggerAction action) {
  return object_name(object) + (action == TriggerAction::stop ? "_stop" : "_start");
}

}  // namespace

std::string action_address(const adf::Object& object, TriggerAction action) {
  return "azapi_resource_action." + action_name(object, action);
}

Block map_action(const Service& service, std::size_t index, TriggerAction action) {
  const adf::Object& object = service.factory.objects[index];
  const std::string trigger = object_address(object);
  const bool stop = action == TriggerAction::stop;
  Block block{.type = "azapi_resource_action", .name = action_name(object, action)};
  block.body = {{"count", Expression{"var.triggers_started ? 1 : 0"}},
                {"type", "Microsoft.DataFactory/factories/triggers@2018-06-01"},
                {"resource_id", Expression{trigger + ".id"}},
                {"action", stop ? "stop" : "start"}};
  if (stop) block.body.emplace_back("when", "destroy");
  block.depends_on = {stop ? trigger : action_address(object, TriggerAction::stop)};
  if (!stop) {  // not before whoever runs the notebooks may do so, and the factory may write
    for (std::string& right : rights_addresses(service)) block.depends_on.push_back(std::move(right));
  }
  block.lifecycle = {{"replace_triggered_by", Value::List{Value(trigger)}}};
  return block;
}

namespace {

// Values of an environment are not repeated: one may be a secret.
std::string text_of(const service::BoundLeaf& leaf) {
  const std::string what = leaf.node.key().empty() ? std::string("the value") : printable(leaf.node.key());
  if (!leaf.whole.empty()) return what + " becomes the value of variable " + leaf.whole;
  std::string names;
  for (const service::BoundSpan& span : leaf.spans) {
    if (names.find(span.variable) == std::string::npos) names += (names.empty() ? "" : ", ") + span.variable;
  }
  return what + " takes in the value of variable " + names;
}

std::string path_of(const Node& node) {
  return printable(node.is_string() ? node.as_string() : node["value"].as_string());
}

void say_links(const Service& service, std::size_t index, Diagnostics& diagnostics) {
  for (const FileLink& link : links_of(service, index)) {
    diagnostics.note_by([&]() -> Diagnostic {
      const Placement& place = place_of(service, link.target, link.index);
      return {.code = "adf.rewritten",
              .where = link.node.location(),
              .message = "path \"" + path_of(link.node) + "\" becomes \"" + linked_text(service, link) + "\", where " +
                         printable(place.origin) + " is put (" + std::string(rule_of(link)) + ")",
              .hint = "nothing to do: the file is deployed with the service"};
    });
  }
}

void drop(const Service& service, std::size_t index, const Node& node, std::vector<Rewrite>& rewrites,
          Diagnostics& diagnostics) {
  rewrites.push_back({.file = service.factory.objects[index].file, .pointer = node.pointer(), .rule = "noise"});
  diagnostics.note_by([&]() -> Diagnostic {
    return {.code = "adf.rewritten",
            .where = node.key_location(),
            .message = std::string(node.key()) + " is left out (noise)",
            .hint = node.key() == "runtimeState" ? "the variable triggers_started says whether triggers run"
                                                 : "nothing to do: the factory writes it by itself"};
  });
}

}  // namespace

std::vector<Node> left_out_of(const Service& service, std::size_t index) {
  return adf::written_by_service(service.factory.objects[index], has_own_factory(service) ? adf::FactoryOwner::service
                                                                                          : adf::FactoryOwner::another);
}

void add_noise(const Service& service, std::size_t index, std::vector<Rewrite>& rewrites,
               Diagnostics& diagnostics) {
  for (const Node& node : left_out_of(service, index)) drop(service, index, node, rewrites, diagnostics);
}

void add_rewrites(const Service& service, std::size_t index, std::vector<Rewrite>& rewrites,
                  Diagnostics& diagnostics) {
  add_noise(service, index, rewrites, diagnostics);
  for_each_change(
      service, index, [&](const Node& node) { drop(service, index, node, rewrites, diagnostics); },
      [&](const Node& node, std::string_view rule, const auto&) {
        rewrites.push_back(
            {.file = service.factory.objects[index].file, .pointer = node.pointer(), .rule = std::string(rule)});
      });
  for (const service::BoundLeaf& leaf : service::leaves_of(service.bindings, index)) {
    const bool derived = leaf.rule == "binding.derived";
    if (derived && service.factory.objects[index].kind != adf::ObjectKind::factory) continue;
    diagnostics.note("adf.rewritten", leaf.node.location(), text_of(leaf) + " (" + leaf.rule + ")",
                     derived ? "the variable is one of the factory's own, in contract/environment.json"
                             : "the binding stands in tidegate.yaml");
  }
  say_links(service, index, diagnostics);
}

}  // namespace tidegate::flavours::adf_databricks
