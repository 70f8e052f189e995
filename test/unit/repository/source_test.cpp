// SPDX-License-Identifier: Apache-2.0
// Real repositories made by git in a temporary folder.
#include "repository/source.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <random>
#include <string>

#include "repository/packed_blob.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"

namespace tidegate::repository {
namespace {

namespace fs = std::filesystem;
using system::EntryKind;
using test::commit_all;
using test::git;
using test::TemporaryFolder;

std::vector<std::string> paths_of(const Source& source) {
  std::vector<std::string> paths;
  for (const system::Entry& entry : source.tree->entries()) paths.push_back(entry.path);
  return paths;
}

using Paths = std::vector<std::string>;

std::string head_of(const std::string& folder) {
  return git(folder, {"rev-parse", "HEAD"}).substr(0, 40);
}

Source open_ok(const SourceOptions& options) {
  Result<Source> source = open_source(options);
  EXPECT_TRUE(source.ok()) << (source.ok() ? "" : render_diagnostic(source.failure()));
  return source.ok() ? *source
                     : Source{.tree = std::make_shared<system::MemoryTree>(
                                  std::map<std::string, std::string>())};
}

// The one pack of a repository.
std::string random_bytes(std::size_t size, std::mt19937_64& engine) {
  std::string bytes(size, ' ');
  for (char& c : bytes) c = static_cast<char>(engine());
  return bytes;
}

std::string pack_of(const std::string& folder) {
  for (const auto& entry : fs::directory_iterator(folder + "/.git/objects/pack")) {
    if (entry.path().extension() == ".pack") return entry.path().string();
  }
  return {};
}

std::string failure_code(const SourceOptions& options) {
  const Result<Source> source = open_source(options);
  return source.ok() ? "none" : source.failure().code;
}

TEST(Source, reads_committed_bytes_and_modes) {
  const TemporaryFolder folder;
  folder.write("b/x.txt", "one\r\ntwo\n");
  folder.write("b.txt", "b");
  folder.write("run.sh", "#!/bin/sh\n");
  folder.write("big.bin", std::string(3000000, 'x') + "end");
  ::chmod((folder.path() + "/run.sh").c_str(), 0755);
  commit_all(folder.path());
  folder.write("b.txt", "changed");
  for (const bool packed : {false, true}) {
    if (packed) git(folder.path(), {"gc", "-q"});
    const Source source = open_ok({.directory = folder.path()});
    EXPECT_EQ(source.kind, "git");
    EXPECT_EQ(source.commit, head_of(folder.path()));
    EXPECT_EQ(source.tree_id + "\n", git(folder.path(), {"rev-parse", "HEAD^{tree}"}));
    EXPECT_EQ(source.name, fs::path(folder.path()).filename().string());
    EXPECT_EQ(paths_of(source), (Paths{"b.txt", "b/x.txt", "big.bin", "run.sh"}));
    EXPECT_EQ(*source.tree->read("b.txt"), "b");
    EXPECT_EQ(*source.tree->read("b/x.txt"), "one\r\ntwo\n");
    EXPECT_EQ(*source.tree->read_prefix("big.bin", 5), "xxxxx");
    EXPECT_EQ(source.tree->size_of("big.bin"), 3000003U);
    EXPECT_EQ(source.tree->find("run.sh")->kind, EntryKind::executable);
    std::string streamed;
    std::size_t pieces = 0;
    ASSERT_TRUE(source.tree
                    ->stream("big.bin",
                             [&](std::string_view piece) -> Status {
                               streamed += piece;
                               ++pieces;
                               return Done{};
                             })
                    .ok());
    EXPECT_EQ(system::sha256_hex(streamed), system::sha256_hex(*source.tree->read("big.bin")));
    EXPECT_GE(pieces, 3U);
    EXPECT_EQ(source.tree->read("none").failure().code, "system.read-failed");
    EXPECT_EQ(source.differences().paths, Paths{"b.txt"});
  }
}

TEST(Source, differences_count_modified_added_deleted_but_not_ignored) {
  const TemporaryFolder folder;
  folder.write(".gitignore", "*.log\nout/\n");
  folder.write("keep.json", "{}");
  folder.write("gone.json", "{}");
  folder.write("same.json", "{}");
  folder.write("out/tracked.txt", "t");
  commit_all(folder.path());
  git(folder.path(), {"add", "-f", "out/tracked.txt"});
  git(folder.path(), {"commit", "-q", "-m", "d"});
  folder.write("keep.json", "{ }");
  fs::remove(folder.path() + "/gone.json");
  folder.write("new.json", "{}");
  folder.write("a.log", "ignored");
  folder.write("out/ignored.txt", "ignored");
  ::chmod((folder.path() + "/same.json").c_str(), 0644);
  const Source source = open_ok({.directory = folder.path()});
  EXPECT_EQ(source.differences().paths, (Paths{"gone.json", "keep.json", "new.json"}));
  EXPECT_EQ(source.differences().count, 3U);
  EXPECT_FALSE(source.dirty());

  const Source worktree = open_ok({.directory = folder.path(), .worktree = true});
  EXPECT_EQ(paths_of(worktree),
            (Paths{".gitignore", "keep.json", "new.json", "out/tracked.txt", "same.json"}));
  EXPECT_EQ(*worktree.tree->read("keep.json"), "{ }");
  EXPECT_TRUE(worktree.worktree);
  EXPECT_TRUE(worktree.dirty());

  git(folder.path(), {"reset", "-q", "--hard"});
  git(folder.path(), {"clean", "-fdq"});
  EXPECT_FALSE(open_ok({.directory = folder.path(), .worktree = true}).dirty());
}

TEST(Source, names_at_most_twenty_differences_and_counts_all) {
  const TemporaryFolder folder;
  commit_all(folder.path());
  for (int i = 0; i < 45; ++i) folder.write("n" + std::to_string(i), "x");
  const Source source = open_ok({.directory = folder.path()});
  EXPECT_EQ(source.differences().paths.size(), 20U);
  EXPECT_EQ(source.differences().count, 45U);
}

// A file changed within the second of the checkout keeps size and whole seconds.
TEST(Source, a_change_of_equal_size_right_after_the_commit_is_seen) {
  const TemporaryFolder folder;
  folder.write("a", "1111");
  commit_all(folder.path());
  folder.write("a", "2222");
  EXPECT_EQ(open_ok({.directory = folder.path()}).differences().paths, Paths{"a"});
}

TEST(Source, mode_changes_count_unless_git_ignores_them) {
  const TemporaryFolder folder;
  folder.write("a", "1");
  commit_all(folder.path());
  ::chmod((folder.path() + "/a").c_str(), 0755);
  EXPECT_EQ(open_ok({.directory = folder.path()}).differences().paths, Paths{"a"});
  git(folder.path(), {"config", "core.filemode", "false"});
  EXPECT_EQ(open_ok({.directory = folder.path()}).differences().paths, Paths{});
}

TEST(Source, line_end_conversion_is_no_difference) {
  const TemporaryFolder folder;
  folder.write("a.json", "{\n}\n");
  folder.write("b.json", "{\n}\n");
  folder.write("attributes/c.json", "{\n}\n");
  folder.write(".gitattributes", "attributes/*.json text eol=crlf\n");
  commit_all(folder.path());
  git(folder.path(), {"config", "core.autocrlf", "true"});
  for (const char* name : {"a.json", "b.json", "attributes/c.json"})
    fs::remove(folder.path() + "/" + name);
  git(folder.path(), {"checkout", "-q", "--", "."});
  ASSERT_EQ(*system::read_folder(folder.path()).value()->read("a.json"),
            "{\r\n}\r\n");                    // git did convert
  fs::remove(folder.path() + "/.git/index");  // so that no file time helps
  const Source source = open_ok({.directory = folder.path()});
  EXPECT_EQ(source.differences().paths, Paths{});
  EXPECT_EQ(*source.tree->read("a.json"), "{\n}\n");
  folder.write("b.json", "{ }\r\n");
  EXPECT_EQ(open_ok({.directory = folder.path()}).differences().paths, Paths{"b.json"});
}

TEST(Source, sparse_checkout_is_no_difference) {
  const TemporaryFolder folder;
  folder.write("a/x", "1");
  folder.write("b/x", "1");
  commit_all(folder.path());
  git(folder.path(),
      {"sparse-checkout", "set", "--no-cone", "/a/"});  // sets extensions.worktreeConfig
  ASSERT_FALSE(fs::exists(folder.path() + "/b/x"));
  const Source source = open_ok({.directory = folder.path()});
  EXPECT_EQ(source.differences().paths, Paths{});
  EXPECT_EQ(*source.tree->read("b/x"), "1");
}

TEST(Source, subfolder_is_the_tree) {
  const TemporaryFolder folder;
  folder.write("services/a/adf/p.json", "{}");
  folder.write("services/b.txt", "b");
  commit_all(folder.path());
  folder.write("services/b.txt", "changed outside");
  for (const SourceOptions& options :
       {SourceOptions{.directory = folder.path() + "/services/a"},
        SourceOptions{.directory = folder.path(), .path = "services/a/"},
        SourceOptions{.directory = folder.path() + "/services", .path = "./a"}}) {
    const Source source = open_ok(options);
    EXPECT_EQ(source.path, "services/a");
    EXPECT_EQ(source.name, "a");
    EXPECT_EQ(paths_of(source), Paths{"adf/p.json"});
    EXPECT_EQ(source.tree_id + "\n", git(folder.path(), {"rev-parse", "HEAD:services/a"}));
    EXPECT_EQ(source.differences().count, 0U);
  }
  EXPECT_EQ(failure_code({.directory = folder.path(), .path = "services/none"}),
            "repository.no-such-path");
  EXPECT_EQ(failure_code({.directory = folder.path(), .path = "services/b.txt"}),
            "repository.no-such-path");
  EXPECT_EQ(failure_code({.directory = folder.path(), .path = "../x"}), "repository.no-such-path");
  EXPECT_EQ(failure_code({.directory = folder.path(), .path = "/etc"}), "repository.no-such-path");
  EXPECT_EQ(failure_code({.directory = folder.path() + "/.git"}), "repository.no-such-path");
  // Not committed yet: worktree mode takes it, and says that it differs.
  folder.write("services/new/x", "1");
  EXPECT_EQ(failure_code({.directory = folder.path() + "/services/new"}),
            "repository.no-such-path");
  EXPECT_TRUE(open_ok({.directory = folder.path() + "/services/new", .worktree = true}).dirty());
}

TEST(Source, commits_by_name) {
  const TemporaryFolder folder;
  folder.write("a", "1");
  commit_all(folder.path());
  const std::string first = head_of(folder.path());
  git(folder.path(), {"tag", "-a", "v1", "-m", "v1"});
  folder.write("a", "2");
  commit_all(folder.path());
  for (const std::string& name : {first, first.substr(0, 12), std::string("v1"),
                                  std::string("HEAD~1"), std::string("main^")}) {
    const Source source = open_ok({.directory = folder.path(), .commit = name});
    EXPECT_EQ(source.commit, first) << name;
    EXPECT_EQ(*source.tree->read("a"), "1");
  }
  EXPECT_EQ(failure_code({.directory = folder.path(), .commit = "nope"}),
            "repository.no-such-commit");
  EXPECT_EQ(failure_code({.directory = folder.path(), .commit = "HEAD:a"}),
            "repository.no-such-commit");
  EXPECT_EQ(failure_code({.directory = folder.path(), .commit = ""}), "repository.no-such-commit");
}

TEST(Source, repository_of_another_owner_needs_no_safe_directory) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files to another user";
  const TemporaryFolder folder;
  folder.write("a", "1");
  commit_all(folder.path());
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    ASSERT_EQ(::lchown(entry.path().c_str(), 12345, 12345), 0);
  }
  ASSERT_EQ(::lchown(folder.path().c_str(), 12345, 12345), 0);
  const auto refused = system::run_process(
      {.argv = {"git", "-C", folder.path(), "status"},
       .environment = {{"GIT_CONFIG_GLOBAL", "/dev/null"}, {"GIT_CONFIG_SYSTEM", "/dev/null"}}});
  ASSERT_NE(refused->exit_code, 0) << "git itself was expected to refuse";
  EXPECT_EQ(*open_ok({.directory = folder.path()}).tree->read("a"), "1");
  EXPECT_FALSE(open_ok({.directory = folder.path(), .worktree = true}).dirty());
}

