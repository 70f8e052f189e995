// SPDX-License-Identifier: Apache-2.0
// Nothing that an object says is lost on the way: for every object of the shared corpus and of the
// sample services, what Terraform plans to send is its source but for the rewrites that the mapping
// lists, byte for byte in canonical JSON. Each Data Factory root is a child module, mapped whole
// whatever the checks say of it, for a shared factory and for one of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "e2e/stand_in.hpp"
#include "flavours/adf_databricks/map_object.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "sandbox/decimal.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/file_tree.hpp"
#include "terraform/value.hpp"
#include "validation/expected.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
namespace flavour = flavours::adf_databricks;
using document::Node;
using test::RootModule;

// Members sorted, numbers in one spelling, no white space.
void append_canonical(std::string& out, const Node& node) {
  if (node.is_number()) {
    out += sandbox::canonical_number(node.number_text());
    return;
  }
  if (!node.is_array() && !node.is_object()) {
    out += document::render_canonical_json(node);
    return;
  }
  std::vector<Node> members(node.begin(), node.end());
  if (node.is_object()) std::ranges::sort(members, {}, [](const Node& one) { return one.key(); });
  out += node.is_object() ? '{' : '[';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ',';
    if (node.is_object()) {
      document::append_json_string(out, members[i].key());
      out += ':';
    }
    append_canonical(out, members[i]);
  }
  out += node.is_object() ? '}' : ']';
}

std::string canonical(const Node& node) {
  std::string out;
  append_canonical(out, node);
  return out;
}

// Around the first byte in which the two differ.
std::string difference(const std::string& source, const std::string& planned) {
  const auto at = static_cast<std::size_t>(
      std::ranges::mismatch(source, planned).in1 - source.begin());
  const std::size_t begin = at < 80 ? 0 : at - 80;
  return "source  …" + source.substr(begin, 200) + "\nplanned …" + planned.substr(begin, 200);
}

// One Data Factory root, as one module.
struct Root {
  std::string name{};
  system::FileTreePtr tree{};
  std::shared_ptr<const flavour::Service> service{};
  std::shared_ptr<const flavour::Mapping> mapping{};
  std::map<std::string, std::string> values{};  // of bound variables that are strings
};

// Text that Terraform, a Data Factory expression and JSON could each take for more than text.
std::string hostile_value(const std::string& variable) {
  return "${" + variable + "} %{if} 'it''s' \"x\"\\\n\xE3\x81\x82 $" + variable;
}

service::ServiceManifest manifest_of(const system::FileTree& tree, const std::string& name) {
  if (tree.find("tidegate.yaml") == nullptr) return service::default_manifest(name);
  Diagnostics ignored;
  const auto text = tree.read("tidegate.yaml");
  const auto parsed = document::parse_yaml("tidegate.yaml", text ? *text : std::string());
  EXPECT_TRUE(parsed.ok());
  return service::read_manifest(*parsed, name, ignored);
}

repository::Inventory inventory_of(const system::FileTree& tree,
                                   const service::ServiceManifest& manifest) {
  return repository::take_inventory(tree, {.adf_root = manifest.adf_root.value_or(""),
                                           .adf_root_given = manifest.adf_root.has_value(),
                                           .notebooks = manifest.notebooks,
                                           .config = manifest.config});
}

Root make_root(const std::string& name, const system::FileTreePtr& tree,
               repository::Inventory inventory, service::ServiceManifest manifest,
               const std::string& adf_root, const std::string& placement) {
  inventory.adf_roots = {adf_root};
  // Bodies of these kinds are the same in both placements, and Terraform takes its time for them.
  static const std::set<std::string> compared_once{"pipeline", "dataset", "dataflow", "trigger"};
  std::erase_if(inventory.files, [&](const repository::InventoryFile& file) {
    return file.role == repository::Role::adf_object &&
           (file.root != adf_root || (placement == "own" && compared_once.contains(file.kind_folder)));
  });
  manifest.placement_factory = placement;
  Diagnostics ignored;
  Root root{.name = name, .tree = tree};
  root.service = std::make_shared<const flavour::Service>(
      flavour::read_service(*tree, inventory, std::move(manifest), ignored));
  root.mapping = std::make_shared<const flavour::Mapping>(flavour::map_service(root.service, ignored));
  std::set<std::string> bound;
  for (const service::BoundLeaf& leaf : root.service->bindings.leaves) {
    if (!leaf.whole.empty()) bound.insert(leaf.whole);
    for (const service::BoundSpan& span : leaf.spans) bound.insert(span.variable);
  }
  for (const service::EnvironmentVariable& one : root.service->bindings.variables) {
    if (one.type == "string")
      root.values[one.name] = bound.contains(one.name) ? hostile_value(one.name) : one.example;
  }
  return root;
}

