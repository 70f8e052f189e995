// SPDX-License-Identifier: Apache-2.0
// Symlinks and LFS pointers, in commits and on disk.
#include "repository/resolved_tree.hpp"

#include <gtest/gtest.h>
#include <unistd.h>


#include "repository/inventory.hpp"
#include "repository/lfs.hpp"
#include "repository/source.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/digest.hpp"

namespace tidegate::repository {
namespace {

using system::EntryKind;
using test::commit_all;
using test::git;
using test::TemporaryFolder;

std::string pointer_text(const std::string& content) {
  return "version https://git-lfs.github.com/spec/v1\noid sha256:" + system::sha256_hex(content) +
         "\nsize " + std::to_string(content.size()) + "\n";
}

void store(const TemporaryFolder& folder, const std::string& digest, const std::string& content) {
  folder.write(".git/lfs/objects/" + digest.substr(0, 2) + "/" + digest.substr(2, 2) + "/" + digest,
               content);
}

std::string message_of(const Source& source, const std::string& path) {
  const Result<std::string> bytes = source.tree->read(path);
  return bytes.ok() ? "no failure" : bytes.failure().code + ": " + bytes.failure().message;
}

TEST(Symlinks, to_files_are_copies_and_all_else_is_refused_when_read) {
  const TemporaryFolder folder;
  folder.write("s/a/file.txt", "content");
  folder.write("outside.txt", "outside");
  const auto link = [&](const std::string& target, const std::string& name) {
    ASSERT_EQ(::symlink(target.c_str(), (folder.path() + "/s/" + name).c_str()), 0);
  };
  link("a/file.txt", "good");
  link("../good", "a/chain");
  link(".//a/../a/./file.txt", "winding");
  link("a", "folder");
  link("folder/file.txt", "through");
  link("/etc/passwd", "absolute");
  link("../outside.txt", "escaping");
  link("none.txt", "dangling");
  link("circle-b", "circle-a");
  link("circle-a", "circle-b");
  commit_all(folder.path());
  for (const bool worktree : {false, true}) {
    const Source source = *open_source({.directory = folder.path() + "/s", .worktree = worktree});
    for (const char* name : {"good", "a/chain", "winding"}) {
      EXPECT_EQ(source.tree->find(name)->kind, EntryKind::regular) << name;
      EXPECT_EQ(source.tree->size_of(name), 7U) << name;
      EXPECT_EQ(*source.tree->read(name), "content") << name;
      EXPECT_EQ(*source.tree->read_prefix(name, 3), "con") << name;
    }
    EXPECT_EQ(source.tree->find("folder")->kind, EntryKind::symlink);
    EXPECT_EQ(message_of(source, "folder"),
              "repository.bad-symlink: the symlink leads to a folder, `a`");
    EXPECT_EQ(message_of(source, "through"),
              "repository.bad-symlink: the symlink leads through another symlink to a folder, "
              "`folder/file.txt`");
    EXPECT_EQ(message_of(source, "absolute"),
              "repository.bad-symlink: the symlink leads to the absolute path `/etc/passwd`");
    EXPECT_EQ(message_of(source, "escaping"),
              "repository.bad-symlink: the symlink leads outside the service's folder, to "
              "`../outside.txt`");
    EXPECT_EQ(message_of(source, "dangling"),
              "repository.bad-symlink: the symlink leads to `none.txt`, which is not there (or "
              "ignored by git)");
    EXPECT_EQ(message_of(source, "circle-a"),
              "repository.bad-symlink: the symlink leads in a circle");
    EXPECT_EQ(source.differences().count, 0U);
    EXPECT_FALSE(source.dirty());
    EXPECT_EQ(take_inventory(*source.tree, {}).find("dangling")->reason,
              "the symlink leads to `none.txt`, which is not there (or ignored by git)");
  }
}

TEST(Lfs, object_is_read_checked_and_reported_when_missing) {
  const TemporaryFolder folder;
  const std::string content = "jar " + std::string(2000, 'j');
  const std::string digest = system::sha256_hex(content);
  folder.write(".gitattributes", "*.jar filter=lfs diff=lfs merge=lfs -text\n");
  folder.write("libs/a.jar", pointer_text(content));
  commit_all(folder.path());
  {
    const Source source = *open_source({.directory = folder.path()});
    const Result<std::string> bytes = source.tree->read("libs/a.jar");
    ASSERT_FALSE(bytes.ok());
    EXPECT_EQ(bytes.failure().code, "repository.lfs-missing");
    EXPECT_EQ(bytes.failure().exit, ExitCode::build_failed);
    EXPECT_NE(bytes.failure().hint.find("git lfs pull"), std::string::npos);
    const Inventory inventory = take_inventory(*source.tree, {});
    EXPECT_EQ(inventory.find("libs/a.jar")->role, Role::jar);
    EXPECT_TRUE(inventory.find("libs/a.jar")->lfs_pointer);
  }
  store(folder, digest, content);
  folder.write("libs/a.jar", content);  // as git lfs would have checked it out
  for (const bool worktree : {false, true}) {
    const Source source = *open_source({.directory = folder.path(), .worktree = worktree});
    EXPECT_EQ(*source.tree->read("libs/a.jar"), content);
    EXPECT_EQ(*source.tree->read_prefix("libs/a.jar", 3), "jar");
    EXPECT_EQ(source.tree->size_of("libs/a.jar"), content.size());
    EXPECT_EQ(source.differences().count, 0U);
    EXPECT_FALSE(source.dirty());
    EXPECT_FALSE(take_inventory(*source.tree, {}).find("libs/a.jar")->lfs_pointer);
  }
  store(folder, digest, "jar " + std::string(2000, 'k'));
  const Source forged = *open_source({.directory = folder.path()});
  EXPECT_EQ(forged.tree->read("libs/a.jar").failure().code, "repository.lfs-invalid");
  store(folder, digest, "short");
  EXPECT_EQ(forged.tree->read("libs/a.jar").failure().code, "repository.lfs-invalid");
  folder.write("libs/a.jar", std::string(content.size(), 'x'));
  EXPECT_EQ(open_source({.directory = folder.path()})->differences().paths,
            std::vector<std::string>{"libs/a.jar"});
}

TEST(Lfs, linked_worktree_uses_the_store_of_the_main_repository) {
  const TemporaryFolder folder;
  const std::string content(500, 'c');
  folder.write("a.bin", pointer_text(content));
  commit_all(folder.path());
  store(folder, system::sha256_hex(content), content);
  git(folder.path(), {"worktree", "add", "-q", "-b", "side", folder.path() + "/side"});
  EXPECT_EQ(*open_source({.directory = folder.path() + "/side"})->tree->read("a.bin"), content);
}

TEST(Lfs, pointer_text) {
  EXPECT_TRUE(is_lfs_pointer(pointer_text("x")));
  EXPECT_FALSE(is_lfs_pointer("version https://git-lfs.github.com/spec/v1.5\n"));
  EXPECT_FALSE(is_lfs_pointer("{}"));
  const Result<LfsPointer> pointer = parse_lfs_pointer("f", pointer_text("abc"));
  ASSERT_TRUE(pointer.ok());
  EXPECT_EQ(pointer->size, 3U);
  EXPECT_EQ(pointer->digest, system::sha256_hex("abc"));
  for (const std::string& text : std::vector<std::string>{
           "version https://git-lfs.github.com/spec/v1\n",
           pointer_text("abc") + "ext-0-foo sha256:" + std::string(64, 'a') + "\n",
           "version https://git-lfs.github.com/spec/v1\noid sha256:zz\nsize 1\n",
           "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'a') +
               "\nsize -1\n"}) {
    const Result<LfsPointer> refused = parse_lfs_pointer("f", text);
    ASSERT_FALSE(refused.ok()) << text;
    EXPECT_EQ(refused.failure().code, "repository.lfs-invalid");
  }
}

}  // namespace
}  // namespace tidegate::repository
