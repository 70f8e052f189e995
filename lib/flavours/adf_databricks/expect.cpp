// SPDX-License-Identifier: Apache-2.0
// Places and values are derived here a second time, on purpose: from the notebooks and jars that
// were read, the examples of the variables, and docs/formats/artifact.md.
#include "flavours/adf_databricks/expect.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "document/write.hpp"
#include "flavours/adf_databricks/link.hpp"
#include "flavours/adf_databricks/map_object.hpp"
#include "flavours/adf_databricks/own.hpp"
#include "flavours/adf_databricks/own_factory.hpp"
#include "system/digest.hpp"
#include "validation/expected.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using document::Node;
using validation::Assertion;
using validation::quoted;
using validation::TestFile;
using validation::TestRun;

using ServicePtr = std::shared_ptr<const Service>;

const service::EnvironmentVariable* find_variable(const Service& service, std::string_view name) {
  const auto& all = service.bindings.variables;
  const auto found = std::ranges::lower_bound(all, name, {}, &service::EnvironmentVariable::name);
  return found != all.end() && found->name == name ? &*found : nullptr;
}

std::string example_of(const Service& service, std::string_view name) {
  const service::EnvironmentVariable* variable = find_variable(service, name);
  return variable != nullptr ? variable->example : std::string();
}

// --- where files go ----------------------------------------------------------------------------

std::string release_of(const Service& service, std::vector<PackedPath> files,
                       const std::vector<PackedPath>& more = {}) {
  files.insert(files.end(), more.begin(), more.end());
  std::string lines;
  for (const PackedPath& file : files) lines += file.digest + "  " + file.path + "\n";
  return "/" + service.manifest.service + "/" + system::sha256_hex(lines).substr(0, 16) + "/";
}

std::string workspace_root(const Service& service) {
  const std::string& fixed = service.manifest.placement_notebooks;
  return fixed.empty() ? example_of(service, "workspace_root") : fixed;
}

std::string volume_root(const Service& service) {
  const service::ServiceManifest& m = service.manifest;
  if (m.volume_name.empty()) return example_of(service, "volume_path");
  return "/Volumes/" + m.volume_catalog + "/" + m.volume_schema + "/" + m.volume_name;
}

// One file that Terraform uploads: its address, and the path it must have.
struct Place {
  std::string address{};
  std::string path{};
  std::string seen{};    // by an activity: with /Workspace where it is a workspace file
  std::string digest{};  // sha256 of its bytes
};

// Places of all files; the digests over those that lie together are made once.
class Places {
 public:
  explicit Places(const Service& service)
      : service_(service),
        workspace_(workspace_root(service) +
                   release_of(service, service.notebook_files, service.config_files)),
        in_volume_(service.manifest.placement_jars != "workspace"),
        jars_((in_volume_ ? volume_root(service) : workspace_root(service)) +
              release_of(service, service.jar_files)) {
    for (const PackedPath& jar : service.jar_files) ++names_[std::string(file_name(jar.path))];
  }

  Place of(FileLink::Target target, std::size_t index) const {
    switch (target) {
      case FileLink::Target::notebook:
        return notebook(index);
      case FileLink::Target::jar:
        return jar(index);
      case FileLink::Target::file:
        break;
    }
    const PackedPath& file = service_.config_files[index];
    const std::string path = workspace_ + file.path;
    return {"databricks_workspace_file." + named("file", file.path, workspace_), path,
            in_workspace(path), file.digest};
  }

 private:
  // With placement.retain the name ends in the digest that `folder` ends in.
  std::string named(const char* kind, const std::string& path, const std::string& folder) const {
    const std::string name = terraform::resource_name(kind, path);
    if (service_.manifest.retain == 0) return name;
    return name + "_" + folder.substr(folder.size() - 17, 16);
  }

  // The workspace shows its files below /Workspace, whether the path was written so or not.
  static std::string in_workspace(const std::string& path) {
    return path.starts_with("/Workspace/") ? path : "/Workspace" + path;
  }

  Place notebook(std::size_t index) const {
    const databricks::Notebook& notebook = service_.notebooks[index];
    const auto rewritten = service_.rewritten_notebooks.find(index);
    const std::string path = workspace_ + notebook.path;
    return {"databricks_notebook." + named("notebook", notebook.path, workspace_), path, path,
            rewritten == service_.rewritten_notebooks.end()
                ? service_.notebook_files[index].digest
                : system::sha256_hex(rewritten->second)};
  }

