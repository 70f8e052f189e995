// SPDX-License-Identifier: Apache-2.0
// contract/environment.json, standard variables, examples and types.
#include <gtest/gtest.h>

#include "memory_factory.hpp"
#include "service/binding.hpp"
#include "service/environment_scan.hpp"
#include "service/example.hpp"
#include "service/standard_variables.hpp"
#include "service/type_constraint.hpp"

namespace tidegate::service {
namespace {

TEST(EnvironmentContract, lists_what_an_environment_supplies) {
  const adf::Factory factory = memory_factory(
      {{"linkedservice/l.json",
        object_text(
            "l",
            "\"connectVia\": {\"referenceName\": \"SharedIR\", \"type\": "
            "\"IntegrationRuntimeReference\"}, "
            "\"a\": {\"referenceName\": \"AutoResolveIntegrationRuntime\", \"type\": "
            "\"IntegrationRuntimeReference\"}, "
            "\"credential\": {\"referenceName\": \"mi\", \"type\": \"CredentialReference\"}")},
       {"integrationruntime/s.json", object_text("SharedIR", "\"type\": \"SelfHosted\"")},
       {"dataset/d.json",
        object_text(
            "d",
            "\"l\": {\"referenceName\": \"LS_vault\", \"type\": \"LinkedServiceReference\"}, "
            "\"m\": {\"referenceName\": \"ls_vault\", \"type\": \"LinkedServiceReference\"}, "
            "\"n\": {\"referenceName\": \"l\", \"type\": \"LinkedServiceReference\"}, "
            "\"o\": {\"referenceName\": \"nowhere\", \"type\": \"LinkedServiceReference\"}")},
       {"pipeline/p.json",
        object_text("p",
                    "\"x\": \"@pipeline().globalParameters.region\", \"y\": "
                    "\"@pipeline().globalParameters['Limit']\", \"z\": \"globalParameters.no\"")},
       {"factory/f.json",
        "{\"name\": \"f\", \"properties\": {\"globalParameters\": {\"limit\": {\"type\": \"Int\", "
        "\"value\": 1}}}}"}},
      {"ls_vault"});
  Bindings bindings;
  bindings.variables = {
      {.name = "flag", .type = "bool", .required = false, .example = "false"},
      {.name = "url", .sensitive = true, .description = "d", .example = "e", .source = "s"}};
  EXPECT_EQ(
      render_environment("shop", bindings, factory,
                         {.runtimes = {"15.4.x-scala2.12", "13.3.x-scala2.12", "15.4.x-scala2.12"},
                          .secret_scopes = {"b", "a"},
                          .mounts = {"dbfs:/", "/mnt/raw", "/mnt/raw"}}),
      R"({
  "schema": "tidegate/environment/1",
  "service": "shop",
  "variables": [
    {
      "name": "flag",
      "type": "bool",
      "required": false,
      "sensitive": false,
      "example": false
    },
    {
      "name": "url",
      "type": "string",
      "required": true,
      "sensitive": true,
      "description": "d",
      "example": "e",
      "source": "s"
    }
  ],
  "factory": {
    "linkedServices": [
      "LS_vault"
    ],
    "integrationRuntimes": [
      "SharedIR"
    ],
    "credentials": [
      "mi"
    ],
    "globalParameters": {
      "Limit": "int",
      "region": "string"
    }
  },
  "databricks": {
    "runtimes": [
      "13.3.x-scala2.12",
      "15.4.x-scala2.12"
    ],
    "secretScopes": [
      "a",
      "b"
    ],
    "mounts": [
      "/mnt/raw",
      "dbfs:/"
    ],
    "allowlist": false
  }
}
)");
}

TEST(EnvironmentContract, asks_for_the_allowlist_when_libraries_lie_in_a_volume) {
  const auto asks = [](bool in_a_volume) {
    return render_environment("s", {}, {}, {.allowlist = in_a_volume}).find("\"allowlist\": true") != std::string::npos;
  };
  EXPECT_FALSE(asks(false));
  EXPECT_TRUE(asks(true));
}

std::string standard(const std::string& placement, const Uploads& uploads) {
  Diagnostics diagnostics;
  const ServiceManifest manifest =
      manifest_of(placement.empty() ? "" : "placement: {" + placement + "}\n", diagnostics);
  std::string names;
  for (const EnvironmentVariable& variable : standard_variables(manifest, uploads)) {
    names += (names.empty() ? "" : " ") + variable.name;
    EXPECT_TRUE(is_standard_variable(variable.name));
    EXPECT_FALSE(holds_environment_value(variable.example)) << variable.example;
  }
  return names;
}

TEST(StandardVariables, are_those_that_the_placement_leaves_open) {
  const std::string always = "data_factory_id triggers_started";
  const std::string volume = "volume: {catalog: a, schema: b, name: c}";
  EXPECT_EQ(standard("", {}), always);
  EXPECT_EQ(standard("", {.notebooks = true}), always + " workspace_root");
  EXPECT_EQ(standard("", {.files = true}), always + " workspace_root");
  EXPECT_EQ(standard("", {.jars = true}), always + " volume_path");
  EXPECT_EQ(standard("", {.notebooks = true, .jars = true}),
            always + " volume_path workspace_root");
  EXPECT_EQ(standard("jars: workspace", {.jars = true}), always + " workspace_root");
  EXPECT_EQ(standard(volume, {.jars = true}), always);
  EXPECT_EQ(
      standard(volume + ", notebooks: /Shared", {.notebooks = true, .files = true, .jars = true}),
      always);
  EXPECT_FALSE(is_standard_variable("lake_url"));
}

TEST(StandardVariables, are_added_in_order_and_leave_others_alone) {
  Bindings bindings;
  bindings.variables = {
      {.name = "a"}, {.name = "triggers_started", .description = "mine"}, {.name = "z"}};
  add_standard_variables(bindings, default_manifest("x"), {.notebooks = true});
  std::string names;
  for (const EnvironmentVariable& variable : bindings.variables) names += variable.name + " ";
  EXPECT_EQ(names, "a data_factory_id triggers_started workspace_root z ");
  EXPECT_EQ(bindings.variables[2].description, "mine");
}

TEST(Example, has_the_shape_of_the_value_and_is_of_no_environment) {
  const auto example = [](const char* property, const char* value) {
    return make_example("string", property, value);
  };
  EXPECT_EQ(example("domain", "https://adb-77.7.azuredatabricks.net"),
            "https://adb-1.1.azuredatabricks.net");
  EXPECT_EQ(example("domain", "adb-77.7.azuredatabricks.net"), "adb-1.1.azuredatabricks.net");
  EXPECT_EQ(example("url", "https://stshop.dfs.core.windows.net"), "https://environment.example");
  EXPECT_EQ(example("url", "abfss://x@stshop.dfs.core.windows.net/"),
            "abfss://environment.example/");
  EXPECT_EQ(example("connectionString", "Server=x"), "Server=environment.example;Database=example");
  EXPECT_EQ(example("encryptedCredential", "ew0K"), "example");
  EXPECT_EQ(example("tenant", "11111111-2222-3333-4444-555555555555"),
            "00000000-0000-0000-0000-000000000000");
  EXPECT_EQ(example("scope",
                    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-dev/"
                    "providers/Microsoft.Storage/"
                    "storageAccounts/stdev"),
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/example/providers/"
            "Microsoft.Storage/"
            "storageAccounts/example");
  EXPECT_EQ(example("existingClusterId", "0923-164208-meows279"), "0000-000000-example0");
  EXPECT_EQ(example("instancePoolId", "x"), "0000-000000-example0-pool-example0");
  EXPECT_EQ(example("server", "sql"), "environment.example");
  EXPECT_EQ(example("jobId", "77"), "1");
  EXPECT_EQ(example("x", "word"), "example");
  EXPECT_EQ(make_example("number", "port", "443"), "1");
  EXPECT_EQ(make_example("list(string)", "x", ""), "[]");
}

TEST(TypeConstraint, is_known_or_not) {
  for (const char* type : {"string", "number", "bool", "any", "list(string)", "set(number)",
                           "map(list(any))", "tuple([string, bool])", "tuple([])", "object({})",
                           "object({a = string, b = optional(number)})",
                           "object({a=string\n b=bool})", " string ", "list( string )"}) {
    EXPECT_TRUE(is_type_constraint(type)) << type;
  }
  for (const char* type :
       {"", "String", "list", "list()", "list(string", "string)", "list(string, bool)",
        "optional(string)", "object({a})", "object({a = x})", "tuple(string)", "string bool",
        "object({1a = string})"}) {
    EXPECT_FALSE(is_type_constraint(type)) << type;
  }
  std::string deep = "string";
  for (int i = 0; i < 1000; ++i) deep = "list(" + deep + ")";
  EXPECT_FALSE(is_type_constraint(deep));
}

TEST(TypeConstraint, holds_values_of_its_kind_only) {
  const auto holds = [](const char* type, const char* json) {
    const auto parsed = document::parse_json("x", json);
    return parsed.ok() && type_holds(type, (*parsed)->root());
  };
  EXPECT_TRUE(holds("string", "\"22\"") && holds("number", "22") && holds("bool", "true") &&
              holds("any", "null"));
  EXPECT_FALSE(holds("string", "22") || holds("number", "\"22\"") || holds("bool", "1") ||
               holds("string", "null"));
  EXPECT_TRUE(holds("list(string)", "[\"a\"]") && holds("list(string)", "[]") &&
              holds("map(number)", "{\"a\": 1}"));
  EXPECT_FALSE(holds("list(string)", "[1]") || holds("map(number)", "[1]") ||
               holds("set(string)", "{}"));
  EXPECT_TRUE(holds("tuple([string, number])", "[\"a\", 1]"));
  EXPECT_FALSE(holds("tuple([string, number])", "[\"a\"]") ||
               holds("tuple([string])", "[\"a\", 1]"));
  EXPECT_TRUE(holds("object({a = string, b = optional(number)})", "{\"a\": \"x\"}"));
  EXPECT_FALSE(holds("object({a = string})", "{}") ||
               holds("object({a = string})", "{\"a\": \"x\", \"b\": 1}") ||
               holds("object({a = optional(number)})", "{\"a\": \"x\"}") || holds("nonsense", "1"));
}

TEST(TypeConstraint, of_a_value_and_an_example_of_it) {
  for (const auto& row : std::vector<std::pair<const char*, const char*>>{{"\"x\"", "string"},
                                                                          {"1", "number"},
                                                                          {"true", "bool"},
                                                                          {"null", "any"},
                                                                          {"[1]", "any"},
                                                                          {"{}", "any"}}) {
    const auto parsed = document::parse_json("x", row.first);
    EXPECT_EQ(type_of((*parsed)->root()), row.second);
  }
  for (const char* type : {"string", "number", "bool", "any", "list(string)", "map(string)",
                           "tuple([string, bool])", "object({a = string, b = optional(number)})"}) {
    const auto parsed = document::parse_json("x", example_of_type(type));
    ASSERT_TRUE(parsed.ok()) << example_of_type(type);
    EXPECT_TRUE(type_holds(type, (*parsed)->root())) << type;
  }
  EXPECT_EQ(example_of_type("object({a = string, b = optional(number)})"),
            R"({"a":"example","b":1})");
}

}  // namespace
}  // namespace tidegate::service
