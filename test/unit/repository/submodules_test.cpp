// SPDX-License-Identifier: Apache-2.0
// Real repositories with real submodules.
#include "repository/submodules.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "repository/inventory.hpp"
#include "repository/source.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/digest.hpp"

namespace tidegate::repository {
namespace {

namespace fs = std::filesystem;
using system::EntryKind;
using test::commit_all;
using test::git;
using test::TemporaryFolder;
using Paths = std::vector<std::string>;

// git with submodules from the disk, which it refuses by itself.
std::string git_files(const std::string& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"-c", "protocol.file.allow=always"});
  return git(folder, arguments);
}

Source open_ok(const SourceOptions& options) {
  Result<Source> source = open_source(options);
  EXPECT_TRUE(source.ok()) << (source.ok() ? "" : render_diagnostic(source.failure()));
  return source.ok() ? *source
                     : Source{.tree = std::make_shared<system::MemoryTree>(
                                  std::map<std::string, std::string>())};
}

Paths paths_of(const Source& source) {
  Paths paths;
  for (const system::Entry& entry : source.tree->entries()) paths.push_back(entry.path);
  EXPECT_TRUE(std::is_sorted(paths.begin(), paths.end()));
  return paths;
}

std::string text_of(const Source& source, const std::string& path) {
  const Result<std::string> text = source.tree->read(path);
  return text ? *text : text.failure().code + " " + text.failure().where.file;
}

// lib/ is a submodule of main/ at `sub`; `sub-x` sorts between `sub` and `sub/…`.
class Submodules : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.write("lib/x.py", "recorded");
    folder_.write("lib/deep/y.py", "y");
    commit_all(at("lib"));
    folder_.write("main/a", "1");
    folder_.write("main/sub-x", "2");
    commit_all(at("main"));
    git_files(at("main"), {"submodule", "add", "-q", at("lib"), "sub"});
    commit_all(at("main"));
  }

  std::string at(const std::string& path) const { return folder_.path() + "/" + path; }
  std::string recorded() const { return git(at("main"), {"rev-parse", "HEAD:sub"}).substr(0, 12); }

  void expect_all(const Source& source) const {
    EXPECT_EQ(paths_of(source), (Paths{".gitmodules", "a", "sub-x", "sub/deep/y.py", "sub/x.py"}));
    EXPECT_EQ(text_of(source, "sub/x.py"), "recorded");
    EXPECT_EQ(text_of(source, "a"), "1");
    EXPECT_EQ(source.tree->size_of("sub/x.py"), 8U);
    EXPECT_EQ(source.submodules, Paths{"sub"});
    EXPECT_TRUE(source.missing_submodules.empty());
    std::string streamed;
    EXPECT_TRUE(source.tree
                    ->stream("sub/x.py",
                             [&](std::string_view piece) -> Status {
                               streamed += piece;
                               return Done{};
                             })
                    .ok());
    EXPECT_EQ(streamed, "recorded");
    EXPECT_EQ(*source.tree->read_prefix("sub/x.py", 3), "rec");
  }

  void expect_missing(const Source& source) const {
    EXPECT_EQ(paths_of(source), (Paths{".gitmodules", "a", "sub", "sub-x"}));
    EXPECT_EQ(source.tree->find("sub")->kind, EntryKind::submodule);
    EXPECT_TRUE(source.submodules.empty());
    ASSERT_EQ(source.missing_submodules.size(), 1U);
    const Result<std::string> text = source.tree->read("sub");
    ASSERT_FALSE(text.ok());
    EXPECT_EQ(text.failure().code, "repository.submodule");
    EXPECT_EQ(text.failure().where.file, "sub");
    EXPECT_EQ(text.failure().exit, ExitCode::build_failed);
    EXPECT_NE(text.failure().message.find(recorded()), std::string::npos) << text.failure().message;
    EXPECT_NE(text.failure().hint.find("`git submodule update --init sub`"), std::string::npos)
        << text.failure().hint;
    EXPECT_NE(text.failure().hint.find("`submodules: recursive`"), std::string::npos);
  }

  TemporaryFolder folder_;
};

TEST_F(Submodules, a_checkout_is_read) {
  for (const bool worktree : {false, true}) {
    const Source source = open_ok({.directory = at("main"), .worktree = worktree});
    expect_all(source);
    EXPECT_EQ(source.differences().count, 0U);
    EXPECT_FALSE(source.dirty());
  }
}

