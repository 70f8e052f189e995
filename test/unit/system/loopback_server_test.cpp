// SPDX-License-Identifier: Apache-2.0
#include "system/loopback_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace tidegate::system {
namespace {

class Repeat final : public Conversation {  // says everything twice, ends after a '.'
 public:
  std::string receive(std::string_view bytes) override {
    finished_ = bytes.find('.') != std::string_view::npos;
    return std::string(bytes) + std::string(bytes);
  }
  bool finished() const override { return finished_; }

 private:
  bool finished_ = false;
};

class Client {
 public:
  explicit Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket_); }
  void say(std::string_view text) const {
    EXPECT_EQ(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  std::string hear(std::size_t bytes) const {  // fewer at the end of the connection
    std::string text;
    std::array<char, 65536> piece{};
    while (text.size() < bytes) {
      const ssize_t got =
          ::recv(socket_, piece.data(), std::min(piece.size(), bytes - text.size()), 0);
      if (got <= 0) break;
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return text;
  }
  bool connected = false;

 private:
  int socket_;
};

std::unique_ptr<LoopbackServer> repeater() {
  auto server = LoopbackServer::start([] { return std::make_unique<Repeat>(); });
  EXPECT_TRUE(server.ok());
  return std::move(server).value();
}

TEST(LoopbackServer, serves_connections_side_by_side) {
  const auto server = repeater();
  const Client first(server->port()), second(server->port());
  second.say("b");
  EXPECT_EQ(second.hear(2), "bb");
  first.say("a");
  EXPECT_EQ(first.hear(2), "aa");
}

TEST(LoopbackServer, closes_after_the_last_word) {
  const auto server = repeater();
  const Client client(server->port());
  client.say(".");
  EXPECT_EQ(client.hear(100), "..");
}

TEST(LoopbackServer, sends_what_a_socket_does_not_take_at_once) {
  const auto server = repeater();
  const Client client(server->port());
  const std::string piece(60000, 'x');
  for (int i = 0; i < 10; ++i) {
    client.say(piece);
    EXPECT_EQ(client.hear(2 * piece.size()).size(), 2 * piece.size());
  }
}

TEST(LoopbackServer, leaves_no_socket_behind) {
  auto server = repeater();
  const int port = server->port();
  const Client open(port);
  EXPECT_TRUE(open.connected);
  server.reset();
  EXPECT_EQ(open.hear(1), "");
  EXPECT_FALSE(Client(port).connected);
}

}  // namespace
}  // namespace tidegate::system