TEST(Source, shallow_clone) {
  const TemporaryFolder folder;
  folder.write("origin/a", "1");
  commit_all(folder.path() + "/origin");
  folder.write("origin/a", "2");
  commit_all(folder.path() + "/origin");
  git(folder.path(), {"clone", "-q", "--depth=1", "file://" + folder.path() + "/origin", "clone"});
  const Source source = open_ok({.directory = folder.path() + "/clone"});
  EXPECT_EQ(source.commit, head_of(folder.path() + "/origin"));
  EXPECT_EQ(*source.tree->read("a"), "2");
  const Result<Source> before =
      open_source({.directory = folder.path() + "/clone", .commit = "HEAD~1"});
  ASSERT_FALSE(before.ok());
  EXPECT_EQ(before.failure().code, "repository.no-such-commit");
  EXPECT_NE(before.failure().hint.find("--unshallow"), std::string::npos);
}

TEST(Source, partial_clone_fails_only_for_contents_that_are_read) {
  const TemporaryFolder folder;
  folder.write("origin/a/here", "1");
  folder.write("origin/b/far", "2");
  commit_all(folder.path() + "/origin");
  git(folder.path() + "/origin", {"config", "uploadpack.allowFilter", "true"});
  git(folder.path(), {"clone", "-q", "--filter=blob:none", "--no-checkout",
                      "file://" + folder.path() + "/origin", "clone"});
  git(folder.path() + "/clone", {"sparse-checkout", "set", "a"});
  git(folder.path() + "/clone", {"checkout", "-q", "main"});
  const Source source = open_ok({.directory = folder.path() + "/clone"});
  EXPECT_EQ(*source.tree->read("a/here"), "1");
  const Result<std::string> far = source.tree->read("b/far");
  ASSERT_FALSE(far.ok());
  EXPECT_EQ(far.failure().code, "repository.broken");
  EXPECT_EQ(far.failure().where.file, "b/far");
}