TEST_F(Submodules, not_initialised_is_one_entry) {
  git(folder_.path(), {"clone", "-q", "main", "clone"});
  for (const bool worktree : {false, true}) {
    const Source source = open_ok({.directory = at("clone"), .worktree = worktree});
    expect_missing(source);
    EXPECT_EQ(source.differences().count, 0U);
    EXPECT_FALSE(source.dirty());
  }
}

// The folder is empty, the objects are below .git/modules.
TEST_F(Submodules, fetched_but_not_checked_out) {
  git(folder_.path(), {"clone", "-q", "main", "clone"});
  git_files(at("clone"), {"submodule", "update", "-q", "--init"});
  fs::remove_all(at("clone/sub"));
  fs::create_directory(at("clone/sub"));
  expect_all(open_ok({.directory = at("clone")}));
  const Source lies = open_ok({.directory = at("clone"), .worktree = true});
  EXPECT_EQ(lies.tree->find("sub")->kind, EntryKind::submodule);
}

// The name of the folder below .git/modules stays when the submodule moves.
TEST_F(Submodules, moved_and_not_checked_out) {
  git(at("main"), {"mv", "sub", "common"});
  commit_all(at("main"));
  git(at("main"), {"submodule", "deinit", "-q", "-f", "common"});
  EXPECT_EQ(text_of(open_ok({.directory = at("main")}), "common/x.py"), "recorded");
}

TEST_F(Submodules, bare) {
  git(folder_.path(), {"clone", "-q", "--bare", "main", "bare.git"});
  const Source without = open_ok({.directory = at("bare.git")});
  EXPECT_EQ(text_of(without, "sub"), "repository.submodule sub");
  EXPECT_NE(without.missing_submodules.at(0).hint.find("--recurse-submodules"), std::string::npos);
  git(folder_.path(), {"clone", "-q", "--bare", "lib", "bare.git/modules/sub"});
  expect_all(open_ok({.directory = at("bare.git")}));
}

// The recorded commit is read, whatever is checked out.
TEST_F(Submodules, another_commit_is_checked_out) {
  folder_.write("main/sub/x.py", "newer");
  commit_all(at("main/sub"));
  const Source source = open_ok({.directory = at("main")});
  expect_all(source);
  EXPECT_EQ(source.differences().paths, Paths{"sub"});
  const Source lies = open_ok({.directory = at("main"), .worktree = true});
  EXPECT_EQ(text_of(lies, "sub/x.py"), "newer");
  EXPECT_TRUE(lies.dirty());
}

TEST_F(Submodules, a_change_in_a_checkout_is_dirty) {
  folder_.write("main/sub/x.py", "edited");
  const Source source = open_ok({.directory = at("main"), .worktree = true});
  EXPECT_EQ(text_of(source, "sub/x.py"), "edited");
  EXPECT_TRUE(source.dirty());
  folder_.write("main/sub/x.py", "recorded");
  EXPECT_FALSE(open_ok({.directory = at("main"), .worktree = true}).dirty());
  folder_.write("main/sub/new.py", "new");
  EXPECT_TRUE(open_ok({.directory = at("main"), .worktree = true}).dirty());
  folder_.write("main/sub/.git_is_a_file_here", "");
  fs::remove(at("main/sub/.git_is_a_file_here"));
  fs::remove(at("main/sub/new.py"));
  EXPECT_FALSE(open_ok({.directory = at("main"), .worktree = true}).dirty());
}

// A shallow clone of the submodule has another commit only.
TEST_F(Submodules, a_checkout_without_the_recorded_commit) {
  fs::remove_all(at("main/sub"));
  fs::remove_all(at("main/.git/modules"));
  folder_.write("main/sub/x.py", "of another history");
  commit_all(at("main/sub"));
  expect_missing(open_ok({.directory = at("main")}));
  const Source lies = open_ok({.directory = at("main"), .worktree = true});
  EXPECT_EQ(text_of(lies, "sub/x.py"), "of another history");
  EXPECT_TRUE(lies.dirty());
}

