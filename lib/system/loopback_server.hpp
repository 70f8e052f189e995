// SPDX-License-Identifier: Apache-2.0
// A TCP server on 127.0.0.1 and a free port. What is said is decided by a Conversation, which sees
// bytes only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.hpp"

namespace tidegate::system {

class Conversation {  // of one connection
 public:
  virtual ~Conversation() = default;
  // Bytes that arrived; gives those to send. All calls of a server come from one thread.
  virtual std::string receive(std::string_view bytes) = 0;
  // True: close once everything is sent.
  virtual bool finished() const = 0;
};

class LoopbackServer {
 public:
  using Open = std::function<std::unique_ptr<Conversation>()>;
  static constexpr std::size_t max_connections = 1024;  // more wait

  // Code system.listen-failed.
  static Result<std::unique_ptr<LoopbackServer>> start(Open open);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();  // closes every connection

  int port() const { return port_; }

 private:
  struct Connection;
  LoopbackServer(Open open, int listener, int wake, int port);
  void serve();
  void accept_connection(std::vector<std::unique_ptr<Connection>>& connections) const;

  Open open_{};
  int listener_ = -1;
  int wake_ = -1;  // readable: stop
  int port_ = 0;
  std::thread thread_{};
};

}  // namespace tidegate::system
