// SPDX-License-Identifier: Apache-2.0
// What no emulator shows: tokens, blobs that are immutable, lost answers of commits, refusals.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "store/azure_blob.hpp"
#include "store/azure_token.hpp"
#include "store/web.hpp"
#include "support/fake_http.hpp"
#include "support/shared.hpp"

namespace tidegate::store {
namespace {

using test::Asked;
using test::MemoryHttp;
using test::Reply;

struct World {
  explicit World(test::Handler handler, std::map<std::string, std::string> variables)
      : http(std::move(handler)), environment(std::move(variables)) {}
  MemoryHttp http;
  test::RecordedPause pause{};
  system::MemoryEnvironment environment;
  std::int64_t now = 1000000;
  std::vector<std::vector<std::string>> run{};
  std::string az{};  // what az prints; "": it is not there
  Effects effects() {
    return {.http = http,
            .pause = pause,
            .environment = environment,
            .now = [this] { return now; },
            .run = [this](const system::ProcessRequest& request) -> Result<system::ProcessResult> {
              run.push_back(request.argv);
              if (az.empty()) return Diagnostic{.code = "system.process-failed"};
              return system::ProcessResult{.out = az};
            }};
  }
};

Reply token_reply(const std::string& token) {
  return {.body = R"({"token_type":"Bearer","expires_in":3600,"access_token":")" + token + "\"}"};
}

TEST(AzureToken, sources_in_their_order) {
  const test::TemporaryFolder folder;
  const std::string file = folder.write("assertion", "the.signed.assertion\n");
  std::map<std::string, std::string> all{
      {"TIDEGATE_AZURE_TOKEN", "given"},    {"AZURE_FEDERATED_TOKEN_FILE", file},
      {"AZURE_CLIENT_SECRET", "pass+word"}, {"AZURE_TENANT_ID", "tenant"},
      {"AZURE_CLIENT_ID", "client"},        {"IDENTITY_ENDPOINT", "http://127.0.0.1:1/msi"},
      {"IDENTITY_HEADER", "header-secret"}};
  const auto serve = [](const Asked& asked) {
    if (asked.body.find("client_assertion=the.signed.assertion") != std::string::npos)
      return token_reply("of-workload");
    if (asked.body.find("client_secret=pass%2Bword") != std::string::npos)
      return token_reply("of-secret");
    if (asked.header("X-IDENTITY-HEADER") == "header-secret") return token_reply("of-service");
    if (asked.header("Metadata") == "true") return token_reply("of-machine");
    return Reply{.status = 400};
  };
  const auto ask = [&](const std::string& az = {}) {
    World world(serve, all);
    world.az = az;
    const auto got = AzureToken(world.effects()).get();
    return got ? *got : got.failure().code;
  };
  EXPECT_EQ(ask(), "given");
  all.erase("TIDEGATE_AZURE_TOKEN");
  EXPECT_EQ(ask(), "of-workload");
  all.erase("AZURE_FEDERATED_TOKEN_FILE");
  EXPECT_EQ(ask(), "of-secret");
  all.erase("AZURE_CLIENT_SECRET");
  EXPECT_EQ(ask(), "of-service");
  all.erase("IDENTITY_HEADER");
  EXPECT_EQ(ask(R"({"accessToken":"of-az","expires_on":99999999})"), "of-az");
  EXPECT_EQ(ask(), "of-machine");
  all["AZURE_CLIENT_SECRET"] = "x";
  all.erase("AZURE_TENANT_ID");
  EXPECT_EQ(ask(), "store.no-credentials");
}

TEST(AzureToken, is_kept_until_it_is_nearly_over) {
  int count = 0;
  World world([&](const Asked&) { return token_reply("t" + std::to_string(++count)); },
              {{"IDENTITY_ENDPOINT", "http://127.0.0.1:1/msi"}, {"IDENTITY_HEADER", "h"}});
  AzureToken token(world.effects());
  EXPECT_EQ(*token.get(), "t1");
  world.now += 3000;
  EXPECT_EQ(*token.get(), "t1");
  world.now += 400;
  EXPECT_EQ(*token.get(), "t2");
}

TEST(AzureToken, refusals_show_no_secret) {
  const std::map<std::string, std::string> variables{
      {"AZURE_CLIENT_SECRET", "canary-secret"}, {"AZURE_TENANT_ID", "t"}, {"AZURE_CLIENT_ID", "c"}};
  for (const Reply& reply :
       {Reply{.status = 401,
       .body = R"({"error":"invalid_client","error_description":"canary-secret"})"},
        Reply{.status = 200, .body = "canary-secret"},
        Reply{.status = 200, .body = R"({"access_token":"a canary-secret"})"},
        Reply{.status = 400, .body = R"({"error":"canary-secret"})"}}) {
    World world([&](const Asked&) { return reply; }, variables);
    const auto got = AzureToken(world.effects()).get();
    ASSERT_FALSE(got.ok());
    EXPECT_EQ(got.failure().code, "store.token-refused");
    EXPECT_EQ(render_diagnostic(got.failure()).find("canary"), std::string::npos)
        << render_diagnostic(got.failure());
  }
  World plain([](const Asked&) { return token_reply("x"); },
              {{"AZURE_CLIENT_SECRET", "s"},
               {"AZURE_TENANT_ID", "t"},
               {"AZURE_CLIENT_ID", "c"},
               {"AZURE_AUTHORITY_HOST", "http://login.example"}});
  EXPECT_FALSE(AzureToken(plain.effects()).get().ok()) << "a secret over plain http";
  EXPECT_TRUE(plain.http.asked.empty());
}

// The service withdraws tokens before their time: one more is asked for, not a third one; what was given stays as it is.
TEST(AzureToken, is_asked_for_again_when_it_is_refused) {
  const std::map<std::string, std::string> service{{"IDENTITY_ENDPOINT", "http://127.0.0.1:1/msi"}, {"IDENTITY_HEADER", "h"}};
  for (const int good : {2, 9}) {
    int tokens = 0;
    World world(
        [&](const Asked& asked) {
          if (asked.target.starts_with("http://127.0.0.1:1/msi")) return token_reply("t" + std::to_string(++tokens));
          return Reply{.status = asked.header("Authorization") == "Bearer t" + std::to_string(good) ? 200 : 401};
        },
        service);
    const auto objects = open_azure_blob("acc", "con", world.effects());
    const auto head = (*objects)->head("k");
    EXPECT_EQ(head.ok(), good == 2);
    EXPECT_EQ(tokens, 2);
  }
  World given([](const Asked&) { return Reply{.status = 401}; }, {{"TIDEGATE_AZURE_TOKEN", "tok"}});
  const auto objects = open_azure_blob("acc", "con", given.effects());
  EXPECT_FALSE((*objects)->head("k").ok());
  EXPECT_EQ(given.http.asked.size(), 1U);
}

TEST(AzureToken, a_machine_that_is_busy_is_asked_again) {
  int count = 0;
  World world(
      [&](const Asked& asked) {
        if (asked.header("Metadata") != "true") return Reply{.status = 400};
        return ++count < 3 ? Reply{.status = 429} : token_reply("of-machine");
      },
      {});
  const auto token = AzureToken(world.effects()).get();
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(*token, "of-machine");
  EXPECT_EQ(world.pause.waited.size(), 2U);
}

Result<bool> put(World& world, const std::string& bytes) {
  const auto objects = open_azure_blob("acc", "con", world.effects());
  EXPECT_TRUE(objects.ok());
  const system::HttpBody body = system::text_body(bytes);
  return (*objects)->create("a/b", {.body = body, .facts = {{"identity", "1f"}}});
}

TEST(AzureBlob, asks_with_a_token_over_https_only) {
  World world([](const Asked&) { return Reply{.status = 201}; }, {{"TIDEGATE_AZURE_TOKEN", "tok"}});
  ASSERT_TRUE(put(world, "x").ok());
  const Asked& asked = world.http.asked.front();
  EXPECT_EQ(asked.target, "https://acc.blob.core.windows.net/con/a/b");
  EXPECT_EQ(asked.header("Authorization"), "Bearer tok");
  EXPECT_EQ(asked.header("If-None-Match"), "*");
  EXPECT_EQ(asked.header("x-ms-meta-identity"), "1f");
  EXPECT_EQ(asked.header("x-ms-version"), "2021-12-02");
  World open([](const Asked&) { return Reply{}; },
             {{"AZURE_STORAGE_SERVICE_ENDPOINT", "http://blob.example"}});
  const auto refused = open_azure_blob("acc", "con", open.effects());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "store.bad-address");
}