TEST(Source, linked_worktree) {
  const TemporaryFolder folder;
  folder.write("main/a", "1");
  commit_all(folder.path() + "/main");
  git(folder.path() + "/main", {"worktree", "add", "-q", "-b", "side", folder.path() + "/side"});
  folder.write("side/a", "2");
  commit_all(folder.path() + "/side");
  const Source source = open_ok({.directory = folder.path() + "/side"});
  EXPECT_EQ(source.commit, head_of(folder.path() + "/side"));
  EXPECT_EQ(*source.tree->read("a"), "2");
  EXPECT_EQ(source.differences().count, 0U);
  EXPECT_EQ(paths_of(open_ok({.directory = folder.path() + "/side", .worktree = true})),
            Paths{"a"});
}

TEST(Source, bare_repository) {
  const TemporaryFolder folder;
  folder.write("origin/s/a", "1");
  commit_all(folder.path() + "/origin");
  git(folder.path(), {"clone", "-q", "--bare", "origin", "orders.git"});
  const Source source = open_ok({.directory = folder.path() + "/orders.git"});
  EXPECT_EQ(source.name, "orders");
  EXPECT_EQ(paths_of(source), Paths{"s/a"});
  EXPECT_EQ(paths_of(open_ok({.directory = folder.path() + "/orders.git", .path = "s"})),
            Paths{"a"});
  EXPECT_EQ(failure_code({.directory = folder.path() + "/orders.git", .worktree = true}),
            "repository.no-worktree");
}

