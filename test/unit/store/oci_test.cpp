// SPDX-License-Identifier: Apache-2.0
// What docker-registry 2.8 does not show: Bearer challenges, referrers, registries that lose or change things.
#include "store/oci.hpp"

#include <gtest/gtest.h>

#include "signature/base64.hpp"
#include "store/oci_auth.hpp"
#include "store/publish.hpp"
#include "store/pull.hpp"
#include "store/web.hpp"
#include "support/fake_http.hpp"
#include "test/unit/store/memory_objects.hpp"
#include "test/unit/store/memory_servers.hpp"

namespace tidegate::store {
namespace {

using test::Asked;
using test::MemoryHttp;
using test::Reply;

struct World {
  explicit World(Registry& registry, std::map<std::string, std::string> variables = {})
      : http([&registry](const Asked& asked) { return registry.serve(asked); }), environment(std::move(variables)) {}
  MemoryHttp http;
  test::RecordedPause pause{};
  system::MemoryEnvironment environment;
  Effects effects() { return {.http = http, .pause = pause, .environment = environment, .now = [] { return std::int64_t{0}; }}; }
  Result<Published> put(const Sample& sample) {
    const auto store = open_oci("reg.example", "a", effects());
    return publish(**store, sample.release, system::text_body(sample.bytes), sample.sidecars, judge_of(sample));
  }
};

TEST(Oci, publishes_once_with_and_without_referrers) {
  const Sample one = make_sample("one"), two = make_sample("two");
  for (const bool referrers : {false, true}) {
    Registry registry{.has_referrers = referrers};
    World world(registry);
    const auto first = world.put(one);
    ASSERT_TRUE(first.ok()) << render_diagnostic(first.failure());
    EXPECT_TRUE(first->created);
    EXPECT_FALSE(world.put(one)->created);
    const auto refused = world.put(two);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().code, "store.conflict");
    std::size_t fallbacks = 0;
    for (const auto& each : registry.manifests) fallbacks += each.first.find("|sha256-") != std::string::npos;
    EXPECT_EQ(fallbacks, referrers ? 0U : 1U);
    const test::TemporaryFolder folder;
    const auto store = open_oci("reg.example", "a", world.effects());
    const auto pulled = pull(**store, one.release.at, one.release.identity, folder.path());
    ASSERT_TRUE(pulled.ok()) << render_diagnostic(pulled.failure());
    EXPECT_EQ(pulled->sidecars.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(*system::read_file(pulled->sidecars[i]), one.sidecars[i].bytes);
  }
}

TEST(Oci, the_tag_comes_last) {
  Registry registry;
  World world(registry);
  ASSERT_TRUE(world.put(make_sample("one")).ok());
  std::vector<std::string> puts;
  for (const Asked& asked : world.http.asked) {
    if (asked.method == "PUT") puts.push_back(asked.target);
  }
  EXPECT_EQ(puts.back(), "https://reg.example/v2/a/orders/manifests/1.2.0");
}

TEST(Oci, a_manifest_or_file_of_another_digest_is_refused) {
  const Sample one = make_sample("one");
  Registry registry;
  World world(registry);
  ASSERT_TRUE(world.put(one).ok());
  for (auto& each : registry.blobs) {
    if (each.second == one.sidecars[0].bytes) each.second += "x";
  }
  const test::TemporaryFolder folder;
  const auto store = open_oci("reg.example", "a", world.effects());
  const auto pulled = pull(**store, one.release.at, "", folder.path());
  ASSERT_FALSE(pulled.ok());
  EXPECT_EQ(pulled.failure().code, "store.invalid-answer");
  EXPECT_FALSE(system::is_file(folder.path() + "/orders-1.2.0.tar.gz"));
}

// Only a registry that does not know the question has no referrers; what another refusal hides must not be taken for absent.
TEST(Oci, a_refused_list_of_referrers_is_no_empty_list) {
  const Sample one = make_sample("one");
  Registry registry{.has_referrers = true};
  World world(registry);
  ASSERT_TRUE(world.put(one).ok());
  for (const int status : {403, 500}) {
    MemoryHttp http([&](const Asked& asked) {
      return asked.target.find("/referrers/") == std::string::npos ? registry.serve(asked) : Reply{.status = status};
    });
    test::RecordedPause pause;
    system::MemoryEnvironment environment({});
    const auto store = open_oci("reg.example", "a", {.http = http, .pause = pause, .environment = environment, .now = [] { return std::int64_t{0}; }});
    const test::TemporaryFolder folder;
    const auto pulled = pull(**store, one.release.at, "", folder.path());
    ASSERT_FALSE(pulled.ok());
    EXPECT_EQ(pulled.failure().code, "store.refused");
    EXPECT_FALSE(system::is_file(folder.path() + "/orders-1.2.0.tar.gz"));
  }
}

TEST(Oci, bytes_that_are_refused_are_not_sent_again) {
  for (const int status : {403, 503}) {
    Registry registry;
    int puts = 0;
    MemoryHttp http([&](const Asked& asked) {
      const bool put = asked.method == "PUT" && asked.target.find("/blobs/uploads/") != std::string::npos;
      puts += put ? 1 : 0;
      return put ? Reply{.status = status, .headers = {{"Retry-After", "5"}}} : registry.serve(asked);
    });
    test::RecordedPause pause;
    system::MemoryEnvironment environment({});
    const auto store = open_oci("reg.example", "a", {.http = http, .pause = pause, .environment = environment, .now = [] { return std::int64_t{0}; }});
    const Sample one = make_sample("one");
    EXPECT_FALSE(publish(**store, one.release, system::text_body(one.bytes), {}, judge_of(one)).ok());
    EXPECT_EQ(puts % 3, status == 403 ? 1 : 0) << puts;
    if (status == 503) {
      EXPECT_EQ(pause.waited.front(), std::chrono::seconds(5)) << "Retry-After";
    }
  }
}

TEST(OciAuth, bearer_with_the_login_of_docker) {
  const test::TemporaryFolder folder;
  folder.write("config.json", "{\"auths\":{\"reg.example\":{\"auth\":\"" + signature::encode_base64("ci:CANARY-pw") + "\"}}}");
  Registry registry{.token = "tok.en"};
  World world(registry, {{"DOCKER_CONFIG", folder.path()}});
  ASSERT_TRUE(world.put(make_sample("one")).ok());
  std::size_t tokens = 0;
  for (const Asked& asked : world.http.asked) tokens += asked.target.starts_with(registry.realm);
  EXPECT_EQ(tokens, 1U) << "asked again although it was good";
  World nobody(registry);
  const auto refused = nobody.put(make_sample("two"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "store.token-refused");
  EXPECT_EQ(render_diagnostic(refused.failure()).find("CANARY"), std::string::npos);
  registry.realm = "http://auth.example/token";
  World open(registry, {{"DOCKER_CONFIG", folder.path()}});
  EXPECT_FALSE(open.put(make_sample("two")).ok()) << "a password over plain http";
  for (const Asked& asked : open.http.asked) EXPECT_EQ(asked.header("user"), "");
}

TEST(OciAuth, logins_of_helpers_and_files) {
  const test::TemporaryFolder folder;
  Registry registry;
  World world(registry, {{"DOCKER_CONFIG", folder.path()}});
  std::string asked;
  Effects effects = world.effects();
  effects.run = [&](const system::ProcessRequest& request) -> Result<system::ProcessResult> {
    asked = request.argv.front() + " " + request.argv.at(1) + " " + request.input;
    return system::ProcessResult{.out = R"({"Username":"u","Secret":"CANARY"})"};
  };
  EXPECT_EQ(find_login("reg.example", effects)->user, "");
  folder.write("config.json", R"({"credHelpers":{"reg.example":"ecr-login"},"auths":{"reg.example":{"auth":"eDp5"}}})");
  EXPECT_EQ(find_login("reg.example", effects)->password, "CANARY");
  EXPECT_EQ(asked, "docker-credential-ecr-login get reg.example");
  EXPECT_EQ(find_login("other.example", effects)->user, "");
  for (const char* wrong : {"[]", "{", R"({"credHelpers":{"reg.example":"../x y"}})", R"({"auths":{"reg.example":{"auth":"CANARY!"}}})"}) {
    folder.write("config.json", wrong);
    const auto refused = find_login("reg.example", effects);
    ASSERT_FALSE(refused.ok()) << wrong;
    EXPECT_EQ(refused.failure().code, "store.no-credentials");
    EXPECT_EQ(render_diagnostic(refused.failure()).find("CANARY"), std::string::npos);
  }
}

TEST(OciAuth, challenges) {
  const auto one = parse_challenge(R"(Negotiate abc, bearer  Realm = "https://a/\"x" , service=reg,scope="a:b:pull,push", Basic realm="z")");
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ(one->scheme, "bearer");
  EXPECT_EQ(one->parameters.at("realm"), "https://a/\"x");
  EXPECT_EQ(one->parameters.at("service"), "reg");
  EXPECT_EQ(one->parameters.at("scope"), "a:b:pull,push");
  EXPECT_EQ(parse_challenge("Basic")->scheme, "basic");
  EXPECT_FALSE(parse_challenge("").has_value());
  EXPECT_FALSE(parse_challenge("Digest realm=\"x\"").has_value());
  EXPECT_FALSE(parse_challenge("=,=").has_value());
}

}  // namespace
}  // namespace tidegate::store
