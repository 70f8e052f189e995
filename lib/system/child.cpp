// SPDX-License-Identifier: Apache-2.0
#include "system/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "system/spawn.hpp"

namespace tidegate::system {

namespace {

using Clock = std::chrono::steady_clock;

int left_until(Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30));
}

std::string read_whole(int descriptor) {
  std::string text;
  std::array<char, 4096> piece{};
  off_t at = 0;
  for (ssize_t got = 0; (got = ::pread(descriptor, piece.data(), piece.size(), at)) > 0;
       at += got) {
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

Result<std::unique_ptr<Child>> Child::start(const ProcessRequest& request) {
  Pipe in, out;
  std::unique_ptr<Child> child(new Child());
  // Errors go to memory: a pipe that nobody empties would stop the program.
  child->errors_ = ::memfd_create("errors", MFD_CLOEXEC);
  if (child->errors_ < 0 || !in.open() || !out.open()) {
    return start_failure(request, std::strerror(errno));
  }
  const Result<pid_t> pid = spawn(request, in.read_end, out.write_end, child->errors_);
  if (!pid) return pid.failure();
  child->pid_ = *pid;
  // By number: the declaration of glibc 2.36 is no extern "C". Close-on-exec by itself.
  child->handle_ = static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0));
  std::swap(child->input_, in.write_end);
  std::swap(child->output_, out.read_end);
  ::fcntl(child->output_, F_SETFL, O_NONBLOCK);
  return child;
}

Child::~Child() {
  if (pid_ > 0 && !ended_) {
    send_signal(SIGKILL);
    wait_for_exit(pid_);
  }
  for (int* descriptor : {&input_, &output_, &errors_, &handle_}) Pipe::close_end(*descriptor);
}

bool Child::read_output() {
  std::array<char, 65536> piece{};
  while (output_ >= 0) {
    const ssize_t got = ::read(output_, piece.data(), piece.size());
    if (got > 0) {
      unread_.append(piece.data(), static_cast<std::size_t>(got));
    } else if (got == 0) {
      Pipe::close_end(output_);
    } else if (errno != EINTR) {
      return true;  // nothing there now
    }
  }
  return false;
}

std::optional<std::string> Child::read_line(std::chrono::milliseconds limit) {
  const Clock::time_point end = Clock::now() + limit;
  for (;;) {
    const bool more = read_output();
    const std::size_t newline = unread_.find('\n');
    if (newline != std::string::npos) {
      std::string line = unread_.substr(0, newline);
      unread_.erase(0, newline + 1);
      return line;
    }
    const int left = left_until(end);
    if (!more || left == 0) return std::nullopt;
    pollfd state{output_, POLLIN, 0};
    ::poll(&state, 1, left);
  }
}

void Child::close_input() { Pipe::close_end(input_); }

void Child::send_signal(int number) const {
  if (!ended_) ::kill(pid_, number);
}

bool Child::has_ended(int milliseconds) const {
  pollfd state{handle_, POLLIN, 0};
  return ::poll(&state, 1, milliseconds) > 0;
}

std::optional<ProcessResult> Child::wait(std::chrono::milliseconds limit) {
  const Clock::time_point end = Clock::now() + limit;
  while (!ended_) {
    read_output();
    if (has_ended(0)) {
      read_output();
      ended_ = ProcessResult{
          .exit_code = wait_for_exit(pid_), .out = std::move(unread_), .err = read_whole(errors_)};
      break;
    }
    const int left = left_until(end);
    if (left == 0) return std::nullopt;
    std::array<pollfd, 2> states{{{handle_, POLLIN, 0}, {output_, POLLIN, 0}}};
    ::poll(states.data(), states.size(), left);
  }
  return ended_;
}

ProcessResult Child::stop(std::chrono::milliseconds grace) {
  close_input();
  for (const int number : {0, SIGTERM}) {
    if (number != 0) send_signal(number);
    if (std::optional<ProcessResult> result = wait(grace)) return *result;
  }
  send_signal(SIGKILL);
  while (!wait(std::chrono::hours(1))) {
  }
  return *ended_;
}

}  // namespace tidegate::system
