// SPDX-License-Identifier: Apache-2.0
#include "system/stop_request.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace tidegate::system {

StopRequest::StopRequest() {
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  signals_ = ::signalfd(-1, &ends, SFD_CLOEXEC);
}

StopRequest::~StopRequest() {
  if (signals_ >= 0) ::close(signals_);
}

void StopRequest::wait() const {
  std::array<char, 4096> ignored{};
  for (;;) {
    std::array<pollfd, 2> states{{{STDIN_FILENO, POLLIN, 0}, {signals_, POLLIN, 0}}};
    if (::poll(states.data(), states.size(), -1) < 0) continue;  // EINTR
    if (states[1].revents != 0) return;
    if (states[0].revents == 0) continue;
    const ssize_t got = ::read(STDIN_FILENO, ignored.data(), ignored.size());
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) return;
  }
}

}  // namespace tidegate::system