TEST_F(Submodules, ignored_files_of_a_checkout_are_left_out) {
  folder_.write("lib/.gitignore", "*.log\n");
  commit_all(at("lib"));
  git_files(at("main/sub"), {"pull", "-q", "origin", "main"});
  commit_all(at("main"));
  folder_.write("main/sub/run.log", "ignored by the submodule");
  const Source source = open_ok({.directory = at("main"), .worktree = true});
  EXPECT_EQ(source.tree->find("sub/run.log"), nullptr);
  EXPECT_NE(source.tree->find("sub/.gitignore"), nullptr);
  EXPECT_FALSE(source.dirty());
}

TEST_F(Submodules, nested) {
  folder_.write("inner/z.py", "z");
  commit_all(at("inner"));
  git_files(at("lib"), {"submodule", "add", "-q", at("inner"), "inner"});
  commit_all(at("lib"));
  git_files(at("main/sub"), {"pull", "-q", "origin", "main"});
  commit_all(at("main"));
  const Source outer_only = open_ok({.directory = at("main")});
  EXPECT_EQ(text_of(outer_only, "sub/inner"), "repository.submodule sub/inner");
  EXPECT_EQ(text_of(outer_only, "sub/x.py"), "recorded");
  ASSERT_EQ(outer_only.missing_submodules.size(), 1U);
  EXPECT_NE(outer_only.missing_submodules[0].hint.find("--init --recursive sub`"),
            std::string::npos)
      << outer_only.missing_submodules[0].hint;
  git_files(at("main"), {"submodule", "update", "-q", "--init", "--recursive"});
  for (const bool worktree : {false, true}) {
    const Source source = open_ok({.directory = at("main"), .worktree = worktree});
    EXPECT_EQ(text_of(source, "sub/inner/z.py"), "z");
    EXPECT_EQ(source.submodules, (Paths{"sub", "sub/inner"}));
    EXPECT_FALSE(source.dirty());
  }
  folder_.write("main/sub/inner/z.py", "edited");
  EXPECT_TRUE(open_ok({.directory = at("main"), .worktree = true}).dirty());
}

// Each repository has its own store and its own folder that links may not leave.
TEST_F(Submodules, lfs_and_symlinks_stay_inside) {
  const std::string content = "a large file";
  const std::string digest = system::sha256_hex(content);
  folder_.write("lib/big.jar", "version https://git-lfs.github.com/spec/v1\noid sha256:" + digest +
                                   "\nsize " + std::to_string(content.size()) + "\n");
  fs::create_symlink("x.py", at("lib/inside"));
  fs::create_symlink("../a", at("lib/outside"));
  commit_all(at("lib"));
  git_files(at("main/sub"), {"pull", "-q", "origin", "main"});
  fs::create_symlink("sub/x.py", at("main/into"));
  commit_all(at("main"));
  Source source = open_ok({.directory = at("main")});
  EXPECT_EQ(text_of(source, "sub/big.jar"), "repository.lfs-missing sub/big.jar");
  EXPECT_NE(source.tree->read("sub/big.jar").failure().hint.find("in the submodule sub"),
            std::string::npos);
  EXPECT_EQ(text_of(source, "sub/inside"), "recorded");
  EXPECT_EQ(text_of(source, "sub/outside"), "repository.bad-symlink sub/outside");
  EXPECT_EQ(text_of(source, "into"), "recorded");
  EXPECT_EQ(source.tree->find("into")->kind, EntryKind::regular);
  folder_.write("main/.git/modules/sub/lfs/objects/" + digest.substr(0, 2) + "/" +
                    digest.substr(2, 2) + "/" + digest,
                content);
  source = open_ok({.directory = at("main")});
  EXPECT_EQ(text_of(source, "sub/big.jar"), content);
  EXPECT_EQ(source.tree->size_of("sub/big.jar"), content.size());
}

TEST_F(Submodules, linked_worktree) {
  git(at("main"), {"worktree", "add", "-q", at("linked")});
  expect_all(open_ok({.directory = at("linked")}));  // out of the main repository's modules
  const Source lies = open_ok({.directory = at("linked"), .worktree = true});
  EXPECT_EQ(text_of(lies, "sub"), "repository.submodule sub");
  EXPECT_FALSE(lies.dirty());
  git_files(at("linked"), {"submodule", "update", "-q", "--init"});
  fs::remove_all(at("main/.git/modules"));
  for (const bool worktree : {false, true})
    expect_all(open_ok({.directory = at("linked"), .worktree = worktree}));
}

