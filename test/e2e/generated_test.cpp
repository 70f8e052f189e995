// SPDX-License-Identifier: Apache-2.0
// What the build generates for the sample services, judged by Terraform with the schemas of the
// real providers: init, validate, plan, apply, an empty second plan, destroy.
#include <gtest/gtest.h>

#include "document/parse.hpp"
#include "document/write.hpp"
#include "e2e/stand_in.hpp"
#include "support/service.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

using test::RootModule;
using test::StandIn;
using Words = std::vector<std::string>;

// Builds the service and unpacks its artifact into `folder`.
void unpack_service(const std::string& name, const std::string& folder) {
  const test::TemporaryFolder place;
  test::make_repository(std::string(TIDEGATE_SOURCE_DIR) + "/fixtures/services/" + name,
                        place.path() + "/s");
  const auto built =
      test::run_program("tidegate", {"build", place.path() + "/s", "-o", place.path() + "/o"});
  ASSERT_EQ(built.exit_code, 0) << built.err;
  ASSERT_TRUE(system::make_folders(folder).ok());
  const auto unpacked = system::run_process(
      {.argv = {"tar", "-xzf", test::find_artifact(place.path() + "/o"), "-C", folder}});
  ASSERT_TRUE(unpacked.ok() && unpacked->exit_code == 0);
}

// Values of the variables: the examples of the manifest.
std::string variables(const std::string& artifact) {
  const auto text = system::read_file(artifact + "/META/manifest.json");
  const auto manifest = document::parse_json("manifest.json", text ? *text : "{}");
  std::string out;
  document::JsonWriter writer(out);
  writer.begin_object();
  for (const document::Node parameter : (*manifest)->root()["parameters"]) {
    if (parameter["example"].exists())
      writer.key(parameter["name"].as_string()).node(parameter["example"]);
  }
  writer.end_object();
  return out;
}

struct Service {
  const char* name;
  std::string protected_resource{};  // TYPE.NAME with prevent_destroy
};

const std::vector<Service>& services() {
  static const std::vector<Service> all{
      {"retail-orders", "azurerm_storage_container.retail_orders"},
      {"orders-reporting", "azurerm_storage_container.orders_reporting"},
      {"bare-factory"}};
  return all;
}

class Generated : public ::testing::TestWithParam<std::size_t> {};

INSTANTIATE_TEST_SUITE_P(Terraform, Generated, ::testing::Values(0U, 1U), [](const auto& tested) {
  return std::string(tested.param == 0 ? "newest" : "oldest");
});

TEST_P(Generated, configuration_of_the_sample_services_lives_from_init_to_destroy) {
  const auto all = test::terraforms();
  if (GetParam() >= all.size())
    GTEST_SKIP() << "TIDEGATE_TERRAFORM or TIDEGATE_TERRAFORM_OLDEST is not set";
  const StandIn stand_in;
  for (const Service& service : services()) {
    SCOPED_TRACE(service.name);
    const RootModule module = stand_in.module(service.name, all[GetParam()], "terraform");
    ASSERT_NO_FATAL_FAILURE(unpack_service(service.name, module.folder()));
    module.write("example.auto.tfvars.json", variables(module.folder()));
    module.expect(0, {"init"});
    module.expect(0, {"validate"});
    module.expect(0, {"plan", "-out=p"});
    for (const std::string& action : module.actions("p"))
      EXPECT_TRUE(action.starts_with("create ")) << action;
    EXPECT_FALSE(module.actions("p").empty());
    module.expect(0, {"apply", "p"});
    module.expect_no_changes();
    if (!service.protected_resource.empty()) {
      const std::size_t dot = service.protected_resource.find('.');
      EXPECT_NE(module.expect(1, {"destroy", "-auto-approve"}).find("prevent_destroy"),
                std::string::npos);
      module.write("unprotected_override.tf",
                   "resource \"" + service.protected_resource.substr(0, dot) + "\" \"" +
                       service.protected_resource.substr(dot + 1) +
                       "\" {\n  lifecycle { prevent_destroy = false }\n}\n");
    }
    module.expect(0, {"destroy", "-auto-approve"});
    EXPECT_EQ(module.expect(0, {"state", "list"}), "");
  }
}

}  // namespace
}  // namespace tidegate
