// SPDX-License-Identifier: Apache-2.0
#include "repository/inventory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "support/shared.hpp"

namespace tidegate::repository {
namespace {

using Roots = std::vector<std::string>;

Inventory take(const std::map<std::string, std::string>& files,
               const InventoryOptions& options = {}) {
  return take_inventory(system::MemoryTree(files), options);
}

Role role_of(const std::string& path, const std::string& bytes = "{}") {
  return take({{path, bytes}}).files.at(0).role;
}

constexpr const char* pipeline = R"({"name": "p", "properties": {"activities": []}})";

TEST(Inventory, adf_root_by_two_folders_at_any_depth_without_case) {
  const Inventory inventory = take({{"x/y/Pipeline/p.json", "broken {"},
                                    {"x/y/linkedservice/l.json", "{}"},
                                    {"x/y/publish_config.json", "{}"},
                                    {"x/y/arm-template-parameters-definition.json", "{}"},
                                    {"x/y/adfcdc/c.json", "{}"},
                                    {"publish_config.json", "{}"}});
  EXPECT_EQ(inventory.adf_roots, Roots{"x/y"});
  EXPECT_EQ(inventory.find("x/y/Pipeline/p.json")->role, Role::adf_object);
  EXPECT_EQ(inventory.find("x/y/Pipeline/p.json")->root, "x/y");
  EXPECT_EQ(inventory.find("x/y/Pipeline/p.json")->kind_folder, "pipeline");
  EXPECT_EQ(inventory.find("x/y/linkedservice/l.json")->kind_folder, "linkedservice");
  EXPECT_EQ(inventory.find("x/y/publish_config.json")->role, Role::adf_support);
  EXPECT_EQ(inventory.find("x/y/arm-template-parameters-definition.json")->role, Role::adf_support);
  EXPECT_EQ(inventory.find("x/y/adfcdc/c.json")->role, Role::adf_support);
  EXPECT_EQ(inventory.find("publish_config.json")->role, Role::other);
}

TEST(Inventory, adf_root_at_the_top) {
  const Inventory inventory = take({{"pipeline/p.json", pipeline}, {"dataset/d.json", "{}"}});
  EXPECT_EQ(inventory.adf_roots, Roots{""});
  EXPECT_EQ(inventory.find("dataset/d.json")->role, Role::adf_object);
  EXPECT_EQ(inventory.find("dataset/d.json")->root, "");
}

TEST(Inventory, one_folder_needs_a_file_of_the_right_shape) {
  EXPECT_EQ(take({{"a/pipeline/p.json", pipeline}}).adf_roots, Roots{"a"});
  EXPECT_EQ(take({{"a/pipeline/p.json", R"({"steps": []})"}}).adf_roots, Roots{});
  EXPECT_EQ(take({{"a/pipeline/~p.json", pipeline}}).adf_roots, Roots{});
  EXPECT_EQ(take({{"a/pipeline/p.yaml", pipeline}}).adf_roots, Roots{});
  EXPECT_EQ(take({{"a/pipeline/deeper/p.json", pipeline}}).adf_roots, Roots{});
  EXPECT_EQ(take({{"pipeline.json", pipeline}}).adf_roots, Roots{});
  EXPECT_EQ(
      take({{"src/dataset/train.json", R"({"rows": 3})"}, {"src/dataset/x.py", ""}}).adf_roots,
      Roots{});
  EXPECT_EQ(take({{"src/dataset/a.py", ""}, {"src/factory/b.py", ""}}).adf_roots, Roots{});
  EXPECT_EQ(take({{"f/factory/f.json", R"({"name": "f", "location": "eastus"})"}}).adf_roots,
            Roots{"f"});
  EXPECT_EQ(take({{"f/factory/f.json", R"({"name": "Mill", "location": "Leeds", "output": 7})"}})
                .adf_roots,
            Roots{});
  EXPECT_EQ(take({{"f/factory/f.json", "no json"}}).adf_roots, Roots{});
}

TEST(Inventory, several_roots_and_denied_folders) {
  const Inventory inventory = take({{"b/pipeline/p.json", pipeline},
                                    {"a/pipeline/p.json", pipeline},
                                    {"a/inner/pipeline/p.json", pipeline},
                                    {"node_modules/m/pipeline/p.json", pipeline},
                                    {".terraform/modules/m/pipeline/p.json", pipeline}});
  EXPECT_EQ(inventory.adf_roots, (Roots{"a", "a/inner", "b"}));
  EXPECT_EQ(inventory.find("a/inner/pipeline/p.json")->root, "a/inner");
  EXPECT_EQ(inventory.find("node_modules/m/pipeline/p.json")->role, Role::denied);
}

TEST(Inventory, given_root) {
  const std::map<std::string, std::string> files = {{"a/pipeline/p.json", "{}"},
                                                    {"b/pipeline/p.json", pipeline}};
  const Inventory inventory = take(files, {.adf_root = "./a/", .adf_root_given = true});
  EXPECT_EQ(inventory.adf_roots, Roots{"a"});
  EXPECT_EQ(inventory.find("a/pipeline/p.json")->role, Role::adf_object);
  EXPECT_EQ(inventory.find("b/pipeline/p.json")->role, Role::other);
  EXPECT_EQ(take(files, {.adf_root = "none", .adf_root_given = true}).adf_roots, Roots{});
  EXPECT_EQ(take({{"pipeline/p.json", "{}"}}, {.adf_root = ".", .adf_root_given = true}).adf_roots,
            Roots{""});
}

TEST(Inventory, managed_network_and_endpoints) {
  const Inventory inventory =
      take({{"managedVirtualNetwork/default.json", R"({"name": "default", "properties": {}})"},
            {"managedVirtualNetwork/default/managedPrivateEndpoint/e.json",
             R"({"name": "e", "properties": {}})"},
            {"pipeline/p.json", pipeline},
            {"pipeline/~p.json", pipeline},
            {"notebook/n.json", "{}"}});
  EXPECT_EQ(inventory.adf_roots, Roots{""});
  EXPECT_EQ(inventory.find("managedVirtualNetwork/default.json")->kind_folder,
            "managedvirtualnetwork");
  EXPECT_EQ(
      inventory.find("managedVirtualNetwork/default/managedPrivateEndpoint/e.json")->kind_folder,
      "managedprivateendpoint");
  EXPECT_EQ(inventory.find("pipeline/~p.json")->role, Role::other);
  EXPECT_NE(inventory.find("pipeline/~p.json")->reason.find("~"), std::string::npos);
  EXPECT_EQ(inventory.find("notebook/n.json")->role, Role::adf_object);  // Synapse
}

TEST(Inventory, notebooks_by_their_first_line_only) {
  const std::string body = "\n# COMMAND ----------\n";
  EXPECT_EQ(role_of("a.py", "# Databricks notebook source" + body), Role::notebook);
  EXPECT_EQ(role_of("a.py", "# Databricks notebook source"), Role::notebook);
  EXPECT_EQ(role_of("a.py", "\xEF\xBB\xBF# Databricks notebook source\r\n"), Role::notebook);
  EXPECT_EQ(role_of("a.R", "# Databricks notebook source" + body), Role::notebook);
  EXPECT_EQ(role_of("a.scala", "// Databricks notebook source" + body), Role::notebook);
  EXPECT_EQ(role_of("a.sql", "-- Databricks notebook source" + body), Role::notebook);
  EXPECT_EQ(role_of("a.ipynb"), Role::notebook);
  EXPECT_EQ(role_of("a.dbc"), Role::notebook);
  EXPECT_EQ(role_of("a.py", "# Databricks notebook source " + body), Role::python);
  EXPECT_EQ(role_of("a.py", "\n# Databricks notebook source" + body), Role::python);
  EXPECT_EQ(role_of("a.py", "// Databricks notebook source" + body), Role::python);
  EXPECT_EQ(role_of("a.py", ""), Role::python);
  EXPECT_EQ(role_of("a.sql", "select 1"), Role::other);
  EXPECT_EQ(role_of("a.txt", "# Databricks notebook source" + body), Role::other);
  const Inventory inventory = take({{"n/a.py", "# Databricks notebook source\n"},
                                    {"o/b.py", "# Databricks notebook source\n"},
                                    {"o/c.ipynb", "{}"}},
                                   {.notebooks = "n/"});
  EXPECT_EQ(inventory.find("n/a.py")->role, Role::notebook);
  EXPECT_EQ(inventory.find("o/b.py")->role, Role::python);
  EXPECT_EQ(inventory.find("o/c.ipynb")->role, Role::other);
}

TEST(Inventory, roles_by_name) {
  const std::map<std::string, Role> expected = {{"tidegate.yaml", Role::manifest},
                                                {"sub/tidegate.yaml", Role::other},
                                                {"tidegate.yml", Role::other},
                                                {"libs/x.JAR", Role::jar},
                                                {"dist/x.whl", Role::wheel},
                                                {"dist/x.egg", Role::wheel},
                                                {"libs/pom.xml", Role::pom},
                                                {"libs/other.xml", Role::other},
                                                {"terraform/a.tf", Role::terraform},
                                                {"terraform/m/b.tf.json", Role::terraform},
                                                {"infra/a.tf", Role::other},
                                                {"terraform/.terraform.lock.hcl", Role::terraform},
                                                {".terraform.lock.hcl", Role::terraform},
                                                {"terraform/notes.md", Role::other},
                                                {"checks/a.yaml", Role::check},
                                                {"checks/a.txt", Role::other},
                                                {"tests/a.tftest.hcl", Role::test},
                                                {"tests/a.tftest.json", Role::test},
                                                {"contract/a.json", Role::contract},
                                                {"config/a/b.conf", Role::config},
                                                {"config/a.py", Role::config},
                                                {"src/a.py", Role::python},
                                                {"README.md", Role::other}};
  for (const auto& item : expected) {
    EXPECT_EQ(to_string(role_of(item.first, "x")), to_string(item.second)) << item.first;
  }
  EXPECT_EQ(take({{"settings/a.conf", "x"}}, {.config = "settings"}).files.at(0).role,
            Role::config);
  EXPECT_EQ(take({{"config/a.conf", "x"}}, {.config = ""}).files.at(0).role, Role::other);
}

TEST(Inventory, denied_names) {
  for (const char* path : {".git/config",
                           "a/.git/x",
                           ".env",
                           "a/.env.prod",
                           ".ENVRC",
                           "k.pem",
                           "config/K.PEM",
                           "a.key",
                           "a.pfx",
                           "a.p12",
                           "a.jks",
                           "id_rsa",
                           "id_rsa.pub",
                           "id_ed25519",
                           ".terraform/x",
                           "terraform/.terraform/x.tf",
                           "terraform.tfstate",
                           "terraform/a.tfstate.backup",
                           "x.auto.tfvars",
                           "x.auto.tfvars.json",
                           "._x.json",
                           "pipeline/._p.json",
                           ".DS_Store",
                           "a/__pycache__/b.pyc",
                           "node_modules/a/b.js"}) {
    const Inventory inventory = take({{path, "x"}});
    EXPECT_EQ(inventory.files.at(0).role, Role::denied) << path;
    EXPECT_TRUE(inventory.files.at(0).reason.starts_with("never packed: ")) << path;
  }
  for (const char* path : {".terraform.lock.hcl", "env.json", "monkey", "a.keys", "node_modules",
                           "tfstate.md", "x.tfvars", ".gitignore"}) {
    EXPECT_NE(role_of(path, "x"), Role::denied) << path;
  }
}

TEST(Inventory, pointer_in_a_plain_tree_is_seen) {
  const Inventory inventory =
      take({{"a.jar", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"},
            {"b.jar", "PK"}});
  EXPECT_TRUE(inventory.find("a.jar")->lfs_pointer);
  EXPECT_FALSE(inventory.find("b.jar")->lfs_pointer);
  EXPECT_EQ(inventory.with_role(Role::jar).size(), 2U);
  EXPECT_EQ(inventory.find("none"), nullptr);
}

// Counts prefixes: only candidates are opened.
class CountingTree final : public system::FileTree {
 public:
  CountingTree() {
    for (const char* path :
         {"a.json", "b.md", "pipeline/p.json", "dataset/d.json", "n.py", "x.class"}) {
      entries_.push_back({.path = path});
    }
    std::sort(entries_.begin(), entries_.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
  }
  const std::vector<system::Entry>& entries() const override { return entries_; }
  std::uint64_t size_of(std::string_view) const override { return 100000; }
  Result<std::string> read(std::string_view path) const override {
    ++whole;
    return std::string(path);
  }
  Result<std::string> read_prefix(std::string_view path, std::size_t limit) const override {
    opened.emplace_back(path);
    longest = std::max(longest, limit);
    return std::string(path);
  }
  mutable std::vector<std::string> opened{};
  mutable std::size_t longest = 0;
  mutable int whole = 0;

 private:
  std::vector<system::Entry> entries_{};
};

TEST(Inventory, opens_only_candidates_and_only_their_beginning) {
  const CountingTree tree;
  const Inventory inventory = take_inventory(tree, {});
  EXPECT_EQ(inventory.adf_roots, Roots{""});
  EXPECT_EQ(tree.opened, std::vector<std::string>{"n.py"});
  EXPECT_LE(tree.longest, 1024U);
  EXPECT_EQ(tree.whole, 0);
}

// The table of corpus/adf/README.md.
TEST(Corpus, roots_and_kinds_are_those_of_its_readme) {
  const std::optional<std::string> shared = test::shared_folder();
  if (!shared) GTEST_SKIP() << "the shared corpus is not there";
  struct Expected {
    const char* folder;
    std::size_t roots, pipelines, datasets, linked_services, data_flows, triggers, runtimes;
  };
  const std::vector<Expected> table = {
      {"Azure-Player__azure.datafactory.tools", 17, 14, 16, 15, 5, 7, 3},
      {"Azure__Azure-DataFactory", 2, 6, 12, 6, 0, 0, 0},
      {"KV-APAC-DNA__gitadfadbplt001", 1, 38, 69, 36, 0, 170, 4},
      {"devlace__datadevops", 1, 1, 2, 5, 0, 1, 0},
      {"joe-plumb__mdw-openhack", 1, 7, 16, 8, 1, 0, 2},
      {"microsoft__data-factory-testing-framework", 10, 11, 0, 0, 0, 0, 0},
      {"mrpaulandrew__procfwk", 2, 36, 2, 9, 1, 2, 2},
  };
  for (const Expected& row : table) {
    const Result<system::FileTreePtr> tree =
        system::read_folder(*shared + "/corpus/adf/" + row.folder);
    ASSERT_TRUE(tree.ok()) << row.folder;
    const Inventory inventory = take_inventory(**tree, {});
    EXPECT_EQ(inventory.adf_roots.size(), row.roots) << row.folder;
    std::map<std::string, std::size_t> kinds;
    for (const InventoryFile* file : inventory.with_role(Role::adf_object))
      ++kinds[file->kind_folder];
    // Its table counts the one `~` file too, which is no object.
    for (const InventoryFile& file : inventory.files) {
      if (file_name(file.path).starts_with('~') && file_name(parent_path(file.path)) == "pipeline")
        ++kinds["pipeline"];
    }
    EXPECT_EQ(kinds["pipeline"], row.pipelines) << row.folder;
    EXPECT_EQ(kinds["dataset"], row.datasets) << row.folder;
    EXPECT_EQ(kinds["linkedservice"], row.linked_services) << row.folder;
    EXPECT_EQ(kinds["dataflow"], row.data_flows) << row.folder;
    EXPECT_EQ(kinds["trigger"], row.triggers) << row.folder;
    EXPECT_EQ(kinds["integrationruntime"], row.runtimes) << row.folder;
  }
}

// Other services live in submodules. What lies in the service's own folders counts as usual.
TEST(Inventory, files_of_submodules_count_only_if_referenced) {
  const std::map<std::string, std::string> files = {
      {"adf/pipeline/p.json", pipeline},
      {"adf/dataset/d.json", "{}"},  // a submodule
      {"config/shared/c.json", "{}"},
      {"config/shared/c.py", "x"},
      {"common/pipeline/p.json", pipeline},
      {"common/dataset/d.json", "{}"},
      {"common/load.py", "# Databricks notebook source\n"},
      {"common/plain.py", "x"},
      {"common/a.jar", "PK"},
      {"common/a.whl", "PK"},
      {"common/pom.xml", "<project/>"},
      {"common/id_rsa", "k"},
      {"common-not/load.py", "# Databricks notebook source\n"}};
  const InventoryOptions options{.submodules = {"adf/dataset", "common", "config/shared"}};
  const Inventory inventory = take(files, options);
  EXPECT_EQ(inventory.adf_roots, Roots{"adf"});
  EXPECT_EQ(inventory.find("adf/dataset/d.json")->role, Role::adf_object);
  EXPECT_EQ(inventory.find("common/dataset/d.json")->role, Role::other);
  EXPECT_EQ(inventory.find("common/id_rsa")->role, Role::denied);
  std::string referenced;
  for (const InventoryFile& file : inventory.files) {
    EXPECT_EQ(file.in_submodule, !file.path.starts_with("common-not/") && !file.path.starts_with("adf/pipeline/"))
        << file.path;
    if (file.if_referenced) referenced += file.path + " ";
  }
  EXPECT_EQ(referenced, "common/a.jar common/a.whl common/load.py common/plain.py common/pom.xml ");
  InventoryOptions given = options;
  given.adf_root = "common";
  given.adf_root_given = true;
  EXPECT_EQ(take(files, given).adf_roots, Roots{"common"});
}

}  // namespace
}  // namespace tidegate::repository
