// SPDX-License-Identifier: Apache-2.0
// Service -> Terraform (adf.md, section 9). Bodies are borrowed from the source documents; what differs
// from the source is a replaced or dropped node, and each stands in Mapping::rewrites.
#include <algorithm>
#include <array>
#include <set>

#include "adf/expression.hpp"
#include "base/text.hpp"
#include "document/write.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "system/digest.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using document::Node;
using terraform::Block;
using terraform::Borrowed;
using terraform::Expression;
using terraform::Members;
using terraform::Value;

struct KindRow {
  adf::ObjectKind kind = adf::ObjectKind::pipeline;
  std::string_view type{};  // of ARM, below Microsoft.DataFactory/factories
  std::string_view file{};
};

// Children first: the order in which the link graph usually needs them.
constexpr std::array mapped_kinds{
    KindRow{adf::ObjectKind::linked_service, "linkedservices", "linked_services.tf.json"},
    KindRow{adf::ObjectKind::dataset, "datasets", "datasets.tf.json"},
    KindRow{adf::ObjectKind::data_flow, "dataflows", "data_flows.tf.json"},
    KindRow{adf::ObjectKind::pipeline, "pipelines", "pipelines.tf.json"},
    KindRow{adf::ObjectKind::trigger, "triggers", "triggers.tf.json"},
};

const KindRow* row_of(adf::ObjectKind kind) {
  for (const KindRow& row : mapped_kinds) {
    if (row.kind == kind) return &row;
  }
  return nullptr;
}

std::string object_name(const adf::Object& object) {
  return terraform::resource_name(adf::address_kind(object.kind), object.name);
}

// Byte ranges of the quoted literals of the expressions in `text`.
bool inside_quotes(std::string_view text, std::size_t at) {
  const adf::ParsedText parsed = adf::parse_expressions(text);
  for (const adf::Term& term : parsed.terms) {
    if (!term.is_string || term.offset >= at) continue;
    std::size_t end = term.offset + 1;
    while (end < text.size() && (text[end] != '\'' || (end + 1 < text.size() && text[end + 1] == '\''))) {
      end += text[end] == '\'' ? 2 : 1;
    }
    if (at < end) return true;
  }
  return false;
}

Value bound_value(const service::BoundLeaf& leaf) {
  if (!leaf.whole.empty()) return Expression{"var." + leaf.whole};
  terraform::Template text;
  const std::string_view source = leaf.node.as_string();
  std::size_t done = 0;
  for (const service::BoundSpan& span : leaf.spans) {
    if (span.begin > done) text.parts.push_back({.text = std::string(source.substr(done, span.begin - done))});
    const std::string variable = "var." + span.variable;
    text.parts.push_back({.text = inside_quotes(source, span.begin) ? "replace(" + variable + ", \"'\", \"''\")" : variable,
                          .is_expression = true});
    done = span.begin + span.size;
  }
  if (done < source.size()) text.parts.push_back({.text = std::string(source.substr(done))});
  return text;
}

class Mapper {
 public:
  Mapper(const Service& service, Diagnostics& diagnostics) : service_(service), diagnostics_(diagnostics) {}

  Mapping run() {
    refuse_unsupported();
    add_header();
    add_notebooks();
    add_jars();
    add_files();
    for (std::size_t i = 0; i < service_.factory.objects.size(); ++i) add_object(i);
    add_contracts();
    std::sort(mapping_.uploads.begin(), mapping_.uploads.end(),
              [](const Upload& a, const Upload& b) { return a.path < b.path; });
    return std::move(mapping_);
  }

 private:
  void unsupported(const char* code, Location where, std::string message, std::string hint) {
    diagnostics_.add({.code = code, .where = std::move(where), .message = std::move(message),
                      .hint = std::move(hint), .exit = ExitCode::unsupported});
  }

