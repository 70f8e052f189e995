// SPDX-License-Identifier: Apache-2.0
#include "sandbox/http.hpp"

#include <gtest/gtest.h>

namespace tidegate::sandbox {
namespace {

std::optional<HttpRequest> read_whole(const std::string& text) {
  HttpReader reader;
  reader.feed(text);
  return reader.next();
}

int failure_of(const std::string& text) {
  HttpReader reader;
  reader.feed(text);
  EXPECT_FALSE(reader.next().has_value()) << text;
  return reader.failure();
}

TEST(Http, reads_the_parts_of_a_request) {
  const auto request = read_whole(
      "POST /t/new?ID=1%202&x HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: 5\r\n"
      "Content-MD5:  abc== \t\r\n\r\nhello");
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->path, "/t/new");
  EXPECT_EQ(request->query, "ID=1%202&x");
  EXPECT_EQ(request->fields.at("content-md5"), "abc==");
  EXPECT_EQ(request->body, "hello");
  EXPECT_TRUE(request->keep_alive);
}

TEST(Http, reads_the_same_from_single_bytes) {
  const std::string text =
      "LOCK /t/a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /t/b HTTP/1.1\r\nHost: "
      "h\r\n\r\n";
  HttpReader reader;
  std::vector<HttpRequest> requests;
  for (const char c : text) {
    reader.feed(std::string_view(&c, 1));
    if (auto request = reader.next()) requests.push_back(*request);
  }
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].body, "abc");
  EXPECT_EQ(requests[1].path, "/t/b");
  EXPECT_EQ(requests[1].body, "");
}

TEST(Http, keeps_two_requests_of_one_piece_apart) {
  HttpReader reader;
  reader.feed("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n");
  EXPECT_EQ(reader.next()->path, "/a");
  EXPECT_EQ(reader.next()->path, "/b");
  EXPECT_FALSE(reader.next().has_value());
  EXPECT_EQ(reader.failure(), 0);
}

TEST(Http, closes_when_asked_or_by_version) {
  EXPECT_FALSE(read_whole("GET / HTTP/1.0\r\n\r\n")->keep_alive);
  EXPECT_TRUE(read_whole("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")->keep_alive);
  EXPECT_FALSE(read_whole("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")->keep_alive);
}

TEST(Http, refuses_what_is_malformed) {
  for (const char* text :
       {"GET\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1 \r\n\r\n",
        "GE T / HTTP/1.1\r\n\r\n", "GET x HTTP/1.1\r\n\r\n", "GET /\x01 HTTP/1.1\r\n\r\n",
        "\r\n\r\n", "GET / HTTP/1.1\r\nA\r\n\r\n", "GET / HTTP/1.1\r\nA : b\r\n\r\n",
        "GET / HTTP/1.1\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\nA: b\x01\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: \r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1 2\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "GET / GET/1.1\r\n\r\n",
        "GET / HTTP/1.1\nA: b\r\n\r\n"}) {
    EXPECT_EQ(failure_of(text), 400) << text;
  }
}

TEST(Http, names_what_it_does_not_support) {
  EXPECT_EQ(failure_of("GET / HTTP/2.0\r\n\r\n"), 505);
  EXPECT_EQ(failure_of("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 411);
  EXPECT_EQ(failure_of("POST / HTTP/1.1\r\nExpect: magic\r\n\r\n"), 417);
}

TEST(Http, bounds_head_and_body) {
  const std::string huge = std::to_string(HttpReader::max_body + 1);
  EXPECT_EQ(failure_of("POST / HTTP/1.1\r\nContent-Length: " + huge + "\r\n\r\n"), 413);
  EXPECT_EQ(failure_of("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n"), 413);
  EXPECT_EQ(failure_of("GET /" + std::string(HttpReader::max_head, 'a')), 431);
  EXPECT_EQ(
      failure_of("GET / HTTP/1.1\r\nA: " + std::string(HttpReader::max_head, 'a') + "\r\n\r\n"),
      431);
}

TEST(Http, forgets_everything_after_broken_input) {
  HttpReader reader;
  reader.feed("x\r\n\r\nGET / HTTP/1.1\r\n\r\n");
  reader.feed("GET / HTTP/1.1\r\n\r\n");
  EXPECT_FALSE(reader.next().has_value());
  EXPECT_EQ(reader.failure(), 400);
}

TEST(Http, answers_an_expectation_once_and_only_before_the_body) {
  HttpReader reader;
  reader.feed("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_FALSE(reader.next().has_value());
  EXPECT_TRUE(reader.take_expectation());
  EXPECT_FALSE(reader.take_expectation());
  reader.feed("ab");
  EXPECT_EQ(reader.next()->body, "ab");
  EXPECT_FALSE(reader.take_expectation());
}

TEST(Http, renders_responses) {
  EXPECT_EQ(render_response(
                {.status = 200, .type = "text/plain", .body = "ab", .content_md5 = "x="}, true),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-MD5: x=\r\nContent-Length: "
            "2\r\n\r\nab");
  EXPECT_EQ(render_response({.status = 204}, false),
            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(render_response({.status = 200, .body = "ab"}, true, true),
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
}

}  // namespace
}  // namespace tidegate::sandbox
