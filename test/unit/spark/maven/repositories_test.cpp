// SPDX-License-Identifier: Apache-2.0
// Files of a repository in memory, with everything that can go wrong on the way.
#include "spark/maven/repositories.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>

#include "support/fake_http.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/temporary_folder.hpp"

namespace tidegate::spark::maven {
namespace {

using Kind = test::Fault::Kind;

const Coordinates jar{.group = "com.example", .artifact = "a", .version = "1.0"};
const std::string place = "com/example/a/1.0/a-1.0.jar";
const std::string bytes(100000, 'j');

std::string sha1_of(const std::string& text) {
  system::Sha1 sha1;
  sha1.update(text);
  return sha1.finish_hex();
}

struct World {
  std::map<std::string, std::string> files{
      {"https://one.example/m/" + place, bytes},
      {"https://one.example/m/" + place + ".sha1", sha1_of(bytes) + "  a-1.0.jar\n"}};
  int refuse_with = 0;
  test::MemoryHttp server{[this](const test::Asked& asked) -> test::Reply {
    if (refuse_with != 0) return {.status = refuse_with};
    const auto found = files.find(asked.target);
    if (found == files.end()) return {.status = 404};
    return {.body = found->second};
  }};
  test::RecordedPause pause{};
  std::unique_ptr<system::TemporaryFolder> folder = std::move(*system::TemporaryFolder::make("tidegate-test"));

  Repositories repositories(system::Http& http, std::vector<RemoteRepository> all = {}) const {
    if (all.empty()) all = {{"none", "https://none.example"}, {"one", "https://one.example/m", "me", "secret"}};
    return Repositories(http, std::move(all), folder->path() + "/cache", folder->path() + "/m2");
  }
  Result<FetchedFile> find(std::deque<test::Fault> faults = {}) {
    test::FaultyHttp faulty(server, std::move(faults));
    system::RetryingHttp http(faulty, pause, [] { return 0; });
    return repositories(http).find(jar);
  }
  Result<FetchedFile> fetch(const std::string& digest) {
    return repositories(server).fetch(
        {.file = jar, .scope = "compile", .repository = "one", .sha256 = digest, .where = {.file = "lock", .line = 3}});
  }
};

TEST(Repositories, takes_the_file_from_the_first_that_has_it) {
  World world;
  const auto file = world.find();
  ASSERT_TRUE(file.ok()) << render_diagnostic(file.failure());
  EXPECT_EQ(file->repository, "one");
  EXPECT_EQ(file->sha256, system::sha256_hex(bytes));
  EXPECT_EQ(file->size, bytes.size());
  EXPECT_EQ(*system::read_file(file->path), bytes);
  EXPECT_EQ(world.server.asked.back().header("user"), "me:secret");
  const std::size_t asked = world.server.asked.size();
  ASSERT_TRUE(world.find().ok());
  EXPECT_EQ(world.server.asked.size(), asked + 1) << "only the repository before it is asked again";
}

TEST(Repositories, lost_answers_and_broken_bodies_are_asked_for_again) {
  World world;
  const auto file = world.find({{Kind::none}, {Kind::broken_body}, {Kind::lost_answer}, {Kind::status, 503}});
  ASSERT_TRUE(file.ok()) << render_diagnostic(file.failure());
  EXPECT_EQ(*system::read_file(file->path), bytes);
  EXPECT_EQ(world.pause.waited.size(), 3U);
}

TEST(Repositories, a_damaged_file_is_not_kept) {
  World world;
  world.files["https://one.example/m/" + place] += "x";
  EXPECT_EQ(world.find().failure().code, "spark.wrong-checksum");
  world.files["https://one.example/m/" + place] = bytes;
  EXPECT_TRUE(world.find().ok());
}

TEST(Repositories, prefers_sha256_and_wants_some_checksum) {
  World world;
  world.files["https://one.example/m/" + place + ".sha256"] = std::string(64, '0');
  EXPECT_EQ(world.find().failure().code, "spark.wrong-checksum");
  world.files["https://one.example/m/" + place + ".sha256"] = system::sha256_hex(bytes);
  EXPECT_TRUE(world.find().ok());
  World bare;
  bare.files.erase("https://one.example/m/" + place + ".sha1");
  EXPECT_EQ(bare.find().failure().code, "spark.no-checksum");
}

TEST(Repositories, a_refusal_is_no_absence) {
  World world;
  world.refuse_with = 401;
  const auto file = world.find();
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.failure().code, "spark.repository-failed");
  EXPECT_EQ(file.failure().exit, ExitCode::store_failed);
  EXPECT_EQ(render_diagnostic(file.failure()).find("secret"), std::string::npos);
}

TEST(Repositories, says_where_it_looked) {
  World world;
  world.files.clear();
  const auto file = world.find();
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.failure().code, "spark.unresolved-dependency");
  EXPECT_NE(file.failure().message.find("one https://one.example/m"), std::string::npos) << file.failure().message;
}

