// SPDX-License-Identifier: Apache-2.0
// Files that only this program and its children see: private_file, private_copy, temporary.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "support/shared.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/private_copy.hpp"
#include "system/private_file.hpp"
#include "system/temporary.hpp"

namespace tidegate::system {
namespace {

namespace fs = std::filesystem;

// $TMPDIR for one test.
class Private : public testing::Test {
 protected:
  Private() {
    if (const char* value = std::getenv("TMPDIR")) before_ = value;
    ::setenv("TMPDIR", folder_.path().c_str(), 1);
  }
  ~Private() override {
    if (before_.empty()) ::unsetenv("TMPDIR");
    else ::setenv("TMPDIR", before_.c_str(), 1);
  }
  test::TemporaryFolder folder_{};
  std::string before_{};
};

std::string read_all(int descriptor) {
  std::string out;
  char buffer[7];  // small, so that several reads are needed
  for (ssize_t got = 0; (got = ::read(descriptor, buffer, sizeof buffer)) > 0;) out.append(buffer, static_cast<std::size_t>(got));
  ::close(descriptor);
  return out;
}

TEST_F(Private, temporary_folder_is_absolute) {
  EXPECT_EQ(temporary_folder(), folder_.path());
  ::setenv("TMPDIR", "", 1);
  EXPECT_EQ(temporary_folder(), "/tmp");
  ::unsetenv("TMPDIR");
  EXPECT_EQ(temporary_folder(), "/tmp");
  ::setenv("TMPDIR", "some/where", 1);
  EXPECT_EQ(temporary_folder(), (fs::current_path() / "some/where").string());
}

TEST_F(Private, file_has_no_name_and_each_reader_its_own_place) {
  auto file = PrivateFile::make();
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE(fs::is_empty(folder_.path()));
  ASSERT_TRUE((*file)->write("one ").ok());
  const auto first = (*file)->reader();
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE((*file)->write("two").ok());
  const auto second = (*file)->reader();
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(read_all(*first), "one two");
  EXPECT_EQ(read_all(*second), "one two");
}

TEST_F(Private, file_needs_a_folder) {
  ::setenv("TMPDIR", (folder_.path() + "/absent").c_str(), 1);
  const auto file = PrivateFile::make();
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.failure().code, "system.write-failed");
  EXPECT_EQ(file.failure().where.file, folder_.path() + "/absent");
}

TEST_F(Private, copy_is_the_file_as_it_was_and_goes_with_its_owner) {
  const std::string source = folder_.write("in/tfplan", std::string(3'000'000, 'p') + "end");
  fs::create_directories(folder_.path() + "/tmp");
  ::setenv("TMPDIR", (folder_.path() + "/tmp").c_str(), 1);
  {
    const auto copy = PrivateCopy::make(source);
    ASSERT_TRUE(copy.ok());
    ASSERT_TRUE(write_file(source, "changed").ok());
    const std::string bytes = *read_file((*copy)->path());
    EXPECT_EQ(bytes.size(), 3'000'003U);
    EXPECT_EQ((*copy)->sha256(), sha256_hex(bytes));
    EXPECT_EQ(fs::path((*copy)->path()).filename(), "tfplan");
    struct stat info {};
    ASSERT_EQ(::stat((*copy)->path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0400U);
    ASSERT_EQ(::stat(fs::path((*copy)->path()).parent_path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
  }
  EXPECT_TRUE(fs::is_empty(folder_.path() + "/tmp"));
}

TEST_F(Private, copy_is_made_of_regular_files_only) {
  for (const std::string& source : {folder_.path(), folder_.path() + "/absent", std::string("/dev/null")}) {
    const auto copy = PrivateCopy::make(source);
    ASSERT_FALSE(copy.ok()) << source;
    EXPECT_EQ(copy.failure().code, "system.read-failed");
    EXPECT_EQ(copy.failure().where.file, source);
  }
  EXPECT_TRUE(fs::is_empty(folder_.path())) << "nothing half-made stays";
  const std::string source = folder_.write("f", "x");
  EXPECT_EQ(*sha256_of_file(source), sha256_hex("x"));
  EXPECT_FALSE(sha256_of_file(folder_.path() + "/absent").ok());
}

}  // namespace
}  // namespace tidegate::system
