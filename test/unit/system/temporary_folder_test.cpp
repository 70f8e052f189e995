// SPDX-License-Identifier: Apache-2.0
#include "system/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>

#include "base/text.hpp"
#include "system/child.hpp"
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

TEST(TemporaryFolder, who_still_works_in_an_abandoned_one_is_ended) {
  const auto made = TemporaryFolder::make("tidegate-test");
  ASSERT_TRUE(made.ok());
  const std::string path = (*made)->path();
  const auto start = [](const std::string& home) {
    return Child::start({.argv = {"sh", "-c", "echo here; exec sleep 60"},
                         .environment = {{"HOME", home}}});
  };
  const auto inside = start(path + "/home"), itself = start(path), beside = start(path + "-more");
  for (const auto* one : {&inside, &itself, &beside}) {
    ASSERT_TRUE(one->ok());
    ASSERT_EQ((**one)->read_line(std::chrono::seconds(30)), "here");
  }
  remove_abandoned_folder(path, "tidegate-test");
  EXPECT_FALSE(fs::exists(path));
  for (const auto* one : {&inside, &itself}) {
    const auto ended = (**one)->wait(std::chrono::seconds(30));
    ASSERT_TRUE(ended.has_value());
    EXPECT_EQ(ended->exit_code, 128 + SIGKILL);
  }
  EXPECT_FALSE((*beside)->wait(std::chrono::milliseconds(0)).has_value());
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
