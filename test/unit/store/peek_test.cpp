// SPDX-License-Identifier: Apache-2.0
#include "store/peek.hpp"

#include <gtest/gtest.h>

#include "store/folder.hpp"
#include "store/s3.hpp"
#include "support/fake_http.hpp"
#include "test/unit/store/memory_objects.hpp"

namespace tidegate::store {
namespace {

// An artifact whose manifest is long and whose files are longer: `files` of them, of bytes that no
// compressor makes smaller.
Sample long_sample(std::size_t files) {
  const test::TemporaryFolder folder;
  std::vector<artifact::PackFile> all{
      {.path = "files/jars/app.jar", .bytes = std::string(3000000, 'x')}};
  for (std::size_t i = 0; i < files; ++i) {
    const std::string name = system::sha256_hex(std::to_string(i));
    all.push_back({.path = "files/config/" + name + ".txt", .bytes = name});
  }
  const std::string file = folder.path() + "/orders-1.2.0.tar.gz";
  const auto packed = artifact::write_artifact(file, sample_manifest(), std::move(all));
  EXPECT_TRUE(packed.ok());
  return {.release = {.at = {"orders", "1.2.0"},
                      .identity = packed->identity,
                      .sha256 = packed->sha256,
                      .size = packed->size},
          .bytes = *system::read_file(file)};
}

struct Shop {
  explicit Shop(const Sample& sample) : one(sample) {
    KeyedStore store = client();
    EXPECT_TRUE(
        publish(store, one.release, system::text_body(one.bytes), one.sidecars, judge_of(one))
            .ok());
    shelf.sent = 0;
    asked.clear();
  }
  KeyedStore client() {
    const auto before = [this](const std::string& what) {
      asked.push_back(what);
      return Mishap::none;
    };
    return {std::make_unique<MemoryObjects>(shelf, before), "team"};
  }
  Result<Peeked> look(const std::string& identity = {}) {
    KeyedStore store = client();
    return peek(store, one.release.at, identity);
  }
  std::size_t reads() const {
    return static_cast<std::size_t>(std::count(asked.begin(), asked.end(), "read"));
  }
  Sample one;
  Shelf shelf{};
  std::vector<std::string> asked{};
};

TEST(Peek, a_short_manifest_is_one_step) {
  Shop shop(long_sample(1));
  const auto peeked = shop.look(shop.one.release.identity);
  ASSERT_TRUE(peeked.ok()) << render_diagnostic(peeked.failure());
  EXPECT_EQ(peeked->manifest.name, "orders");
  EXPECT_EQ(peeked->manifest.files.size(), 2U);
  EXPECT_EQ(peeked->stored.identity, shop.one.release.identity);
  EXPECT_EQ(peeked->stored.size, shop.one.bytes.size());
  EXPECT_EQ(peeked->read, first_step);
  EXPECT_EQ(shop.shelf.sent, first_step);
  EXPECT_EQ(shop.reads(), 1U);
}

TEST(Peek, a_long_manifest_takes_steps_that_grow) {
  Shop shop(long_sample(4000));
  const auto peeked = shop.look();
  ASSERT_TRUE(peeked.ok()) << render_diagnostic(peeked.failure());
  EXPECT_EQ(peeked->manifest.files.size(), 4001U);
  const std::uint64_t steps = shop.reads();
  EXPECT_GE(steps, 2U);
  EXPECT_EQ(peeked->read, first_step * ((1U << steps) - 1));
  EXPECT_EQ(shop.shelf.sent, peeked->read);
  EXPECT_LT(peeked->read, shop.one.bytes.size() / 2) << "the files are not read";
}

TEST(Peek, a_server_without_parts_is_cut_off) {
  Shop shop(long_sample(4000));
  shop.shelf.knows_parts = false;
  const auto peeked = shop.look();
  ASSERT_TRUE(peeked.ok()) << render_diagnostic(peeked.failure());
  EXPECT_EQ(peeked->manifest.files.size(), 4001U);
  EXPECT_GE(shop.reads(), 2U);
  // Every step begins anew, and ends one piece behind its end.
  EXPECT_LE(shop.shelf.sent, 2 * peeked->read + shop.reads() * shop.shelf.piece);
  EXPECT_LT(shop.shelf.sent, shop.one.bytes.size());
}

TEST(Peek, an_artifact_that_is_shorter_than_a_step_is_read_whole) {
  for (const bool knows_parts : {true, false}) {
    Shop shop(make_sample("a"));
    shop.shelf.knows_parts = knows_parts;
    const auto peeked = shop.look();
    ASSERT_TRUE(peeked.ok()) << render_diagnostic(peeked.failure());
    EXPECT_EQ(peeked->read, shop.one.bytes.size());
    ASSERT_EQ(peeked->beside.size(), 3U);
    EXPECT_EQ(peeked->beside.front().name, "orders-1.2.0.tar.gz.cdx.json");
    EXPECT_EQ(peeked->beside.front().sha256, shop.one.release.sha256);
  }
}

TEST(Peek, refuses_what_is_not_there_or_another) {
  Shop shop(make_sample("a"));
  const auto other = shop.look(std::string(64, '0'));
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.failure().code, "artifact.other-identity");
  EXPECT_EQ(other.failure().exit, ExitCode::not_verified);
  EXPECT_EQ(shop.reads(), 0U) << "the store tells it";
  KeyedStore store = shop.client();
  const auto none = peek(store, {"orders", "9"}, "");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.failure().code, "store.not-found");
  // A key of another release.
  for (const std::string key : {"team/orders/9/orders-9.tar.gz"}) {
    shop.shelf.objects[key] = shop.shelf.objects.at("team/orders/1.2.0/orders-1.2.0.tar.gz");
  }
  const auto renamed = peek(store, {"orders", "9"}, "");
  ASSERT_FALSE(renamed.ok());
  EXPECT_EQ(renamed.failure().code, "artifact.other-identity");
}

