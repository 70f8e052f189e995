// SPDX-License-Identifier: Apache-2.0
#include "service/binding.hpp"

#include <gtest/gtest.h>

#include "memory_factory.hpp"

namespace tidegate::service {
namespace {

struct Bound {
  adf::Factory factory{};
  Bindings bindings{};
  std::string findings{};

  // `<object>#<pointer> <variable> <rule>`, or the spans as `variable@begin+size`, one leaf a line.
  std::string leaves() const {
    std::string text;
    for (const BoundLeaf& leaf : bindings.leaves) {
      text += factory.objects[leaf.object].name + "#" + leaf.node.pointer() + " " + leaf.whole;
      for (const BoundSpan& span : leaf.spans) {
        text += span.variable + "@" + std::to_string(span.begin) + "+" + std::to_string(span.size) +
                " ";
      }
      text += (leaf.spans.empty() ? " " : "") + leaf.rule + "\n";
    }
    return text;
  }
};

Bound bound_by(const std::string& bindings, std::map<std::string, std::string> files) {
  Bound out;
  Diagnostics diagnostics;
  const ServiceManifest manifest = manifest_of("bindings:\n" + bindings, diagnostics);
  out.factory = memory_factory(std::move(files));
  out.bindings = bind_environment(out.factory, manifest, diagnostics);
  out.findings = rendered(diagnostics);
  return out;
}

const std::map<std::string, std::string> two_services{
    {"linkedservice/ls_a.json", object_text("ls_a",
                                            "\"type\": \"AzureBlobFS\", \"typeProperties\": "
                                            "{\"url\": \"https://lake.example/\", \"port\": 443}")},
    {"linkedservice/ls_b.json",
     object_text("ls_b", "\"type\": \"X\", \"typeProperties\": {\"url\": \"lake.example\"}")},
    {"dataset/lake.json", object_text("lake.example", "\"x\": \"lake.example and lake.example\"")}};

TEST(Bind, a_literal_wherever_it_occurs) {
  const Bound bound = bound_by("  - {variable: host, literal: lake.example}\n", two_services);
  EXPECT_EQ(bound.findings, "");
  EXPECT_EQ(bound.leaves(),
            "lake.example#/properties/x host@0+12 host@17+12 binding.literal\n"
            "ls_a#/properties/typeProperties/url host@8+12 binding.literal\n"
            "ls_b#/properties/typeProperties/url host binding.literal\n");
  ASSERT_EQ(bound.bindings.variables.size(), 1U);
  EXPECT_EQ(bound.bindings.variables[0].source, "dataset/lake.example#/properties/x");
  EXPECT_TRUE(bound.bindings.derived.empty());
}

TEST(Bind, a_path_to_one_leaf_or_to_that_of_every_object) {
  const Bound one =
      bound_by("  - {variable: v, path: \"LinkedService/LS_B#/properties/typeProperties/url\"}\n",
               two_services);
  EXPECT_EQ(one.findings + one.leaves(), "ls_b#/properties/typeProperties/url v binding.path\n");
  const Bound all =
      bound_by("  - {variable: v, path: \"linkedService/*#/properties/typeProperties/url\"}\n",
               two_services);
  EXPECT_EQ(all.findings + all.leaves(),
            "ls_a#/properties/typeProperties/url v "
            "binding.path\nls_b#/properties/typeProperties/url v binding.path\n");
  const Bound number = bound_by(
      "  - {variable: v, type: number, path: "
      "\"linkedService/ls_a#/properties/typeProperties/port\"}\n",
      two_services);
  EXPECT_EQ(number.findings + number.leaves(),
            "ls_a#/properties/typeProperties/port v binding.path\n");
  EXPECT_EQ(number.bindings.variables[0].type + " " + number.bindings.variables[0].example,
            "number 1");
}

TEST(Bind, says_what_matches_nothing_and_why) {
  EXPECT_EQ(bound_by("  - {variable: v, literal: lake.exemple}\n", two_services).findings,
            "tidegate.yaml:2:5: warning: binding \"v\" matches nothing [service.binding-unused]\n"
            "  its literal occurs in no text of a Data Factory object (names of objects are not "
            "bound); correct or "
            "remove it\n");
  EXPECT_EQ(
      bound_by("  - {variable: v, path: \"linkedService/ls_c#/properties/typeProperties/url\"}\n",
               two_services)
          .findings,
      "tidegate.yaml:2:5: warning: binding \"v\" matches nothing [service.binding-unused]\n"
      "  there is no linkedService/ls_c; did you mean \"ls_a\"?\n");
  EXPECT_EQ(
      bound_by("  - {variable: v, path: \"linkedService/ls_a#/properties/typeProperties/uri\"}\n",
               two_services)
          .findings,
      "tidegate.yaml:2:5: warning: binding \"v\" matches nothing [service.binding-unused]\n"
      "  the object has nothing at /properties/typeProperties/uri\n");
  EXPECT_EQ(
      bound_by("  - {variable: v, path: \"trigger/t#/properties/x\"}\n", two_services).findings,
      "tidegate.yaml:2:5: warning: binding \"v\" matches nothing [service.binding-unused]\n"
      "  there is no trigger/t\n");
}

TEST(Bind, refuses_a_leaf_of_another_type) {
  const Bound bound = bound_by(
      "  - {variable: v, path: \"linkedService/ls_a#/properties/typeProperties/port\"}\n"
      "  - {variable: w, path: \"linkedService/ls_a#/properties/typeProperties\"}\n",
      two_services);
  EXPECT_EQ(
      bound.findings,
      "tidegate.yaml:2:5: error: binding \"v\" has the type string, but "
      "linkedservice/ls_a.json:1:115 is of kind "
      "number [service.manifest-invalid]\n  write type: number\n"
      "tidegate.yaml:3:5: error: binding \"w\" has the type string, but "
      "linkedservice/ls_a.json:1:74 is of kind "
      "object [service.manifest-invalid]\n  write type: any, or bind a leaf inside the object\n");
  EXPECT_EQ(bound.leaves(), "");
}

TEST(Bind, names_both_bindings_of_one_leaf) {
  const std::string path =
      "  - {variable: v, path: \"linkedService/ls_a#/properties/typeProperties/url\"}\n";
  const Bound mixed =
      bound_by("  - {variable: host, literal: lake.example/}\n" + path, two_services);
  EXPECT_EQ(mixed.findings,
            "tidegate.yaml:3:5: error: bindings \"host\" (tidegate.yaml:2:5) and \"v\" both match "
            "linkedservice/ls_a.json:1:82 [service.binding-overlap]\n"
            "  make one literal or path more exact, so that each leaf has one binding\n");
  EXPECT_EQ(mixed.leaves(), "ls_a#/properties/typeProperties/url v binding.path\n");
  const Bound literals = bound_by(
      "  - {variable: short, literal: lake}\n  - {variable: long, literal: lake.example/}\n",
      two_services);
  EXPECT_NE(
      literals.findings.find("bindings \"short\" (tidegate.yaml:2:5) and \"long\" both match"),
      std::string::npos);
  EXPECT_NE(
      literals.leaves().find("ls_a#/properties/typeProperties/url long@8+13 binding.literal\n"),
      std::string::npos)
      << literals.leaves();
  const Bound same = bound_by(path + path, two_services);
  EXPECT_NE(same.findings.find("[service.binding-overlap]"), std::string::npos);
  const Bound above = bound_by(
      "  - {variable: all, type: any, path: \"linkedService/ls_a#/properties/typeProperties\"}\n" +
          path,
      two_services);
  EXPECT_NE(above.findings.find("bindings \"all\" (tidegate.yaml:2:5) and \"v\" both match"),
            std::string::npos);
  EXPECT_EQ(above.leaves(), "ls_a#/properties/typeProperties all binding.path\n");
}

TEST(Bind, literals_beside_each_other_do_not_overlap) {
  const Bound bound = bound_by(
      "  - {variable: a, literal: lake}\n  - {variable: b, literal: .example}\n", two_services);
  EXPECT_EQ(bound.findings, "");
  EXPECT_NE(
      bound.leaves().find("ls_b#/properties/typeProperties/url a@0+4 b@4+8 binding.literal\n"),
      std::string::npos);
}

TEST(Bind, a_variable_of_two_bindings_is_one_variable) {
  const Bound bound = bound_by(
      "  - {variable: v, literal: \"https://lake.example/\"}\n"
      "  - {variable: v, literal: \" and \", sensitive: true, description: text}\n"
      "  - {variable: a, type: number, path: "
      "\"linkedService/ls_a#/properties/typeProperties/port\"}\n",
      two_services);
  EXPECT_EQ(bound.findings, "");
  ASSERT_EQ(bound.bindings.variables.size(), 2U);
  EXPECT_EQ(bound.bindings.variables[0].name, "a");
  EXPECT_EQ(bound.bindings.variables[1].name, "v");
  EXPECT_TRUE(bound.bindings.variables[1].sensitive);
  EXPECT_EQ(bound.bindings.variables[1].description, "text");
}

TEST(Bind, an_empty_list_binds_nothing_and_derives_nothing) {
  Diagnostics diagnostics;
  const ServiceManifest manifest = manifest_of("bindings: []\n", diagnostics);
  const Bindings bindings = bind_environment(memory_factory(two_services), manifest, diagnostics);
  EXPECT_TRUE(bindings.leaves.empty() && bindings.variables.empty() && bindings.derived.empty());
  EXPECT_EQ(rendered(diagnostics), "");
}

std::string service_with(const std::string& type_properties) {
  return object_text("ls-a", "\"type\": \"X\", \"typeProperties\": {" + type_properties + "}");
}

// `variable[*]=value`: * when sensitive; one a line, sorted by name.
std::string derived(std::map<std::string, std::string> files) {
  Diagnostics diagnostics;
  const Bindings bindings =
      bind_environment(memory_factory(std::move(files)), default_manifest("x"), diagnostics);
  std::string text;
  for (std::size_t i = 0; i < bindings.derived.size(); ++i) {
    EXPECT_EQ(bindings.derived[i].variable, bindings.variables[i].name);
    text += bindings.derived[i].variable + (bindings.variables[i].sensitive ? "*" : "") + "=" +
            bindings.derived[i].json + "\n";
  }
  EXPECT_EQ(bindings.leaves.size(), bindings.derived.size());
  EXPECT_EQ(diagnostics.count(Severity::note), bindings.derived.size());
  return text;
}

std::string derived_leaf(const std::string& type_properties) {
  const std::string text = derived({{"linkedservice/a.json", service_with(type_properties)}});
  return text.substr(0, text.find('\n'));
}

TEST(Derive, a_variable_for_each_known_property) {
  for (const char* property : {"url", "baseUrl", "host", "server", "domain", "serviceEndpoint",
                               "functionAppUrl", "servicePrincipalId", "tenant",
                               "existingClusterId", "instancePoolId", "workspaceResourceId"}) {
    EXPECT_EQ(derived_leaf("\"" + std::string(property) + "\": \"v\""),
              "linked_service_ls_a_" + std::string(property) + "=\"v\"");
  }
  for (const char* property : {"connectionString", "encryptedCredential"}) {
    EXPECT_EQ(derived_leaf("\"" + std::string(property) + "\": \"v\""),
              "linked_service_ls_a_" + std::string(property) + "*=\"v\"");
  }
  EXPECT_EQ(derived_leaf("\"BaseURL\": \"v\""), "linked_service_ls_a_baseUrl=\"v\"");
  EXPECT_EQ(derived_leaf("\"userName\": \"v\""), "");
}

TEST(Derive, values_of_other_objects) {
  EXPECT_EQ(derived({{"trigger/t.json",
                      object_text("t", "\"typeProperties\": {\"scope\": \"/subscriptions/x\"}")}}),
            "trigger_t_scope=\"/subscriptions/x\"\n");
  EXPECT_EQ(derived({{"credential/c.json",
                      object_text(
                          "c", "\"typeProperties\": {\"tenant\": \"x\", \"resourceId\": \"y\"}")}}),
            "credential_c_resourceId=\"y\"\ncredential_c_tenant=\"x\"\n");
  EXPECT_EQ(derived({{"managedprivateendpoint/e.json",
                      object_text("e", "\"privateLinkResourceId\": \"/x\"")}}),
            "endpoint_e_privateLinkResourceId=\"/x\"\n");
  EXPECT_EQ(derived({{"pipeline/p.json", object_text("p",
                                                     "\"activities\": [{\"name\": \"j\", \"type\": "
                                                     "\"DatabricksJob\", \"typeProperties\": "
                                                     "{\"jobId\": \"77\"}}, {\"type\": \"Other\", "
                                                     "\"typeProperties\": {\"jobId\": \"8\"}}]")}}),
            "pipeline_p_jobId=\"77\"\n");
}

TEST(Derive, only_what_is_a_value_of_an_environment) {
  EXPECT_EQ(derived_leaf("\"url\": \"\""), "");
  EXPECT_EQ(derived_leaf("\"url\": \"****\""), "");
  EXPECT_EQ(derived_leaf("\"url\": null"), "");
  EXPECT_EQ(derived_leaf("\"url\": \"@{linkedService().url}\""), "");
  EXPECT_EQ(derived_leaf("\"url\": \"https://@{linkedService().name}.dfs.core.windows.net\""), "");
  EXPECT_EQ(
      derived_leaf("\"url\": \"https://stshop.dfs.core.windows.net/@{linkedService().path}\""),
      "linked_service_ls_a_url=\"https://stshop.dfs.core.windows.net/@{linkedService().path}\"");
  EXPECT_EQ(
      derived_leaf("\"connectionString\": \"Server=sql.corp;Database=@{linkedService().db}\""),
      "linked_service_ls_a_connectionString*=\"Server=sql.corp;Database=@{linkedService().db}\"");
  EXPECT_EQ(derived_leaf("\"connectionString\": \"Server=@{linkedService().s};Database=x\""), "");
  EXPECT_EQ(derived_leaf(
                "\"connectionString\": {\"type\": \"AzureKeyVaultSecret\", \"secretName\": \"x\"}"),
            "");
  EXPECT_EQ(derived_leaf("\"url\": {\"type\": \"SecureString\", \"value\": \"https://x\"}"),
            "linked_service_ls_a_url*=\"https://x\"");
  EXPECT_EQ(
      derived_leaf("\"url\": {\"type\": \"Expression\", \"value\": \"@linkedService().url\"}"), "");
}

TEST(Derive, one_variable_a_leaf_with_a_name_of_its_own) {
  const std::string text = derived(
      {{"linkedservice/a.json", object_text("ls-a", "\"typeProperties\": {\"url\": \"same\"}")},
       {"linkedservice/b.json", object_text("ls.a", "\"typeProperties\": {\"url\": \"same\"}")},
       {"linkedservice/c.json", object_text("c", "\"typeProperties\": {\"url\": \"same\"}")}});
  EXPECT_TRUE(text.starts_with("linked_service_c_url=\"same\"\nlinked_service_ls_a_url_")) << text;
  const std::size_t first = text.find("ls_a_url_");
  const std::size_t second = text.find("ls_a_url_", first + 1);
  ASSERT_NE(second, std::string::npos) << text;
  EXPECT_NE(text.substr(first, 17), text.substr(second, 17));
}

TEST(Derive, says_so_at_the_value) {
  Diagnostics diagnostics;
  bind_environment(
      memory_factory({{"linkedservice/a.json", service_with("\"url\": \"https://x\"")}}),
      default_manifest("x"), diagnostics);
  EXPECT_EQ(rendered(diagnostics),
            "linkedservice/a.json:1:72: note: url is a value of the environment; variable "
            "\"linked_service_ls_a_url\" stands "
            "for it [service.binding-derived]\n"
            "  its value goes to derived.tfvars.json; write bindings in tidegate.yaml to choose "
            "names yourself\n");
}

TEST(Derive, values_are_rendered_as_tfvars) {
  EXPECT_EQ(render_derived({}), "{}\n");
  EXPECT_EQ(render_derived({.derived = {{"a", "\"x\""}, {"b", "7"}}}),
            "{\n  \"a\": \"x\",\n  \"b\": 7\n}\n");
}

}  // namespace
}  // namespace tidegate::service
