// SPDX-License-Identifier: Apache-2.0
#include "system/loopback_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tidegate::system {

struct LoopbackServer::Connection {
  int socket = -1;
  std::unique_ptr<Conversation> conversation{};
  std::string unsent{};
  bool closed = false;

  Connection(int opened, std::unique_ptr<Conversation> talk)
      : socket(opened), conversation(std::move(talk)) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { ::close(socket); }

  // What is not sent yet stops further reading, so that memory stays bounded.
  short interest() const { return unsent.empty() ? POLLIN : POLLOUT; }

  void receive() {
    std::array<char, 65536> piece{};
    const ssize_t got = ::recv(socket, piece.data(), piece.size(), MSG_DONTWAIT);
    if (got > 0) {
      unsent += conversation->receive({piece.data(), static_cast<std::size_t>(got)});
      return;
    }
    closed = got == 0 || (errno != EAGAIN && errno != EINTR);
  }

  void send() {
    const ssize_t put = ::send(socket, unsent.data(), unsent.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put > 0) unsent.erase(0, static_cast<std::size_t>(put));
    if (put < 0 && errno != EAGAIN && errno != EINTR) closed = true;
  }

  void handle(short events) {
    if (events == 0) return;
    if (unsent.empty()) receive();
    if (!unsent.empty()) send();
    if (unsent.empty() && conversation->finished()) closed = true;
  }
};

namespace {

Diagnostic listen_failure() {
  return Diagnostic{.code = "system.listen-failed",
                    .where = {.file = "127.0.0.1"},
                    .message = std::string("cannot be listened on: ") + std::strerror(errno),
                    .hint = "The loopback interface must be usable by the program.",
                    .exit = ExitCode::internal};
}

}  // namespace

Result<std::unique_ptr<LoopbackServer>> LoopbackServer::start(Open open) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (listener < 0 || wake < 0 || ::bind(listener, plain, size) != 0 ||
      ::listen(listener, SOMAXCONN) != 0 || ::getsockname(listener, plain, &size) != 0) {
    const Diagnostic failure = listen_failure();
    for (const int descriptor : {listener, wake}) {
      if (descriptor >= 0) ::close(descriptor);
    }
    return failure;
  }
  return std::unique_ptr<LoopbackServer>(
      new LoopbackServer(std::move(open), listener, wake, ntohs(address.sin_port)));
}

LoopbackServer::LoopbackServer(Open open, int listener, int wake, int port)
    : open_(std::move(open)), listener_(listener), wake_(wake), port_(port) {
  thread_ = std::thread([this] { serve(); });
}

LoopbackServer::~LoopbackServer() {
  ::eventfd_write(wake_, 1);
  thread_.join();
  ::close(listener_);
  ::close(wake_);
}

void LoopbackServer::accept_connection(
    std::vector<std::unique_ptr<Connection>>& connections) const {
  const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (socket < 0) return;
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  connections.push_back(std::make_unique<Connection>(socket, open_()));
}

void LoopbackServer::serve() {
  std::vector<std::unique_ptr<Connection>> connections;
  std::vector<pollfd> states;
  for (;;) {
    const bool full = connections.size() >= max_connections;
    states.assign({{wake_, POLLIN, 0}, {full ? -1 : listener_, POLLIN, 0}});
    for (const auto& connection : connections) {
      states.push_back({connection->socket, connection->interest(), 0});
    }
    if (::poll(states.data(), states.size(), -1) < 0) continue;  // EINTR
    if (states[0].revents != 0) return;
    for (std::size_t i = 0; i < connections.size(); ++i) {
      connections[i]->handle(states[i + 2].revents);
    }
    std::erase_if(connections, [](const auto& connection) { return connection->closed; });
    if (states[1].revents != 0) accept_connection(connections);
  }
}

}  // namespace tidegate::system
