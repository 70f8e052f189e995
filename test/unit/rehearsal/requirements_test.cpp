// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/requirements.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "rehearsal/inputs.hpp"
#include "rehearsal/workspace.hpp"

namespace tidegate::rehearsal {
namespace {

Requirements read(std::map<std::string, std::string> files) {
  const system::MemoryTree tree(std::move(files));
  auto found = read_requirements(tree, "terraform");
  EXPECT_TRUE(found.ok());
  return found ? *found : Requirements{};
}

std::string shown(const Requirements& requirements) {
  std::string out;
  for (const ProviderNeed& need : requirements.providers) {
    out += need.address + (need.constraint.empty() ? "" : " " + need.constraint) + "; ";
  }
  return out;
}

TEST(Requirements, name_every_provider_of_both_syntaxes) {
  const Requirements found = read({
      {"terraform/main.tf.json",
       R"({"terraform": {"required_providers": {"azapi": {"source": "Azure/azapi", "version": ">= 2.4, < 3"}}},
           "resource": {"azapi_resource": {"p": {}}, "databricks_notebook": {"n": [{"path": "/n"}]}}})"},
      {"terraform/own.tf", R"(
terraform {
  required_providers {
    # source = "not/this"
    acme = { source = "registry.terraform.io/acme/widgets", version = "~> 1.2" }
  }
}
provider "azurerm" { features {} }
resource "random_pet" "r" {}
data "acme_thing" "t" {}
resource "null_resource" "n" {
  provider = time.fast
  provisioner "local-exec" { command = "true" }
}
resource "terraform_data" "builtin" {}
)"},
      {"terraform/tests/own.tftest.hcl",
       "mock_provider \"external\" {}\nrun \"a\" { command = plan }\n"},
      {"files/jars/x.tf", "resource \"aws_s3_bucket\" \"not_configuration\" {}"},
  });
  EXPECT_EQ(shown(found),
            "acme/widgets ~> 1.2; azure/azapi >= 2.4, < 3; hashicorp/azurerm; "
            "hashicorp/databricks; hashicorp/external; hashicorp/random; hashicorp/time; ");
  EXPECT_EQ(found.providers[0].spelled, "registry.terraform.io/acme/widgets");
  EXPECT_EQ(to_string(found.providers[2].where), "terraform/own.tf:8:1");
  ASSERT_EQ(found.provisioners.size(), 1U);
  EXPECT_EQ(found.provisioners[0].kind + " " + found.provisioners[0].address,
            "local-exec null_resource.n");
  for (const char* word : {"azapi_resource", "databricks_notebook", "random_pet", "acme_thing"}) {
    EXPECT_TRUE(found.words.contains(word)) << word;
  }
  EXPECT_FALSE(found.words.contains("aws_s3_bucket"));
}

TEST(Requirements, follow_local_modules_and_refuse_others) {
  const Requirements found = read({
      {"terraform/main.tf",
       "module \"a\" { source = \"./modules/a\" }\nmodule \"b\" { source = "
       "\"Azure/naming/azurerm\" }\n"
       "module \"c\" { source = \"../../outside\" }\n"},
      {"terraform/modules/a/main.tf",
       "resource \"random_id\" \"x\" {\n  lifecycle { prevent_destroy = true }\n}\n"
       "module \"again\" { source = \"../a\" }\n"},
  });
  EXPECT_EQ(shown(found), "hashicorp/random; ");
  ASSERT_EQ(found.refused.size(), 2U);
  EXPECT_EQ(found.refused[0].code, "rehearsal.remote-module");
  EXPECT_EQ(found.refused[0].exit, ExitCode::unsupported);
  EXPECT_NE(found.refused[0].message.find("Azure/naming/azurerm"), std::string::npos);
  EXPECT_NE(found.refused[1].message.find("../../outside"), std::string::npos);
  ASSERT_EQ(found.guarded.size(), 1U);
  EXPECT_EQ(found.guarded[0].folder, "terraform/modules/a");
}

TEST(Requirements, know_what_prevent_destroy_guards) {
  const Requirements found = read({
      {"terraform/a.tf",
       "resource \"t_a\" \"on\" {\n  lifecycle { prevent_destroy = true }\n}\n"
       "resource \"t_a\" \"off\" {\n  lifecycle { prevent_destroy = false }\n}\n"},
      {"terraform/b.tf.json",
       R"({"resource": {"t_b": {"on": {"lifecycle": {"prevent_destroy": true}},
                                "list": {"lifecycle": [{"prevent_destroy": "${var.x}"}]},
                                "off": {"lifecycle": {"create_before_destroy": true}}}}})"},
  });
  const auto files = unguarded_overrides(found.guarded);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].path, "terraform/tidegate_unguarded_override.tf.json");
  EXPECT_NE(files[0].text.find("\"t_a\""), std::string::npos);
  EXPECT_NE(files[0].text.find("\"list\""), std::string::npos);
  EXPECT_EQ(files[0].text.find("\"off\""), std::string::npos);
  EXPECT_EQ(files[0].text.find("true"), std::string::npos);
}

