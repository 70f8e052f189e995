// SPDX-License-Identifier: Apache-2.0
// Environment values of a service: as variables in Terraform, as names in the packed source.
#include <gtest/gtest.h>

#include "memory_service.hpp"

namespace tidegate::flavours::adf_databricks {
namespace {

const std::string manifest =
    "bindings:\n"
    "  - {variable: host, literal: shop.example}\n"
    "  - {variable: lake, literal: stshop}\n"
    "  - {variable: seconds, type: number, path: \"pipeline/p#/properties/policy/wait\"}\n";

// What a string of a pipeline became, in JSON.
std::string bound(const std::string& text) {
  const MemoryService read =
      read_memory({{"tidegate.yaml", manifest},
                   {"pipeline/p.json", pipeline_text("p", "", "\"x\": \"" + text + "\", ")}});
  EXPECT_EQ(read.findings({"service.binding-unused"}), "");
  return read.json("pipelines.tf.json", "/resource/azapi_resource/pipeline_p/body/properties/x");
}

TEST(Binding, of_a_whole_text_is_the_variable) {
  EXPECT_EQ(bound("shop.example"), R"("${var.host}")");
}

TEST(Binding, inside_a_longer_text_keeps_the_rest) {
  EXPECT_EQ(bound("https://shop.example/a"), R"("https://${var.host}/a")");
  EXPECT_EQ(bound("stshop@shop.example stshop"), R"("${var.lake}@${var.host} ${var.lake}")");
  EXPECT_EQ(bound("${a}shop.example%{b}"), R"("$${a}${var.host}%%{b}")");
}

TEST(Binding, after_a_dollar_is_kept_apart) {
  EXPECT_EQ(bound("$shop.example"), R"("${\"$\"}${var.host}")");
  EXPECT_EQ(bound("a$$shop.example$"), R"("a${\"$$\"}${var.host}$")");
}

TEST(Binding, inside_a_quoted_literal_of_an_expression_doubles_quotes) {
  EXPECT_EQ(bound("@concat('https://shop.example/')"),
            R"~("@concat('https://${replace(var.host, \"'\", \"''\")}/')")~");
  EXPECT_EQ(
      bound("@concat('it''s shop.example', 'stshop')"),
      R"~("@concat('it''s ${replace(var.host, \"'\", \"''\")}', '${replace(var.lake, \"'\", \"''\")}')")~");
  EXPECT_EQ(
      bound("https://shop.example/@{concat('stshop')}/stshop"),
      R"~("https://${var.host}/@{concat('${replace(var.lake, \"'\", \"''\")}')}/${var.lake}")~");
  EXPECT_EQ(bound("it's 'shop.example'"), R"("it's '${var.host}'")");
}

TEST(Binding, by_path_keeps_the_type_of_the_leaf) {
  const MemoryService read =
      read_memory({{"tidegate.yaml", manifest},
                   {"pipeline/p.json", pipeline_text("p", "", "\"policy\": {\"wait\": 30}, ")}});
  EXPECT_EQ(read.findings({"service.binding-unused"}), "");
  EXPECT_EQ(read.json("pipelines.tf.json",
                      "/resource/azapi_resource/pipeline_p/body/properties/policy/wait"),
            R"("${var.seconds}")");
  EXPECT_EQ(read.json("variables.tf.json", "/variable/seconds/type"), R"("number")");
  EXPECT_EQ(read.rewrites(), "pipeline/p.json#/properties/policy/wait binding.path\n");
}

TEST(Binding, leaves_names_alone) {
  const MemoryService read =
      read_memory({{"tidegate.yaml", "bindings: [{variable: v, literal: shop}]\n"},
                   {"linkedService/shop.json",
                    object_text("shop", "\"type\": \"X\", \"typeProperties\": {\"a\": \"shop\"}")},
                   {"dataset/d.json", object_text("d", "\"linkedServiceName\": " +
                                                           reference("shop", "LinkedService"))}});
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(read.rewrites(),
            "linkedService/shop.json#/properties/typeProperties/a binding.literal\n");
}

TEST(Source, is_the_committed_text_with_bound_values_masked) {
  const std::string committed =
      "{\r\n\t\"name\": \"p\",\n  \"properties\" : { \"x\":\"https:\\/\\/shop.example/\\u0061\", "
      "\"policy\": {\"wait\":30 , \"n\": 1.0},\n"
      "  \"lastPublishTime\": \"2024-01-01T00:00:00Z\", \"activities\": []}}\n";
  const MemoryService read =
      read_memory({{"tidegate.yaml", manifest}, {"pipeline/p.json", committed}});
  EXPECT_EQ(read.findings({"service.binding-unused"}), "");
  EXPECT_EQ(source_text(*read.service, 0),
            "{\r\n\t\"name\": \"p\",\n  \"properties\" : { \"x\":\"https://host/a\", \"policy\": "
            "{\"wait\":\"seconds\" , \"n\": 1.0},\n"
            "  \"lastPublishTime\": \"2024-01-01T00:00:00Z\", \"activities\": []}}\n");
}

// They name one environment, and are deployed nowhere: id, etag, the ids of an identity.
TEST(Source, leaves_out_what_the_service_writes) {
  const std::string before = "{\"name\": \"p\", \"id\": ", etag = ",\n  \"etag\":", rest = ", \"properties\": {\"activities\": []}}";
  const auto factory = [](const std::string& identity) {
    return "{\"name\": \"fac\", \"location\": \"westeurope\", \"identity\": " + identity + "}";
  };
  const std::string identity = R"({"type": "SystemAssigned", "principalId": "6f1c2a52-1111-4222-8333-9d2b7c1e4f00", "tenantId": "72f988bf-86f1-41af-91ab-2d7cd011db47"})";
  for (const bool own : {false, true}) {
    const MemoryService read = read_memory(
        {{"tidegate.yaml", std::string("service: shop\nowner: team\nbindings: []\n") + (own ? "placement: {factory: own}\n" : "")},
         {"pipeline/p.json", before + R"("/subscriptions/0c5d3b1e-2222-4333-8444-55566677788a/p")" + etag + "\"5\"" + rest},
         {"factory/fac.json", factory(identity)}});
    EXPECT_EQ(read.findings({"terraform.not-deployed"}), "");
    ASSERT_EQ(read.service->factory.objects.size(), 2U);
    EXPECT_EQ(source_text(*read.service, 0), before + "null" + etag + "null" + rest);
    EXPECT_EQ(source_text(*read.service, 1),
              factory(own ? R"({"type": "SystemAssigned", "principalId": null, "tenantId": null})" : "null"));
    EXPECT_EQ(read.rewrites(), std::string(own ? "factory/fac.json#/identity/principalId noise\nfactory/fac.json#/identity/tenantId noise\n"
                                               : "factory/fac.json#/identity noise\n") +
                                   "pipeline/p.json#/id noise\npipeline/p.json#/etag noise\n");
  }
}

TEST(Source, of_a_bound_object_or_list_is_masked_whole) {
  const MemoryService read = read_memory(
      {{"tidegate.yaml",
        "bindings:\n  - {variable: tags, type: list(string), path: "
        "\"pipeline/p#/properties/annotations\"}\n"
        "  - {variable: policy, type: any, path: \"pipeline/p#/properties/policy\"}\n"},
       {"pipeline/p.json",
        pipeline_text(
            "p", "",
            "\"annotations\": [\"}\", \"a\\\"]\"], \"policy\": {\"a\": {\"b\": \"}\"}}, ")}});
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(source_text(*read.service, 0),
            pipeline_text("p", "", "\"annotations\": \"tags\", \"policy\": \"policy\", "));
}

TEST(Derived, values_become_variables_and_never_stand_in_Terraform) {
  const MemoryService read =
      read_memory({{"linkedService/ls_adb.json",
                    object_text("ls_adb",
                                "\"type\": \"AzureDatabricks\", \"typeProperties\": {\"domain\": "
                                "\"https://adb-77.7.azuredatabricks.net\"}")}});
  EXPECT_EQ(read.findings(), "note linkedService/ls_adb.json:1:91 service.binding-derived\n");
  EXPECT_EQ(
      read.json(
          "linked_services.tf.json",
          "/resource/azapi_resource/linked_service_ls_adb/body/properties/typeProperties/domain"),
      R"("${var.linked_service_ls_adb_domain}")");
  for (const auto& file : read.terraform)
    EXPECT_EQ(file.second.find("adb-77"), std::string::npos) << file.first;
  EXPECT_EQ(source_text(*read.service, 0).find("adb-77"), std::string::npos);
  EXPECT_EQ(service::render_derived(read.service->bindings),
            "{\n  \"linked_service_ls_adb_domain\": \"https://adb-77.7.azuredatabricks.net\"\n}\n");
}

TEST(Findings, of_all_modules_come_together_with_their_places) {
  const MemoryService read =
      read_memory({{"adf/pipeline/p.json",
                    pipeline_text("p", "{\"name\": \"a\", \"type\": \"Copy\", \"inputs\": [" +
                                           reference("ghost", "Dataset") + "]}")},
                   {"adf/dataset/d.json", "{\"name\": \"d\",}"},
                   {"notebooks/n.py", "# Databricks notebook source\n# MAGIC %run ./missing\n"},
                   {"libs/broken.jar", "no zip"},
                   {"libs/pom.xml", "<project>"}});
  EXPECT_EQ(read.findings(),
            "error adf/dataset/d.json:1:14 adf.invalid-json\n"
            "error adf/pipeline/p.json:1:104 adf.unresolved-reference\n"
            "error libs/broken.jar spark.invalid-jar\n"
            "error libs/pom.xml:1:9 spark.invalid-pom\n"
            "error notebooks/n.py:2:14 databricks.unresolved-run\n");
}

// Without manifest a look at what is there; with one a release.
TEST(Findings, on_values_of_an_environment_are_errors_in_a_release) {
  const auto findings = [](const std::string& yaml) {
    Files files{{"pipeline/p.json", pipeline_text("p", R"({"name": "w", "type": "WebActivity", "typeProperties": )"
                                                       R"({"method": "GET", "url": "https://stsalesdev.blob.core.windows.net/x"}})")}};
    if (!yaml.empty()) files["tidegate.yaml"] = yaml;
    return read_memory(std::move(files)).findings({"adf.default-timeout"});
  };
  EXPECT_EQ(findings(""), "warning pipeline/p.json:1:134 adf.hard-coded-environment\n");
  EXPECT_EQ(findings("service: shop\nowner: team\n"), "error pipeline/p.json:1:134 adf.hard-coded-environment\n");
  EXPECT_EQ(findings("bindings: [{variable: lake, literal: stsalesdev.blob.core.windows.net}]\n"), "");
}

}  // namespace
}  // namespace tidegate::flavours::adf_databricks
