// SPDX-License-Identifier: Apache-2.0
// Data Factory objects as Terraform: addresses, order, bodies, triggers, contracts.
#include <gtest/gtest.h>

#include "flavours/adf_databricks/own_storage.hpp"
#include "memory_service.hpp"
#include "support/zip.hpp"
#include "system/digest.hpp"

namespace tidegate::flavours::adf_databricks {
namespace {

const std::string wait =
    "{\"name\": \"w\", \"type\": \"Wait\", \"typeProperties\": {\"waitTimeInSeconds\": 1}}";

std::string digest8(std::string_view name) { return system::sha256_hex(name).substr(0, 8); }

TEST(Address, is_kind_and_name) {
  const MemoryService read =
      read_memory({{"pipeline/load.json", pipeline_text("load", wait)},
                   {"pipeline/load-2_B.json", pipeline_text("load-2_B", wait)},
                   {"dataset/d.json",
                    object_text("d", "\"linkedServiceName\": " + reference("l", "LinkedService"))},
                   {"linkedService/l.json", object_text("l", "\"type\": \"AzureBlobFS\"")},
                   {"dataflow/f.json", object_text("f", "\"type\": \"MappingDataFlow\"")}});
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(read.names("pipelines.tf.json", "azapi_resource"), "pipeline_load-2_B pipeline_load");
  EXPECT_EQ(read.names("datasets.tf.json", "azapi_resource"), "dataset_d");
  EXPECT_EQ(read.names("linked_services.tf.json", "azapi_resource"), "linked_service_l");
  EXPECT_EQ(read.names("data_flows.tf.json", "azapi_resource"), "data_flow_f");
  EXPECT_EQ(read.json("pipelines.tf.json", "/resource/azapi_resource/pipeline_load/type"),
            "\"Microsoft.DataFactory/factories/pipelines@2018-06-01\"");
  EXPECT_EQ(read.json("linked_services.tf.json", "/resource/azapi_resource/linked_service_l/type"),
            "\"Microsoft.DataFactory/factories/linkedservices@2018-06-01\"");
  EXPECT_EQ(read.json("data_flows.tf.json", "/resource/azapi_resource/data_flow_f/type"),
            "\"Microsoft.DataFactory/factories/dataflows@2018-06-01\"");
}

TEST(Address, of_a_changed_name_has_a_digest_and_stays_apart) {
  const MemoryService read =
      read_memory({{"pipeline/a.json", pipeline_text("load orders", wait)},
                   {"pipeline/b.json", pipeline_text("load_orders", wait)},
                   {"pipeline/c.json", pipeline_text("load(orders", wait)},
                   {"pipeline/d.json", pipeline_text("\xC3\xA9t\xC3\xA9", wait)}});
  EXPECT_EQ(read.names("pipelines.tf.json", "azapi_resource"),
            "pipeline_load_orders_" + digest8("load orders") +
                " pipeline_load_orders pipeline_load_orders_" + digest8("load(orders") +
                " pipeline_"
                "__t___" +
                digest8("\xC3\xA9t\xC3\xA9"));
  EXPECT_EQ(read.json("pipelines.tf.json", "/resource/azapi_resource/pipeline_load_orders_" +
                                               digest8("load orders") + "/name"),
            "\"load orders\"");
}

TEST(Order, follows_references_and_leaves_out_what_is_external) {
  const std::string copy =
      "{\"name\": \"c\", \"type\": \"Copy\", \"inputs\": [" + reference("D2", "Dataset") +
      "], \"outputs\": [" + reference("d1", "Dataset") + ", " + reference("d1", "Dataset") + ", " +
      reference("ghost", "Dataset") +
      "]}, {\"name\": \"x\", \"type\": \"ExecutePipeline\", \"typeProperties\": {\"pipeline\": " +
      reference("inner", "Pipeline") + "}}";
  const MemoryService read = read_memory(
      {{"tidegate.yaml", "adf: {external: [ghost, vault]}\nbindings: []\n"},
       {"pipeline/outer.json", pipeline_text("outer", copy)},
       {"pipeline/inner.json", pipeline_text("inner", wait)},
       {"dataset/d1.json",
        object_text("d1", "\"linkedServiceName\": " + reference("vault", "LinkedService"))},
       {"dataset/d2.json",
        object_text("d2", "\"linkedServiceName\": " + reference("l", "LinkedService"))},
       {"linkedService/l.json", object_text("l", "\"type\": \"X\", \"connectVia\": " +
                                                     reference("SharedIR", "IntegrationRuntime"))},
       {"trigger/t.json",
        object_text("t",
                    "\"type\": \"BlobEventsTrigger\", \"pipelines\": [{\"pipelineReference\": " +
                        reference("outer", "Pipeline") + "}]")}});
  EXPECT_EQ(read.findings({"adf.case-differs"}),
            "note linkedService/l.json:1:75 adf.unresolved-reference\n");
  EXPECT_EQ(read.json("pipelines.tf.json", "/resource/azapi_resource/pipeline_outer/depends_on"),
            "[\"azapi_resource.pipeline_inner\",\"azapi_resource.dataset_d1\",\"azapi_resource."
            "dataset_d2\"]");
  EXPECT_EQ(read.json("pipelines.tf.json", "/resource/azapi_resource/pipeline_inner/depends_on"),
            "absent");
  EXPECT_EQ(read.json("datasets.tf.json", "/resource/azapi_resource/dataset_d1/depends_on"),
            "absent");
  EXPECT_EQ(read.json("datasets.tf.json", "/resource/azapi_resource/dataset_d2/depends_on"),
            "[\"azapi_resource.linked_service_l\"]");
  EXPECT_EQ(
      read.json("linked_services.tf.json", "/resource/azapi_resource/linked_service_l/depends_on"),
      "absent");
  EXPECT_EQ(read.json("triggers.tf.json", "/resource/azapi_resource/trigger_t/depends_on"),
            "[\"azapi_resource.pipeline_outer\"]");
}

TEST(Order, does_not_name_objects_that_are_not_deployed) {
  const MemoryService read = read_memory(
      {{"linkedService/l.json", object_text("l", "\"type\": \"X\", \"connectVia\": " +
                                                     reference("r", "IntegrationRuntime") +
                                                     ", \"typeProperties\": {\"credential\": " +
                                                     reference("c", "Credential") + "}")},
       {"integrationRuntime/r.json", object_text("r", "\"type\": \"SelfHosted\"")},
       {"credential/c.json", object_text("c", "\"type\": \"ManagedIdentity\"")}});
  EXPECT_EQ(read.findings(), "note credential/c.json:1:10 terraform.not-deployed\n"
                             "note integrationRuntime/r.json:1:10 terraform.not-deployed\n");
  EXPECT_EQ(
      read.json("linked_services.tf.json", "/resource/azapi_resource/linked_service_l/depends_on"),
      "absent");
  EXPECT_EQ(read.terraform.size(), 3U);  // main, variables, linked services
}

TEST(Resource, has_the_attributes_of_a_raw_body) {
  const MemoryService read = read_memory({{"pipeline/p.json", pipeline_text("p", wait)}});
  const document::Node block =
      read.node("pipelines.tf.json", "/resource/azapi_resource/pipeline_p");
  std::string keys;
  for (const document::Node member : block) keys += std::string(member.key()) + " ";
  EXPECT_EQ(keys, "type name parent_id schema_validation_enabled body lifecycle ");
  EXPECT_EQ(block["parent_id"].as_string(), "${var.data_factory_id}");
  EXPECT_EQ(read.json("pipelines.tf.json", "/resource/azapi_resource/pipeline_p/lifecycle"),
            "{\"create_before_destroy\":true}");
  EXPECT_EQ(read.json("pipelines.tf.json",
                      "/resource/azapi_resource/pipeline_p/schema_validation_enabled"),
            "false");
  EXPECT_EQ(read.json("main.tf.json", "/terraform/required_providers"),
            "{\"azapi\":{\"source\":\"Azure/azapi\",\"version\":\">= 2.4, < 3\"}}");
}

// What the properties of a pipeline became, without "activities".
std::string body_of(const std::string& properties) {
  const MemoryService read =
      read_memory({{"pipeline/p.json", object_text("p", properties + ", \"activities\": []")}});
  EXPECT_EQ(read.findings(), "");
  const std::string& text = read.terraform.at("pipelines.tf.json");
  const std::size_t begin = text.find("\"body\": {\"properties\":{") + 23;
  return text.substr(begin, text.find(",\"activities\":[]}", begin) - begin);
}

TEST(Body, keeps_values_order_and_nulls) {
  EXPECT_EQ(
      body_of(
          R"("z": null, "a": [null, {}, []], "t": true, "//": "a comment", "b": {"//": {"c": 1}})"),
      R"("z":null,"a":[null,{},[]],"t":true,"//":"a comment","b":{"//":{"c":1}})");
}

TEST(Body, keeps_the_text_of_numbers) {
  EXPECT_EQ(body_of(R"("n": [0, -1, 1.0, 1.50, 1e3, 9007199254740991, 0.1])"),
            R"("n":[0,-1,1.0,1.50,1e3,9007199254740991,0.1])");
}

TEST(Body, escapes_templates_in_strings_and_keys_only) {
  EXPECT_EQ(body_of(R"("d": "${x} $${y} %{z} 100% $1 {}", "${k}": {"%{k}": 1})"),
            R"("d":"$${x} $$${y} %%{z} 100% $1 {}","$${k}":{"%%{k}":1})");
  EXPECT_EQ(body_of(R"("d": "a\"b\\c\n\t\u00e9\u0001/")"),
            "\"d\":\"a\\\"b\\\\c\\n\\t\xC3\xA9\\u0001/\"");
}

TEST(Body, drops_noise_and_lists_it) {
  const MemoryService read = read_memory(
      {{"pipeline/p.json",
        "{\"name\": \"p\", \"type\": \"Microsoft.DataFactory/factories/pipelines\", \"etag\": "
        "\"1\", \"id\": \"x\", "
        "\"properties\": {\"parameters\": {\"day\": {\"type\": \"string\", \"identity\": \"9\"}}, "
        "\"lastPublishTime\": \"2024-01-01T00:00:00Z\", \"activities\": []}}"},
       {"dataset/d.json",
        object_text("d", "\"parameters\": {\"x\": {\"type\": \"string\", \"identity\": 1}}")},
       {"trigger/t.json",
        object_text("t", "\"type\": \"BlobEventsTrigger\", \"runtimeState\": \"Started\"")}});
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(read.json("pipelines.tf.json", "/resource/azapi_resource/pipeline_p/body"),
            R"({"properties":{"activities":[],"parameters":{"day":{"type":"string"}}}})");
  EXPECT_EQ(read.json("triggers.tf.json", "/resource/azapi_resource/trigger_t/body"),
            R"({"properties":{"type":"BlobEventsTrigger"}})");
  EXPECT_EQ(read.rewrites(),
            "pipeline/p.json#/etag noise\n"
            "pipeline/p.json#/id noise\n"
            "pipeline/p.json#/properties/lastPublishTime noise\n"
            "pipeline/p.json#/properties/parameters/day/identity noise\n"
            "trigger/t.json#/properties/runtimeState noise\n");
}

TEST(Trigger, is_stopped_before_a_change_and_started_after_it) {
  const MemoryService read = read_memory(
      {{"pipeline/p.json", pipeline_text("p", wait)},
       {"trigger/t 1.json",
        object_text("t 1", "\"type\": \"BlobEventsTrigger\", \"runtimeState\": \"Started\"")}});
  const std::string name = "trigger_t_1_" + digest8("t 1");
  const std::string action = "/resource/azapi_resource_action/" + name;
  EXPECT_EQ(read.names("triggers.tf.json", "azapi_resource_action"),
            name + "_stop " + name + "_start");
  EXPECT_EQ(read.json("triggers.tf.json", action + "_stop"),
            "{\"action\":\"stop\",\"count\":\"${var.triggers_started ? 1 : "
            "0}\",\"depends_on\":[\"azapi_resource." +
                name + "\"],\"lifecycle\":{\"replace_triggered_by\":[\"azapi_resource." + name +
                "\"]},\"resource_id\":\"${azapi_resource." + name +
                ".id}\",\"type\":\"Microsoft.DataFactory/factories/"
                "triggers@2018-06-01\",\"when\":\"destroy\"}");
  EXPECT_EQ(read.json("triggers.tf.json", action + "_start"),
            "{\"action\":\"start\",\"count\":\"${var.triggers_started ? 1 : 0}\",\"depends_on\":["
            "\"azapi_resource_action." +
                name + "_stop\"],\"lifecycle\":{\"replace_triggered_by\":[\"azapi_resource." +
                name + "\"]},\"resource_id\":\"${azapi_resource." + name +
                ".id}\",\"type\":\"Microsoft.DataFactory/factories/triggers@2018-06-01\"}");
}

TEST(Trigger, that_the_source_keeps_stopped_gets_no_actions) {
  const auto actions = [](const std::string& state) {
    return read_memory(
               {{"pipeline/p.json", pipeline_text("p", wait)},
                {"trigger/t.json", object_text("t", "\"type\": \"BlobEventsTrigger\"" + state)}})
        .names("triggers.tf.json", "azapi_resource_action");
  };
  EXPECT_EQ(actions(", \"runtimeState\": \"Stopped\""), "");
  EXPECT_EQ(actions(", \"runtimeState\": \"disabled\""), "");
  EXPECT_EQ(actions(", \"runtimeState\": \"Started\""), "trigger_t_stop trigger_t_start");
  EXPECT_EQ(actions(""), "trigger_t_stop trigger_t_start");
}

TEST(Variables, stand_in_one_file_with_their_defaults) {
  const MemoryService read =
      read_memory({{"pipeline/p.json", pipeline_text("p", wait)}, {"n.py", python_notebook}});
  EXPECT_EQ(read.json("variables.tf.json", "/variable/triggers_started/default"), "false");
  EXPECT_EQ(read.json("variables.tf.json", "/variable/triggers_started/type"), "\"bool\"");
  EXPECT_EQ(read.json("variables.tf.json", "/variable/data_factory_id/default"), "absent");
  EXPECT_EQ(read.json("variables.tf.json", "/variable/workspace_root/type"), "\"string\"");
  EXPECT_EQ(read.json("variables.tf.json", "/variable/volume_path"), "absent");
}

TEST(Contract, names_the_resource_behind_the_dataset) {
  const MemoryService read = read_memory({{"tidegate.yaml",
                                           "service: shop\nowner: team\nbindings: []\nproduces:\n"
                                           "  - {dataset: z, format: csv}\n"
                                           "  - {dataset: orders, adf: D, format: delta, mode: "
                                           "append, retention: 400d, schema: contract/o.json, "
                                           "location: {linkedService: l, path: curated/orders}}\n"},
                                          {"pipeline/p.json", pipeline_text("p", wait)},
                                          {"dataset/d.json", object_text("d", "\"type\": \"X\"")}});
  EXPECT_EQ(read.findings(), "");
  ASSERT_EQ(read.mapping.contracts.size(), 2U);
  EXPECT_EQ(read.mapping.contracts[1].dataset, "z");
  const auto parsed = document::parse_json("contract", read.mapping.contracts[0].json);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(
      document::render_canonical_json((*parsed)->root()),
      R"({"addresses":["azapi_resource.dataset_d"],"columns":"o.json","dataset":"orders","format":"delta",)"
      R"("location":{"linkedService":"l","path":"curated/orders"},"mode":"append","owner":"team",)"
      R"("retention":"400d","schema":"tidegate/contract/1","service":"shop","shared":false,"version":""})");
}

TEST(Map, gives_a_service_a_factory_of_its_own) {
  const MemoryService own = read_memory(
      {{"tidegate.yaml",
        "service: shop\nowner: team\nplacement: {factory: own}\nbindings: []\n"
        "produces: [{dataset: o, format: delta, location: {linkedService: l, path: orders/curated}}]\n"},
       {"linkedService/l.json", object_text("l", "\"type\": \"AzureBlobFS\", \"typeProperties\": {}")},
       {"integrationRuntime/ir.json", object_text("ir", "\"type\": \"SelfHosted\"")},
       {"credential/c.json", object_text("c", "\"type\": \"ManagedIdentity\"")},
       {"managedVirtualNetwork/default/managedPrivateEndpoint/pe.json",
        object_text("pe", "\"groupId\": \"dfs\"")},
       {"pipeline/p.json", pipeline_text("p", wait)}});
  EXPECT_EQ(own.findings(), "");
  EXPECT_EQ(own.json("pipelines.tf.json", "/resource/azapi_resource/pipeline_p/parent_id"),
            "\"${azurerm_data_factory.factory.id}\"");
  EXPECT_EQ(own.json("own.tf.json", "/resource/azurerm_data_factory/factory/tags"),
            R"({"domain":"default","owner":"team","service":"shop"})");
  EXPECT_EQ(own.json("own.tf.json", "/resource/azurerm_data_factory/factory/lifecycle"),
            R"({"prevent_destroy":true})");
  EXPECT_EQ(own.json("own.tf.json", "/resource/azurerm_storage_container/container_orders/storage_account_id"),
            "\"${var.l_storage_account_id}\"");
  EXPECT_EQ(own.json("own.tf.json", "/resource/azurerm_role_assignment/container_orders"),
            R"({"count":"${var.access_granted ? 1 : 0}","principal_id":"${azurerm_data_factory.factory.identity[0].principal_id}",)"
            R"("principal_type":"ServicePrincipal","role_definition_name":"Storage Blob Data Contributor",)"
            R"("scope":"${azurerm_storage_container.container_orders.id}"})");
  EXPECT_EQ(own.json("own.tf.json", "/resource/azurerm_storage_container/container_orders/metadata"),
            R"({"domain":"default","owner":"team","service":"shop"})");
  EXPECT_EQ(protected_addresses(*own.service),
            (std::vector<std::string>{"azurerm_data_factory.factory", "azurerm_storage_container.container_orders"}));
  EXPECT_EQ(own.json("variables.tf.json", "/variable/access_granted/default"), "false");
  EXPECT_EQ(own.names("runtimes.tf.json", "azapi_resource"), "integration_runtime_ir");
  EXPECT_EQ(own.names("credentials.tf.json", "azapi_resource"), "credential_c");
  EXPECT_EQ(own.json("private_endpoints.tf.json",
                     "/resource/azapi_resource/endpoint_pe/parent_id"),
            "\"${azurerm_data_factory.factory.id}/managedVirtualNetworks/default\"");
  EXPECT_EQ(own.json("main.tf.json", "/provider/azurerm"), R"({"features":{}})");
  EXPECT_EQ(own.json("variables.tf.json", "/variable/data_factory_id"), "absent");
}

TEST(Variables, of_the_service_and_generated_ones_have_different_names) {
  const MemoryService read = read_memory({{"pipeline/p.json", pipeline_text("p", wait)},
                                          {"terraform/v.tf", "variable \"data_factory_id\" {}\nvariable \"mine\" {}\nvariable \"mine\" {}\n"}});
  EXPECT_EQ(read.findings(), "error terraform/v.tf:1:1 terraform.duplicate-variable\nerror terraform/v.tf:3:1 terraform.duplicate-variable\n");
}

TEST(Access, is_given_to_a_group_on_the_folder_of_the_service) {
  const MemoryService read = read_memory({{"pipeline/p.json", pipeline_text("p", notebook_activity("/x/load"))},
                                          {"trigger/t.json", object_text("t", "\"type\": \"ScheduleTrigger\", \"runtimeState\": \"Started\"")},
                                          {"notebooks/load.py", python_notebook}});
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(read.json("access.tf.json", "/resource/databricks_permissions/folder"),
            R"({"access_control":[{"group_name":"${var.runner_group}","permission_level":"CAN_RUN"}],)"
            R"("count":"${var.runner_group == \"\" ? 0 : 1}","depends_on":["databricks_notebook.notebook_notebooks_load_fea4f73c"],)"
            R"("directory_path":"${var.workspace_root}/shop"})");
  EXPECT_EQ(read.json("access.tf.json", "/resource/databricks_grants"), "absent");
  EXPECT_EQ(read.json("variables.tf.json", "/variable/runner_group/default"), "\"\"");
  EXPECT_EQ(read.json("triggers.tf.json", "/resource/azapi_resource_action/trigger_t_start/depends_on"),
            R"(["azapi_resource_action.trigger_t_stop","databricks_permissions.folder"])");
}

TEST(Access, of_a_service_without_uploads_is_none) {
  const MemoryService read = read_memory({{"pipeline/p.json", pipeline_text("p", wait)}});
  EXPECT_FALSE(read.terraform.contains("access.tf.json"));
  EXPECT_EQ(read.json("variables.tf.json", "/variable/runner_group"), "absent");
}

TEST(Access, to_an_own_volume_is_granted) {
  const MemoryService own = read_memory(
      {{"tidegate.yaml",
        "service: shop\nowner: team\nplacement: {factory: own, volume: {catalog: c, schema: s, name: v}}\nbindings: []\n"},
       {"libs/a.jar", test::make_zip({{"README", "x"}})},
       {"pipeline/p.json", pipeline_text("p", wait)}});
  EXPECT_EQ(own.json("access.tf.json", "/resource/databricks_permissions"), "absent");
  EXPECT_EQ(own.json("access.tf.json", "/resource/databricks_grants"),
            R"({"libraries_schema":{"count":"${var.runner_group == \"\" ? 0 : 1}","grant":[{"principal":"${var.runner_group}",)"
            R"("privileges":["USE_SCHEMA"]}],"schema":"${databricks_schema.libraries.id}"},)"
            R"("libraries_volume":{"count":"${var.runner_group == \"\" ? 0 : 1}","grant":[{"principal":"${var.runner_group}",)"
            R"("privileges":["READ_VOLUME"]}],"volume":"${databricks_volume.libraries.id}"}})");
}

// Tables that a service produces lie in a schema of its own.
TEST(Map, gives_produced_tables_a_schema) {
  const auto own = [](const std::string& paths, const std::string& terraform = "") {
    return read_memory(
        {{"tidegate.yaml", "service: shop\nowner: team\nplacement: {factory: own}\nbindings: []\nproduces:\n" + paths},
         {"linkedService/l.json", object_text("ls-x", "\"type\": \"AzureDatabricksDeltaLake\", \"typeProperties\": {}")},
         {"terraform/a.tf", terraform},
         {"pipeline/p.json", pipeline_text("p", wait)}});
  };
  const std::string two = "  - {dataset: a, format: table, location: {linkedService: ls-x, path: sales/orders}}\n"
                          "  - {dataset: b, format: table, location: {linkedService: ls-x, path: sales.items}}\n"
                          "  - {dataset: c, format: table, location: {linkedService: ls-x, path: main/stock/items}}\n";
  const MemoryService read = own(two);
  EXPECT_EQ(read.findings({"adf.dash-in-name", "adf.name-differs-from-file", "service.many-outputs"}), "");
  EXPECT_EQ(read.json("own.tf.json", "/resource/databricks_schema/schema_sales"),
            R"({"catalog_name":"${var.ls_x_catalog}","comment":"Tables that a service produces: service shop, owner team, domain default",)"
            R"("lifecycle":{"prevent_destroy":true},"name":"sales",)"
            R"("properties":{"domain":"default","owner":"team","service":"shop"}})");
  EXPECT_EQ(read.json("own.tf.json", "/resource/databricks_schema/schema_main_stock/catalog_name"), "\"main\"");
  EXPECT_EQ(read.names("own.tf.json", "databricks_schema"), "schema_sales schema_main_stock");
  EXPECT_EQ(read.names("access.tf.json", "databricks_grants"), "schema_sales schema_main_stock");
  EXPECT_EQ(read.json("access.tf.json", "/resource/databricks_grants/schema_sales/grant/0/privileges"),
            R"(["CREATE_TABLE","MODIFY","SELECT","USE_SCHEMA"])");
  EXPECT_NE(read.json("variables.tf.json", "/variable/ls_x_catalog"), "absent");
  EXPECT_NE(read.terraform.at("main.tf.json").find("databricks/databricks"), std::string::npos);
  const MemoryService declared = own("  - {dataset: a, format: table, location: {linkedService: ls-x, path: sales/orders}}\n",
                                     "resource \"databricks_schema\" \"x\" {\n  name = \"sales\"\n  catalog_name = \"c\"\n}\n");
  EXPECT_EQ(declared.json("own.tf.json", "/resource/databricks_schema"), "absent");
  EXPECT_EQ(protected_addresses(*declared.service),
            (std::vector<std::string>{"azurerm_data_factory.factory", "databricks_schema.x"}));
  const MemoryService shared = own("  - {dataset: a, format: table, shared: true, location: {linkedService: ls-x, path: sales/orders}}\n");
  EXPECT_EQ(shared.json("own.tf.json", "/resource/databricks_schema"), "absent") << "another service writes it, too";
}

// A service with a jar; `manifest` follows its name and owner.
MemoryService with_jar(const std::string& manifest, const std::string& terraform = "") {
  return read_memory({{"tidegate.yaml", "service: shop\nowner: team\nbindings: []\n" + manifest},
                      {"libs/a.jar", test::make_zip({{"README", "x"}})},
                      {"linkedService/l.json", object_text("l", "\"type\": \"AzureDatabricksDeltaLake\", \"typeProperties\": {}")},
                      {"terraform/a.tf", terraform},
                      {"pipeline/p.json", pipeline_text("p", wait)}});
}

const std::string volume = "volume: {catalog: main, schema: sales, name: libs}";

// Naming it is naming one's own; the schema of a shared factory is another's.
TEST(Map, makes_the_volume_that_the_service_names) {
  const MemoryService shared = with_jar("placement: {" + volume + "}\n");
  EXPECT_EQ(shared.findings({"adf.unused-object"}), "");
  EXPECT_EQ(shared.json("own.tf.json", "/resource/databricks_volume/libraries"),
            R"({"catalog_name":"main","comment":"Libraries of a service: service shop, owner team, domain default",)"
            R"("lifecycle":{"prevent_destroy":true},"name":"libs","schema_name":"sales","volume_type":"MANAGED"})");
  EXPECT_EQ(shared.json("own.tf.json", "/resource/databricks_schema"), "absent");
  EXPECT_EQ(shared.names("access.tf.json", "databricks_grants"), "libraries_volume");
  EXPECT_EQ(shared.json("libraries.tf.json", "/resource/databricks_file/" + shared.names("libraries.tf.json", "databricks_file") + "/depends_on"),
            R"(["databricks_volume.libraries"])");
  EXPECT_EQ(protected_addresses(*shared.service), std::vector<std::string>{"databricks_volume.libraries"});
  const MemoryService none = with_jar("");
  EXPECT_FALSE(none.terraform.contains("own.tf.json"));
  EXPECT_NE(none.json("variables.tf.json", "/variable/volume_path"), "absent");
  const MemoryService declared = with_jar("placement: {" + volume + "}\n",
                                          "resource \"databricks_volume\" \"v\" {\n  name = \"libs\"\n  catalog_name = \"main\"\n"
                                          "  schema_name = \"sales\"\n  volume_type = \"MANAGED\"\n}\n");
  EXPECT_FALSE(declared.terraform.contains("own.tf.json"));
  EXPECT_EQ(protected_addresses(*declared.service), std::vector<std::string>{"databricks_volume.v"});
}

// Tables and libraries in one schema: one schema.
TEST(Map, declares_a_schema_once) {
  const MemoryService read = with_jar("placement: {factory: own, " + volume + "}\nproduces:\n"
                                      "  - {dataset: a, format: table, location: {linkedService: l, path: main/sales/orders}}\n"
                                      "  - {dataset: b, format: csv, location: {linkedService: l, path: Volumes/main/sales/files/daily}}\n"
                                      "  - {dataset: c, format: csv, location: {linkedService: l, path: Volumes/main/raw/files/daily}}\n");
  EXPECT_EQ(read.findings({"adf.unused-object", "service.many-outputs"}), "");
  EXPECT_EQ(read.names("own.tf.json", "databricks_schema"), "schema_main_sales schema_main_raw");
  EXPECT_EQ(read.names("own.tf.json", "databricks_volume"), "libraries volume_main_sales_files volume_main_raw_files");
  EXPECT_EQ(read.json("own.tf.json", "/resource/databricks_volume/libraries/schema_name"), "\"${databricks_schema.schema_main_sales.name}\"");
  EXPECT_EQ(read.json("own.tf.json", "/resource/databricks_volume/volume_main_raw_files/schema_name"), "\"${databricks_schema.schema_main_raw.name}\"");
  EXPECT_EQ(read.json("access.tf.json", "/resource/databricks_grants/volume_main_raw_files/grant/0/privileges"), R"(["READ_VOLUME","WRITE_VOLUME"])");
}

// One container name in two accounts is two containers.
TEST(Map, tells_containers_of_two_accounts_apart) {
  const std::string storage = "\"type\": \"AzureBlobFS\", \"typeProperties\": {}";
  const MemoryService read = read_memory(
      {{"tidegate.yaml",
        "placement: {factory: own}\nbindings: []\nproduces:\n"
        "  - {dataset: a, format: csv, location: {linkedService: l, path: orders/a}}\n"
        "  - {dataset: b, format: csv, location: {linkedService: m, path: orders/b}}\n"
        "  - {dataset: c, format: csv, location: {linkedService: m, path: common/c}, shared: true}\n"},
       {"linkedService/l.json", object_text("l", storage)},
       {"linkedService/m.json", object_text("m", storage)},
       {"pipeline/p.json", pipeline_text("p", wait)}});
  EXPECT_EQ(read.findings({"service.many-outputs"}), "");
  EXPECT_EQ(read.names("own.tf.json", "azurerm_storage_container"), "container_orders container_m_orders");
  EXPECT_EQ(read.json("own.tf.json", "/resource/azurerm_storage_container/container_m_orders/storage_account_id"), "\"${var.m_storage_account_id}\"");
}

TEST(Map, leaves_a_container_that_the_service_declares_itself) {
  const MemoryService own = read_memory(
      {{"tidegate.yaml",
        "placement: {factory: own}\nbindings: []\n"
        "produces: [{dataset: o, format: delta, location: {linkedService: l, path: orders/curated}}]\n"},
       {"linkedService/l.json", object_text("l", "\"type\": \"AzureBlobFS\", \"typeProperties\": {}")},
       {"terraform/a.tf",
        "provider \"azurerm\" {\n  features {}\n}\nresource \"azurerm_storage_container\" \"x\" {\n  name = \"orders\"\n"
        "  storage_account_id = \"y\"\n}\n"},
       {"pipeline/p.json", pipeline_text("p", wait)}});
  EXPECT_EQ(own.findings(), "");
  EXPECT_EQ(own.json("own.tf.json", "/resource/azurerm_storage_container"), "absent");
  EXPECT_EQ(own.json("main.tf.json", "/provider"), "absent");
}

TEST(Map, sends_global_parameters_whole_and_says_what_it_cannot_send) {
  const MemoryService own = read_memory(
      {{"tidegate.yaml", "service: shop\nowner: team\nplacement: {factory: own}\nbindings: []\n"},
       {"pipeline/p.json", pipeline_text("p", wait)},
       {"factory/f.json", R"({"name": "f", "properties": {"globalParameters": {
          "list": {"type": "array", "value": [1, "a"]}, "on": {"type": "bool", "value": true},
          "text": {"type": "string", "value": "${x}"}}, "globalConfigurations": {"a": "b"}}})"}});
  EXPECT_EQ(own.json("own.tf.json", "/resource/azurerm_data_factory/factory/global_parameter"),
            R"([{"name":"list","type":"Array","value":"[1,\"a\"]"},{"name":"on","type":"Bool","value":"true"},)"
            R"({"name":"text","type":"String","value":"$${x}"}])");
  EXPECT_NE(own.findings().find("warning factory/f.json:3:57 terraform.azurerm-loss"), std::string::npos) << own.findings();
}

// The values are those of one environment; the check of the configuration against the schemas of
// azurerm 4 and 5 finds nothing.
TEST(Map, own_factory_has_the_tags_identities_key_and_catalogue_of_its_file) {
  const auto read = [](const std::string& root, const std::string& properties) {
    return read_memory(
        {{"tidegate.yaml", "service: shop\nowner: team\nplacement: {factory: own}\nbindings: []\n"},
         {"pipeline/p.json", pipeline_text("p", wait)},
         {"factory/fac.json",
          R"({"name": "fac", )" + root + R"("properties": {)" + properties + "}}"}});
  };
  const std::string at = "/resource/azurerm_data_factory/factory";
  const MemoryService plain = read("", "");
  EXPECT_EQ(plain.findings(), "");
  EXPECT_EQ(plain.json("own.tf.json", at + "/identity"), R"({"type":"SystemAssigned"})");
  EXPECT_EQ(plain.json("own.tf.json", at + "/tags"),
            R"({"domain":"default","owner":"team","service":"shop"})");
  for (const char* name :
       {"customer_managed_key_id", "customer_managed_key_identity_id", "purview_id"})
    EXPECT_EQ(plain.json("own.tf.json", at + "/" + name), "absent");
  for (const char* name : {"identity_ids", "key_id", "key_identity_id", "purview_id"})
    EXPECT_EQ(plain.json("variables.tf.json", std::string("/variable/data_factory_") + name),
              "absent");
  const MemoryService all = read(
      R"("tags": {"cost": "${7}", "Owner": "x"}, "identity": {"type": "UserAssigned", "userAssignedIdentities": {"/x/y": {}}}, )",
      R"("encryption": {"keyName": "k", "vaultBaseUrl": "v", "identity": {"userAssignedIdentity": "u"}}, "purviewConfiguration": {"purviewResourceId": "p"})");
  EXPECT_EQ(all.findings(), "warning factory/fac.json:1:42 terraform.azurerm-loss\n");
  EXPECT_EQ(
      all.json("own.tf.json", at + "/identity"),
      R"({"identity_ids":"${var.data_factory_identity_ids}","type":"SystemAssigned, UserAssigned"})");
  EXPECT_EQ(all.json("own.tf.json", at + "/tags"),
            R"({"cost":"$${7}","domain":"default","owner":"team","service":"shop"})");
  EXPECT_EQ(all.json("own.tf.json", at + "/customer_managed_key_id"),
            "\"${var.data_factory_key_id}\"");
  EXPECT_EQ(all.json("own.tf.json", at + "/customer_managed_key_identity_id"),
            "\"${var.data_factory_key_identity_id}\"");
  EXPECT_EQ(all.json("own.tf.json", at + "/purview_id"), "\"${var.data_factory_purview_id}\"");
  EXPECT_EQ(all.json("variables.tf.json", "/variable/data_factory_identity_ids/type"),
            "\"set(string)\"");
  EXPECT_NE(all.json("variables.tf.json", "/variable/data_factory_purview_id"), "absent");
}

TEST(Map, refuses_what_it_cannot_deploy) {
  const auto exit_of = [](const MemoryService& read, const std::string& code) {
    for (const Diagnostic& item : read.diagnostics.items()) {
      if (item.code == code) return item.exit;
    }
    return ExitCode::success;
  };
  const MemoryService synapse =
      read_memory({{"pipeline/p.json", pipeline_text("p", wait)},
                   {"dataset/d.json", object_text("d", "\"type\": \"X\"")},
                   {"sqlscript/s.json", object_text("s", "\"content\": {}")}});
  EXPECT_EQ(synapse.findings(), "error sqlscript/s.json:1:1 terraform.synapse-object\n");
  EXPECT_EQ(exit_of(synapse, "terraform.synapse-object"), ExitCode::unsupported);
}

TEST(Map, gives_the_same_bytes_for_the_same_files) {
  const Files files{{"pipeline/p.json", pipeline_text("p", notebook_activity("/x/n"))},
                    {"n.py", python_notebook}};
  EXPECT_EQ(read_memory(files).terraform, read_memory(files).terraform);
}

}  // namespace
}  // namespace tidegate::flavours::adf_databricks