  Place jar(std::size_t index) const {
    const PackedPath& jar = service_.jar_files[index];
    const std::string name(file_name(jar.path));
    const std::string path = jars_ + (names_.at(name) > 1 ? jar.path : name);
    const std::string type = in_volume_ ? "databricks_file." : "databricks_workspace_file.";
    return {type + named("jar", jar.path, jars_), path,
            in_volume_ ? path : in_workspace(path), jar.digest};
  }

  const Service& service_;
  const std::string workspace_;
  const bool in_volume_;
  const std::string jars_;
  std::map<std::string, std::size_t> names_{};
};

// --- bodies ------------------------------------------------------------------------------------

std::string json_string(std::string_view text) {
  std::string out;
  document::append_json_string(out, text);
  return out;
}

// A bound leaf with the examples of its variables.
std::string bound_json(const Service& service, const service::BoundLeaf& leaf) {
  if (!leaf.whole.empty()) {
    const service::EnvironmentVariable* variable = find_variable(service, leaf.whole);
    if (variable == nullptr) return "null";
    return variable->type == "string" ? json_string(variable->example) : variable->example;
  }
  const std::string_view source = leaf.node.as_string();
  std::string text;
  std::size_t done = 0;
  for (const service::BoundSpan& span : leaf.spans) {
    text += source.substr(done, span.begin - done);
    text += example_of(service, span.variable);
    done = span.begin + span.size;
  }
  return json_string(text + std::string(source.substr(done)));
}

// docs/formats/artifact.md: what the factory writes by itself and a deployment must not.
void drop_noise(const adf::Object& object, std::vector<std::uint32_t>& dropped) {
  const Node properties = object.properties();
  const auto drop = [&](const Node& node) {
    if (node) dropped.push_back(node.index());
  };
  drop(properties["lastPublishTime"]);
  if (object.kind == adf::ObjectKind::trigger) drop(properties["runtimeState"]);
  if (object.kind == adf::ObjectKind::pipeline) {
    for (const Node parameter : properties["parameters"]) drop(parameter["identity"]);
  }
  std::ranges::sort(dropped);
}

// --- assertions --------------------------------------------------------------------------------

std::string below(std::string_view path, std::string_view folder) {
  if (!folder.empty() && path.starts_with(folder)) path.remove_prefix(folder.size() + 1);
  return std::string(path);
}

std::string source_of(const Service& service, const adf::Object& object) {
  return "source/adf/" + below(object.file, service.factory.root);
}

std::string called(const adf::Object& object) {
  return std::string(adf::to_string(object.kind)) + " \"" + object.name + "\"";
}

std::string expected_name(const Service& service, const adf::Object& object) {
  return "tests/expected/" + below(object.file, service.factory.root);
}

std::string address_of(const adf::Object& object) {
  return "azapi_resource." + terraform::resource_name(adf::address_kind(object.kind), object.name);
}

const MappedKind* mapped_kind(const Service& service, std::size_t index) {
  return find_mapped_kind(service.factory.objects[index].kind, has_own_factory(service));
}

Assertion object_exists(const Service& service, std::size_t index) {
  const adf::Object& object = service.factory.objects[index];
  const std::string address = address_of(object);
  const std::string type =
      "Microsoft.DataFactory/factories/" + std::string(mapped_kind(service, index)->type) + "@";
  return {address + ".name == " + quoted(object.name) + " && startswith(" + address + ".type, " +
              quoted(type) + ")",
          source_of(service, object) + ": " + called(object) + " is not created"};
}

// The rules by which the body differs from the source, each once.
std::string rules_of(const Service& service, std::size_t index) {
  std::set<std::string> rules;
  for (const service::BoundLeaf& leaf : service::leaves_of(service.bindings, index)) {
    rules.insert(leaf.rule);
  }
  for (const FileLink& link : links_of(service, index)) {
    rules.insert(link.target == FileLink::Target::notebook ? "link.notebook"
                 : link.target == FileLink::Target::jar    ? "link.jar"
                                                           : "link.file");
  }
  const std::vector<std::string> all(rules.begin(), rules.end());
  return all.empty() ? std::string() : " but for " + join(all, ", ");
}

// Nothing of the body differs from the file: the packed source itself is what is expected.
bool is_as_committed(const Service& service, std::size_t index) {
  std::vector<std::uint32_t> dropped;
  drop_noise(service.factory.objects[index], dropped);
  return dropped.empty() && service::leaves_of(service.bindings, index).empty() &&
         links_of(service, index).empty();
}

