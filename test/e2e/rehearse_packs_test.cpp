// SPDX-License-Identifier: Apache-2.0
// Providers that the installation has no pack of, and versions that it has not.
#include <gtest/gtest.h>

#include "e2e/rehearsed.hpp"
#include "support/service.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

using test::Rehearsed;
using test::Sample;

// The answer of `terraform providers schema -json` for a provider of one type.
constexpr const char* widgets_schema = R"({"format_version": "1.0", "provider_schemas": {
  "registry.terraform.io/acme/widgets": {
    "provider": {"version": 0, "block": {"attributes": {"token": {"type": "string", "optional": true}}}},
    "resource_schemas": {"widgets_thing": {"version": 0, "block": {"attributes": {
      "id": {"type": "string", "computed": true},
      "length": {"type": "number", "required": true}}}}}}}})";

constexpr const char* widgets_required =
    "terraform {\n  required_providers {\n"
    "    widgets = { source = \"acme/widgets\", version = \"~> 1.0\" }\n  }\n}\n";

constexpr const char* widgets_test = R"(
run "made" {
  command = apply
  assert {
    condition     = widgets_thing.t.length == 3 && widgets_thing.t.id != ""
    error_message = "the thing was not made"
  }
}
)";

void use_widgets(const Sample& sample) {
  sample.write("terraform/own.tf", "resource \"widgets_thing\" \"t\" {\n  length = 3\n}\n");
  sample.write("terraform/own_override.tf", widgets_required);
  sample.write("tests/own.tftest.hcl", widgets_test);
}

class RehearsePacks : public test::WithEachTerraform {
 protected:
  // tidegate sandbox pack, as a user calls it.
  std::string pack(const std::string& version) const {
    const std::string schema = sample.folder() + "/schema.json",
                      file = sample.folder() + "/widgets.pack";
    EXPECT_TRUE(system::write_file(schema, widgets_schema).ok());
    const auto made = test::run_program(
        "tidegate", {"sandbox", "pack", schema, "--version", version, "-o", file}, {});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    return file;
  }
};

INSTANTIATE_TEST_SUITE_P(Terraform, RehearsePacks, ::testing::Values(0U, 1U), test::terraform_name);

TEST_P(RehearsePacks, further_provider_takes_part_with_its_pack) {
  sample.copy("bare-factory");
  use_widgets(sample);
  const std::string artifact = sample.build_again();
  const Rehearsed without = sample.rehearse(artifact);
  EXPECT_EQ(without.exit, 12) << without.out;
  EXPECT_NE(without.out.find("terraform/own_override.tf:3:5"), std::string::npos) << without.out;
  EXPECT_NE(without.out.find("--pack FILE"), std::string::npos) << without.out;

  const std::string file = pack("1.4.0");
  const Rehearsed found = sample.rehearse(artifact, {"--pack", file});
  EXPECT_EQ(found.exit, 0) << found.out << found.err;
  EXPECT_EQ(found.report()["standIns"]["acme/widgets"].as_string(), "1.4.0");
  EXPECT_EQ(found.report()["standIns"]["azure/azapi"].as_string(), "2.12.0");
  EXPECT_EQ(sample.test(artifact, {"--pack", file}).exit, 0);
  sample.build_again(12, {"--test"});
  EXPECT_NE(sample.build_output().find("sandbox.pack-missing"), std::string::npos) << sample.build_output();
  sample.build_again(0, {"--test", "--pack", file});
  EXPECT_NE(sample.build_output().find("tested   "), std::string::npos) << sample.build_output();
  EXPECT_EQ(sample.rehearse(artifact, {"--pack", pack("2.0.0")}).exit, 12);
}

// An override file decides what Terraform would fetch.
TEST_P(RehearsePacks, other_major_version_is_not_stood_in_for) {
  const auto with_azurerm = [&](const std::string& constraint) {
    sample.write("terraform/own.tf",
                 "resource \"azurerm_resource_group\" \"g\" {\n  name     = \"g\"\n"
                 "  location = \"westeurope\"\n}\n");
    sample.write("terraform/own_override.tf",
                 "terraform {\n  required_providers {\n    azurerm = { source = "
                 "\"hashicorp/azurerm\", version = \"" +
                     constraint + "\" }\n  }\n}\n");
    return sample.build_again();
  };
  sample.copy("bare-factory");
  const std::string old = with_azurerm("~> 4.0");
  const Rehearsed alone = sample.rehearse(old);
  EXPECT_EQ(alone.exit, 12) << alone.out;
  EXPECT_NE(alone.out.find("hashicorp/azurerm@4."), std::string::npos) << alone.out;
  EXPECT_NE(alone.out.find("terraform/own_override.tf:3:5"), std::string::npos) << alone.out;
  const Rehearsed upgrade = sample.rehearse(with_azurerm("~> 5.0"), {"--from", old});
  EXPECT_EQ(upgrade.exit, 12) << upgrade.out;
  EXPECT_NE(upgrade.out.find("fits \"~> 4.0\": there is 5.2.0"), std::string::npos) << upgrade.out;
}

}  // namespace
}  // namespace tidegate
