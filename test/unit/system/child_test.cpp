// SPDX-License-Identifier: Apache-2.0
#include "system/child.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace tidegate::system {
namespace {

using std::chrono::seconds;

std::unique_ptr<Child> shell(const std::string& script) {
  auto child = Child::start({.argv = {"/bin/sh", "-c", script}});
  EXPECT_TRUE(child.ok());
  return std::move(child).value();
}

TEST(Child, gives_lines_while_it_runs) {
  const auto child = shell("echo one; printf 'two\\nthr'; cat; echo ee");
  EXPECT_EQ(child->read_line(seconds(60)), "one");
  EXPECT_EQ(child->read_line(seconds(60)), "two");
  EXPECT_FALSE(child->read_line(std::chrono::milliseconds(0)).has_value());
  child->close_input();
  EXPECT_EQ(child->read_line(seconds(60)), "three");
  EXPECT_FALSE(child->read_line(seconds(60)).has_value());
  EXPECT_EQ(child->wait(seconds(60))->exit_code, 0);
}

TEST(Child, is_drained_while_one_waits) {
  const auto child = shell("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; exit 7");
  const auto result = child->wait(seconds(60));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->exit_code, 7);
  EXPECT_EQ(result->out.size(), 300000U);
  EXPECT_EQ(result->err.size(), 300000U);
  EXPECT_EQ(child->wait(seconds(0))->exit_code, 7);
}

TEST(Child, stops_with_its_input_then_by_signals) {
  EXPECT_EQ(shell("cat; exit 4")->stop(seconds(60)).exit_code, 4);
  const std::chrono::milliseconds soon(50);
  EXPECT_EQ(shell("exec sleep 1000")->stop(soon).exit_code, 128 + SIGTERM);
  const auto deaf = shell("trap '' TERM; echo; while true; do sleep 0.01; done");
  ASSERT_TRUE(deaf->read_line(seconds(60)).has_value());
  EXPECT_EQ(deaf->stop(soon).exit_code, 128 + SIGKILL);
}

TEST(Child, does_not_outlive_its_handle) {
  int pid = 0;
  {
    const auto child = shell("exec sleep 1000");
    pid = child->pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST(Child, joins_a_process_group) {
  auto leader = Child::start({.argv = {"/bin/cat"}, .process_group = 0});
  ASSERT_TRUE(leader.ok());
  EXPECT_EQ(::getpgid((*leader)->pid()), (*leader)->pid());
  auto member = Child::start({.argv = {"/bin/cat"}, .process_group = (*leader)->pid()});
  ASSERT_TRUE(member.ok());
  EXPECT_EQ(::getpgid((*member)->pid()), (*leader)->pid());
}

TEST(Child, that_cannot_be_started_is_reported) {
  EXPECT_EQ(Child::start({.argv = {"/nowhere"}}).failure().code, "system.process-failed");
}

}  // namespace
}  // namespace tidegate::system
