// SPDX-License-Identifier: Apache-2.0
#include "sandbox/state.hpp"

#include <gtest/gtest.h>

#include "system/digest.hpp"

namespace tidegate::sandbox {
namespace {

constexpr char lock_info[] = R"({"ID": "l1", "Operation": "OperationTypeApply", "Who": "a@b"})";
constexpr char other_info[] = R"({"ID": "l2"})";

class State : public ::testing::Test {
 protected:
  HttpResponse ask(const std::string& method, const std::string& body = {},
                   const std::string& query = {}) {
    return store.answer({.method = method, .path = "/token/new", .query = query, .body = body});
  }
  StateStore store{"token"};
};

TEST_F(State, is_not_there_before_the_first_write) { EXPECT_EQ(ask("GET").status, 204); }

TEST_F(State, gives_back_what_was_written_with_its_digest) {
  EXPECT_EQ(ask("POST", "{\"serial\": 1}").status, 200);
  const HttpResponse read = ask("GET");
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(read.body, "{\"serial\": 1}");
  EXPECT_EQ(read.content_md5, system::content_md5("{\"serial\": 1}"));
  EXPECT_EQ(system::content_md5(""), "1B2M2Y8AsgTpgAmY7PhCfg==");  // RFC 1864 says how
  EXPECT_EQ(store.state("new"), "{\"serial\": 1}");
}

TEST_F(State, refuses_a_body_that_does_not_fit_its_digest) {
  ask("POST", "old");
  HttpRequest request{.method = "POST", .path = "/token/new", .body = "new"};
  request.fields["content-md5"] = system::content_md5("other");
  EXPECT_EQ(store.answer(request).status, 400);
  EXPECT_EQ(store.state("new"), "old");
  request.fields["content-md5"] = system::content_md5("new");
  EXPECT_EQ(store.answer(request).status, 200);
}

TEST_F(State, gives_a_lock_to_one_and_its_info_to_the_others) {
  EXPECT_EQ(ask("LOCK", lock_info).status, 200);
  const HttpResponse second = ask("LOCK", other_info);
  EXPECT_EQ(second.status, 423);
  EXPECT_EQ(second.body, lock_info);
  EXPECT_EQ(ask("UNLOCK", other_info).status, 409);
  EXPECT_EQ(ask("LOCK", other_info).status, 423);
  EXPECT_EQ(ask("UNLOCK", lock_info).status, 200);
  EXPECT_EQ(ask("LOCK", other_info).status, 200);
}

TEST_F(State, is_written_by_the_holder_of_the_lock_only) {
  ask("LOCK", lock_info);
  EXPECT_EQ(ask("POST", "a").status, 423);
  EXPECT_EQ(ask("POST", "a", "ID=l2").status, 409);
  EXPECT_EQ(ask("DELETE").status, 423);
  EXPECT_EQ(store.state("new"), std::nullopt);
  EXPECT_EQ(ask("POST", "a", "x=1&ID=l1").status, 200);
  EXPECT_EQ(ask("GET").body, "a");
  ask("UNLOCK", lock_info);
  EXPECT_EQ(ask("POST", "b", "ID=l1").status, 409);
  EXPECT_EQ(ask("POST", "b").status, 200);
}

TEST_F(State, is_unlocked_by_force_without_a_body) {
  ask("LOCK", lock_info);
  EXPECT_EQ(ask("UNLOCK").status, 200);
  EXPECT_EQ(ask("LOCK", other_info).status, 200);
}

TEST_F(State, is_gone_after_delete) {
  ask("POST", "a");
  EXPECT_EQ(ask("DELETE").status, 200);
  EXPECT_EQ(ask("GET").status, 204);
}

TEST_F(State, keeps_names_apart) {
  ask("POST", "a");
  ask("LOCK", lock_info);
  HttpRequest other{.method = "POST", .path = "/token/upgrade", .body = "b"};
  EXPECT_EQ(store.answer(other).status, 200);
  EXPECT_EQ(store.state("new"), "a");
  EXPECT_EQ(store.state("upgrade"), "b");
}

TEST_F(State, shows_nothing_without_the_token) {
  ask("POST", "secret");
  for (const char* path : {"/", "/new", "/wrong/new", "/token", "/token/", "/token/new/",
                           "/token/../token/new", "/token//new", "/TOKEN/new", "/token/n%65w"}) {
    const HttpResponse response = store.answer({.method = "GET", .path = path});
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
  }
}

TEST_F(State, refuses_other_methods_and_broken_locks) {
  EXPECT_EQ(ask("PUT", "a").status, 405);
  for (const char* info : {"", "x", "[]", "{}", "{\"ID\": 1}", "{\"ID\": \"\"}"}) {
    EXPECT_EQ(ask("LOCK", info).status, 400) << info;
  }
  EXPECT_EQ(ask("LOCK", "{\"ID\": \"" + std::string(StateStore::max_lock_info, 'a') + "\"}").status,
            400);
  EXPECT_EQ(ask("LOCK", lock_info).status, 200);
}

TEST_F(State, bounds_the_number_of_names) {
  HttpRequest request{.method = "POST", .body = "a"};
  for (std::size_t i = 0; i < StateStore::max_names; ++i) {
    request.path = "/token/n" + std::to_string(i);
    EXPECT_EQ(store.answer(request).status, 200);
  }
  request.path = "/token/more";
  EXPECT_EQ(store.answer(request).status, 507);
  request.path = "/token/n0";
  EXPECT_EQ(store.answer(request).status, 200);
}

TEST_F(State, converses_over_one_connection_until_it_is_broken) {
  const auto talk = converse(store);
  EXPECT_EQ(talk->receive("POST /token/new HTTP/1.1\r\nContent-Length: 2\r\n\r\n{"), "");
  EXPECT_EQ(talk->receive("}GET /token/new HTTP/1.1\r\n\r\n").substr(0, 15), "HTTP/1.1 200 OK");
  EXPECT_FALSE(talk->finished());
  const std::string last = talk->receive("nonsense\r\n\r\n");
  EXPECT_EQ(last.substr(0, 24), "HTTP/1.1 400 Bad Request");
  EXPECT_NE(last.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(talk->finished());
  EXPECT_EQ(talk->receive("GET /token/new HTTP/1.1\r\n\r\n"), "");
}

}  // namespace
}  // namespace tidegate::sandbox