TEST_F(Submodules, below_the_folder_of_a_service) {
  folder_.write("main/services/orders/own.py", "o");
  git_files(at("main"), {"submodule", "add", "-q", at("lib"), "services/orders/common"});
  commit_all(at("main"));
  for (const bool worktree : {false, true}) {
    const Source source =
        open_ok({.directory = at("main"), .worktree = worktree, .path = "services/orders"});
    EXPECT_EQ(paths_of(source), (Paths{"common/deep/y.py", "common/x.py", "own.py"}));
    EXPECT_EQ(text_of(source, "common/x.py"), "recorded");
    EXPECT_FALSE(source.dirty());
  }
  git(folder_.path(), {"clone", "-q", "main", "clone"});
  const Source source = open_ok({.directory = at("clone"), .path = "services/orders"});
  ASSERT_EQ(source.missing_submodules.size(), 1U);
  EXPECT_EQ(source.missing_submodules[0].where.file, "common");
  EXPECT_NE(source.missing_submodules[0].hint.find("--init services/orders/common`"),
            std::string::npos)
      << source.missing_submodules[0].hint;
}

// A repository that lies there by chance is not the service's.
TEST_F(Submodules, other_repositories_stay_closed) {
  folder_.write("main/other/o.py", "o");
  commit_all(at("main/other"));
  const Source source = open_ok({.directory = at("main"), .worktree = true});
  EXPECT_EQ(source.tree->find("other")->kind, EntryKind::submodule);
  EXPECT_EQ(text_of(source, "other"), "repository.submodule other");
  EXPECT_EQ(source.submodules, Paths{"sub"});
  EXPECT_TRUE(source.missing_submodules.empty());
}

// Added, and not committed yet: the index records it.
TEST_F(Submodules, only_in_the_index) {
  git_files(at("main"), {"submodule", "add", "-q", at("lib"), "second"});
  const Source source = open_ok({.directory = at("main"), .worktree = true});
  EXPECT_EQ(text_of(source, "second/x.py"), "recorded");
  EXPECT_TRUE(source.dirty());
  git(at("main"), {"rm", "-q", "--cached", "sub"});
  EXPECT_EQ(open_ok({.directory = at("main"), .worktree = true}).submodules, Paths{"second"});
}

// The place of a checkout names a repository elsewhere: the commit decides, not the place.
TEST_F(Submodules, a_hostile_path_is_not_put_into_a_command) {
  git_files(at("main"), {"submodule", "add", "-q", at("lib"), "a b;x"});
  commit_all(at("main"));
  git(folder_.path(), {"clone", "-q", "main", "clone"});
  const Source source = open_ok({.directory = at("clone")});
  ASSERT_EQ(source.missing_submodules.size(), 2U);
  EXPECT_NE(source.missing_submodules[0].hint.find("`git submodule update --init`"),
            std::string::npos)
      << source.missing_submodules[0].hint;
}

TEST_F(Submodules, inventory_knows_them) {
  const Source source = open_ok({.directory = at("main")});
  const Inventory inventory = take_inventory(*source.tree, {.submodules = source.submodules});
  EXPECT_TRUE(inventory.find("sub/x.py")->if_referenced);
  EXPECT_FALSE(inventory.find("a")->in_submodule);
  git(folder_.path(), {"clone", "-q", "main", "clone"});
  const Source without = open_ok({.directory = at("clone")});
  EXPECT_NE(take_inventory(*without.tree, {}).find("sub")->reason.find(recorded()),
            std::string::npos);
}

// Commits that record each other's commits many times hold any number of files.
TEST_F(Submodules, many_times_the_same_is_too_large) {
  const std::string id = git(at("lib"), {"rev-parse", "HEAD"}).substr(0, 40);
  std::string lines;
  for (int i = 0; i < 1001; ++i) lines += "160000 " + id + "\ts" + std::to_string(i) + "\n";
  const auto staged = system::run_process(
      {.argv = {"git", "update-index", "--index-info"}, .directory = at("main"), .input = lines});
  ASSERT_EQ(staged->exit_code, 0) << staged->err;
  git(at("main"), {"commit", "-q", "-m", "many"});
  const Result<Source> source = open_source({.directory = at("main")});
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.failure().code, "repository.too-large");
}

}  // namespace
}  // namespace tidegate::repository
