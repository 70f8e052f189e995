// SPDX-License-Identifier: Apache-2.0
#include "system/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "base/text.hpp"
#include "system/spawn.hpp"

namespace tidegate::system {

namespace {

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

int own_process() { return ::getpid(); }

std::string own_folder() {
  std::array<char, 4096> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  return size > 0 ? std::string(parent_path({path.data(), static_cast<std::size_t>(size)})) : "";
}

Result<ProcessResult> run_process(const ProcessRequest& request) {
  Pipe in, out, err;
  if (!in.open() || !out.open() || !err.open()) {
    return start_failure(request, std::strerror(errno));
  }
  const Result<pid_t> child = spawn(request, in.read_end, out.write_end, err.write_end);
  if (!child) return child.failure();
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
  result.exit_code = wait_for_exit(*child);
  return result;
}

}  // namespace tidegate::system