TEST(AzureBlob, what_is_in_the_way_is_no_failure) {
  const std::vector<std::pair<int, std::string>> taken{{409, "BlobAlreadyExists"},
                                                       {412, "ConditionNotMet"},
                                                       {409, "BlobImmutableDueToPolicy"},
                                                       {403, "UnauthorizedBlobOverwrite"}};
  for (const auto& one : taken) {
    World world(
        [&](const Asked&) {
          return Reply{.status = one.first, .headers = {{"x-ms-error-code", one.second}}};
        },
        {{"TIDEGATE_AZURE_TOKEN", "t"}});
    const auto created = put(world, "x");
    ASSERT_TRUE(created.ok()) << one.second;
    EXPECT_FALSE(*created) << one.second;
  }
  for (const char* code : {"ContainerBeingDeleted", "AccountIsDisabled"}) {
    World world(
        [&](const Asked&) {
          return Reply{.status = 409, .headers = {{"x-ms-error-code", code}}};
        },
        {{"TIDEGATE_AZURE_TOKEN", "t"}});
    const auto created = put(world, "x");
    ASSERT_FALSE(created.ok());
    EXPECT_EQ(created.failure().code, "store.refused");
    EXPECT_NE(created.failure().message.find(code), std::string::npos);
  }
}

TEST(AzureBlob, blocks_have_new_ids_of_one_length_and_come_in_order) {
  std::set<std::string> seen;
  for (int upload = 0; upload < 2; ++upload) {
    std::map<std::string, std::string> blocks;
    std::string list;
    World world(
        [&](const Asked& asked) {
          const std::size_t id = asked.target.find("blockid=");
          if (id != std::string::npos) {
            blocks[asked.target.substr(id + 8)] = asked.body.substr(0, 1);
            EXPECT_EQ(asked.header("If-None-Match"), "");
          } else {
            list = asked.body;
            EXPECT_EQ(asked.header("If-None-Match"), "*");
            EXPECT_EQ(asked.header("x-ms-meta-identity"), "1f");
          }
          return Reply{.status = 201};
        },
        {{"TIDEGATE_AZURE_TOKEN", "t"}});
    std::string bytes;
    for (const char c : {'a', 'b', 'c', 'd', 'e', 'f'}) bytes += std::string(part_size, c);
    bytes.resize(bytes.size() - 5);
    ASSERT_TRUE(*put(world, bytes));
    EXPECT_EQ(blocks.size(), 6U);
    std::size_t before = 0;
    std::string order;
    while ((before = list.find("<Uncommitted>", before)) != std::string::npos) {
      before += 13;
      const std::string id = list.substr(before, list.find('<', before) - before);
      EXPECT_EQ(id.size(), 36U);
      EXPECT_TRUE(seen.insert(id).second) << "used before";
      for (const auto& block : blocks) {
        std::string decoded = block.first;
        for (std::size_t at; (at = decoded.find("%3D")) != std::string::npos;)
          decoded.replace(at, 3, "=");
        if (decoded == id) order += block.second;
      }
    }
    EXPECT_EQ(order, "abcdef");
  }
}