TEST(Requirements, entry_of_an_override_file_replaces_the_one_before_whole) {
  const Requirements found = read({
      {"terraform/a_override.tf",
       "terraform {\n  required_providers {\n    azapi   = { version = \"~> 1.0\" }\n"
       "    azurerm = { source = \"hashicorp/azurerm\", version = \"~> 4.0\" }\n  }\n}\n"},
      {"terraform/main.tf.json", R"({"terraform": {"required_providers": {
           "azapi": {"source": "Azure/azapi", "version": ">= 2.4, < 3"},
           "azurerm": {"source": "hashicorp/azurerm", "version": ">= 4.9, < 6"}}}})"},
  });
  EXPECT_EQ(shown(found), "hashicorp/azapi ~> 1.0; hashicorp/azurerm ~> 4.0; ");
  EXPECT_EQ(to_string(found.providers[1].where), "terraform/a_override.tf:4:5");
}

TEST(Requirements, version_of_a_pack_is_one_that_is_admitted) {
  const Requirements found = read(
      {{"terraform/a.tf", "terraform {\n  required_providers {\n    x = { version = \">= 4.9, < 6\" }\n  }\n}\n"}});
  for (const char* good : {"4.9.0", "4.1.0", "5.2.0"}) EXPECT_TRUE(check_versions(found, {{"hashicorp/x", good}}).ok()) << good;
  for (const char* bad : {"3.9.0", "6.0.0"}) {
    const Status fit = check_versions(found, {{"hashicorp/x", bad}});
    ASSERT_FALSE(fit.ok()) << bad;
    EXPECT_EQ(fit.failure().code, "sandbox.pack-missing");
    EXPECT_EQ(to_string(fit.failure().where), "terraform/a.tf:3:5");
  }
}

TEST(Requirements, missing_pack_is_said_where_the_provider_is_required) {
  const Requirements found = read({{"terraform/a.tf", "resource \"x_y\" \"n\" {}\nresource \"xy_z\" \"n\" {}\n"}});
  const Diagnostic said{.message = "ended with exit 12: hashicorp/xy@1.0: error: no pack; there are: hashicorp/x@2.0.0", .exit = ExitCode::unsupported};
  EXPECT_EQ(to_string(with_place(said, found).where), "terraform/a.tf:2:1");
  EXPECT_NE(with_place(said, found).hint.find("--pack FILE"), std::string::npos);
  Diagnostic other = said;
  other.message = "ended with exit 12: something else";
  EXPECT_EQ(to_string(with_place(other, found).where), to_string(other.where));
}

TEST(Requirements, leave_broken_files_to_terraform) {
  EXPECT_EQ(shown(read({{"terraform/a.tf", "resource \"x"}, {"terraform/b.tf.json", "{"}})), "");
}

TEST(Requirements, of_two_versions_are_one_list) {
  const Requirements both =
      merged(read({{"terraform/a.tf", "resource \"b_x\" \"n\" {}"}}),
             read({{"terraform/a.tf", "resource \"a_x\" \"n\" {}\nresource \"b_x\" \"n\" {}"}}));
  EXPECT_EQ(shown(both), "hashicorp/a; hashicorp/b; ");
}

TEST(Values, are_the_examples_of_what_has_no_default) {
  artifact::Manifest manifest;
  manifest.parameters = {{.name = "name", .type = "string", .example = "a \"b\" ${c}"},
                         {.name = "list", .type = "list(string)", .example = "[\"x\"]"},
                         {.name = "on", .type = "bool", .required = false, .example = "false"},
                         {.name = "digits", .type = "string", .example = "17"}};
  EXPECT_EQ(render_values(manifest),
            "{\n  \"name\": \"a \\\"b\\\" ${c}\",\n  \"list\": [\n    \"x\"\n  ],\n  \"digits\": "
            "\"17\"\n}\n");
}

}  // namespace
}  // namespace tidegate::rehearsal