TEST(Source, repository_without_commits) {
  const TemporaryFolder folder;
  git(folder.path(), {"init", "-q", "-b", "main"});
  folder.write("a", "1");
  const Result<Source> unborn = open_source({.directory = folder.path()});
  ASSERT_FALSE(unborn.ok());
  EXPECT_EQ(unborn.failure().code, "repository.no-such-commit");
  EXPECT_EQ(unborn.failure().where.file, folder.path());
  EXPECT_NE(unborn.failure().message.find("no commit yet"), std::string::npos);
  EXPECT_NE(unborn.failure().hint.find("--worktree"), std::string::npos);
  const Source worktree = open_ok({.directory = folder.path(), .worktree = true});
  EXPECT_EQ(worktree.commit, "unknown");
  EXPECT_TRUE(worktree.dirty());
  EXPECT_EQ(paths_of(worktree), Paths{"a"});
}

TEST(Source, formats_that_are_refused) {
  const TemporaryFolder folder;
  git(folder.path(), {"init", "-q", "--object-format=sha256"});
  EXPECT_EQ(failure_code({.directory = folder.path()}), "repository.unsupported");
  EXPECT_EQ(failure_code({.directory = folder.path() + "/none"}), "repository.not-found");
  EXPECT_EQ(failure_code({.directory = folder.write("file", "x")}), "repository.not-found");
}