// The roots of a repository, and the files of their objects.
void read_roots(const std::string& folder, std::vector<Root>& roots, std::set<std::string>& files) {
  const auto tree = system::read_folder(folder);
  ASSERT_TRUE(tree.ok());
  const std::string name = fs::path(folder).filename();
  const service::ServiceManifest manifest = manifest_of(**tree, name);
  const repository::Inventory inventory = inventory_of(**tree, manifest);
  for (const std::string& adf_root : inventory.adf_roots) {
    for (const repository::InventoryFile& file : inventory.files) {
      if (file.role == repository::Role::adf_object && file.root == adf_root)
        files.insert(name + "/" + file.path);
    }
    for (const char* placement : {"shared", "own"})
      roots.push_back(make_root(name + "/" + adf_root, *tree, inventory, manifest, adf_root, placement));
  }
}

std::string module_name(std::size_t index) { return "r" + std::to_string(index); }

// Providers are configured once for all: each configuration is a provider that Terraform starts.
void write_module(const RootModule& module, const std::string& name, const Root& root) {
  terraform::Configuration configuration = root.mapping->configuration;
  for (terraform::Provider& provider : configuration.providers) provider.configuration.clear();
  for (const std::string& file : terraform::file_names(configuration)) {
    std::string text;
    ASSERT_TRUE(terraform::write_file(configuration, file, [&](std::string_view piece) {
                  text += piece;
                  return Status(Done{});
                }).ok());
    module.write(name + "/terraform/" + file, text);
  }
  for (const system::Entry& entry : root.tree->entries()) {  // the service's own
    if (parent_path(entry.path) == "terraform" && terraform::is_configuration(entry.path))
      module.write(name + "/" + entry.path, *root.tree->read(entry.path));
  }
  for (const flavour::Upload& upload : root.mapping->uploads) {
    module.write(name + "/" + upload.path,
                 upload.bytes ? *upload.bytes : *root.tree->read(upload.origin));
  }
}

// The root module that calls them all.
std::string calls_of(const std::vector<Root>& roots) {
  std::string out = R"({"terraform": {"required_providers": {"azapi": {"source": "Azure/azapi"},
    "azurerm": {"source": "hashicorp/azurerm"}, "databricks": {"source": "databricks/databricks"}}},
    "provider": {"azurerm": {"features": {}}}, "module": {)";
  for (std::size_t i = 0; i < roots.size(); ++i) {
    out += std::string(i > 0 ? "," : "") + "\"" + module_name(i) + "\": {\"source\": \"./" +
           module_name(i) + "/terraform\"";
    for (const service::EnvironmentVariable& one : roots[i].service->bindings.variables) {
      if (!one.required) continue;
      out += ", \"" + one.name + "\": ";
      const auto text = roots[i].values.find(one.name);
      terraform::append_value(out, text != roots[i].values.end()
                                       ? terraform::Value(text->second)
                                       : terraform::Value(terraform::Expression{one.example}));
    }
    out += "}\n";
  }
  return out + "}}";
}

// What Terraform shall send instead of a bound leaf, as JSON.
std::string bound_json(const Root& root, const service::BoundLeaf& leaf) {
  std::string text;
  if (!leaf.whole.empty()) {
    const auto value = root.values.find(leaf.whole);
    if (value != root.values.end()) {
      document::append_json_string(text, value->second);
      return text;
    }
    for (const service::EnvironmentVariable& one : root.service->bindings.variables) {
      if (one.name == leaf.whole) return one.example;
    }
    return "null";
  }
  const std::string source(leaf.node.as_string());
  std::size_t done = 0;
  for (const service::BoundSpan& span : leaf.spans) {
    text += source.substr(done, span.begin - done);
    // In a quoted literal of an expression a quote is written twice.
    const bool quoted = source.find('@') < span.begin &&
                        std::count(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(span.begin), '\'') % 2 == 1;
    for (const char c : root.values.at(span.variable)) text += c == '\'' && quoted ? "''" : std::string(1, c);
    done = span.begin + span.size;
  }
  std::string json;
  document::append_json_string(json, text + source.substr(done));
  return json;
}

class Judge {
 public:
  Judge(const Root& root, std::string prefix, const std::map<std::string, Node>& planned)
      : root_(root), prefix_(std::move(prefix)), planned_(planned) {
    for (const flavour::Rewrite& one : root.mapping->rewrites) {
      const bool of_the_copy = one.rule == "noise" && !one.pointer.starts_with("/properties/");  // never sent
      if (one.rule != "run.relative" && one.rule != "import.root" && !of_the_copy) listed_.insert({one.file, one.pointer});
    }
  }

