// SPDX-License-Identifier: Apache-2.0
// Every fault at every exchange of publishing and pulling, with each store: nothing is lost, nothing wrong is published or
// given to anybody, and the next run does what this one could not. What a fault is on the wire: test/unit/system/curl, and
// test/e2e/store_faults_test.cpp with real servers.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "signature/base64.hpp"
#include "store/azure_blob.hpp"
#include "store/oci.hpp"
#include "store/publish.hpp"
#include "store/pull.hpp"
#include "store/s3.hpp"
#include "support/shared.hpp"
#include "test/unit/store/memory_objects.hpp"
#include "test/unit/store/memory_servers.hpp"

namespace tidegate::store {
namespace {

using test::Fault;
using Kind = Fault::Kind;

struct Named {
  const char* name = "";
  Fault fault{};
  bool passes = true;  // another attempt mends it
};

// 401 has a challenge where the store has one.
std::vector<Named> faults(bool bearer) {
  const system::HttpHeaders after{{"Retry-After", "2"}};
  const system::HttpHeaders challenge{{"WWW-Authenticate", "Bearer realm=\"https://auth.example/token\",service=\"reg\",scope=\"repository:a/orders:pull,push\""}};
  return {{"timeout or reset before it arrived", {.kind = Kind::lost_request}},
          {"reset after it was served", {.kind = Kind::lost_answer}},
          {"body that breaks off", {.kind = Kind::broken_body}},
          {"500", {.kind = Kind::status, .status = 500}},
          {"500 after it was served", {.kind = Kind::late_status, .status = 500}},
          {"503", {.kind = Kind::status, .status = 503}},
          {"429 with Retry-After", {.kind = Kind::status, .status = 429, .headers = after}},
          {"429 after it was served", {.kind = Kind::late_status, .status = 429, .headers = after}},
          {"401", {.kind = Kind::status, .status = 401, .headers = bearer ? challenge : system::HttpHeaders{}}},
          {"403", {.kind = Kind::status, .status = 403}, false},
          {"half of the body", {.kind = Kind::short_body}, false},
          {"a longer body", {.kind = Kind::long_body}, false}};
}

class Faults : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string login = signature::encode_base64("ci:CANARY-pw");
    docker_.write("config.json", "{\"auths\":{\"reg.example\":{\"auth\":\"" + login + "\"}}}");
    registry_.has_referrers = GetParam() == "registry_referrers";
    registry_.token = "tok.en";
    assertion_ = docker_.write("assertion", "signed");
  }
  bool of_registry() const { return GetParam().starts_with("registry"); }
  // S3's keys cannot be asked for again.
  bool renews() const { return GetParam() != "s3"; }

  // A client that has just been started, whose exchange number `place` has a fault.
  struct Client {
    Client(Faults& test, std::size_t place, const Fault& fault)
        : server([&test](const Asked& asked) { return test.serve(asked); }), http(server, line(place, fault)), environment(test.variables()) {
      const Effects effects{.http = http, .pause = pause, .environment = environment, .now = [] { return std::int64_t{1369353600}; },
                            .run = [](const system::ProcessRequest&) -> Result<system::ProcessResult> { return Diagnostic{.code = "system.process-failed"}; }};
      if (test.of_registry()) {
        auto opened = open_oci("reg.example", "a", effects);
        store = std::move(*opened);
      } else {
        auto opened = GetParam() == "azure" ? open_azure_blob("acc", "con", effects) : open_s3("bucket", effects);
        store = std::make_unique<KeyedStore>(std::move(*opened), "p");
      }
    }
    // Who gives tokens says no: that is final.
    bool refused_a_token() const { return http.hit().find("/token") != std::string::npos; }
    static std::deque<Fault> line(std::size_t place, const Fault& fault) {
      std::deque<Fault> faults(place);
      faults.push_back(fault);
      return faults;
    }
    test::MemoryHttp server;
    test::FaultyHttp http;
    test::RecordedPause pause{};
    system::MemoryEnvironment environment;
    std::unique_ptr<Store> store{};
  };
  static constexpr std::size_t nowhere = 100000;

