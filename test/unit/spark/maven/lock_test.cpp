// SPDX-License-Identifier: Apache-2.0
#include "spark/maven/lock.hpp"

#include <gtest/gtest.h>

namespace tidegate::spark::maven {
namespace {

const std::string digest(64, 'a');

LockFile sample() {
  return {.poms = {{"libs/pom.xml", digest}},
          .repositories = {{"releases", "https://maven.example.com/releases"}},
          .dependencies = {{.file = {.group = "g", .artifact = "a", .version = "1"},
                            .scope = "compile",
                            .via = {"g:b:1"},
                            .repository = "releases",
                            .sha256 = digest,
                            .size = 7}}};
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Lock, reads_what_it_writes) {
  const std::string text = render_lock(sample());
  const auto lock = parse_lock("l", text);
  ASSERT_TRUE(lock.ok()) << render_diagnostic(lock.failure());
  EXPECT_EQ(render_lock(*lock), text);
  EXPECT_EQ(lock->dependencies[0].file.text(), "g:a:1");
  EXPECT_EQ(lock->dependencies[0].size, 7U);
}

TEST(Lock, refuses_everything_else) {
  const std::string text = render_lock(sample());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"\"scope\": \"compile\"", "\"scope\": \"test\""},
           {"\"version\": \"1\"", "\"version\": \"[1,2)\""},
           {"\"artifact\": \"a\"", "\"artifact\": \"../a\""},
           {"\"size\": 7", "\"size\": -7"},
           {"\"size\": 7", "\"sizes\": 7"},
           {digest + "\",\n      \"size\"", "abc\",\n      \"size\""},
           {"\"poms\": [", "\"poms\": 1, \"x\": ["}}) {
    const auto lock = parse_lock("l", changed(text, from, to));
    ASSERT_FALSE(lock.ok()) << to;
    EXPECT_EQ(lock.failure().code, "spark.invalid-lock") << to;
    EXPECT_GT(lock.failure().where.line, 0U) << to;
  }
  EXPECT_EQ(parse_lock("l", changed(text, "lock/1", "lock/2")).failure().exit, ExitCode::unsupported);
  EXPECT_FALSE(parse_lock("l", "[]").ok());
  EXPECT_FALSE(parse_lock("l", "").ok());
}

TEST(Lock, one_library_stands_once) {
  LockFile lock = sample();
  lock.dependencies.push_back(lock.dependencies[0]);
  lock.dependencies[1].file.version = "2";
  EXPECT_FALSE(parse_lock("l", render_lock(lock)).ok());
}

}  // namespace
}  // namespace tidegate::spark::maven