TEST(Source, missing_blob_is_located) {
  const TemporaryFolder folder;
  folder.write("d/a", "1");
  commit_all(folder.path());
  const std::string id = git(folder.path(), {"rev-parse", "HEAD:d/a"}).substr(0, 40);
  const std::string object =
      folder.path() + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  const std::string tree = git(folder.path(), {"rev-parse", "HEAD:d"}).substr(0, 40);
  fs::remove(object);
  const Result<std::string> bytes = open_ok({.directory = folder.path()}).tree->read("d/a");
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.failure().code, "repository.broken");
  fs::remove(folder.path() + "/.git/objects/" + tree.substr(0, 2) + "/" + tree.substr(2));
  EXPECT_EQ(failure_code({.directory = folder.path()}), "repository.broken");
}

// Another blob under this object's name: the bytes do not fit the commit.
TEST(Source, exchanged_blob_is_refused) {
  const TemporaryFolder folder;
  folder.write("a", "honest");
  folder.write("b", "forged");
  commit_all(folder.path());
  const auto object = [&](const std::string& name) {
    const std::string id = git(folder.path(), {"rev-parse", "HEAD:" + name}).substr(0, 40);
    return folder.path() + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  };
  fs::remove(object("a"));
  fs::copy_file(object("b"), object("a"));
  const Result<std::string> bytes = open_ok({.directory = folder.path()}).tree->read("a");
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.failure().code, "repository.broken");
}

std::string raw_name(const std::string& folder, const std::string& revision) {
  const std::string hex = git(folder, {"rev-parse", revision}).substr(0, 40);
  std::string name;
  for (std::size_t i = 0; i < hex.size(); i += 2) name += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return name;
}

struct Streamed {
  std::string bytes{};
  std::size_t longest = 0;  // piece
};
Result<Streamed> stream_all(const system::FileTree& tree, const std::string& path) {
  Streamed streamed;
  const Status status = tree.stream(path, [&](std::string_view piece) -> Status {
    streamed.bytes += piece;
    streamed.longest = std::max(streamed.longest, piece.size());
    return Done{};
  });
  if (!status) return status.failure();
  return streamed;
}

