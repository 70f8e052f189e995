// SPDX-License-Identifier: Apache-2.0
#include "system/spill.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/scratch_folder.hpp"

namespace tidegate::system {
namespace {

std::string all_of(const Spill& spill) {
  std::string out;
  EXPECT_TRUE(spill.stream([&](std::string_view piece) { out += piece; }).ok());
  return out;
}

TEST(Spill, few_bytes_stay_in_memory_and_many_do_not) {
  for (const std::size_t limit : {std::size_t{0}, std::size_t{5}, std::size_t{10}, std::size_t{1000}}) {
    Spill spill(limit);
    for (const char* piece : {"01234", "56789"}) ASSERT_TRUE(spill.put(piece).ok());
    EXPECT_EQ(spill.size(), 10U);
    EXPECT_EQ(spill.in_memory(), limit >= 10);
    EXPECT_EQ(all_of(spill), "0123456789");
    EXPECT_EQ(all_of(spill), "0123456789") << "a second time";
  }
}

TEST(NewFile, is_made_with_its_mode_and_never_replaces) {
  const test::TemporaryFolder folder;
  const std::string file = folder.path() + "/k";
  const auto made = create_file(file, "one", 0600);
  ASSERT_TRUE(made.ok() && *made);
  struct stat info {};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  const auto again = create_file(file, "two", 0600);
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(*again);
  EXPECT_EQ(*read_file(file), "one");
  EXPECT_FALSE(create_file(folder.path() + "/none/k", "x", 0600).ok());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), std::filesystem::directory_iterator()), 1);
}

// A file that is being written has no name; one that replaces another does so at once.
TEST(AtomicFile, leaves_no_name_before_it_is_whole) {
  const test::TemporaryFolder folder;
  const std::string file = folder.path() + "/a";
  for (const char* text : {"one", "two"}) {
    AtomicFile out;
    ASSERT_TRUE(out.open(file).ok());
    ASSERT_TRUE(out.write(text).ok());
    const auto names = std::distance(std::filesystem::directory_iterator(folder.path()), std::filesystem::directory_iterator());
    EXPECT_LE(names, std::string_view(text) == "one" ? 1 : 2);
    ASSERT_TRUE(out.commit().ok());
    EXPECT_EQ(*read_file(file), text);
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), std::filesystem::directory_iterator()), 1);
}

TEST(ScratchFolder, is_gone_afterwards) {
  std::string path;
  {
    const auto folder = ScratchFolder::make();
    ASSERT_TRUE(folder.ok());
    path = (*folder)->path();
    ASSERT_TRUE(write_file(path + "/x", "y").ok());
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace tidegate::system
