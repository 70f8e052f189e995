// SPDX-License-Identifier: Apache-2.0
#include "system/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "base/text.hpp"

extern char** environ;

namespace tidegate::system {

namespace {

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read_end = ends[0];
    write_end = ends[1];
    return true;
  }
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
};

std::vector<std::string> environment_of(const ProcessRequest& request) {
  std::vector<std::string> all;
  if (request.inherit_environment) {
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
      const std::string_view text(*entry);
      if (!request.environment.contains(std::string(text.substr(0, text.find('='))))) all.emplace_back(text);
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

// Feeds the input and drains both outputs until the child has closed them.
void exchange(Pipe& in, Pipe& out, Pipe& err, std::string_view input, ProcessResult& result) {
  ::fcntl(in.write_end, F_SETFL, O_NONBLOCK);
  if (input.empty()) Pipe::close_end(in.write_end);
  std::array<char, 65536> piece{};
  while (out.read_end >= 0 || err.read_end >= 0) {
    std::array<pollfd, 3> ends{{{out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}, {in.write_end, POLLOUT, 0}}};
    if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) return;
    const auto drain = [&](int& end, const pollfd& state, std::string& text) {
      if (end < 0 || state.revents == 0) return;
      const ssize_t got = ::read(end, piece.data(), piece.size());
      if (got > 0) text.append(piece.data(), static_cast<std::size_t>(got));
      if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) Pipe::close_end(end);
    };
    drain(out.read_end, ends[0], result.out);
    drain(err.read_end, ends[1], result.err);
    if (in.write_end >= 0 && ends[2].revents != 0) {
      const ssize_t put = ::write(in.write_end, input.data(), input.size());
      if (put > 0) input.remove_prefix(static_cast<std::size_t>(put));
      if (input.empty() || (put < 0 && errno != EAGAIN && errno != EINTR)) Pipe::close_end(in.write_end);
    }
  }
}

}  // namespace

std::optional<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return ::access(name.c_str(), X_OK) == 0 ? std::optional(name) : std::nullopt;
  }
  const char* path = std::getenv("PATH");
  if (path == nullptr) return std::nullopt;
  for (const std::string_view folder : split(path, ':')) {
    const std::string candidate = join_path(folder.empty() ? "." : folder, name);
    struct stat info {};
    if (::stat(candidate.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return std::nullopt;
}

Result<ProcessResult> run_process(const ProcessRequest& request) {
  const auto failure = [&](std::string_view reason) {
    return Diagnostic{.code = "system.process-failed",
                      .where = {.file = request.argv.empty() ? std::string() : request.argv.front()},
                      .message = "cannot be started: " + std::string(reason), .exit = ExitCode::internal};
  };
  if (request.argv.empty()) return failure("no command");
  const std::optional<std::string> program = find_program(request.argv.front());
  if (!program) return failure("not found");
  Pipe in, out, err;
  if (!in.open() || !out.open() || !err.open()) return failure(std::strerror(errno));

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read_end, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write_end, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write_end, STDERR_FILENO);
  if (!request.directory.empty()) posix_spawn_file_actions_addchdir_np(&actions, request.directory.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> argv = request.argv;
  std::vector<std::string> environment = environment_of(request);
  pid_t child = -1;
  const int started = ::posix_spawn(&child, program->c_str(), &actions, &attributes, pointers(argv).data(),
                                    pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (started != 0) return failure(std::strerror(started));
  Pipe::close_end(in.read_end);
  Pipe::close_end(out.write_end);
  Pipe::close_end(err.write_end);

  ProcessResult result;
  // A child that closes its input early must not end us.
  struct sigaction ignore {}, before {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &before);
  exchange(in, out, err, request.input, result);
  ::sigaction(SIGPIPE, &before, nullptr);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace tidegate::system
