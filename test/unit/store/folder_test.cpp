// SPDX-License-Identifier: Apache-2.0
#include "store/folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "store/address.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/write_once.hpp"

namespace tidegate::store {
namespace {

Result<bool> put(FolderObjects& objects, const std::string& key, const std::string& bytes) {
  const system::HttpBody body = system::text_body(bytes);
  return objects.create(key, {.body = body});
}

TEST(FolderStore, creates_once_read_only_and_never_replaces) {
  const test::TemporaryFolder folder;
  FolderObjects objects(folder.path() + "/new/store");
  ASSERT_FALSE(objects.head("a/b/c")->has_value());
  EXPECT_TRUE(*put(objects, "a/b/c", "one"));
  EXPECT_FALSE(*put(objects, "a/b/c", "two"));
  const std::string path = folder.path() + "/new/store/a/b/c";
  EXPECT_EQ(*system::read_file(path), "one");
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0444U);
  EXPECT_EQ((*objects.head("a/b/c"))->size, 3U);
  std::size_t files = 0;
  for (const auto& one : std::filesystem::recursive_directory_iterator(folder.path()))
    files += one.is_regular_file();
  EXPECT_EQ(files, 1U) << "something stayed behind";
  const auto listed = objects.list("a/b");
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().key, "a/b/c");
  EXPECT_TRUE(objects.list("a/x")->empty());
}

TEST(FolderStore, a_folder_under_the_key_is_an_error_and_no_success) {
  const test::TemporaryFolder folder;
  folder.write("a/b/c/d", "x");
  FolderObjects objects(folder.path());
  const auto created = put(objects, "a/b/c", "one");
  EXPECT_TRUE(created.ok() && !*created);
  EXPECT_FALSE(objects.head("a/b/c")->has_value());
  folder.write("file", "x");
  const auto failed = put(objects, "file/c", "one");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.failure().exit, ExitCode::store_failed);
}

TEST(WriteOnce, both_ways_of_naming_let_one_of_many_win) {
  for (const bool named : {false, true}) {
    const test::TemporaryFolder folder;
    const std::string target = folder.path() + "/x/y";
    std::atomic<int> winners{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        system::WriteOnceFile file;
        ASSERT_TRUE(file.open(target, named).ok());
        ASSERT_TRUE(file.write(std::string(1000, static_cast<char>('a' + i))).ok());
        const auto done = file.commit();
        ASSERT_TRUE(done.ok()) << render_diagnostic(done.failure());
        if (*done) ++winners;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(winners, 1);
    const std::string bytes = *system::read_file(target);
    EXPECT_EQ(bytes, std::string(1000, bytes.at(0)));
    EXPECT_EQ(system::list_files(folder.path())->size(), 1U) << "a temporary file stayed";
  }
}

TEST(Address, folders_and_schemes) {
  EXPECT_EQ(parse_address("/srv/releases/")->path, "/srv/releases");
  EXPECT_EQ(parse_address("file:///srv/r")->path, "/srv/r");
  EXPECT_EQ(parse_address("out")->path, "out");
  EXPECT_EQ(parse_address("/a://b")->path, "/a://b");
  for (const char* wrong : {"", "file://host/x", "ftp://host/x", "http://host/x"}) {
    const auto refused = parse_address(wrong);
    ASSERT_FALSE(refused.ok()) << wrong;
    EXPECT_EQ(refused.failure().code, "store.bad-address");
    EXPECT_EQ(refused.failure().exit, ExitCode::usage);
    EXPECT_NE(refused.failure().hint.find("file:///FOLDER"), std::string::npos);
  }
}

TEST(Address, releases) {
  const std::string digest(64, 'a');
  const auto one = parse_release_address("/srv/r/orders/1.2.0@sha256:" + digest);
  ASSERT_TRUE(one.ok()) << render_diagnostic(one.failure());
  EXPECT_EQ(one->store.path, "/srv/r");
  EXPECT_EQ(one->at.name, "orders");
  EXPECT_EQ(one->at.version, "1.2.0");
  EXPECT_EQ(one->identity, digest);
  EXPECT_EQ(render_release_address(one->store, one->at, one->identity),
            "/srv/r/orders/1.2.0@sha256:" + digest);
  EXPECT_EQ(parse_release_address("orders/1")->store.path, ".");
  EXPECT_EQ(parse_release_address("/orders/1")->store.path, "/");
  for (const std::string& wrong :
       {std::string("orders"), std::string("/x/orders/1@sha256:abc"), "/x/orders/1@md5:" + digest,
        std::string("/x/../1"), std::string("/x/orders/1.0+2"), std::string("ftp://h/a/1")}) {
    const auto refused = parse_release_address(wrong);
    ASSERT_FALSE(refused.ok()) << wrong;
    EXPECT_EQ(refused.failure().code, "store.bad-address");
  }
}

}  // namespace
}  // namespace tidegate::store
