// SPDX-License-Identifier: Apache-2.0
#include "sandbox/service/sessions.hpp"

#include <utility>

namespace tidegate::sandbox {

void Sessions::configure(const std::string& peer, Value configuration) {
  const std::lock_guard guard(mutex_);
  sessions_[peer] = Session{.connection = {.configuration = std::move(configuration)}};
}

Connection Sessions::connection(const std::string& peer) const {
  const std::lock_guard guard(mutex_);
  const auto found = sessions_.find(peer);
  return found == sessions_.end() ? Connection{} : found->second.connection;
}

void Sessions::stop(const std::string& peer) {
  const std::lock_guard guard(mutex_);
  sessions_[peer].stopped = true;
  changed_.notify_all();
}

void Sessions::stop_all() {
  const std::lock_guard guard(mutex_);
  ending_ = true;
  changed_.notify_all();
}

void Sessions::wait(const std::string& peer, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [&] {
    const auto found = sessions_.find(peer);
    return ending_ || (found != sessions_.end() && found->second.stopped);
  });
}

}  // namespace tidegate::sandbox