// Versions of one large file, of which git stores all but one as chains of deltas: each is made from what comes before it
// without holding any of them.
TEST(Source, large_deltas_are_streamed) {
  const TemporaryFolder folder;
  std::mt19937_64 engine(5);
  std::vector<std::string> versions{random_bytes(std::size_t{6} << 20U, engine)};
  for (int i = 0; i < 4; ++i) {
    std::string next = versions.back();
    next.insert(engine() % next.size(), random_bytes(100000, engine));
    next.erase(engine() % (next.size() / 2), 200000 + engine() % 1000);
    next.replace(engine() % (next.size() / 2), 10, "0123456789");
    versions.push_back(std::move(next));
  }
  for (std::size_t i = 0; i < versions.size(); ++i) folder.write("v" + std::to_string(i) + ".bin", versions[i]);
  commit_all(folder.path());
  git(folder.path(), {"repack", "-adfq", "--depth=50", "--window=10"});
  ASSERT_NE(git(folder.path(), {"verify-pack", "-v", pack_of(folder.path())}).find("chain length = 2"), std::string::npos);
  std::size_t deltas = 0;
  for (const bool shared : {false, true}) {
    const TemporaryFolder other;  // has no objects of its own
    git(other.path(), {"clone", "-q", "--shared", folder.path(), "clone"});
    const std::string where = shared ? other.path() + "/clone" : folder.path();
    const Source source = open_ok({.directory = where});
    for (std::size_t i = 0; i < versions.size(); ++i) {
      const std::string path = "v" + std::to_string(i) + ".bin";
      const auto streamed = stream_all(*source.tree, path);
      ASSERT_TRUE(streamed.ok()) << render_diagnostic(streamed.failure());
      EXPECT_TRUE(streamed->bytes == versions[i]) << path;
      EXPECT_LE(streamed->longest, 65536U) << "read as a whole";
      EXPECT_TRUE(*source.tree->read_prefix(path, 100000) == versions[i].substr(0, 100000)) << path;
      const auto found = find_packed_blob(where + "/.git/objects", raw_name(where, "HEAD:" + path));
      ASSERT_TRUE(found.has_value());
      EXPECT_EQ(found->size, versions[i].size());
      deltas += found->is_delta() ? 1 : 0;
    }
  }
  EXPECT_EQ(deltas, 8U);
}

// Loose objects, too: libgit2 would map the whole file.
TEST(Source, large_loose_blobs_are_streamed) {
  const TemporaryFolder folder;
  std::mt19937_64 engine(6);
  const std::string bytes = random_bytes(std::size_t{3} << 20U, engine);
  folder.write("a.bin", bytes);
  commit_all(folder.path());
  const Source source = open_ok({.directory = folder.path()});
  const auto streamed = stream_all(*source.tree, "a.bin");
  ASSERT_TRUE(streamed.ok());
  EXPECT_TRUE(streamed->bytes == bytes);
  EXPECT_LE(streamed->longest, 65536U);
  EXPECT_TRUE(*source.tree->read_prefix("a.bin", 1000) == bytes.substr(0, 1000));
  // Whatever byte is another one: no other content.
  const std::string hex = git(folder.path(), {"rev-parse", "HEAD:a.bin"}).substr(0, 40);
  const std::string file = folder.path() + "/.git/objects/" + hex.substr(0, 2) + "/" + hex.substr(2);
  fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
  const std::string whole = *system::read_file(file);
  for (int round = 0; round < 30; ++round) {
    std::string damaged = whole;
    damaged[engine() % whole.size()] ^= static_cast<char>(1U << (engine() % 8));
    if (round % 3 == 0) damaged.resize(engine() % damaged.size());
    ASSERT_TRUE(system::write_file(file, damaged).ok());
    const Result<Source> again = open_source({.directory = folder.path()});
    if (!again) continue;
    const auto read = stream_all(*again->tree, "a.bin");
    EXPECT_TRUE(!read.ok() || read->bytes == bytes) << round;
  }
}

