// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "craft.hpp"

namespace tidegate::artifact {
namespace {

namespace fs = std::filesystem;

std::size_t count_of(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

unsigned mode_of(const std::string& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777U;
}

TEST(Extract, gives_the_files_whatever_the_umask) {
  const test::TemporaryFolder folder;
  const std::string file = folder.write("a.tar.gz", craft::sample_archive());
  const mode_t before = ::umask(0077);
  const Result<Verified> verified = extract_artifact(file, folder.path() + "/out/");
  ::umask(before);
  ASSERT_TRUE(verified.ok()) << render_diagnostic(verified.failure());
  const std::string out = folder.path() + "/out";
  for (const PackFile& packed : craft::sample_files()) {
    const Result<std::string> bytes = system::read_file(out + "/" + packed.path);
    ASSERT_TRUE(bytes.ok()) << packed.path;
    EXPECT_EQ(*bytes, packed.bytes) << packed.path;
    EXPECT_EQ(mode_of(out + "/" + packed.path), packed.executable ? 0755U : 0644U) << packed.path;
  }
  EXPECT_EQ(*system::read_file(out + "/META/manifest.json"), render_manifest(verified->manifest));
  EXPECT_EQ(mode_of(out), 0755U);
  EXPECT_EQ(mode_of(out + "/files/notebooks"), 0755U);
  EXPECT_EQ(count_of(folder.path()), 2U);
}

TEST(Extract, a_target_that_exists_is_left_alone) {
  const test::TemporaryFolder folder;
  const std::string file = folder.write("a.tar.gz", craft::sample_archive());
  fs::create_directory(folder.path() + "/empty");
  folder.write("file", "x");
  fs::create_symlink("nowhere", folder.path() + "/link");
  for (const char* name : {"/empty", "/file", "/link", "/none/out"}) {
    const Result<Verified> verified = extract_artifact(file, folder.path() + name);
    ASSERT_FALSE(verified.ok()) << name;
    EXPECT_EQ(verified.failure().code, "artifact.write-failed") << name;
  }
  EXPECT_EQ(count_of(folder.path()), 4U);
  EXPECT_TRUE(fs::is_empty(folder.path() + "/empty"));
}

TEST(Extract, failure_at_any_place_leaves_nothing) {
  const test::TemporaryFolder folder;
  const std::string good = craft::sample_archive();
  for (std::size_t size = 0; size < good.size(); size += 97) {
    const std::string file = folder.write("a.tar.gz", good.substr(0, size));
    EXPECT_FALSE(extract_artifact(file, folder.path() + "/out").ok());
    EXPECT_EQ(count_of(folder.path()), 1U) << size;
  }
  // The very last check fails: everything has been written by then.
  const std::string file = folder.write("a.tar.gz", good + "x");
  const Result<Verified> verified = extract_artifact(file, folder.path() + "/out");
  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(verified.failure().exit, ExitCode::not_verified);
  EXPECT_EQ(count_of(folder.path()), 1U);
}

TEST(Extract, bad_paths_are_refused_before_anything_is_written) {
  const test::TemporaryFolder folder;
  for (const char* path : {"../out", "/tmp/out", "files/../../out"}) {
    const std::string file = folder.write("a.tar.gz", craft::gzip(craft::make_archive(path, "terraform/b").bytes()));
    const Result<Verified> verified = extract_artifact(file, folder.path() + "/new");
    ASSERT_FALSE(verified.ok()) << path;
    EXPECT_EQ(verified.failure().exit, ExitCode::not_verified);
    EXPECT_EQ(count_of(folder.path()), 1U);
  }
}

// What a killed process left is removed; the folder of one that is still at work is not, nor anything else.
TEST(Extract, leftovers_of_killed_processes_are_removed) {
  const test::TemporaryFolder folder;
  const std::string file = folder.write("a.tar.gz", craft::sample_archive());
  for (const char* name : {"/out.extracting-abcdef", "/out.extracting-locked", "/out.extracting-toolong", "/other.extracting-abcdef"}) {
    fs::create_directories(folder.path() + name + "/terraform");
  }
  const std::string busy = folder.path() + "/out.extracting-locked";
  const int lock = ::open(busy.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(lock, LOCK_EX | LOCK_NB), 0);
  ASSERT_TRUE(extract_artifact(file, folder.path() + "/out").ok());
  EXPECT_FALSE(fs::exists(folder.path() + "/out.extracting-abcdef"));
  for (const char* name : {"/out.extracting-locked", "/out.extracting-toolong", "/other.extracting-abcdef", "/out"}) {
    EXPECT_TRUE(fs::exists(folder.path() + name)) << name;
  }
  ::close(lock);
}

}  // namespace
}  // namespace tidegate::artifact
