// SPDX-License-Identifier: Apache-2.0
#include "sandbox/service/sessions.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace tidegate::sandbox {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Sessions, keep_the_configuration_of_each_connection) {
  Sessions sessions;
  EXPECT_TRUE(sessions.connection("ipv4:127.0.0.1:1").configuration.is_null());
  sessions.configure("ipv4:127.0.0.1:1", Value::string("a"));
  sessions.configure("ipv4:127.0.0.1:2", Value::string("b"));
  EXPECT_EQ(sessions.connection("ipv4:127.0.0.1:1").configuration, Value::string("a"));
  EXPECT_EQ(sessions.connection("ipv4:127.0.0.1:2").configuration, Value::string("b"));
}

TEST(Sessions, end_the_waits_of_a_connection_that_is_stopped) {
  Sessions sessions;
  std::thread waiting([&] { sessions.wait("a", hours(1)); });
  sessions.stop("b");
  sessions.stop("a");
  waiting.join();
  sessions.wait("a", hours(1));  // and of those that begin later
}

TEST(Sessions, begin_anew_with_a_configuration) {
  Sessions sessions;
  sessions.stop("a");
  sessions.configure("a", Value());  // the address of an ended connection, used again
  const auto begin = std::chrono::steady_clock::now();
  sessions.wait("a", milliseconds(20));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(20));
}

TEST(Sessions, end_all_waits_at_the_end) {
  Sessions sessions;
  std::thread first([&] { sessions.wait("a", hours(1)); });
  std::thread second([&] { sessions.wait("b", hours(1)); });
  sessions.stop_all();
  first.join();
  second.join();
}

}  // namespace
}  // namespace tidegate::sandbox
