// SPDX-License-Identifier: Apache-2.0
// A large committed file streams through build, publish and pull. `./dev bench` does the same with 4 GB.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"
#include "unit/artifact/craft.hpp"

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

// One artifact of 64 objects and 64 blocks of 1.5 MiB; `value` is what a later one has otherwise.
void write_large(const std::string& target, char value) {
  using Sink = std::function<Status(std::string_view)>;
  constexpr std::size_t bytes = std::size_t{3} << 19U;
  const auto body = [value](std::size_t i) {
    return "{\"name\": \"p" + std::to_string(i) + "\", \"filler\": \"" + std::string(bytes, 'x') +
           "\", \"value\": \"" + value + "\"}";
  };
  std::vector<artifact::PackFile> files;
  for (std::size_t i = 0; i < 64; ++i) {
    files.push_back({.path = "source/adf/pipeline/p" + std::to_string(i) + ".json",
                     .stream = [body, i](const Sink& sink) { return sink(body(i)); }});
  }
  files.push_back(
      {.path = "terraform/pipelines.tf.json", .stream = [body](const Sink& sink) -> Status {
         std::string separator = "{\"resource\": {\"azapi_resource\": {";
         for (std::size_t i = 0; i < 64; ++i) {
           if (Status status = sink(separator + "\"p" + std::to_string(i) + "\": " + body(i));
               !status)
             return status;
           separator = ", ";
         }
         return sink("}}}\n");
       }});
  artifact::Manifest manifest = artifact::craft::sample_manifest();
  manifest.contract_outputs.clear();
  const auto written = artifact::write_artifact(target, std::move(manifest), std::move(files));
  ASSERT_TRUE(written.ok()) << render_diagnostic(written.failure());
}

TEST(Memory, a_difference_takes_no_more_for_artifacts_of_many_megabytes) {
  if (test::is_sanitized) GTEST_SKIP() << "sanitizers keep what is freed";
  const TemporaryFolder folder;
  const std::string before = folder.path() + "/a.tar.gz", after = folder.path() + "/b.tar.gz";
  write_large(before, '1');
  write_large(after, '2');
  EXPECT_LT(peak_of({"diff", before, after}), most_kilobytes);
  const auto said = test::run_program("tidegate", {"diff", before, after});
  for (const char* line :
       {"  changed  pipeline p63: /value\n", "  changed  azapi_resource.p63: /value\n"})
    EXPECT_NE(said.out.find(line), std::string::npos) << said.out;
  EXPECT_EQ(said.out.find("not looked into"), std::string::npos) << said.out;
}

}  // namespace
}  // namespace tidegate
