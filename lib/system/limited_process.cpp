// SPDX-License-Identifier: Apache-2.0
#include "system/limited_process.hpp"

#include <fcntl.h>
#include <poll.h>
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
using End = LimitedResult::End;

// False: this end is closed, or was not open.
bool drain(int& end, std::string* text, std::size_t& count, std::size_t most) {
  std::array<char, 65536> piece{};
  while (end >= 0 && count <= most) {
    const ssize_t got = ::read(end, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return true;
    if (got <= 0) {
      Pipe::close_end(end);
      return false;
    }
    count += static_cast<std::size_t>(got);
    if (text != nullptr) text->append(piece.data(), static_cast<std::size_t>(got));
  }
  return end >= 0;
}

int left_until(Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30));
}

// Until the program has ended, and its output with it. A child of it that lives on and holds the
// pipe open does not count: `ended` is the program itself.
End watch(Pipe& out, Pipe& err, int ended, const Limits& limits, LimitedResult& result) {
  const Clock::time_point last = Clock::now() + limits.time;
  std::size_t size = 0;
  for (;;) {
    pollfd state{ended, POLLIN, 0};
    const bool over = ::poll(&state, 1, 0) > 0;
    drain(out.read_end, &result.out, size, limits.output);
    std::size_t errors = 0;
    drain(err.read_end, nullptr, errors,
          limits.output);  // a pipe that nobody empties would stop it
    result.error_bytes += errors;
    if (size > limits.output) return End::too_much_output;
    if (over) return End::exited;
    const int left = left_until(last);
    if (left == 0) return End::timed_out;
    std::array<pollfd, 3> states{
        {{ended, POLLIN, 0}, {out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}}};
    ::poll(states.data(), states.size(), left);
  }
}

}  // namespace

Result<LimitedResult> run_limited(const ProcessRequest& request, const PrivateFile& input,
                                  const Limits& limits) {
  Pipe out, err, in;
  const Result<int> reader = input.reader();
  if (!reader) return reader.failure();
  in.read_end = *reader;
  if (!out.open() || !err.open()) return start_failure(request, std::strerror(errno));
  ProcessRequest grouped = request;
  grouped.process_group = 0;
  const Result<pid_t> child = spawn(grouped, in.read_end, out.write_end, err.write_end);
  if (!child) return child.failure();
  Pipe::close_end(out.write_end);
  Pipe::close_end(err.write_end);
  ::fcntl(out.read_end, F_SETFL, O_NONBLOCK);
  ::fcntl(err.read_end, F_SETFL, O_NONBLOCK);
  Pipe handle;  // by number: the declaration of glibc 2.36 is no extern "C"
  handle.read_end = static_cast<int>(::syscall(SYS_pidfd_open, *child, 0));
  LimitedResult result;
  result.end = watch(out, err, handle.read_end, limits, result);
  // The group still exists: its leader has not been waited for.
  ::kill(-*child, SIGKILL);
  result.exit_code = wait_for_exit(*child);
  return result;
}

}  // namespace tidegate::system
