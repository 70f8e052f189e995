// SPDX-License-Identifier: Apache-2.0
// Real repositories: each Data Factory of the shared corpus that builds also rehearses to the end.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/text.hpp"
#include "e2e/rehearsed.hpp"
#include "support/service.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;

// The repositories, and in each the folders that hold a folder of pipelines.
std::set<std::string> services(const std::string& corpus) {
  std::set<std::string> found;
  for (const auto& repository : fs::directory_iterator(corpus)) {
    if (!repository.is_directory()) continue;
    found.insert(repository.path());
    for (const auto& entry : fs::recursive_directory_iterator(repository.path())) {
      const bool pipelines =
          entry.is_directory() && to_lower(entry.path().filename().string()) == "pipeline";
      if (pipelines) found.insert(entry.path().parent_path());
    }
  }
  return found;
}

TEST(RehearseCorpus, whatever_builds_rehearses_to_the_end) {
  const auto shared = test::shared_folder();
  const auto terraform = test::find_terraform();
  if (!shared || !fs::exists(*shared + "/corpus/adf")) GTEST_SKIP() << "there is no shared corpus";
  if (!terraform) GTEST_SKIP() << "terraform is not installed";
  std::size_t rehearsed = 0;
  for (const std::string& service : services(*shared + "/corpus/adf")) {
    SCOPED_TRACE(service);
    test::Sample sample;
    sample.use(*terraform);
    test::make_repository(service, sample.folder() + "/s");
    const auto built = test::run_program(
        "tidegate", {"build", sample.folder() + "/s", "-o", sample.folder() + "/o"});
    if (built.exit_code != 0) continue;
    ++rehearsed;
    const test::Rehearsed found = sample.rehearse(test::find_artifact(sample.folder() + "/o"));
    EXPECT_EQ(found.exit, 0) << found.out << found.err;
  }
  EXPECT_GE(rehearsed, 3U);
}

}  // namespace
}  // namespace tidegate