TEST(AzureBlob, a_create_only_sas_gets_one_put_and_its_signature_is_never_shown) {
  const std::string sas = "?sv=2021-12-02&sp=rc&sig=CANARY%2Bsignature%3D";
  World world([](const Asked& asked) { return Reply{.status = asked.method == "PUT" ? 201 : 403}; },
              {{"AZURE_STORAGE_SAS_TOKEN", sas}});
  ASSERT_TRUE(*put(world, std::string(part_size + 1, 'x')));
  EXPECT_EQ(world.http.asked.size(), 1U);
  EXPECT_EQ(world.http.asked.front().target, "https://acc.blob.core.windows.net/con/a/b" + sas);
  EXPECT_EQ(world.http.asked.front().header("Authorization"), "");
  const auto objects = open_azure_blob("acc", "con", world.effects());
  const auto refused = (*objects)->head("x");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(render_diagnostic(refused.failure()).find("CANARY"), std::string::npos);
}

TEST(AzureBlob, attempts_are_signed_anew) {
  int count = 0;
  World world([&](const Asked&) { return Reply{.status = ++count < 3 ? 503 : 201}; },
              {{"AZURE_STORAGE_KEY", "AAECAw=="}});
  ASSERT_TRUE(*put(world, "x"));
  std::set<std::string> signatures;
  for (const Asked& asked : world.http.asked) signatures.insert(asked.header("Authorization"));
  EXPECT_EQ(signatures.size(), 3U);
  ASSERT_EQ(world.pause.waited.size(), 2U);
  EXPECT_GE(world.pause.waited[0].count(), 800);
}

TEST(AzureBlob, follows_the_pages_of_a_list_and_refuses_a_circle) {
  int count = 0;
  bool circle = false;
  World world(
      [&](const Asked& asked) {
        ++count;
        const bool second = asked.target.find("marker=next%2F1") != std::string::npos;
        return Reply{
            .body = std::string("<?xml version=\"1.0\"?><EnumerationResults><Blobs><Blob><Name>k") +
                    (second ? "2" : "1") +
                    "</Name><Properties><Content-Length>7</Content-Length></"
                    "Properties><Metadata><Identity>1f</Identity></Metadata></Blob></"
                    "Blobs><NextMarker>" +
                    (second && !circle ? "" : "next/1") + "</NextMarker></EnumerationResults>"};
      },
      {{"TIDEGATE_AZURE_TOKEN", "t"}});
  const auto objects = open_azure_blob("acc", "con", world.effects());
  const auto all = (*objects)->list("k");
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->back().key, "k2");
  EXPECT_EQ(all->back().size, 7U);
  EXPECT_EQ(all->back().facts.at("identity"), "1f");
  circle = true;
  EXPECT_FALSE((*objects)->list("k").ok());
}

}  // namespace
}  // namespace tidegate::store
