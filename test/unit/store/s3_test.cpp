// SPDX-License-Identifier: Apache-2.0
// What the emulator does not show: errors inside an answer of 200, conflicts in flight, lost
// answers.
#include "store/s3.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "store/web.hpp"
#include "support/fake_http.hpp"

namespace tidegate::store {
namespace {

using test::Asked;
using test::MemoryHttp;
using test::Reply;

struct World {
  explicit World(test::Handler handler, std::map<std::string, std::string> more = {})
      : http(std::move(handler)), environment(with_keys(std::move(more))) {}
  static std::map<std::string, std::string> with_keys(std::map<std::string, std::string> more) {
    more.insert({{"AWS_ACCESS_KEY_ID", "AKID"},
                 {"AWS_SECRET_ACCESS_KEY", "CANARY-secret"},
                 {"AWS_SESSION_TOKEN", "CANARY-session"},
                 {"AWS_REGION", "eu-west-1"}});
    return more;
  }
  MemoryHttp http;
  test::RecordedPause pause{};
  system::MemoryEnvironment environment;
  Effects effects() {
    return {.http = http, .pause = pause, .environment = environment, .now = [] {
              return std::int64_t{1369353600};
            }};
  }
  Result<bool> put(const std::string& bytes) {
    const auto objects = open_s3("bucket", effects());
    const system::HttpBody body = system::text_body(bytes);
    return (*objects)->create(
        "a/b", {.body = body, .sha256 = std::string(64, '1'), .facts = {{"identity", "1f"}}});
  }
  std::size_t count(const std::string& method) const {
    return static_cast<std::size_t>(
        std::count_if(http.asked.begin(), http.asked.end(),
                      [&](const Asked& one) { return one.method == method; }));
  }
};

TEST(S3, a_small_object_is_one_conditional_put) {
  World world([](const Asked&) { return Reply{.status = 200}; });
  EXPECT_TRUE(*world.put("x"));
  ASSERT_EQ(world.http.asked.size(), 1U);
  const Asked& asked = world.http.asked.front();
  EXPECT_EQ(asked.target, "https://bucket.s3.eu-west-1.amazonaws.com/a/b");
  EXPECT_EQ(asked.header("If-None-Match"), "*");
  EXPECT_EQ(asked.header("x-amz-content-sha256"), std::string(64, '1'));
  EXPECT_NE(asked.header("Authorization").find("x-amz-meta-identity;x-amz-security-token"),
            std::string::npos);
  World dotted([](const Asked&) { return Reply{.status = 404}; });
  EXPECT_FALSE((*(*open_s3("my.bucket", dotted.effects()))->head("k")).has_value());
  EXPECT_EQ(dotted.http.asked.front().target, "https://s3.eu-west-1.amazonaws.com/my.bucket/k");
}

TEST(S3, a_conflict_in_flight_is_tried_again) {
  int count = 0;
  World world([&](const Asked&) {
    return ++count < 3 ? Reply{.status = 409,
                               .body = "<Error><Code>ConditionalRequestConflict</Code></Error>"}
                       : Reply{.status = 412};
  });
  EXPECT_FALSE(*world.put("x"));
  EXPECT_EQ(count, 3);
}

// The service has begun its answer with 200 when it fails.
TEST(S3, an_error_inside_of_a_success_is_tried_again) {
  int count = 0;
  World world([&](const Asked&) {
    return ++count < 3 ? Reply{.status = 200, .body = "<Error><Code>InternalError</Code></Error>"} : Reply{.status = 200};
  });
  EXPECT_TRUE(*world.put("x"));
  EXPECT_EQ(count, 3);
}

Reply multipart(const Asked& asked, const Reply& completion) {
  if (asked.method == "POST" && asked.target.ends_with("?uploads=")) {
    return {.body =
                "<InitiateMultipartUploadResult><UploadId>u/1</UploadId></"
                "InitiateMultipartUploadResult>"};
  }
  if (asked.method == "PUT")
    return {.headers = {{"ETag", "\"" + std::to_string(asked.body.size()) + "\""}}};
  if (asked.method == "POST") return completion;
  if (asked.method == "HEAD") return {.status = 200};
  return {.status = 204};
}

TEST(S3, parts_are_named_in_order_and_the_end_is_conditional) {
  World world([](const Asked& asked) {
    return multipart(asked, {.status = 200, .body = "<CompleteMultipartUploadResult/>"});
  });
  EXPECT_TRUE(*world.put(std::string(part_size * 5 + 3, 'x')));
  EXPECT_EQ(world.count("PUT"), 6U);
  EXPECT_EQ(world.count("DELETE"), 0U);
  const Asked& end = world.http.asked.back();
  EXPECT_EQ(end.header("If-None-Match"), "*");
  EXPECT_TRUE(end.target.ends_with("?uploadId=u%2F1"));
  EXPECT_NE(end.body.find(
                "<PartNumber>6</PartNumber><ETag>\"3\"</ETag></Part></CompleteMultipartUpload>"),
            std::string::npos)
      << end.body;
}

TEST(S3, ends_of_an_upload_that_are_no_success) {
  struct Case {
    Reply reply{};
    bool taken = false;
  };
  for (const Case& one :
       {Case{{.status = 200, .body = "<Error><Code>InternalError</Code></Error>"}, false},
        Case{{.status = 200, .body = "<Error><Code>PreconditionFailed</Code></Error>"}, true},
        Case{{.status = 412}, true},
        Case{{.status = 404, .body = "<Error><Code>NoSuchUpload</Code></Error>"}, true}}) {
    World world([&](const Asked& asked) { return multipart(asked, one.reply); });
    const auto done = world.put(std::string(part_size + 1, 'x'));
    EXPECT_EQ(done.ok(), one.taken) << one.reply.body;
    if (done)
      EXPECT_FALSE(*done);
    else
      EXPECT_EQ(done.failure().code, "store.refused");
    EXPECT_EQ(world.count("DELETE"), 1U) << "the parts cost money until they are deleted";
  }
}

TEST(S3, a_part_that_is_refused_aborts_the_upload) {
  World world([](const Asked& asked) {
    return asked.method == "PUT"
               ? Reply{.status = 403,
                       .body = "<Error><Code>AccessDenied</Code><x>CANARY</x></Error>"}
               : multipart(asked, {});
  });
  const auto done = world.put(std::string(part_size + 1, 'x'));
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(world.count("DELETE"), 1U);
  const std::string shown = render_diagnostic(done.failure());
  EXPECT_NE(shown.find("AccessDenied"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("CANARY"), std::string::npos) << shown;
}

TEST(S3, needs_keys_and_a_private_connection) {
  for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) {
    World world([](const Asked&) { return Reply{}; }, {{name, ""}});
    const auto opened = open_s3("b", world.effects());
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.failure().code, "store.no-credentials");
  }
  World world([](const Asked&) { return Reply{}; }, {{"AWS_ENDPOINT_URL", "http://minio.example"}});
  EXPECT_EQ(open_s3("b", world.effects()).failure().code, "store.bad-address");
}

}  // namespace
}  // namespace tidegate::store