  void refuse_unsupported() {
    if (service_.manifest.placement_factory == "own") {
      unsupported("terraform.own-factory", {.file = service_.manifest.file},
                  "placement.factory: own is not supported by this version",
                  "deploy into a factory of the environment: placement.factory: shared");
    }
    for (const adf::Object& object : service_.factory.objects) {
      if (object.kind != adf::ObjectKind::synapse) continue;
      unsupported("terraform.synapse-object", object.root().location(),
                  "a Synapse object cannot be deployed to a Data Factory",
                  "move it out of the Data Factory root, or exclude it with build.exclude");
    }
  }

  void add_header() {
    terraform::Configuration& configuration = mapping_.configuration;
    configuration.required_version = ">= 1.7";
    configuration.providers.push_back({.local_name = "azapi", .source = "Azure/azapi", .constraint = ">= 2.4, < 3"});
    if (!service_.notebooks.empty() || !service_.jars.empty() || !service_.config_files.empty()) {
      configuration.providers.push_back({.local_name = "databricks", .source = "databricks/databricks",
                                         .constraint = ">= 1.80, < 2"});
    }
    for (const service::EnvironmentVariable& variable : service_.bindings.variables) {
      configuration.variables.push_back({.name = variable.name, .type = variable.type,
                                         .description = variable.description, .sensitive = variable.sensitive,
                                         .required = variable.required, .default_value = false});
    }
  }

  // `<root>/<service>/<digest16>/`: one digest over the whole set, so that a release is switched to at
  // once and relative %run paths stay true.
  std::string release_folder(const std::vector<PackedPath>& files) const {
    std::string lines;
    for (const PackedPath& file : files) lines += file.digest + "  " + file.path + "\n";
    return "/" + service_.manifest.service + "/" + system::sha256_hex(lines).substr(0, 16) + "/";
  }

  Value workspace_path(const std::string& below) const {
    if (!service_.manifest.placement_notebooks.empty()) return service_.manifest.placement_notebooks + below;
    return terraform::Template{{{.text = "var.workspace_root", .is_expression = true}, {.text = below}}};
  }

  bool jars_in_volume() const { return service_.manifest.placement_jars != "workspace"; }

  Value volume_path(const std::string& below) const {
    const service::ServiceManifest& m = service_.manifest;
    if (!m.volume_name.empty()) {
      return "/Volumes/" + m.volume_catalog + "/" + m.volume_schema + "/" + m.volume_name + below;
    }
    return terraform::Template{{{.text = "var.volume_path", .is_expression = true}, {.text = below}}};
  }

  static Value source_of(const std::string& packed) {
    return terraform::Template{{{.text = "path.module", .is_expression = true}, {.text = "/../" + packed}}};
  }

  void add_upload(const std::string& file, Block block) {
    block.lifecycle = {{"create_before_destroy", true}};
    mapping_.configuration.files[file].push_back(std::move(block));
  }

  void add_notebooks() {
    const std::string folder = release_folder(service_.notebook_files);
    for (std::size_t i = 0; i < service_.notebooks.size(); ++i) {
      const databricks::Notebook& notebook = service_.notebooks[i];
      Upload upload{.path = "files/notebooks/" + notebook.file, .origin = notebook.file};
      const auto rewritten = service_.rewritten_notebooks.find(i);
      if (rewritten != service_.rewritten_notebooks.end()) {
        upload.bytes = rewritten->second;
        mapping_.rewrites.push_back({.file = notebook.file, .rule = "run.relative"});
      }
      Block block{.type = "databricks_notebook", .name = terraform::resource_name("notebook", notebook.path)};
      block.body = {{"path", workspace_path(folder + notebook.path)}, {"source", source_of(upload.path)}};
      if (notebook.format == "source") {
        block.body.emplace_back("language", databricks::terraform_language(notebook.language));
      } else {
        block.body.emplace_back("format", notebook.format == "dbc" ? "DBC" : "JUPYTER");
      }
      add_upload("notebooks.tf.json", std::move(block));
      mapping_.uploads.push_back(std::move(upload));
    }
  }