  std::map<std::string, std::string> variables() const {
    return {{"DOCKER_CONFIG", docker_.path()},      {"AZURE_FEDERATED_TOKEN_FILE", assertion_}, {"AZURE_TENANT_ID", "t"},
            {"AZURE_CLIENT_ID", "c"},               {"AWS_ACCESS_KEY_ID", "AKID"},              {"AWS_SECRET_ACCESS_KEY", "CANARY"}};
  }
  Reply serve(const Asked& asked) {
    if (of_registry()) return registry_.serve(asked);
    return GetParam() == "azure" ? blobs_.serve(asked) : bucket_.serve(asked);
  }
  void clear() {
    registry_.blobs.clear();
    registry_.manifests.clear();
    blobs_.objects.clear();
    blobs_.blocks.clear();
    bucket_.objects.clear();
    bucket_.uploads.clear();
  }

  // 401 right after a token was given says that it is the wrong one.
  bool is_mended(const Named& named, const Client& client, std::size_t place) const {
    if (named.fault.status != 401) return named.passes;
    return renews() && !client.refused_a_token() && !(of_registry() && place == 2);
  }
  // One file beside it: a registry is asked twenty times for each.
  static Sample small_sample() {
    Sample sample = make_sample("one");
    sample.sidecars.resize(1);
    return sample;
  }
  Result<Published> put(Client& client, const Sample& sample) {
    return publish(*client.store, sample.release, system::text_body(sample.bytes), sample.sidecars, judge_of(sample));
  }
  std::size_t exchanges_of_publishing(const Sample& sample) {
    clear();
    Client client(*this, nowhere, {});
    EXPECT_TRUE(put(client, sample).ok());
    return client.http.count();
  }
  // Whole, with everything beside it, for somebody who comes without faults.
  void expect_published(const Sample& sample) {
    Client client(*this, nowhere, {});
    const test::TemporaryFolder folder;
    const auto pulled = pull(*client.store, sample.release.at, sample.release.identity, folder.path());
    ASSERT_TRUE(pulled.ok()) << render_diagnostic(pulled.failure());
    EXPECT_TRUE(*system::read_file(pulled->file) == sample.bytes);
    ASSERT_EQ(pulled->sidecars.size(), sample.sidecars.size());
    for (const Sidecar& one : sample.sidecars) EXPECT_EQ(*system::read_file(folder.path() + "/" + one.name), one.bytes);
  }
  // Nothing, or all.
  void expect_whole(const Sample& sample) {
    Client client(*this, nowhere, {});
    const auto found = client.store->find(sample.release.at);
    ASSERT_TRUE(found.ok()) << render_diagnostic(found.failure());
    if (!found->empty()) expect_published(sample);
  }
  void publish_with(const Sample& sample, std::size_t place, const Named& named) {
    clear();
    Client client(*this, place, named.fault);
    const auto published = put(client, sample);
    if (is_mended(named, client, place)) {
      EXPECT_TRUE(published.ok()) << render_diagnostic(published.ok() ? Diagnostic{} : published.failure());
    }
    if (published.ok()) {
      EXPECT_EQ(published->stored.identity, sample.release.identity);
      expect_published(sample);
    } else {
      EXPECT_EQ(published.failure().exit, ExitCode::store_failed) << render_diagnostic(published.failure());
      EXPECT_EQ(render_diagnostic(published.failure()).find("CANARY"), std::string::npos);
      expect_whole(sample);
    }
    Client next(*this, nowhere, {});
    const auto again = put(next, sample);
    EXPECT_TRUE(again.ok()) << render_diagnostic(again.ok() ? Diagnostic{} : again.failure());
    expect_published(sample);
    if (named.fault.status == 429) {
      ASSERT_FALSE(client.pause.waited.empty());
      EXPECT_GE(std::max_element(client.pause.waited.begin(), client.pause.waited.end())->count(), 2000) << "Retry-After";
    }
  }