// A large file lies deflated in a pack, and is read from it piece by piece; a small delta is left to libgit2.
TEST(Source, large_packed_blobs_are_streamed) {
  const TemporaryFolder folder;
  std::mt19937_64 engine(1);
  const std::string random = random_bytes(std::size_t{3} << 20U, engine);
  folder.write("plain.bin", random);
  folder.write("second.bin", random + "changed at the end");  // git makes one of the two a delta
  folder.write("zeros.bin", std::string(std::size_t{5} << 20U, '\0'));
  commit_all(folder.path());
  git(folder.path(), {"repack", "-adfq"});
  ASSERT_NE(git(folder.path(), {"verify-pack", "-v", pack_of(folder.path())}).find("chain length = 1"), std::string::npos);
  const Source source = open_ok({.directory = folder.path()});
  int pieces = 0;
  for (const auto& [name, bytes] : {std::pair{"plain.bin", random}, {"second.bin", random + "changed at the end"}, {"zeros.bin", std::string(std::size_t{5} << 20U, '\0')}}) {
    std::string read;
    const Status status = source.tree->stream(name, [&](std::string_view piece) -> Status {
      ++pieces;
      read += piece;
      return Done{};
    });
    EXPECT_TRUE(status.ok()) << name;
    EXPECT_TRUE(read == bytes) << name;
    EXPECT_TRUE(*source.tree->read_prefix(name, 70000) == bytes.substr(0, 70000)) << name;
  }
  EXPECT_GT(pieces, 90) << "in pieces of 64 KiB, one of them in pieces of 1 MiB";
  // What the sink says ends the stream.
  int calls = 0;
  const Status stopped = source.tree->stream("zeros.bin", [&](std::string_view) -> Status {
    ++calls;
    return Diagnostic{.code = "test.enough"};
  });
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(stopped.failure().code, "test.enough");
}

// Every byte of a pack that is another one is an error, or an object that is not found; never other content.
TEST(Source, damaged_packs_give_no_content) {
  const TemporaryFolder folder;
  std::mt19937_64 engine(2);
  const std::string random = random_bytes(std::size_t{1200} << 10U, engine);
  folder.write("plain.bin", random);
  commit_all(folder.path());
  git(folder.path(), {"repack", "-adfq"});
  const std::string pack = pack_of(folder.path());
  fs::permissions(pack, fs::perms::owner_write, fs::perm_options::add);
  const std::string whole = *system::read_file(pack);
  for (int round = 0; round < 30; ++round) {
    std::string bytes = whole;
    bytes[12 + engine() % (whole.size() - 32)] ^= static_cast<char>(1U << (engine() % 8));
    ASSERT_TRUE(system::write_file(pack, bytes).ok());
    const Result<Source> source = open_source({.directory = folder.path()});
    if (!source) continue;
    std::string read;
    const Status status = source->tree->stream("plain.bin", [&](std::string_view piece) -> Status {
      read += piece;
      return Done{};
    });
    EXPECT_TRUE(!status.ok() || read == random) << round;
  }
}

// Without libgit2, which leaks a reference when it meets a pack that is too short.
TEST(PackedBlob, ends_with_a_pack_that_is_too_short) {
  const TemporaryFolder folder;
  std::mt19937_64 engine(3);
  const std::string random = random_bytes(std::size_t{200} << 10U, engine);
  folder.write("plain.bin", random);
  commit_all(folder.path());
  git(folder.path(), {"repack", "-adfq"});
  const std::string name = raw_name(folder.path(), "HEAD:plain.bin");
  const std::string pack = pack_of(folder.path());
  fs::permissions(pack, fs::perms::owner_write, fs::perm_options::add);
  const std::string whole = *system::read_file(pack);
  const auto content = [&]() -> std::optional<std::string> {
    const auto blob = find_packed_blob(folder.path() + "/.git/objects", name);
    std::string read;
    const auto take = [&](std::string_view piece) -> Status {
      read += piece;
      return Done{};
    };
    if (!blob || !stream_packed_blob(*blob, take).ok()) return std::nullopt;
    return read;
  };
  EXPECT_EQ(content(), random);
  for (int round = 0; round < 40; ++round) {
    ASSERT_TRUE(system::write_file(pack, whole.substr(0, engine() % whole.size())).ok());
    const auto read = content();
    EXPECT_TRUE(!read || *read == random) << round;
  }
}

