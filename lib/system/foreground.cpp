// SPDX-License-Identifier: Apache-2.0
// The program runs in a process group of its own. Otherwise a Ctrl-C, or a build server that signals
// the whole group, would reach it twice, and Terraform takes a second signal for "stop at once, leave
// the state as it is". At a terminal that group is the foreground, so Ctrl-C and Ctrl-Z go there.
#include "system/foreground.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "system/spawn.hpp"

namespace tidegate::system {

namespace {

// False at the end of the output.
bool drain(int output, const Foreground::Sink& sink) {
  std::array<char, 65536> piece{};
  for (;;) {
    const ssize_t got = ::read(output, piece.data(), piece.size());
    if (got > 0) sink({piece.data(), static_cast<std::size_t>(got)});
    else if (got == 0) return false;
    else if (errno != EINTR) return true;
  }
}

}  // namespace

Foreground::Foreground() {
  // Where it is ignored, the system forgets how a child ended.
  ::signal(SIGCHLD, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);  // an output that nobody reads is a failed write; children get the default back
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&set, number);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  sigaddset(&set, SIGTTOU);  // taking the terminal back from the background
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Foreground::~Foreground() { Pipe::close_end(signals_); }

std::optional<int> Foreground::stopped() {
  take_signals(-1);
  return stopped_;
}

void Foreground::take_signals(int child) {
  signalfd_siginfo info{};
  while (::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    const int number = static_cast<int>(info.ssi_signo);
    if (number == SIGCHLD) continue;
    if (!stopped_) stopped_ = number;
    if (child > 0) ::kill(child, number);
  }
}

// Ctrl-Z stopped the program: so do we, until the shell goes on with us.
void Foreground::follow_stop(int child) const {
  ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
  ::kill(::getpid(), SIGSTOP);
  if (::tcgetpgrp(STDIN_FILENO) == ::getpgrp()) ::tcsetpgrp(STDIN_FILENO, child);
  ::kill(-child, SIGCONT);
}

int Foreground::wait(int child, int output, const Sink& sink, bool has_terminal) {
  for (;;) {
    std::array<pollfd, 2> states{{{signals_, POLLIN, 0}, {output, POLLIN, 0}}};
    if (::poll(states.data(), states.size(), -1) < 0 && errno != EINTR) return 128;
    take_signals(child);
    if (output >= 0 && states[1].revents != 0 && !drain(output, sink)) output = -1;
    int status = 0;
    if (::waitpid(child, &status, WNOHANG | (has_terminal ? WUNTRACED : 0)) != child) continue;
    if (WIFSTOPPED(status)) {
      follow_stop(child);
      continue;
    }
    if (output >= 0) drain(output, sink);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
}

Result<int> Foreground::run(ProcessRequest request) {
  request.process_group = 0;
  const bool has_terminal = ::isatty(STDIN_FILENO) == 1 && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
  request.takes_terminal = has_terminal;
  const Result<pid_t> child = spawn(request, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);
  if (!child) return child.failure();
  const int exit = wait(*child, -1, {}, has_terminal);
  if (has_terminal) ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
  return exit;
}

Result<int> Foreground::run(ProcessRequest request, const Sink& sink) {
  request.process_group = 0;
  Pipe in, out;
  if (!in.open() || !out.open()) return start_failure(request, std::strerror(errno));
  Pipe::close_end(in.write_end);
  const Result<pid_t> child = spawn(request, in.read_end, out.write_end, STDERR_FILENO);
  if (!child) return child.failure();
  Pipe::close_end(out.write_end);
  ::fcntl(out.read_end, F_SETFL, O_NONBLOCK);
  return wait(*child, out.read_end, sink, false);
}

Result<ProcessResult> Foreground::capture(ProcessRequest request) {
  request.process_group = 0;
  Pipe in, out;
  // Errors go to memory: only one pipe has to be emptied.
  int errors = ::memfd_create("errors", MFD_CLOEXEC);
  if (!in.open() || !out.open() || errors < 0) {
    Pipe::close_end(errors);
    return start_failure(request, std::strerror(errno));
  }
  Pipe::close_end(in.write_end);
  const Result<pid_t> child = spawn(request, in.read_end, out.write_end, errors);
  if (!child) {
    Pipe::close_end(errors);
    return child.failure();
  }
  Pipe::close_end(out.write_end);
  ::fcntl(out.read_end, F_SETFL, O_NONBLOCK);
  ProcessResult result;
  result.exit_code = wait(*child, out.read_end,
                          [&](std::string_view piece) { result.out += piece; }, false);
  std::array<char, 65536> piece{};
  off_t at = 0;
  for (ssize_t got = 0; (got = ::pread(errors, piece.data(), piece.size(), at)) > 0; at += got) {
    result.err.append(piece.data(), static_cast<std::size_t>(got));
  }
  Pipe::close_end(errors);
  return result;
}

}  // namespace tidegate::system