  // Files whose object is compared.
  std::set<std::string> run() {
    std::set<std::string> compared;
    const auto& objects = root_.service->factory.objects;
    for (std::size_t i = 0; i < objects.size(); ++i) {
      SCOPED_TRACE(root_.name + ": " + objects[i].file);
      if (is_own() && compare_factory(objects[i])) compared.insert(objects[i].file);
      const flavour::MappedKind* kind =
          flavour::find_mapped_kind(objects[i].kind, is_own());
      if (kind == nullptr || !objects[i].properties()) continue;
      compare(objects[i], i);
      compared.insert(objects[i].file);
    }
    EXPECT_TRUE(listed_.empty()) << "listed, but not made: " << listed_.begin()->first << listed_.begin()->second;
    return compared;
  }

 private:
  bool is_own() const { return root_.service->manifest.placement_factory == "own"; }

  // True if the object is one that azurerm_data_factory stands for.
  bool compare_factory(const adf::Object& object) const {
    const Node planned = find("azurerm_data_factory.factory");
    EXPECT_TRUE(planned.exists());
    if (object.kind == adf::ObjectKind::managed_virtual_network) {
      EXPECT_TRUE(planned["managed_virtual_network_enabled"].as_boolean());
      return true;
    }
    if (object.kind != adf::ObjectKind::factory) return false;
    for (const Node tag : object.root()["tags"]) EXPECT_EQ(planned["tags"][tag.key()].as_string(), tag.as_string());
    const Node declared = object.properties()["globalParameters"];
    EXPECT_EQ(planned["global_parameter"].size(), declared.size());
    for (const Node one : planned["global_parameter"]) {
      const Node source = declared[one["name"].as_string()];
      EXPECT_TRUE(equal_ignoring_case(one["type"].as_string(), source["type"].as_string()));
      const std::string text(one["value"].as_string());
      if (source["value"].is_string()) {
        EXPECT_EQ(text, source["value"].as_string());
        continue;
      }
      const auto value = document::parse_json("value", text);
      EXPECT_TRUE(value.ok() && canonical((*value)->root()) == canonical(source["value"])) << text;
    }
    return true;
  }

  // Only what is listed may differ.
  bool is_listed(const std::string& file, const Node& node) {
    const bool listed = listed_.erase({file, node.pointer()}) == 1;
    EXPECT_TRUE(listed) << "not listed: " << node.pointer();
    return listed;
  }

  Node find(const std::string& address) const {
    const auto found = planned_.find(prefix_ + address);
    return found == planned_.end() ? Node() : found->second;
  }

  void compare(const adf::Object& object, std::size_t index) {
    const Node planned = find("azapi_resource." + flavour::object_name(object));
    ASSERT_TRUE(planned.exists()) << "is not planned";
    EXPECT_EQ(planned["name"].as_string(), object.name);
    EXPECT_FALSE(planned["ignore_null_property"].as_boolean());
    validation::ExpectedTree tree{.node = object.properties()};
    const auto drop = [&](const Node& node) {
      if (node && is_listed(object.file, node)) tree.dropped.push_back(node.index());
    };
    drop(object.properties()["lastPublishTime"]);
    if (object.kind == adf::ObjectKind::trigger) drop(object.properties()["runtimeState"]);
    if (object.kind == adf::ObjectKind::pipeline) {
      for (const Node parameter : object.properties()["parameters"]) drop(parameter["identity"]);
    }
    std::ranges::sort(tree.dropped);
    for (const service::BoundLeaf& leaf : service::leaves_of(root_.service->bindings, index)) {
      if (is_listed(object.file, leaf.node)) tree.replaced[leaf.node.index()] = bound_json(root_, leaf);
    }
    for (const flavour::FileLink& link : root_.service->links) {
      if (link.object != index || !is_listed(object.file, link.node)) continue;
      const Node there = planned["body"].resolve_pointer(link.node.pointer());
      expect_uploaded(link, there.as_string());
      tree.replaced[link.node.index()] = canonical(there);
    }
    std::string expected;
    ASSERT_TRUE(validation::write_expected(tree, "{\"properties\":", "}", [&](std::string_view piece) {
                  expected += piece;
                  return Status(Done{});
                }).ok());
    const auto parsed = document::parse_json("expected", expected);
    ASSERT_TRUE(parsed.ok());
    const std::string source = canonical((*parsed)->root()), sent = canonical(planned["body"]);
    EXPECT_TRUE(source == sent) << difference(source, sent);
  }

  // At `path`, with or without /Workspace in front, Terraform puts the bytes of the file.
  void expect_uploaded(const flavour::FileLink& link, std::string_view path) const {
    const flavour::Service& service = *root_.service;
    const std::string file = link.target == flavour::FileLink::Target::notebook ? service.notebook_files[link.index].path
                             : link.target == flavour::FileLink::Target::jar    ? service.jar_files[link.index].path
                                                                                : service.config_files[link.index].path;
    for (const auto& [address, values] : planned_) {
      const std::string_view there = values["path"].as_string();
      if (!address.starts_with(prefix_ + "databricks_") || there.empty()) continue;
      if (there != path && "/Workspace" + std::string(there) != path) continue;
      EXPECT_TRUE(values["source"].as_string().ends_with("/" + file)) << values["source"].as_string();
      return;
    }
    ADD_FAILURE() << "nothing is uploaded to " << path;
  }

