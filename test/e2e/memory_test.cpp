// SPDX-License-Identifier: Apache-2.0
// A large committed file streams through build, publish and pull. `./dev bench` does the same with 4 GB.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

constexpr std::uint64_t size = std::uint64_t{128} << 20U;
constexpr std::int64_t most_kilobytes = 64 * 1024;

// Peak resident memory of the program in KiB; a failed expectation unless it succeeds.
std::int64_t peak_of(std::vector<std::string> words) {
  words.insert(words.begin(), {"/usr/bin/python3", "-c",
                               "import resource, subprocess, sys\n"
                               "code = subprocess.call(sys.argv[1:], stdout=sys.stderr)\n"
                               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
                               "sys.exit(code)\n",
                               TIDEGATE_BIN_DIR "/tidegate"});
  const auto result = system::run_process({.argv = words});
  EXPECT_TRUE(result.ok() && result->exit_code == 0) << (result ? result->err : "");
  return result ? std::strtoll(result->out.c_str(), nullptr, 10) : 0;
}

TEST(Memory, a_large_file_streams_through_build_publish_and_pull) {
  if (test::is_sanitized) GTEST_SKIP() << "sanitizers keep what is freed";
  const TemporaryFolder folder;
  const std::string service = folder.path() + "/s", store = folder.path() + "/store";
  test::copy_service(TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders", service);
  const std::string manifest = *system::read_file(service + "/tidegate.yaml");
  folder.write("s/tidegate.yaml", manifest + "build:\n  include: [data/**]\n");
  folder.write("s/data/large.parquet", "");
  fs::resize_file(service + "/data/large.parquet", size);
  test::git(service, {"init", "-q"});
  test::git(service, {"config", "core.bigFileThreshold", "1m"});  // into a pack, as git does above 512 MiB
  test::git(service, {"add", "-A"});
  test::git(service, {"commit", "-qm", "large"});
  EXPECT_LT(peak_of({"build", service, "-o", folder.path() + "/o", "--version", "1"}), most_kilobytes);
  const std::string artifact = test::find_artifact(folder.path() + "/o");
  EXPECT_GT(fs::file_size(artifact), size);  // stored, not compressed
  EXPECT_LT(peak_of({"publish", artifact, "--to", store}), most_kilobytes);
  fs::remove_all(folder.path() + "/o");
  EXPECT_LT(peak_of({"pull", store + "/retail-orders/1", "-o", folder.path() + "/p", "--extract", folder.path() + "/x"}), most_kilobytes);
}

}  // namespace
}  // namespace tidegate
