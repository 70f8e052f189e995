// SPDX-License-Identifier: Apache-2.0
#include "system/spawn.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

extern char** environ;

namespace tidegate::system {

namespace {

std::vector<std::string> environment_of(const ProcessRequest& request) {
  std::vector<std::string> all;
  if (request.inherit_environment) {
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
      const std::string_view text(*entry);
      if (!request.environment.contains(std::string(text.substr(0, text.find('='))))) {
        all.emplace_back(text);
      }
    }
  }
  for (const auto& entry : request.environment) all.push_back(entry.first + "=" + entry.second);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

void set_attributes(const ProcessRequest& request, posix_spawnattr_t& attributes) {
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  // A thread that blocks signals must not hand that on: the child could not be interrupted.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  if (request.process_group) {
    posix_spawnattr_setpgroup(&attributes, *request.process_group);
    flags |= POSIX_SPAWN_SETPGROUP;
  }
  posix_spawnattr_setflags(&attributes, static_cast<short>(flags));
}

}  // namespace

Pipe::~Pipe() {
  close_end(read_end);
  close_end(write_end);
}

bool Pipe::open() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  read_end = ends[0];
  write_end = ends[1];
  return true;
}

void Pipe::close_end(int& end) {
  if (end >= 0) ::close(end);
  end = -1;
}

Diagnostic start_failure(const ProcessRequest& request, std::string_view reason) {
  return Diagnostic{.code = "system.process-failed",
                    .where = {.file = request.argv.empty() ? std::string() : request.argv.front()},
                    .message = "cannot be started: " + std::string(reason),
                    .exit = ExitCode::internal};
}

Result<pid_t> spawn(const ProcessRequest& request, int in, int out, int err) {
  if (request.argv.empty()) return start_failure(request, "no command");
  const std::optional<std::string> program = find_program(request.argv.front());
  if (!program) return start_failure(request, "not found");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (request.takes_terminal) posix_spawn_file_actions_addtcsetpgrp_np(&actions, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  if (!request.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, request.directory.c_str());
  }
  posix_spawnattr_t attributes;
  set_attributes(request, attributes);
  std::vector<std::string> argv = request.argv;
  std::vector<std::string> environment = environment_of(request);
  pid_t child = -1;
  const int started = ::posix_spawn(&child, program->c_str(), &actions, &attributes,
                                    pointers(argv).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (started != 0) return start_failure(request, std::strerror(started));
  return child;
}

int wait_for_exit(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace tidegate::system
