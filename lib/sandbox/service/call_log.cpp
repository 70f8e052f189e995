// SPDX-License-Identifier: Apache-2.0
#include "sandbox/service/call_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "document/write.hpp"

namespace tidegate::sandbox {

Result<std::shared_ptr<CallLog>> CallLog::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return Diagnostic{.code = "system.write-failed",
                      .where = {.file = path},
                      .message = std::string("cannot be written: ") + std::strerror(errno),
                      .exit = ExitCode::internal};
  }
  return std::shared_ptr<CallLog>(new CallLog(descriptor));
}

CallLog::~CallLog() { ::close(descriptor_); }

void CallLog::add(const Call& call) {
  const std::string line = render_call(call);
  const std::lock_guard guard(mutex_);
  std::string_view left = line;
  while (!left.empty()) {
    const ssize_t put = ::write(descriptor_, left.data(), left.size());
    if (put < 0 && errno != EINTR) return;  // a full disk must not disturb the run
    if (put > 0) left.remove_prefix(static_cast<std::size_t>(put));
  }
}

std::string render_call(const Call& call) {
  std::string out;
  document::JsonWriter writer(out, false);
  writer.begin_object().member("provider", call.provider).member("method", call.method);
  if (!call.type.empty()) writer.member("type", call.type);
  writer.key("ms").number(fmt::format("{:.3f}", call.milliseconds));
  writer.member("errors", call.errors).end_object();
  return out + "\n";
}

}  // namespace tidegate::sandbox
