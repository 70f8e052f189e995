// SPDX-License-Identifier: Apache-2.0
#include "system/foreground.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "support/shared.hpp"

namespace tidegate::system {
namespace {

// A Foreground changes the signals of its process: each test in a process of its own, which ends
// with the number of the first expectation that failed.
int in_own_process(int (*test)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(test());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

ProcessRequest shell(const std::string& text) { return {.argv = {"/bin/sh", "-c", text}}; }

TEST(Foreground, captures_both_outputs_apart_and_whole) {
  EXPECT_EQ(in_own_process([] {
              Foreground foreground;
              const auto result = foreground.capture(shell(
                  "i=0; while [ $i -lt 4000 ]; do echo 'a line of the output of this program';"
                  " echo 'a line of its errors' >&2; i=$((i+1)); done; exit 7"));
              if (!result) return 1;
              if (result->exit_code != 7) return 2;
              if (result->out.size() != 4000 * 37U) return 3;
              if (result->err.size() != 4000 * 21U) return 4;
              if (result->out.find("errors") != std::string::npos) return 5;
              return foreground.stopped() ? 6 : 0;
            }),
            0);
}

TEST(Foreground, captures_with_an_empty_input_and_an_environment_of_its_own) {
  EXPECT_EQ(in_own_process([] {
              Foreground foreground;
              ProcessRequest request = shell("cat; echo \"$WORD$HOME\"; pwd");
              request.inherit_environment = false;
              request.environment = {{"WORD", "x"}};
              request.directory = "/";
              const auto result = foreground.capture(std::move(request));
              if (!result) return 1;
              if (result->out != "x\n/\n") return 2;
              return result->err.empty() ? 0 : 3;
            }),
            0);
}

TEST(Foreground, reports_a_program_that_cannot_start) {
  EXPECT_EQ(in_own_process([] {
              Foreground foreground;
              const auto result = foreground.capture({.argv = {"/no/such/program"}});
              if (result) return 1;
              return result.failure().code == "system.process-failed" ? 0 : 2;
            }),
            0);
}

// Asked to stop, the program is, once, and we live on and know it.
TEST(Foreground, hands_a_signal_on_and_keeps_it) {
  EXPECT_EQ(
      in_own_process([] {
        Foreground foreground;
        const auto result = foreground.capture(shell(
            "trap 'echo stopped; exit 3' TERM; kill -TERM $PPID; while :; do sleep 0.05; done"));
        if (!result) return 1;
        if (result->exit_code != 3) return 2;
        if (result->out != "stopped\n") return 3;
        return foreground.stopped() == SIGTERM ? 0 : 4;
      }),
      0);
}

TEST(Foreground, gives_the_status_of_a_program_that_a_signal_ended) {
  EXPECT_EQ(in_own_process([] {
              Foreground foreground;
              const auto result = foreground.capture(shell("echo begun; kill -KILL $$"));
              if (!result) return 1;
              if (result->exit_code != 128 + SIGKILL) return 2;
              return result->out == "begun\n" ? 0 : 3;
            }),
            0);
}

// What the program left behind holds the pipe open; its end counts.
TEST(Foreground, does_not_wait_for_what_a_program_left_behind) {
  EXPECT_EQ(in_own_process([] {
              Foreground foreground;
              const auto result = foreground.capture(shell("sleep 600 & echo $!"));
              if (!result || result->exit_code != 0) return 1;
              ::kill(static_cast<pid_t>(std::stoi(result->out)), SIGKILL);
              return 0;
            }),
            0);
}

}  // namespace
}  // namespace tidegate::system
