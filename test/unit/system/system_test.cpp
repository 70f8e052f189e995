// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/shared.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/file_tree.hpp"
#include "system/process.hpp"

namespace tidegate::system {
namespace {

TEST(FolderTree, lists_sorted_by_bytes_and_reads) {
  const test::TemporaryFolder folder;
  folder.write("b/x.txt", "xx");
  folder.write("B.txt", "B");
  folder.write("b.txt", "bb");
  folder.write(".git/config", "no");
  ::chmod((folder.path() + "/B.txt").c_str(), 0755);
  ASSERT_EQ(::symlink("b.txt", (folder.path() + "/link").c_str()), 0);
  ASSERT_EQ(::mkfifo((folder.path() + "/pipe").c_str(), 0600), 0);
  const Result<FileTreePtr> tree = read_folder(folder.path());
  ASSERT_TRUE(tree.ok());
  std::vector<std::string> paths;
  for (const Entry& entry : (*tree)->entries()) paths.push_back(entry.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"B.txt", "b.txt", "b/x.txt", "link", "pipe"}));
  EXPECT_EQ((*tree)->find("B.txt")->kind, EntryKind::executable);
  EXPECT_EQ(*(*tree)->read("b/x.txt"), "xx");
  EXPECT_EQ(*(*tree)->read("link"), "b.txt");
  EXPECT_EQ(*(*tree)->read_prefix("b.txt", 1), "b");
  EXPECT_FALSE((*tree)->read("pipe").ok());
  EXPECT_FALSE((*tree)->read("none").ok());
  std::string streamed;
  ASSERT_TRUE((*tree)->stream("b.txt", [&](std::string_view piece) -> Status {
    streamed += piece;
    return Done{};
  }).ok());
  EXPECT_EQ(streamed, "bb");
}

TEST(FileSink, leaves_nothing_behind_without_commit) {
  const test::TemporaryFolder folder;
  {
    AtomicFile file;
    ASSERT_TRUE(file.open(folder.path() + "/a").ok());
    ASSERT_TRUE(file.write("half").ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  ASSERT_TRUE(write_file(folder.path() + "/a", "whole").ok());
  EXPECT_EQ(*read_file(folder.path() + "/a"), "whole");
  EXPECT_EQ(write_file(folder.path() + "/none/a", "x").failure().code, "system.write-failed");
  ASSERT_TRUE(make_folders(folder.path() + "/x/y/z").ok());
  EXPECT_TRUE(std::filesystem::is_directory(folder.path() + "/x/y/z"));
  EXPECT_FALSE(make_folders(folder.path() + "/a/b").ok());
}

TEST(Process, runs_with_input_environment_and_status) {
  const Result<ProcessResult> result = run_process({.argv = {"sh", "-c", "cat; printf '%s' \"$A\" >&2; exit 3"},
                                                    .inherit_environment = false,
                                                    .environment = {{"A", "b c"}, {"PATH", "/usr/bin:/bin"}},
                                                    .input = std::string(300000, 'x')});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_EQ(result->out.size(), 300000U);
  EXPECT_EQ(result->err, "b c");
  EXPECT_EQ(run_process({.argv = {"no-such-program-here"}}).failure().code, "system.process-failed");
  EXPECT_EQ(run_process({.argv = {"sh", "-c", "kill -9 $$"}})->exit_code, 137);
  // A child that never reads its input does not end or block us.
  EXPECT_EQ(run_process({.argv = {"true"}, .input = std::string(1000000, 'x')})->exit_code, 0);
}

TEST(Digest, is_sha256) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Files, are_streamed_in_pieces_until_the_sink_stops) {
  const test::TemporaryFolder folder;
  const std::string bytes(700'000, 'x');
  const std::string path = folder.write("large", bytes);
  std::string read;
  std::size_t pieces = 0;
  ASSERT_TRUE(stream_file(path, [&](std::string_view piece) {
                read += piece;
                return ++pieces > 0;
              }).ok());
  EXPECT_EQ(read, bytes);
  EXPECT_GT(pieces, 1U);
  pieces = 0;
  ASSERT_TRUE(stream_file(path, [&](std::string_view) { return ++pieces < 2; }).ok());
  EXPECT_EQ(pieces, 2U);
  EXPECT_FALSE(stream_file(folder.path() + "/none", [](std::string_view) { return true; }).ok());
}

TEST(DigestStream, hands_out_the_file_in_order_with_its_digest) {
  const test::TemporaryFolder folder;
  const std::string file = folder.path() + "/plan";
  std::string text;
  while (text.size() < 3'000'000) text += std::to_string(text.size() * 7919) + "\n";
  constexpr std::size_t piece = 65536;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, piece, piece + 1, 9 * piece, text.size()}) {
    const std::string_view part = std::string_view(text).substr(0, size);
    ASSERT_TRUE(write_file(file, part).ok());
    std::string read;
    const auto digest = digest_stream(file, [&](std::string_view bytes) {
      read += bytes;
      return true;
    });
    ASSERT_TRUE(digest.ok());
    EXPECT_TRUE(read == part) << size;
    EXPECT_EQ(*digest, sha256_hex(part)) << size;
  }
  std::size_t pieces = 0;
  EXPECT_TRUE(digest_stream(file, [&](std::string_view) { return ++pieces < 2; }).ok());
  EXPECT_EQ(pieces, 2U);
  EXPECT_EQ(digest_stream(file + "-none", [](std::string_view) { return true; }).failure().code, "system.read-failed");
}

}  // namespace
}  // namespace tidegate::system
