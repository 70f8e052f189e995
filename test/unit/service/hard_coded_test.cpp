// SPDX-License-Identifier: Apache-2.0
#include "service/hard_coded.hpp"

#include <gtest/gtest.h>

#include "memory_factory.hpp"

namespace tidegate::service {
namespace {

std::string findings(const std::string& bindings, const std::string& properties,
                     Severity severity = Severity::warning) {
  Diagnostics diagnostics;
  const ServiceManifest manifest = manifest_of("bindings: " + bindings, diagnostics);
  const adf::Factory factory = memory_factory({{"pipeline/p.json", object_text("p", properties)}});
  const Bindings bound = bind_environment(factory, manifest, diagnostics);
  Diagnostics found;
  check_hard_coded(factory, bound, severity, found);
  return rendered(found);
}

TEST(HardCoded, value_without_binding_is_reported_at_its_place_once_an_object) {
  EXPECT_EQ(findings("[]",
                     "\"a\": \"@concat('https://stdev.blob.core.windows.net/', 'x')\", "
                     "\"b\": [\"STDEV.blob.core.windows.net\"]"),
            "pipeline/p.json:1:53: warning: \"stdev.blob.core.windows.net\" belongs to one "
            "environment and goes "
            "into the artifact as it is [adf.hard-coded-environment]\n"
            "  bind it to a variable: bindings in tidegate.yaml\n");
}

TEST(HardCoded, value_is_as_severe_as_the_caller_says) {
  const std::string property = "\"a\": \"https://stdev.blob.core.windows.net/\"";
  EXPECT_NE(findings("[]", property, Severity::error).find(": error: \"stdev.blob.core.windows.net\""), std::string::npos);
  EXPECT_NE(findings("[]", property, Severity::warning).find(": warning: \"stdev.blob.core.windows.net\""), std::string::npos);
}

TEST(HardCoded, bound_values_are_none) {
  EXPECT_EQ(findings("[{variable: v, literal: stdev.blob.core.windows.net}]",
                     "\"a\": \"https://stdev.blob.core.windows.net/x\""),
            "");
  EXPECT_EQ(findings("[{variable: v, path: \"pipeline/p#/properties/a\"}]",
                     "\"a\": \"https://stdev.blob.core.windows.net/x\""),
            "");
}

TEST(HardCoded, what_stands_beside_a_bound_literal_is_found) {
  const std::string found = findings("[{variable: v, literal: stdev.blob.core.windows.net}]",
                                     "\"a\": \"stdev.blob.core.windows.net kv.vault.azure.net\"");
  EXPECT_NE(found.find("\"kv.vault.azure.net\""), std::string::npos) << found;
  EXPECT_EQ(found.find("\"stdev"), std::string::npos) << found;
}

TEST(HardCoded, names_and_made_up_values_are_none) {
  EXPECT_EQ(findings("[]", "\"a\": \"rg-dev-x\", \"b\": \"https://adb-1.1.azuredatabricks.net\""),
            "");
}

// What stands beside the properties is packed, too, but for what the service writes there by itself.
TEST(HardCoded, members_beside_the_properties_count) {
  const std::string id = R"("/subscriptions/0c5d3b1e-2222-4333-8444-55566677788a/x")";
  Diagnostics found;
  const adf::Factory factory = memory_factory(
      {{"pipeline/p.json", R"({"name": "p", "id": )" + id + R"(, "etag": "e", "note": )" + id + R"(, "properties": {"activities": []}})"}});
  check_hard_coded(factory, {}, Severity::error, found);
  ASSERT_EQ(found.items().size(), 1U) << rendered(found);
  EXPECT_EQ(found.items()[0].where.column, 100U) << rendered(found);
}

TEST(EncryptedCredential, is_an_error_unless_it_is_bound) {
  const std::string property = "\"encryptedCredential\": \"ew0KICAi\"";
  EXPECT_NE(
      findings("[]", property).find(":1:53: error: encryptedCredential works in the one factory"),
      std::string::npos)
      << findings("[]", property);
  EXPECT_NE(
      findings(
          "[{variable: v, sensitive: true, path: \"pipeline/p#/properties/encryptedCredential\"}]",
          property)
          .find(": note: encryptedCredential"),
      std::string::npos);
  EXPECT_EQ(
      findings("[]", "\"encryptedCredential\": \"\", \"x\": {\"encryptedCredential\": \"@x()\"}"),
      "");
}

}  // namespace
}  // namespace tidegate::service
