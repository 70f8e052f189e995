// SPDX-License-Identifier: Apache-2.0
// The real client against a server on the loopback interface.
#include "system/curl/curl_http.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "support/fake_http.hpp"

namespace tidegate::system {
namespace {

using test::Asked;
using test::LoopbackHttp;
using test::Reply;

class CountingSink final : public BodySink {
 public:
  Status begin(const HttpResponse& head) override {
    status = head.status;
    size = 0;
    return Done{};
  }
  Status write(std::string_view piece) override {
    size += piece.size();
    if (size > limit) return Diagnostic{.code = "system.write-failed", .message = "full"};
    return Done{};
  }
  int status = 0;
  std::size_t size = 0;
  std::size_t limit = SIZE_MAX;
};

Reply echo(const Asked& asked) {
  return {.body = asked.method + " " + asked.target + " " + asked.body,
          .headers = {{"X-Seen", asked.header("X-Sent")}}};
}

TEST(CurlHttp, asks_and_hears) {
  const LoopbackHttp server(echo);
  CurlHttp http({.user_agent = "tidegate/1"});
  const auto answer = http.send({.url = server.url("/a?b=c"), .headers = {{"X-Sent", "yes"}}});
  ASSERT_TRUE(answer.ok()) << render_diagnostic(answer.failure());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "GET /a?b=c ");
  EXPECT_EQ(answer->header("x-seen"), "yes");
  EXPECT_EQ(server.asked().front().header("User-Agent"), "tidegate/1");
}

TEST(CurlHttp, sends_bodies_with_every_method) {
  const LoopbackHttp server(echo);
  CurlHttp http({});
  for (const std::string method : {"PUT", "POST", "PATCH", "DELETE"}) {
    const auto answer =
        http.send({.method = method, .url = server.url("/x"), .body = text_body("12345")});
    ASSERT_TRUE(answer.ok()) << render_diagnostic(answer.failure());
    EXPECT_EQ(answer->body, method + " /x 12345");
  }
  for (const std::string method : {"POST", "PATCH", "DELETE", "GET"}) {  // one handle after another use
    const auto answer = http.send({.method = method, .url = server.url("/x")});
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->body, method + " /x ");
  }
}

TEST(CurlHttp, asks_for_a_head_only) {
  const LoopbackHttp server([](const Asked&) { return Reply{.body = "four"}; });
  CurlHttp http({});
  const auto answer = http.send({.method = "HEAD", .url = server.url("/x")});
  ASSERT_TRUE(answer.ok()) << render_diagnostic(answer.failure());
  EXPECT_EQ(answer->header("content-length"), "4");
  EXPECT_EQ(answer->body, "");
}

TEST(CurlHttp, streams_large_bodies_both_ways) {
  const std::string large(std::size_t{9} << 20U, 'x');
  const LoopbackHttp server([&](const Asked& asked) {
    return asked.method == "PUT" ? Reply{.body = std::to_string(asked.body.size())}
                                 : Reply{.body = large};
  });
  CurlHttp http({});
  CountingSink sink;
  ASSERT_TRUE(http.send({.url = server.url("/"), .sink = &sink}).ok());
  EXPECT_EQ(sink.size, large.size());
  const auto put = http.send({.method = "PUT", .url = server.url("/"), .body = text_body(large)});
  ASSERT_TRUE(put.ok()) << render_diagnostic(put.failure());
  EXPECT_EQ(put->body, std::to_string(large.size()));
}

TEST(CurlHttp, follows_redirects_and_takes_the_body_along) {
  const LoopbackHttp server([](const Asked& asked) {
    if (asked.target == "/old") return Reply{.status = 307, .headers = {{"Location", "/new"}}};
    if (asked.target == "/circle") return Reply{.status = 302, .headers = {{"Location", "/circle"}}};
    return echo(asked);
  });
  CurlHttp http({});
  const auto answer =
      http.send({.method = "PUT", .url = server.url("/old"), .body = text_body("body")});
  ASSERT_TRUE(answer.ok()) << render_diagnostic(answer.failure());
  EXPECT_EQ(answer->body, "PUT /new body");
  EXPECT_EQ(answer->url, server.url("/new"));
  const auto circle = http.send({.url = server.url("/circle")});
  ASSERT_FALSE(circle.ok());
  EXPECT_EQ(circle.failure().code, "system.http-refused");
  const auto shown = http.send({.url = server.url("/old"), .most_redirects = 0});
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->status, 307);
  EXPECT_EQ(shown->header("Location"), "/new");
}