Assertion body_is_source(const Service& service, std::size_t index) {
  const adf::Object& object = service.factory.objects[index];
  const bool same = is_as_committed(service, index);
  const std::string file =
      same ? "../" + source_of(service, object) : expected_name(service, object);
  const std::string expected = "jsondecode(file(\"${path.module}/" + quoted(file).substr(1) + "))";
  return {"jsonencode(" + address_of(object) + ".body) == jsonencode(" +
              (same ? "{properties = " + expected + ".properties}" : expected) + ")",
          source_of(service, object) + ": the body of " + called(object) + " is not the source" +
              (same ? "" : rules_of(service, index) + "; it must be terraform/" + file)};
}

struct Upload {
  FileLink::Target target = FileLink::Target::notebook;
  std::size_t index = 0;
  bool path = false;  // asserts the path, else the content
};

// Content of each file; the path of those that no activity names, because a named one is asserted
// with its activity and its body.
std::vector<Upload> uploads_of(const Service& service) {
  std::set<std::pair<FileLink::Target, std::size_t>> linked;
  for (const FileLink& link : service.links) linked.emplace(link.target, link.index);
  std::vector<Upload> all;
  const auto add = [&](FileLink::Target target, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      all.push_back({target, i, false});
      if (!linked.contains({target, i})) all.push_back({target, i, true});
    }
  };
  add(FileLink::Target::notebook, service.notebooks.size());
  add(FileLink::Target::jar, service.jar_files.size());
  add(FileLink::Target::file, service.config_files.size());
  return all;
}

std::string origin_of(const Service& service, const Upload& upload) {
  switch (upload.target) {
    case FileLink::Target::notebook:
      return service.notebooks[upload.index].file;
    case FileLink::Target::jar:
      return service.jar_files[upload.index].path;
    case FileLink::Target::file:
      break;
  }
  return service.config_files[upload.index].path;
}

Assertion upload_is_there(const Service& service, const Places& places, const Upload& upload) {
  const Place place = places.of(upload.target, upload.index);
  const std::string origin = origin_of(service, upload);
  if (upload.path) {
    return {place.address + ".path == " + quoted(place.path),
            origin + ": is not uploaded to " + place.path};
  }
  return {"filesha256(" + place.address + ".source) == " + quoted(place.digest),
          origin + ": other bytes are uploaded"};
}

// The name of the activity around a node of a pipeline.
std::string activity_of(Node node) {
  for (; node.exists(); node = node.parent()) {
    const Node list = node.parent();
    if (list.is_array() && list.key() == "activities") return std::string(node["name"].as_string());
  }
  return {};
}

// As Node::location, which keeps the lines of every document that is asked once: too much for a
// whole service.
Location place_of(const Node& node, std::string file) {
  const std::string_view before =
      std::string_view(node.document()->text()).substr(0, node.offset());
  const std::size_t begin = before.rfind('\n') + 1;  // 0 in the first line
  const auto column = std::ranges::count_if(before.substr(begin), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  });
  return {.file = std::move(file),
          .line = static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1),
          .column = static_cast<std::uint32_t>(column + 1)};
}

Assertion link_leads_there(const Service& service, const Places& places, const FileLink& link) {
  const adf::Object& object = service.factory.objects[link.object];
  const Place place = places.of(link.target, link.index);
  const Node root = object.document->root();
  std::string created = place.address + ".path";
  if (place.seen != place.path) {
    created = "\"/Workspace${trimprefix(" + created + ", \"/Workspace\")}\"";
  } else if (place.path.starts_with("/Workspace/") && link.target != FileLink::Target::notebook) {
    created = "\"/Workspace${trimprefix(" + created + ", \"/Workspace\")}\"";
  }
  const std::string named = address_of(object) + ".body" + validation::index_path(root, link.node);
  const Location where = place_of(link.node, source_of(service, object));
  const std::string activity = activity_of(link.node);
  return {created + " == " + named,
          to_string(where) + ": " +
              (activity.empty() ? called(object) : "activity \"" + activity + "\"") + " needs " +
              place.seen + ", which is not created"};
}

// Which service it belongs to, who answers for it, and where its costs are counted.
Assertion tags_are_there(const Service& service, const std::string& address, const std::string& argument) {
  std::string expected;
  for (const auto& [key, value] : tags_of(service))
    expected += (expected.empty() ? "" : ", ") + key + " = " + quoted(value);
  if (address == own_factory_address) {  // those of its file, too
    const auto& objects = service.factory.objects;
    const auto file = std::ranges::find(objects, adf::ObjectKind::factory, &adf::Object::kind);
    const auto leaves =
        service::leaves_of(service.bindings, static_cast<std::size_t>(file - objects.begin()));
    for (const Node tag : sent_tags(service)) {
      const service::BoundLeaf* leaf = service::find_leaf(leaves, tag);
      expected += ", " + quoted(tag.key()) + " = " +
                  (leaf == nullptr ? quoted(tag.as_string())
                                   : "jsondecode(" + quoted(bound_json(service, *leaf)) + ")");
    }
  }
  return {"jsonencode(" + address + "." + argument + ") == jsonencode({" + expected + "})",
          address + " does not carry the tags service, owner and domain of tidegate.yaml"};
}

