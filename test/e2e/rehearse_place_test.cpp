// SPDX-License-Identifier: Apache-2.0
// Where, beside whom and with whose settings a rehearsal runs, and what happens when its host is
// lost.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "e2e/rehearsed.hpp"
#include "support/service.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::Rehearsed;
using test::Sample;

class RehearsePlace : public test::WithEachTerraform {};

INSTANTIATE_TEST_SUITE_P(Terraform, RehearsePlace, ::testing::Values(0U, 1U), test::terraform_name);

// The host is first asked for the types whose names stand in the files. This one does not.
TEST_P(RehearsePlace, type_that_no_file_names_in_one_piece_is_found_at_the_second_try) {
  sample.copy("bare-factory");
  sample.write("terraform/own.tf.json", "{\"resource\": {\"null\\u005fresource\": {\"n\": {}}}}\n");
  const Rehearsed found = sample.rehearse(sample.build_again());
  EXPECT_EQ(found.exit, 0) << found.out << found.err;
  EXPECT_EQ(found.report()["standIns"]["hashicorp/null"].exists(), true) << found.json;
  EXPECT_TRUE(sample.nothing_is_left());
}

TEST_P(RehearsePlace, lost_host_is_our_fault) {
  const std::string control = sample.folder() + "/control.json";
  ASSERT_TRUE(system::write_file(control, R"({"delay_ms": 600000})").ok());
  const std::string artifact = sample.build("bare-factory");
  const auto child = sample.start(artifact, {"--control", control});
  ASSERT_TRUE(sample.has_host(std::chrono::seconds(60)));
  std::this_thread::sleep_for(std::chrono::seconds(2));
  ASSERT_TRUE(sample.kill_host());
  const auto result = child->wait(std::chrono::seconds(120));
  ASSERT_TRUE(result.has_value()) << "still running";
  EXPECT_EQ(result->exit_code, 70) << result->out << result->err;
  EXPECT_TRUE(sample.nothing_is_left());
}

// Longer than a socket path may be, beside a configuration that would send Terraform elsewhere.
TEST_P(RehearsePlace, long_temporary_path_and_settings_of_the_user_change_nothing) {
  const std::string artifact = sample.build("bare-factory");
  const std::string deep =
      sample.folder() + "/" + std::string(120, 'd') + "/" + std::string(60, 'e');
  fs::create_directories(deep);
  const std::string settings = sample.folder() + "/.terraformrc";
  ASSERT_TRUE(system::write_file(settings,
                                 "provider_installation {\n  dev_overrides {\n"
                                 "    \"azure/azapi\" = \"/nowhere\"\n  }\n}\n")
                  .ok());
  const auto result = test::run_program("tidegate", {"rehearse", artifact},
                                        {{"TIDEGATE_TERRAFORM", test::terraforms()[GetParam()]},
                                         {"TMPDIR", deep},
                                         {"HOME", sample.folder()},
                                         {"TF_CLI_CONFIG_FILE", settings}});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_TRUE(fs::is_empty(deep));
}

TEST_P(RehearsePlace, rehearsals_side_by_side_do_not_meet) {
  const std::string artifact = sample.build("bare-factory");
  constexpr std::size_t runs = 6;
  std::vector<std::unique_ptr<system::Child>> children;
  for (std::size_t i = 0; i < runs; ++i) children.push_back(sample.start(artifact, {}));
  for (const auto& child : children) {
    const auto result = child->wait(std::chrono::seconds(300));
    ASSERT_TRUE(result.has_value()) << "still running";
    EXPECT_EQ(result->exit_code, 0) << result->out << result->err;
  }
  EXPECT_TRUE(sample.nothing_is_left());
}

}  // namespace
}  // namespace tidegate