  void add_jars() {
    const std::string folder = release_folder(service_.jar_files);
    for (const PackedPath& jar : service_.jar_files) {
      Upload upload{.path = "files/jars/" + jar.path, .origin = jar.path};
      Block block{.type = jars_in_volume() ? "databricks_file" : "databricks_workspace_file",
                  .name = terraform::resource_name("jar", jar.path)};
      const std::string below = folder + std::string(file_name(jar.path));
      block.body = {{"path", jars_in_volume() ? volume_path(below) : workspace_path(below)},
                    {"source", source_of(upload.path)}};
      add_upload("libraries.tf.json", std::move(block));
      mapping_.uploads.push_back(std::move(upload));
    }
  }

  void add_files() {
    const std::string folder = release_folder(service_.config_files);
    for (const PackedPath& file : service_.config_files) {
      Upload upload{.path = "files/config/" + file.path, .origin = file.path};
      Block block{.type = "databricks_workspace_file", .name = terraform::resource_name("file", file.path)};
      block.body = {{"path", workspace_path(folder + file.path)}, {"source", source_of(upload.path)}};
      add_upload("files.tf.json", std::move(block));
      mapping_.uploads.push_back(std::move(upload));
    }
  }

  Value link_value(const FileLink& link) const {
    switch (link.target) {
      case FileLink::Target::notebook:
        return Expression{"databricks_notebook." +
                          terraform::resource_name("notebook", service_.notebooks[link.index].path) + ".path"};
      case FileLink::Target::jar: {
        const std::string name = terraform::resource_name("jar", service_.jar_files[link.index].path);
        return Expression{jars_in_volume() ? "databricks_file." + name + ".path"
                                           : "databricks_workspace_file." + name + ".workspace_path"};
      }
      case FileLink::Target::file:
        return Expression{"databricks_workspace_file." +
                          terraform::resource_name("file", service_.config_files[link.index].path) + ".workspace_path"};
    }
    return {};
  }

  void drop(Borrowed& body, const adf::Object& object, const Node& node) {
    if (!node) return;
    body.dropped.push_back(node.index());
    mapping_.rewrites.push_back({.file = object.file, .pointer = node.pointer(), .rule = "noise"});
  }

  void replace(Borrowed& body, const adf::Object& object, const Node& node, Value value, std::string rule) {
    body.replaced.insert_or_assign(node.index(), std::move(value));
    mapping_.rewrites.push_back({.file = object.file, .pointer = node.pointer(), .rule = std::move(rule)});
  }

  Borrowed body_of(std::size_t index) {
    const adf::Object& object = service_.factory.objects[index];
    const Node properties = object.properties();
    Borrowed body{.node = properties, .owner = object.document};
    drop(body, object, properties["lastPublishTime"]);
    if (object.kind == adf::ObjectKind::trigger) drop(body, object, properties["runtimeState"]);
    for (const Node parameter : properties["parameters"]) {
      if (object.kind == adf::ObjectKind::pipeline) drop(body, object, parameter["identity"]);
    }
    std::sort(body.dropped.begin(), body.dropped.end());
    const auto& leaves = service_.bindings.leaves;
    for (auto leaf = std::ranges::lower_bound(leaves, index, {}, &service::BoundLeaf::object);
         leaf != leaves.end() && leaf->object == index; ++leaf) {
      replace(body, object, leaf->node, bound_value(*leaf), leaf->rule);
    }
    const auto& links = service_.links;
    for (auto it = std::ranges::lower_bound(links, index, {}, &FileLink::object);
         it != links.end() && it->object == index; ++it) {
      const FileLink& link = *it;
      replace(body, object, link.node, link_value(link),
              link.target == FileLink::Target::notebook ? "link.notebook"
              : link.target == FileLink::Target::jar    ? "link.jar"
                                                        : "link.file");
    }
    return body;
  }