  const test::TemporaryFolder docker_{};
  std::string assertion_{};
  Registry registry_{};
  BlobServer blobs_{};
  BucketServer bucket_{};
};

TEST_P(Faults, at_every_exchange_of_publishing) {
  const Sample sample = small_sample();
  const std::size_t count = exchanges_of_publishing(sample);
  ASSERT_GE(count, 6U);
  std::size_t turn = 0;
  const std::size_t step = of_registry() ? 3 : 1;  // of its forty exchanges a third for each fault
  for (const Named& named : faults(of_registry())) {
    for (std::size_t place = turn++ % step; place < count; place += step) {
      SCOPED_TRACE(std::string(named.name) + " at exchange " + std::to_string(place));
      publish_with(sample, place, named);
    }
  }
}

// In blocks and parts, four at a time. A registry gets one body, however large it is.
class LargeFaults : public Faults {};

TEST_P(LargeFaults, at_every_exchange) {
  std::mt19937 random(1);
  std::string content(part_size + part_size / 2, '\0');
  for (char& c : content) c = static_cast<char>(random());
  const Sample sample = make_sample(content);
  ASSERT_GT(sample.release.size, part_size);
  const std::size_t count = exchanges_of_publishing(sample);
  std::size_t turn = 0;
  for (const Named& named : faults(false)) {
    if (named.fault.kind == Kind::broken_body || named.fault.status == 503 || named.fault.status == 500) continue;  // as the others
    for (std::size_t place = turn++ % 3; place < count; place += 3) {  // a third of the places each: bodies of megabytes
      SCOPED_TRACE(std::string(named.name) + " at exchange " + std::to_string(place));
      publish_with(sample, place, named);
    }
  }
}

TEST_P(Faults, at_every_exchange_of_pulling) {
  const Sample sample = small_sample();
  (void)exchanges_of_publishing(sample);
  std::size_t count = 0;
  {
    Client client(*this, nowhere, {});
    const test::TemporaryFolder folder;
    ASSERT_TRUE(pull(*client.store, sample.release.at, "", folder.path()).ok());
    count = client.http.count();
  }
  ASSERT_GE(count, 5U);
  for (const Named& named : faults(of_registry())) {
    for (std::size_t place = 0; place < count; ++place) {
      SCOPED_TRACE(std::string(named.name) + " at exchange " + std::to_string(place));
      Client client(*this, place, named.fault);
      const test::TemporaryFolder folder;
      const auto pulled = pull(*client.store, sample.release.at, "", folder.path());
      if (is_mended(named, client, place)) {
        EXPECT_TRUE(pulled.ok()) << render_diagnostic(pulled.ok() ? Diagnostic{} : pulled.failure());
      }
      if (!pulled.ok()) {
        const ExitCode exit = pulled.failure().exit;
        EXPECT_TRUE(exit == ExitCode::store_failed || exit == ExitCode::not_verified) << render_diagnostic(pulled.failure());
        EXPECT_FALSE(system::is_file(folder.path() + "/orders-1.2.0.tar.gz"));
      }
      std::size_t files = 0;
      for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        ++files;
        const std::string name = entry.path().filename().string(), bytes = *system::read_file(entry.path());
        const auto beside = std::find_if(sample.sidecars.begin(), sample.sidecars.end(), [&](const Sidecar& one) { return one.name == name; });
        EXPECT_TRUE(beside == sample.sidecars.end() ? name == "orders-1.2.0.tar.gz" && bytes == sample.bytes : bytes == beside->bytes) << name;
      }
      if (pulled.ok()) {
        EXPECT_EQ(files, 1 + sample.sidecars.size()) << "something is missing";
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, LargeFaults, testing::Values("azure", "s3"), [](const auto& test) { return test.param; });
INSTANTIATE_TEST_SUITE_P(Stores, Faults, testing::Values("azure", "s3", "registry", "registry_referrers"), [](const auto& test) { return test.param; });

}  // namespace
}  // namespace tidegate::store