  const Root& root_;
  const std::string prefix_;
  const std::map<std::string, Node>& planned_;
  std::set<std::pair<std::string, std::string>> listed_{};
};

// Files of roots of which nothing is sent, and why.
std::map<std::string, std::size_t> why_not_sent(const std::vector<Root>& roots, std::set<std::string>& files) {
  std::map<std::string, std::size_t> reasons;
  for (const Root& root : roots) {
    const std::string repository = root.name.substr(0, root.name.find('/') + 1);
    for (const adf::Object& object : root.service->factory.objects) {
      if (files.erase(repository + object.file) == 0) continue;
      ++reasons[std::string(adf::to_string(object.kind))];
    }
  }
  for (const std::string& file : files) {
    if (!file_name(file).starts_with("~")) ++reasons[file];  // ~ marks a file that nobody means
  }
  return reasons;
}

TEST(RoundTrip, canonical_text_shows_each_difference) {
  const auto text = [](const std::string& json) { return canonical((*document::parse_json("x", json))->root()); };
  EXPECT_EQ(text(R"({"b": 1.0, "a": [1e2, "x"]})"), text(R"({"a":[100,"x"],"b":1})"));
  for (const char* other : {R"({"a": 1, "b": null})", R"({"a": "1"})", R"({"A": 1})", R"({"a": [1]})", R"({"a": 1.5})"})
    EXPECT_NE(text(other), text(R"({"a": 1})")) << other;
  EXPECT_NE(text("[1, 2]"), text("[2, 1]"));
}

// What Terraform plans for the roots, all in one root module; Judge on each.
void plan_and_compare(const test::StandIn& stand_in, const std::string& terraform,
                      const std::vector<Root>& roots, std::set<std::string>& files) {
  const RootModule module = stand_in.module("round-trip", terraform);
  for (std::size_t i = 0; i < roots.size(); ++i)
    ASSERT_NO_FATAL_FAILURE(write_module(module, module_name(i), roots[i]));
  module.write("main.tf.json", calls_of(roots));
  module.expect(0, {"init"});
  module.expect(0, {"plan", "-out=p", "-lock=false"});
  const document::DocumentPtr plan = module.show("p");
  std::map<std::string, Node> planned;
  for (const Node change : plan->root()["resource_changes"])
    planned.emplace(change["address"].as_string(), change["change"]["after"]);
  for (std::size_t i = 0; i < roots.size(); ++i) {
    const std::string repository = roots[i].name.substr(0, roots[i].name.find('/') + 1);
    for (const std::string& file : Judge(roots[i], "module." + module_name(i) + ".", planned).run())
      files.erase(repository + file);
  }
}

// Each repository by itself: Terraform's time grows with the square of what is in one plan.
TEST(RoundTrip, what_terraform_sends_is_the_source_but_for_the_listed_rewrites) {
  const auto terraform = test::find_terraform();
  if (!terraform) GTEST_SKIP() << "terraform is not installed";
  std::vector<std::string> repositories;
  for (const char* name : {"bare-factory", "orders-reporting", "retail-orders"})
    repositories.push_back(std::string(TIDEGATE_SOURCE_DIR) + "/fixtures/services/" + name);
  const auto shared = test::shared_folder();
  const bool corpus = shared && fs::exists(*shared + "/corpus/adf");
  if (corpus) {
    for (const auto& repository : fs::directory_iterator(*shared + "/corpus/adf")) {
      if (repository.is_directory()) repositories.push_back(repository.path());
    }
  }
  const test::StandIn stand_in;
  std::map<std::string, std::size_t> reasons;
  for (const std::string& repository : repositories) {
    SCOPED_TRACE(repository);
    std::vector<Root> roots;
    std::set<std::string> files;
    ASSERT_NO_FATAL_FAILURE(read_roots(repository, roots, files));
    ASSERT_NO_FATAL_FAILURE(plan_and_compare(stand_in, *terraform, roots, files));
    for (const auto& [reason, count] : why_not_sent(roots, files)) reasons[reason] += count;
  }
  // A Synapse notebook, which a build refuses; a file with a comma too many.
  const std::map<std::string, std::size_t> expected{
      {"Synapse object", 1},
      {"Azure__Azure-DataFactory/V1-V2Migration/sampledatasets/V1/Pipeline/adf_Second_Pipeline.json", 1}};
  EXPECT_EQ(reasons, corpus ? expected : (std::map<std::string, std::size_t>{}));
}

}  // namespace
}  // namespace tidegate