  void add_object(std::size_t index) {
    const adf::Object& object = service_.factory.objects[index];
    const KindRow* row = row_of(object.kind);
    if (row == nullptr || !object.properties()) return;
    Block block{.type = "azapi_resource", .name = object_name(object)};
    block.body = {{"type", "Microsoft.DataFactory/factories/" + std::string(row->type) + "@2018-06-01"},
                  {"name", object.name},
                  {"parent_id", Expression{"var.data_factory_id"}},
                  {"schema_validation_enabled", false},
                  {"body", Members{{"properties", body_of(index)}}}};
    for (const std::size_t needed : service_.factory.dependencies_of(index)) {
      const adf::Object& other = service_.factory.objects[needed];
      if (row_of(other.kind) != nullptr) block.depends_on.push_back("azapi_resource." + object_name(other));
    }
    block.lifecycle = {{"create_before_destroy", true}};
    std::vector<Block>& file = mapping_.configuration.files[std::string(row->file)];
    file.push_back(std::move(block));
    if (object.kind == adf::ObjectKind::trigger) add_start_and_stop(object, file);
  }

  // A trigger cannot change while it is started: stop before, start after (adf.md, section 9).
  void add_start_and_stop(const adf::Object& object, std::vector<Block>& file) {
    const std::string_view state = object.properties()["runtimeState"].as_string();
    if (equal_ignoring_case(state, "Stopped") || equal_ignoring_case(state, "Disabled")) return;
    const std::string trigger = "azapi_resource." + object_name(object);
    const auto action = [&](const std::string& verb, const std::string& after) {
      Block block{.type = "azapi_resource_action", .name = object_name(object) + "_" + verb};
      block.body = {{"count", Expression{"var.triggers_started ? 1 : 0"}},
                    {"type", "Microsoft.DataFactory/factories/triggers@2018-06-01"},
                    {"resource_id", Expression{trigger + ".id"}},
                    {"action", verb}};
      if (verb == "stop") block.body.emplace_back("when", "destroy");
      block.depends_on = {after};
      block.lifecycle = {{"replace_triggered_by", Value::List{Value(trigger)}}};
      file.push_back(std::move(block));
    };
    action("stop", trigger);
    action("start", "azapi_resource_action." + object_name(object) + "_stop");
  }

  void add_contracts() {
    for (const service::Produced& produced : service_.manifest.produces) {
      std::string text;
      document::JsonWriter writer(text);
      writer.begin_object().member("schema", "tidegate/contract/1").member("dataset", produced.dataset)
          .member("service", service_.manifest.service).member("owner", service_.manifest.owner)
          .member("format", produced.format).member("mode", produced.mode).key("location").begin_object()
          .member("linkedService", produced.linked_service).member("path", produced.path).end_object();
      if (!produced.retention.empty()) writer.member("retention", produced.retention);
      if (!produced.schema.empty()) writer.member("columns", file_name(produced.schema));
      writer.member_boolean("shared", produced.shared).key("addresses").begin_array();
      const adf::Object* dataset = service_.factory.find(adf::ObjectKind::dataset, produced.adf);
      if (dataset != nullptr) writer.string("azapi_resource." + object_name(*dataset));
      writer.end_array().end_object();
      mapping_.contracts.push_back({.dataset = produced.dataset, .json = text + "\n"});
    }
    std::sort(mapping_.contracts.begin(), mapping_.contracts.end(),
              [](const ProducedContract& a, const ProducedContract& b) { return a.dataset < b.dataset; });
  }

  const Service& service_;
  Diagnostics& diagnostics_;
  Mapping mapping_{};
};

}  // namespace

Mapping map_service(const Service& service, Diagnostics& diagnostics) { return Mapper(service, diagnostics).run(); }

}  // namespace tidegate::flavours::adf_databricks
