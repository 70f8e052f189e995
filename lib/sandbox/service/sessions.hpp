// SPDX-License-Identifier: Apache-2.0
// What belongs to one connection. Aliases of a provider share a server, and each has a connection
// of its own, so the peer's address tells them apart; over a unix socket all peers would look alike
// and the configuration of one alias would overwrite that of another.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "sandbox/engine.hpp"

namespace tidegate::sandbox {

class Sessions {
 public:
  // A new configuration begins a new session: the address may be that of an ended connection.
  void configure(const std::string& peer, Value configuration);
  Connection connection(const std::string& peer) const;  // not configured: null
  void stop(const std::string& peer);                    // StopProvider: waits of this peer end
  void stop_all();                                       // for good
  void wait(const std::string& peer, std::chrono::milliseconds time);

 private:
  struct Session {
    Connection connection{};
    bool stopped = false;
  };
  mutable std::mutex mutex_{};
  std::condition_variable changed_{};
  std::map<std::string, Session> sessions_{};
  bool ending_ = false;
};

}  // namespace tidegate::sandbox
