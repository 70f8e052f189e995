// SPDX-License-Identifier: Apache-2.0
#include "system/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/text.hpp"
#include "system/file_sink.hpp"

namespace tidegate::system {
namespace {

namespace fs = std::filesystem;

TEST(TemporaryFolder, goes_with_everything_in_it_but_not_with_what_links_lead_to) {
  auto outside = TemporaryFolder::make("tidegate-outside");
  ASSERT_TRUE(outside.ok());
  ASSERT_TRUE(write_file((*outside)->path() + "/kept", "x").ok());
  std::string path;
  {
    const auto made = TemporaryFolder::make("tidegate-test");
    ASSERT_TRUE(made.ok());
    path = (*made)->path();
    EXPECT_TRUE(file_name(path).starts_with("tidegate-test."));
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
    ASSERT_TRUE(make_folders(path + "/a/b").ok());
    ASSERT_TRUE(write_file(path + "/a/b/c", "x").ok());
    fs::create_directory_symlink((*outside)->path(), path + "/link");
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(fs::exists((*outside)->path() + "/kept"));
}

TEST(TemporaryFolder, abandoned_ones_are_removed_by_their_name_only) {
  const auto made = TemporaryFolder::make("tidegate-test");
  ASSERT_TRUE(made.ok());
  remove_abandoned_folder((*made)->path(), "tidegate-rehearsal");
  EXPECT_TRUE(fs::exists((*made)->path()));
  remove_abandoned_folder((*made)->path(), "tidegate-test");
  EXPECT_FALSE(fs::exists((*made)->path()));
}

TEST(TemporaryFolder, files_move_and_go) {
  const auto made = TemporaryFolder::make("tidegate-test");
  const std::string from = (*made)->path() + "/from", to = (*made)->path() + "/to";
  ASSERT_TRUE(write_file(from, "new").ok() && write_file(to, "old").ok());
  EXPECT_TRUE(move_file(from, to).ok());
  EXPECT_EQ(*read_file(to), "new");
  EXPECT_FALSE(move_file(from, to).ok());
  EXPECT_TRUE(remove_file(to).ok());
  EXPECT_TRUE(remove_file(to).ok());
  EXPECT_FALSE(fs::exists(to));
}

}  // namespace
}  // namespace tidegate::system
