// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "system/limited_process.hpp"

namespace tidegate::system {
namespace {

Result<LimitedResult> run(const std::string& script, const std::string& input,
                          const Limits& limits = {}) {
  auto file = PrivateFile::make();
  EXPECT_TRUE(file.ok());
  EXPECT_TRUE((*file)->write(input).ok());
  return run_limited({.argv = {"/bin/sh", "-c", script},
                      .inherit_environment = false,
                      .environment = {{"PATH", "/usr/bin:/bin"}, {"LANG", "C"}}},
                     **file, limits);
}

TEST(LimitedProcess, reads_its_input_and_gives_its_output) {
  const std::string large(3000000, 'x');
  const auto result = run("cat; echo problem >&2; exit 10", large);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->end, LimitedResult::End::exited);
  EXPECT_EQ(result->exit_code, 10);
  EXPECT_EQ(result->out, large);
  EXPECT_EQ(result->error_bytes, 8U);
}

TEST(LimitedProcess, has_only_the_environment_it_is_given) {
  const auto result = run("env | sort | grep -v -e ^_= -e ^PWD= -e ^SHLVL= -e ^OLDPWD=", "");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->out, "LANG=C\nPATH=/usr/bin:/bin\n");
}

TEST(LimitedProcess, ends_with_its_time) {
  const auto start = std::chrono::steady_clock::now();
  const auto result = run("sleep 60 & sleep 60", "", {.time = std::chrono::milliseconds(200)});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->end, LimitedResult::End::timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(LimitedProcess, does_not_wait_for_what_it_left_behind) {
  const auto start = std::chrono::steady_clock::now();
  const auto result = run("sleep 60 & echo done", "", {.time = std::chrono::seconds(50)});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->end, LimitedResult::End::exited);
  EXPECT_EQ(result->out, "done\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(LimitedProcess, ends_with_too_much_output) {
  const auto result = run("yes", "", {.output = 100000});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->end, LimitedResult::End::too_much_output);
}

TEST(LimitedProcess, a_flood_of_errors_does_not_stop_it) {
  const auto result = run("head -c 3000000 /dev/zero >&2; echo done", "");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->out, "done\n");
  EXPECT_EQ(result->error_bytes, 3000000U);
}

TEST(LimitedProcess, what_cannot_be_started_is_a_failure) {
  auto file = PrivateFile::make();
  ASSERT_TRUE(file.ok());
  EXPECT_FALSE(run_limited({.argv = {"/no/such/program"}}, **file, {}).ok());
}

TEST(PrivateFile, is_read_from_its_beginning_by_everybody) {
  auto file = PrivateFile::make();
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->write("abc").ok());
  for (int round = 0; round < 2; ++round) {
    const auto result = run_limited({.argv = {"/bin/cat"}}, **file, {});
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->out, "abc");
  }
}

}  // namespace
}  // namespace tidegate::system