TEST(Peek, a_store_that_tells_nothing_proves_nothing) {
  Shop shop(make_sample("a"));
  for (auto& one : shop.shelf.objects) one.second.facts.clear();
  shop.shelf
      .objects["team/orders/1.2.0/sha256-" + std::string(64, 'f') + "/orders-1.2.0.tar.gz.sig"];
  const auto peeked = shop.look(std::string(64, '0'));
  ASSERT_TRUE(peeked.ok()) << render_diagnostic(peeked.failure());
  EXPECT_EQ(peeked->stored.identity, "");
  EXPECT_EQ(peeked->beside.size(), 4U) << "of any digest";
}

TEST(Peek, broken_bytes_are_refused) {
  Shop shop(make_sample("a"));
  std::string& bytes = shop.shelf.objects.at("team/orders/1.2.0/orders-1.2.0.tar.gz").bytes;
  bytes.resize(200);
  const auto cut = shop.look();
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.failure().code, "artifact.not-verified");
  bytes = "<html>";
  ASSERT_FALSE(shop.look().ok());
}

TEST(Peek, a_folder_gives_parts) {
  const test::TemporaryFolder folder;
  const Sample sample = long_sample(4000);
  KeyedStore store(std::make_unique<FolderObjects>(folder.path()), "");
  ASSERT_TRUE(
      publish(store, sample.release, system::text_body(sample.bytes), {}, judge_of(sample)).ok());
  const auto peeked = peek(store, sample.release.at, sample.release.identity);
  ASSERT_TRUE(peeked.ok()) << render_diagnostic(peeked.failure());
  EXPECT_EQ(peeked->manifest.files.size(), 4001U);
  EXPECT_LT(peeked->read, sample.bytes.size() / 2);
}

struct Bucket {
  explicit Bucket(test::Handler handler) : http(std::move(handler)) {}
  Result<Peeked> look() {
    const Effects effects{.http = http, .pause = pause, .environment = environment};
    KeyedStore store(*open_s3("bucket", effects), "");
    return peek(store, {"orders", "1.2.0"}, "");
  }
  test::MemoryHttp http;
  test::RecordedPause pause{};
  system::MemoryEnvironment environment{
      {{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", "CANARY"}}};
};

TEST(Peek, asks_a_server_for_ranges) {
  const Sample sample = long_sample(4000);
  Bucket bucket([&](const test::Asked& one) -> test::Reply {
    if (one.target.find("list-type=2") != std::string::npos)
      return {.body = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"};
    if (one.target.ends_with(".tar.zst")) return {.status = 404};
    if (one.method == "HEAD")
      return {.headers = {{"Content-Length", std::to_string(sample.bytes.size())}}};
    const std::string range = one.header("Range");
    const std::size_t begin = std::stoul(range.substr(6));
    const std::size_t end = std::stoul(range.substr(range.find('-') + 1)) + 1;
    return {.status = 206,
            .body = sample.bytes.substr(begin, end - begin),
            .headers = {{"content-range", "bytes " + std::to_string(begin) + "-" +
                                              std::to_string(end - 1) + "/9999999"}}};
  });
  const auto peeked = bucket.look();
  ASSERT_TRUE(peeked.ok()) << render_diagnostic(peeked.failure());
  EXPECT_EQ(peeked->manifest.files.size(), 4001U);
  std::vector<std::string> ranges;
  for (const test::Asked& one : bucket.http.asked) {
    if (one.method == "GET" && !one.header("Range").empty()) ranges.push_back(one.header("Range"));
  }
  ASSERT_GE(ranges.size(), 2U);
  EXPECT_EQ(ranges[0], "bytes=0-65535");
  EXPECT_EQ(ranges[1], "bytes=65536-196607");
}

TEST(Peek, another_part_than_was_asked_for_is_refused) {
  const Sample sample = long_sample(4000);
  Bucket bucket([&](const test::Asked& one) -> test::Reply {
    if (one.target.ends_with(".tar.zst")) return {.status = 404};
    if (one.method == "HEAD")
      return {.headers = {{"Content-Length", std::to_string(sample.bytes.size())}}};
    return {.status = 206,
            .body = sample.bytes.substr(0, 65536),
            .headers = {{"Content-Range", "bytes 0-65535/9999999"}}};
  });
  const auto peeked = bucket.look();
  ASSERT_FALSE(peeked.ok());
  EXPECT_EQ(peeked.failure().code, "store.invalid-answer");
}

}  // namespace
}  // namespace tidegate::store