std::vector<std::size_t> mapped_objects(const Service& service) {
  std::vector<std::size_t> all;
  const auto& objects = service.factory.objects;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (mapped_kind(service, i) != nullptr && objects[i].properties()) all.push_back(i);
  }
  return all;
}

// Triggers that a deployment starts when it is asked to; the source keeps others stopped.
bool starts(const adf::Object& object) {
  const std::string_view state = object.properties()["runtimeState"].as_string();
  return object.kind == adf::ObjectKind::trigger && !equal_ignoring_case(state, "Stopped") &&
         !equal_ignoring_case(state, "Disabled");
}

Assertion trigger_rests(const Service& service, std::size_t index) {
  const adf::Object& object = service.factory.objects[index];
  const std::string name = terraform::resource_name("trigger", object.name);
  return {"length(azapi_resource_action." + name + "_start) == 0",
          source_of(service, object) + ": trigger \"" + object.name +
              "\" would start where triggers_started is not set"};
}

Assertion trigger_starts(const Service& service, std::size_t index) {
  const adf::Object& object = service.factory.objects[index];
  const std::string action =
      "azapi_resource_action." + terraform::resource_name("trigger", object.name);
  return {"length(" + action + "_start) == 1 && length(" + action + "_stop) == 1",
          source_of(service, object) + ": trigger \"" + object.name +
              "\" would not start where triggers_started is true"};
}

Status write_body(const Service& service, const Places& places, std::size_t object,
                  const validation::Sink& sink) {
  const adf::Object& source = service.factory.objects[object];
  validation::ExpectedTree tree{.node = source.properties()};
  drop_noise(source, tree.dropped);
  for (const service::BoundLeaf& leaf : service::leaves_of(service.bindings, object)) {
    tree.replaced.insert_or_assign(leaf.node.index(), bound_json(service, leaf));
  }
  for (const FileLink& link : links_of(service, object)) {
    tree.replaced.insert_or_assign(link.node.index(),
                                   json_string(places.of(link.target, link.index).seen));
  }
  return validation::write_expected(tree, "{\"properties\":", "}\n", sink);
}

// --- files -------------------------------------------------------------------------------------

class Planner {
 public:
  explicit Planner(ServicePtr service)
      : service_(std::move(service)), places_(std::make_shared<const Places>(*service_)) {
    for (const service::EnvironmentVariable& variable : service_->bindings.variables) {
      if (!variable.required) continue;
      variables_.push_back({variable.name, variable.example, variable.type == "string"});
    }
    providers_of();
  }

  GeneratedTests run() {
    add_objects();
    add_uploads();
    add_retained();
    add_links();
    add_triggers();
    add_own();
    return std::move(out_);
  }

 private:
  void providers_of() {
    std::set<std::pair<std::string, std::string>> all{{"azapi", ""}};
    const bool uploads =
        !service_->notebooks.empty() || !service_->jars.empty() || !service_->config_files.empty() ||
        !service_->retained.empty() || !own_schemas(*service_).empty() || !own_volumes(*service_).empty();
    if (uploads) all.emplace("databricks", "");
    if (has_own_factory(*service_)) all.emplace("azurerm", "");
    for (const terraform::DeclaredBlock& block : service_->blocks) {
      if (block.kind == terraform::BlockKind::provider) all.emplace(block.name, block.alias);
      if (block.kind == terraform::BlockKind::resource) all.emplace(block.provider, "");
    }
    for (const auto& one : all) {
      if (one.first != "terraform" && !one.first.empty()) {
        providers_.push_back({one.first, one.second});
      }
    }
  }

  void add_file(const std::string& topic, std::vector<TestRun> runs) {
    if (runs.front().count == 0) return;
    out_.files.push_back({.name = "tidegate_" + topic + ".tftest.json",
                          .variables = variables_,
                          .providers = providers_,
                          .runs = std::move(runs)});
  }

  template <class Item, class Make>
  TestRun run_of(const std::string& name, std::vector<Item> items, const Make& make) const {
    TestRun run{.name = name, .count = items.size()};
    run.make = [service = service_, places = places_, items = std::move(items),
                make](std::size_t i) { return make(*service, *places, items[i]); };
    return run;
  }