TEST(CurlHttp, sends_a_password_to_its_host_only) {
  const LoopbackHttp other(echo);
  const LoopbackHttp server([&](const Asked&) {
    return Reply{.status = 302, .headers = {{"Location", other.url("/file")}}};
  });
  CurlHttp http({});
  ASSERT_TRUE(http.send({.url = server.url("/a"), .user = "me", .password = "secret"}).ok());
  EXPECT_EQ(server.asked().front().header("Authorization"), "Basic bWU6c2VjcmV0");
  EXPECT_EQ(other.asked().front().header("Authorization"), "");
  ASSERT_TRUE(
      http.send({.url = server.url("/a"), .headers = {{"Authorization", "Bearer secret"}}}).ok());
  EXPECT_EQ(other.asked().back().header("Authorization"), "");
}

TEST(CurlHttp, an_answer_that_breaks_off_is_none) {
  const LoopbackHttp server([](const Asked& asked) {
    return Reply{.body = "0123456789", .cut = asked.target == "/cut", .silent = asked.target != "/cut"};
  });
  CurlHttp http({});
  for (const char* path : {"/cut", "/silent"}) {
    const auto answer = http.send({.url = server.url(path)});
    ASSERT_FALSE(answer.ok()) << path;
    EXPECT_EQ(answer.failure().code, "system.http-failed") << path;
    EXPECT_EQ(answer.failure().exit, ExitCode::store_failed);
  }
}

TEST(CurlHttp, gives_the_body_of_a_refusal_but_not_to_the_sink) {
  const LoopbackHttp server([](const Asked&) { return Reply{.status = 404, .body = "no such file"}; });
  CurlHttp http({});
  CountingSink sink;
  const auto answer = http.send({.url = server.url("/"), .sink = &sink});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, "no such file");
  EXPECT_EQ(sink.status, 0);
}

TEST(CurlHttp, tells_the_sink_of_an_empty_body) {
  const LoopbackHttp server([](const Asked&) { return Reply{.status = 200}; });
  CurlHttp http({});
  CountingSink sink;
  ASSERT_TRUE(http.send({.url = server.url("/"), .sink = &sink}).ok());
  EXPECT_EQ(sink.status, 200);
}

TEST(CurlHttp, stops_at_limits) {
  const LoopbackHttp server([](const Asked&) { return Reply{.body = std::string(100, 'x')}; });
  CurlHttp http({});
  const auto large = http.send({.url = server.url("/"), .most_body = 99});
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(large.failure().code, "system.http-refused");
  CountingSink sink;
  sink.limit = 10;
  const auto full = http.send({.url = server.url("/"), .sink = &sink});
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.failure().code, "system.write-failed");
}

// What the injector of the other tests calls a lost request or answer.
TEST(CurlHttp, a_server_that_does_not_answer_in_time_may_pass) {
  const LoopbackHttp server([](const Asked&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    return Reply{};
  });
  CurlHttp http({});
  const auto answer = http.send({.url = server.url("/"), .most_time = std::chrono::milliseconds(100)});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().code, "system.http-failed");
}

TEST(CurlHttp, refuses_what_is_no_request) {
  CurlHttp http({});
  for (const HttpRequest& request : std::vector<HttpRequest>{
           {.url = "ftp://127.0.0.1/a"},
           {.url = "file:///etc/hostname"},
           {.url = "http://127.0.0.1/\r\nX: y"},
           {.url = "http://127.0.0.1/", .headers = {{"X", "a\r\nY: b"}}},
           {.method = "GET /", .url = "http://127.0.0.1/"}}) {
    const auto answer = http.send(request);
    ASSERT_FALSE(answer.ok()) << request.url;
    EXPECT_EQ(answer.failure().code, "system.http-refused") << request.url;
  }
}

TEST(CurlHttp, a_port_without_server_may_pass) {
  std::string url;
  {
    const LoopbackHttp server(echo);
    url = server.url("/");
  }
  CurlHttp http({});
  const auto answer = http.send({.url = url});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().code, "system.http-failed");
}

TEST(CurlHttp, asks_the_proxy) {
  const LoopbackHttp proxy(echo);
  CurlHttp http({.http = {.url = proxy.url(""), .user = "me", .password = "secret"},
                 .no_proxy = "direct.example"});
  const auto answer = http.send({.url = "http://repository.example/a"});
  ASSERT_TRUE(answer.ok()) << render_diagnostic(answer.failure());
  EXPECT_EQ(answer->body, "GET http://repository.example/a ");
}

TEST(CurlHttp, reads_the_environment_as_curl_does) {
  const MemoryEnvironment environment({{"HTTP_PROXY", "http://evil.example"},
                                       {"HTTPS_PROXY", "http://p.example:1"},
                                       {"no_proxy", "a.example"},
                                       {"SSL_CERT_FILE", "/certificates"}});
  const CurlOptions options = curl_options(environment);
  EXPECT_EQ(options.http.url, "");
  EXPECT_EQ(options.https.url, "http://p.example:1");
  EXPECT_EQ(options.no_proxy, "a.example");
  EXPECT_EQ(options.ca_file, "/certificates");
}

}  // namespace
}  // namespace tidegate::system
