// SPDX-License-Identifier: Apache-2.0
#include "system/http.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "support/fake_http.hpp"
#include "system/file_sink.hpp"

namespace tidegate::system {
namespace {

using namespace std::chrono_literals;
using test::Fault;
using Kind = Fault::Kind;

class TextSink final : public BodySink {
 public:
  Status begin(const HttpResponse&) override {
    ++begun;
    text.clear();
    return Done{};
  }
  Status write(std::string_view piece) override {
    text += piece;
    return Done{};
  }
  std::string text{};
  int begun = 0;
};

struct Fixture {
  explicit Fixture(std::deque<Fault> faults, RetryOptions options = {})
      : faulty(server, std::move(faults)), http(faulty, pause, [] { return 784111777; }, options) {}
  test::MemoryHttp server{[](const test::Asked& asked) {
    return test::Reply{.status = asked.method == "PUT" ? 201 : 200, .body = "0123456789"};
  }};
  test::RecordedPause pause{};
  test::FaultyHttp faulty;
  RetryingHttp http;
};

TEST(RetryingHttp, repeats_what_may_pass_and_waits_longer_each_time) {
  Fixture one({{Kind::lost_request}, {Kind::status, 503}, {Kind::lost_answer}});
  const auto answer = one.http.send({.url = "http://x.example/a"});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(one.pause.waited, (std::vector<std::chrono::milliseconds>{500ms, 1000ms, 2000ms}));
}

TEST(RetryingHttp, gives_the_last_answer_when_the_attempts_are_used_up) {
  Fixture one({{Kind::status, 503}, {Kind::status, 500}}, {.attempts = 2});
  const auto answer = one.http.send({.url = "http://x.example/a"});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 500);
}

TEST(RetryingHttp, waits_as_long_as_the_server_says) {
  Fixture one({{Kind::status, 429, {{"retry-after", "7"}}},
               {Kind::status, 503, {{"Retry-After", "Sun, 06 Nov 1994 08:49:49 GMT"}}}});
  ASSERT_TRUE(one.http.send({.url = "http://x.example/a"}).ok());
  EXPECT_EQ(one.pause.waited, (std::vector<std::chrono::milliseconds>{7000ms, 12000ms}));
}

TEST(RetryingHttp, clients_do_not_come_back_at_once) {
  const Result<HttpResponse> answer = HttpResponse{.status = 503};
  const RetryOptions options{.first = 800ms, .jitter_percent = 50};
  std::vector<std::int64_t> waited;
  for (int i = 0; i < 50; ++i) waited.push_back(delay_of(answer, 2, 0, options).count());
  std::sort(waited.begin(), waited.end());
  EXPECT_GE(waited.front(), 1600);
  EXPECT_LE(waited.back(), 2400);
  EXPECT_LT(waited.front(), waited.back());
  EXPECT_EQ(delay_of(HttpResponse{.status = 429, .headers = {{"Retry-After", "9"}}}, 1, 0, options), 9s);
  EXPECT_LE(delay_of(answer, 40, 0, options), options.longest);
}

TEST(RetryingHttp, does_not_wait_for_an_hour) {
  Fixture one({{Kind::status, 429, {{"Retry-After", "3600"}}}});
  const auto answer = one.http.send({.url = "http://x.example/a"});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 429);
  EXPECT_TRUE(one.pause.waited.empty());
}

TEST(RetryingHttp, repeats_no_post_unless_it_may) {
  Fixture once({{Kind::lost_answer}});
  EXPECT_FALSE(once.http.send({.method = "POST", .url = "http://x.example/a"}).ok());
  EXPECT_EQ(once.server.asked.size(), 1U);
  Fixture always({{Kind::lost_answer}});
  EXPECT_TRUE(
      always.http.send({.method = "POST", .url = "http://x.example/a", .repeat = Repeat::always})
          .ok());
  Fixture never({{Kind::lost_answer}});
  EXPECT_FALSE(never.http.send({.url = "http://x.example/a", .repeat = Repeat::never}).ok());
}

TEST(RetryingHttp, sends_the_whole_body_again) {
  Fixture one({{Kind::lost_answer}});
  const auto answer =
      one.http.send({.method = "PUT", .url = "http://x.example/a", .body = text_body("hello")});
  ASSERT_TRUE(answer.ok());
  ASSERT_EQ(one.server.asked.size(), 2U);
  EXPECT_EQ(one.server.asked[1].body, "hello");
}

TEST(RetryingHttp, tells_the_sink_that_a_body_begins_again) {
  Fixture one({{Kind::broken_body}});
  TextSink sink;
  ASSERT_TRUE(one.http.send({.url = "http://x.example/a", .sink = &sink}).ok());
  EXPECT_EQ(sink.begun, 2);
  EXPECT_EQ(sink.text, "0123456789");
}

TEST(OfflineHttp, refuses_every_exchange_without_a_secret_in_the_message) {
  OfflineHttp http;
  const auto answer = http.send({.url = "https://me:secret@x.example/a?sig=hidden"});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().code, "system.offline");
  EXPECT_EQ(answer.failure().exit, ExitCode::store_failed);
  EXPECT_EQ(answer.failure().where.file, "https://x.example/a");
}

TEST(Http, shows_addresses_without_what_may_be_secret) {
  EXPECT_EQ(shown_url("https://u:p@h.example:8/a/b?c=d#e"), "https://h.example:8/a/b");
  EXPECT_EQ(shown_url("https://u:p@ss@h.example"), "https://h.example");
  EXPECT_EQ(shown_url("https://h.example/a@b"), "https://h.example/a@b");
  EXPECT_EQ(shown_url("x\ny"), "x\\u000ay");
}

TEST(Http, reads_dates) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 00:00:00 GMT"), 1709164800);
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), std::nullopt);
  EXPECT_EQ(parse_http_date("Sun, -6 Nov 1994 08:49:37 GMT"), std::nullopt);
  EXPECT_EQ(parse_http_date(""), std::nullopt);
}

TEST(Http, finds_the_last_header_without_case) {
  const HttpResponse response{.headers = {{"A", "1"}, {"b", "2"}, {"a", "3"}}};
  EXPECT_EQ(response.header("A"), "3");
  EXPECT_EQ(response.header("c"), std::nullopt);
}

TEST(Http, sends_a_part_of_a_file) {
  const std::string path = ::testing::TempDir() + "http_test_part";
  ASSERT_TRUE(write_file(path, "0123456789").ok());
  const auto body = file_body(path, 3, 4);
  ASSERT_TRUE(body.ok());
  EXPECT_EQ(body->size, 4U);
  for (int i = 0; i < 2; ++i) {  // opened anew each time
    auto source = body->open();
    ASSERT_TRUE(source.ok());
    std::array<char, 100> piece{};
    const auto got = (*source)->read(piece);
    ASSERT_TRUE(got.ok());
    EXPECT_EQ(std::string(piece.data(), *got), "3456");
    EXPECT_EQ(*(*source)->read(piece), 0U);
  }
  EXPECT_FALSE(file_body(path, 8, 4).ok());
  EXPECT_FALSE(file_body(path + ".absent").ok());
}

}  // namespace
}  // namespace tidegate::system