  void add_objects() {
    const std::vector<std::size_t> objects = mapped_objects(*service_);
    for (const std::size_t object : objects) {
      if (is_as_committed(*service_, object)) continue;
      out_.expected.push_back(
          {.name = expected_name(*service_, service_->factory.objects[object]),
           .write = [service = service_, places = places_, object](const validation::Sink& sink) {
             return write_body(*service, *places, object, sink);
           }});
    }
    add_file("objects", {run_of("every_object", objects,
                                [](const Service& service, const Places&, std::size_t object) {
                                  return object_exists(service, object);
                                })});
    add_file("bodies", {run_of("bodies_are_the_source", objects,
                               [](const Service& service, const Places&, std::size_t object) {
                                 return body_is_source(service, object);
                               })});
  }

  void add_uploads() {
    add_file("uploads",
             {run_of("files_are_uploaded", uploads_of(*service_),
                     [](const Service& service, const Places& places, const Upload& upload) {
                       return upload_is_there(service, places, upload);
                     })});
  }

  void add_retained() {
    std::vector<Assertion> expected;
    for (const Retained& one : service_->retained) {
      const std::string address = one.type + "." + one.name;
      const std::string root = one.variable.empty() ? std::string() : example_of(*service_, one.variable);
      expected.push_back({address + ".path == " + quoted(root + one.path) + " && filesha256(" + address + ".source) == " +
                              quoted(one.digest),
                          root + one.path + " of the release before does not stay"});
    }
    add_file("retained", {run_of("the_release_before_stays", expected,
                                 [](const Service&, const Places&, const Assertion& one) { return one; })});
  }

  void add_links() {
    std::vector<std::size_t> links;
    for (std::size_t i = 0; i < service_->links.size(); ++i) {
      if (mapped_kind(*service_, service_->links[i].object) != nullptr) links.push_back(i);
    }
    add_file("references",
             {run_of("what_activities_need", links,
                     [](const Service& service, const Places& places, std::size_t link) {
                       return link_leads_there(service, places, service.links[link]);
                     })});
  }

  void add_triggers() {
    std::vector<std::size_t> triggers;
    for (const std::size_t object : mapped_objects(*service_)) {
      if (starts(service_->factory.objects[object])) triggers.push_back(object);
    }
    TestRun rest = run_of("stopped_by_default", triggers,
                          [](const Service& service, const Places&, std::size_t trigger) {
                            return trigger_rests(service, trigger);
                          });
    TestRun start = run_of("started_when_asked", triggers,
                           [](const Service& service, const Places&, std::size_t trigger) {
                             return trigger_starts(service, trigger);
                           });
    start.variables = {{"triggers_started", "true", false}};
    add_file("triggers", {std::move(rest), std::move(start)});
  }

  // Of a factory of the service's own: it, and the storage of what the service produces; its volume.
  void add_own() {
    std::vector<Assertion> expected;
    if (has_own_factory(*service_)) expected.push_back(tags_are_there(*service_, own_factory_address, "tags"));
    for (const OwnContainer& one : own_containers(*service_)) {
      const std::string address = one.address();
      expected.push_back({address + ".name == " + quoted(one.container) + " && " + address +
                              ".container_access_type == \"private\"",
                          "container " + one.container + " of " + one.linked_service +
                              " is not created, or others may read it"});
      expected.push_back(tags_are_there(*service_, address, "metadata"));
    }
    for (const OwnSchema& one : own_schemas(*service_)) {
      const std::string of = one.linked_service.empty() ? std::string() : " of " + one.linked_service;
      expected.push_back({"databricks_schema." + one.name + ".name == " + quoted(one.schema),
                          "schema " + one.schema + of + " is not created"});
      expected.push_back(tags_are_there(*service_, "databricks_schema." + one.name, "properties"));
    }
    for (const OwnVolume& one : own_volumes(*service_)) {
      const std::string address = "databricks_volume." + one.name;
      expected.push_back({address + ".name == " + quoted(one.volume) + " && " + address + ".schema_name == " + quoted(one.schema),
                          "volume " + one.volume + " in " + one.catalog + "." + one.schema + " is not created"});
    }
    if (expected.empty()) return;
    add_file("own", {run_of("what_the_service_owns", expected,
                            [](const Service&, const Places&, const Assertion& one) { return one; })});
  }

  const ServicePtr service_;
  const std::shared_ptr<const Places> places_;
  std::vector<validation::Assignment> variables_{};
  std::vector<validation::MockedProvider> providers_{};
  GeneratedTests out_{};
};

}  // namespace

GeneratedTests expect_service(const std::shared_ptr<const Service>& service) {
  return Planner(service).run();
}

}  // namespace tidegate::flavours::adf_databricks
