// SPDX-License-Identifier: Apache-2.0
// placement.retain: which addresses the release before gets in the next one.
#include "flavours/adf_databricks/retain.hpp"

#include <gtest/gtest.h>

#include "memory_service.hpp"

namespace tidegate::flavours::adf_databricks {
namespace {

MemoryService release(const std::string& cell, int retain) {
  return read_memory(
      {{"tidegate.yaml", "service: shop\nowner: team\nbindings: []\nplacement: {retain: " + std::to_string(retain) + "}\n"},
       {"notebooks/load.py", "# Databricks notebook source\n" + cell + "\n"},
       {"pipeline/p.json",
        R"({"name": "p", "properties": {"activities": [{"name": "a", "type": "DatabricksNotebook",
          "typeProperties": {"notebookPath": "/Repos/ann/shop/notebooks/load"}}]}})"}});
}

struct Next {
  std::string retained{};  // a line each: address path packed
  std::string moved{};
  std::string rendered{};  // retained.tf.json
  std::string digest{};    // of what is current
};

Next after(const MemoryService& before, const std::string& cell, int retain) {
  MemoryService now = release(cell, retain);
  Service service = *now.service;
  ReleaseBefore known{.file = "before.tar.gz", .terraform = before.terraform};
  for (const Upload& upload : before.mapping.uploads) known.digests[upload.path] = "of " + upload.path;
  Diagnostics findings;
  retain_release(service, known, findings);
  EXPECT_EQ(findings.items().size(), 0U);
  Next out{.digest = service.releases.workspace};
  for (const Retained& one : service.retained) {
    EXPECT_EQ(one.digest, "of " + one.before);
    out.retained += one.type + "." + one.name + " " + one.variable + one.path + " " + one.packed + "\n";
  }
  for (const Moved& one : service.moved) out.moved += one.from + " -> " + one.to + "\n";
  Mapping mapping = map_service(std::make_shared<const Service>(service), findings);
  for (const auto& [name, text] : terraform::render_configuration(mapping.configuration)) {
    if (name == "retained.tf.json") out.rendered = text;
  }
  return out;
}

TEST(Retain, keeps_what_the_release_before_had_under_an_address_of_its_own) {
  const MemoryService before = release("1", 1);
  const std::string digest = before.service->releases.workspace;
  const std::string address = before.names("notebooks.tf.json", "databricks_notebook");
  EXPECT_TRUE(address.ends_with("_" + digest)) << address;
  EXPECT_EQ(before.mapping.uploads[0].path, "files/notebooks/" + digest + "/notebooks/load.py");
  const Next next = after(before, "2", 1);
  EXPECT_NE(next.digest, digest);
  EXPECT_EQ(next.retained, "databricks_notebook." + address + " workspace_root/shop/" + digest + "/notebooks/load " +
                               "files/notebooks/" + digest + "/notebooks/load.py\n");
  EXPECT_EQ(next.moved, "");
  EXPECT_NE(next.rendered.find("\"${var.workspace_root}/shop/" + digest + "/notebooks/load\""), std::string::npos) << next.rendered;
  EXPECT_NE(next.rendered.find("\"PYTHON\""), std::string::npos) << next.rendered;
}

TEST(Retain, keeps_nothing_of_a_release_with_the_same_files) {
  const Next next = after(release("1", 1), "1", 1);
  EXPECT_EQ(next.retained + next.moved, "");
}

TEST(Retain, moves_what_the_state_has_when_it_is_switched_on_or_off) {
  const MemoryService off = release("1", 0), on = release("1", 1);
  const std::string plain = off.names("notebooks.tf.json", "databricks_notebook");
  const std::string named = on.names("notebooks.tf.json", "databricks_notebook");
  const std::string from = "databricks_notebook." + plain, to = "databricks_notebook." + named;
  EXPECT_EQ(after(off, "1", 1).moved, from + " -> " + to + "\n");
  EXPECT_EQ(after(on, "1", 0).moved, to + " -> " + from + "\n");
  const Next changed = after(off, "2", 1);
  EXPECT_EQ(changed.moved, from + " -> " + to + "\n");
  EXPECT_TRUE(changed.retained.starts_with(to + " ")) << changed.retained;
  EXPECT_TRUE(changed.retained.ends_with("/notebooks/load.py\n")) << changed.retained;
  EXPECT_EQ(after(on, "2", 0).retained, "");
}

TEST(Retain, says_what_it_cannot_keep) {
  const MemoryService before = release("1", 1);
  const MemoryService now = read_memory(
      {{"tidegate.yaml", "service: shop\nowner: team\nbindings: []\nplacement: {retain: 1, notebooks: /Shared/shop}\n"},
       {"notebooks/load.py", "# Databricks notebook source\n2\n"},
       {"pipeline/p.json", pipeline_text("p", notebook_activity("/x/notebooks/load"))}});
  Service service = *now.service;
  ReleaseBefore known{.file = "before.tar.gz", .terraform = before.terraform};
  for (const Upload& upload : before.mapping.uploads) known.digests[upload.path] = "of " + upload.path;
  Diagnostics findings;
  retain_release(service, known, findings);
  EXPECT_TRUE(service.retained.empty());
  ASSERT_EQ(findings.items().size(), 1U);
  EXPECT_EQ(findings.items()[0].code, "service.nothing-retained");
}

}  // namespace
}  // namespace tidegate::flavours::adf_databricks
