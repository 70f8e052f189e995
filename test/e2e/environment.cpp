// SPDX-License-Identifier: Apache-2.0
// Tests of the programs see the same on a build server as at a desk: what names the server or its run
// (docs/formats/provenance.md), or who publishes, is taken out of the environment before the first test. A test that needs
// such a variable gives it to the program that it runs.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

namespace tidegate {
namespace {

constexpr std::array names{"AWS_SESSION_TOKEN",   "AZURE_STORAGE_KEY",    "AZURE_STORAGE_SAS_TOKEN", "TIDEGATE_AZURE_TOKEN",
                           "BUILD_BUILDID",       "BUILD_REPOSITORY_URI", "BUILD_SOURCEVERSION", "BUILD_TAG",
                           "CI",                  "GITHUB_ACTIONS",       "GITHUB_REPOSITORY",   "GITHUB_RUN_ATTEMPT",
                           "GITHUB_RUN_ID",       "GITHUB_SHA",           "GIT_COMMIT",          "GIT_URL",
                           "RUNNER_ENVIRONMENT"};

class AwayFromBuildServers : public testing::Environment {
 public:
  void SetUp() override {
    for (const char* name : names) ::unsetenv(name);
  }
};

[[maybe_unused]] const testing::Environment* const away = testing::AddGlobalTestEnvironment(new AwayFromBuildServers);

}  // namespace
}  // namespace tidegate