TEST(Source, odd_paths) {
  const TemporaryFolder folder;
  folder.write("new\nline.json", "1");
  folder.write("latin-\xE9.json", "2");
  folder.write("a b/\xE3\x82\xB3.json", "3");
  commit_all(folder.path());
  for (const bool worktree : {false, true}) {
    const Source source = open_ok({.directory = folder.path(), .worktree = worktree});
    EXPECT_EQ(paths_of(source),
              (Paths{"a b/\xE3\x82\xB3.json", "latin-\xE9.json", "new\nline.json"}));
    EXPECT_EQ(*source.tree->read("new\nline.json"), "1");
    EXPECT_EQ(*source.tree->read("latin-\xE9.json"), "2");
    EXPECT_FALSE(source.dirty());
    EXPECT_EQ(source.differences().count, 0U);
  }
}

// Names that would lead a path out of its folder; git itself never writes them.
TEST(Source, hostile_tree_is_refused) {
  const TemporaryFolder folder;
  folder.write("a", "1");
  commit_all(folder.path());
  const std::string blob = git(folder.path(), {"rev-parse", "HEAD:a"}).substr(0, 40);
  for (const char* name : {"..", ".git", ".GIT", "."}) {
    const auto tree = system::run_process({.argv = {"git", "mktree"},
                                           .directory = folder.path(),
                                           .input = "100644 blob " + blob + "\t" + name + "\n"});
    ASSERT_EQ(tree->exit_code, 0) << tree->err;
    const std::string commit =
        git(folder.path(), {"commit-tree", "-m", "hostile", tree->out.substr(0, 40)});
    EXPECT_EQ(failure_code({.directory = folder.path(), .commit = commit.substr(0, 40)}),
              "repository.broken")
        << name;
  }
}

// A copied worktree or submodule: `.git` names a folder that is not there.
TEST(Source, git_file_that_points_nowhere_is_an_error) {
  const TemporaryFolder folder;
  folder.write("a", "1");
  folder.write(".git", "gitdir: ../nowhere/.git/worktrees/x\n");
  const Result<Source> source = open_source({.directory = folder.path(), .worktree = true});
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.failure().code, "repository.broken");
  folder.write("sub/deeper/a", "1");
  EXPECT_EQ(failure_code({.directory = folder.path() + "/sub/deeper"}), "repository.broken");
}

TEST(Source, folder_without_git) {
  const TemporaryFolder folder;
  folder.write("s/.gitignore", "*.log\n/out/\n");
  folder.write("s/a", "1");
  folder.write("s/a.log", "ignored");
  folder.write("s/out/x", "ignored");
  folder.write("s/sub/out/x", "kept: the pattern is anchored");
  SourceOptions options{.directory = folder.path() + "/s"};
  const Source source = open_ok(options);
  EXPECT_EQ(source.kind, "folder");
  EXPECT_EQ(source.commit, "unknown");
  EXPECT_EQ(source.name, "s");
  EXPECT_EQ(source.tree_id, "");
  EXPECT_FALSE(source.dirty());
  EXPECT_EQ(paths_of(source), (Paths{".gitignore", "a", "sub/out/x"}));
  const std::string id(40, 'a');
  options.environment = {{"GITHUB_SHA", "no commit"},
                         {"BUILD_SOURCEVERSION", id},
                         {"GIT_COMMIT", std::string(40, 'b')}};
  EXPECT_EQ(open_ok(options).commit, id);
  EXPECT_EQ(open_ok({.directory = folder.path(), .path = "s"}).name, "s");
  options.commit = "main";
  EXPECT_EQ(failure_code(options), "repository.not-found");
}

}  // namespace
}  // namespace tidegate::repository