TEST(Repositories, locked_bytes_come_or_nothing) {
  World world;
  const auto file = world.fetch(system::sha256_hex(bytes));
  ASSERT_TRUE(file.ok()) << render_diagnostic(file.failure());
  world.files["https://one.example/m/" + place] = "replaced";
  ASSERT_TRUE(world.fetch(system::sha256_hex(bytes)).ok()) << "the cache has it";
  ASSERT_TRUE(system::write_file(file->path, "damaged").ok());
  const auto changed = world.fetch(system::sha256_hex(bytes));
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.failure().code, "spark.checksum-changed");
  EXPECT_EQ(to_string(changed.failure().where), "lock:3");
  EXPECT_EQ(*system::read_file(file->path), "damaged") << "the wrong file does not enter the cache";
}

TEST(Repositories, offline_is_enough_when_the_cache_has_it) {
  World world;
  ASSERT_TRUE(world.fetch(system::sha256_hex(bytes)).ok());
  system::OfflineHttp offline;
  Repositories cached = world.repositories(offline);
  const LockedDependency wanted{.file = jar, .repository = "one", .sha256 = system::sha256_hex(bytes)};
  EXPECT_TRUE(cached.fetch(wanted).ok());
  World empty;
  const auto missing = empty.repositories(offline).fetch(wanted);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.failure().code, "system.offline");
}

TEST(Repositories, maven_s_own_folder_serves_known_bytes_only) {
  World world;
  system::OfflineHttp offline;
  const std::string path = world.folder->path() + "/m2/" + place;
  ASSERT_TRUE(system::make_folders(std::string(path.substr(0, path.rfind('/')))).ok());
  ASSERT_TRUE(system::write_file(path, bytes).ok());
  LockedDependency wanted{.file = jar, .repository = "one", .sha256 = system::sha256_hex(bytes)};
  EXPECT_EQ(world.repositories(offline).fetch(wanted)->path, path);
  wanted.sha256 = std::string(64, '0');
  EXPECT_FALSE(world.repositories(offline).fetch(wanted).ok());
}

TEST(Repositories, a_repository_that_is_not_declared_is_not_asked) {
  World world;
  auto wanted = LockedDependency{.file = jar, .repository = "two", .sha256 = system::sha256_hex(bytes)};
  const auto file = world.repositories(world.server).fetch(wanted);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.failure().code, "spark.lock-outdated");
  EXPECT_TRUE(world.server.asked.empty());
}

TEST(Repositories, a_folder_is_a_repository) {
  World world;
  const std::string root = world.folder->path() + "/files";
  const std::string path = root + "/" + place;
  ASSERT_TRUE(system::make_folders(path.substr(0, path.rfind('/'))).ok());
  ASSERT_TRUE(system::write_file(path, bytes).ok());
  ASSERT_TRUE(system::write_file(path + ".sha256", system::sha256_hex(bytes)).ok());
  Repositories folder = world.repositories(world.server, {{"folder", "file://" + root}});
  ASSERT_TRUE(folder.find(jar).ok());
  EXPECT_EQ(folder.find({.group = "g", .artifact = "b", .version = "1"}).failure().code, "spark.unresolved-dependency");
  EXPECT_TRUE(world.server.asked.empty());
}

}  // namespace
}  // namespace tidegate::spark::maven
