// SPDX-License-Identifier: Apache-2.0
// The rule of publishing once, against a store that fails at any place and publishers that race.
#include "store/publish.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include "store/pull.hpp"
#include "test/unit/store/memory_objects.hpp"

namespace tidegate::store {
namespace {

Mishap no_mishap(const std::string&) { return Mishap::none; }

Result<Published> put(Shelf& shelf, const Sample& sample,
                      const MemoryObjects::Before& before = no_mishap) {
  KeyedStore store(std::make_unique<MemoryObjects>(shelf, before), "releases");
  return publish(store, sample.release, system::text_body(sample.bytes), sample.sidecars,
                 judge_of(sample));
}

const std::string artifact_key = "releases/orders/1.2.0/orders-1.2.0.tar.gz";

std::string sidecar_key(const Sample& sample, std::size_t index) {
  return "releases/orders/1.2.0/sha256-" + sample.release.sha256 + "/" +
         sample.sidecars[index].name;
}

// What must hold at any time: nothing, or one artifact whole with all of its sidecars.
const Sample* check_whole(const Shelf& shelf, const std::vector<const Sample*>& candidates) {
  const auto found = shelf.objects.find(artifact_key);
  if (found == shelf.objects.end()) return nullptr;
  for (const Sample* sample : candidates) {
    if (found->second.bytes != sample->bytes) continue;
    for (std::size_t i = 0; i < sample->sidecars.size(); ++i) {
      const auto beside = shelf.objects.find(sidecar_key(*sample, i));
      EXPECT_NE(beside, shelf.objects.end()) << "published without " << sample->sidecars[i].name;
      if (beside == shelf.objects.end()) continue;
      EXPECT_TRUE(beside->second.bytes.starts_with(sample->release.sha256)) << "mixed";
    }
    return sample;
  }
  ADD_FAILURE() << "what is published is nobody's";
  return nullptr;
}

TEST(Publish, puts_sidecars_first_and_the_artifact_last) {
  const Sample sample = make_sample("one");
  Shelf shelf;
  std::vector<std::string> order;
  const auto published = put(shelf, sample, [&](const std::string& what) {
    order.push_back(what);
    return Mishap::none;
  });
  ASSERT_TRUE(published.ok()) << render_diagnostic(published.failure());
  EXPECT_TRUE(published->created);
  ASSERT_EQ(order.size(), 8U);
  EXPECT_EQ(order[0] + order[1], "headhead") << "of each compression";
  EXPECT_EQ(order[5], "create " + artifact_key);
  EXPECT_EQ(order[6] + order[7], "headhead") << "another may have been as fast";
  EXPECT_EQ(check_whole(shelf, {&sample}), &sample);
  EXPECT_EQ(shelf.objects.at(artifact_key).facts.at("identity"), sample.release.identity);
}

TEST(Publish, the_same_again_is_success_and_writes_nothing) {
  const Sample sample = make_sample("one");
  for (const bool facts : {true, false}) {
    Shelf shelf{.keeps_facts = facts};
    ASSERT_TRUE(put(shelf, sample).ok());
    const auto again = put(shelf, sample, [](const std::string& what) {
      EXPECT_FALSE(what.starts_with("create")) << what;
      return Mishap::none;
    });
    ASSERT_TRUE(again.ok()) << render_diagnostic(again.failure());
    EXPECT_FALSE(again->created);
    EXPECT_EQ(again->stored.identity, sample.release.identity);
  }
}

TEST(Publish, other_content_is_a_conflict_that_names_both) {
  const Sample one = make_sample("one"), two = make_sample("two");
  for (const bool facts : {true, false}) {
    Shelf shelf{.keeps_facts = facts};
    ASSERT_TRUE(put(shelf, one).ok());
    const auto refused = put(shelf, two);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().code, "store.conflict");
    EXPECT_EQ(refused.failure().exit, ExitCode::conflict);
    EXPECT_NE(refused.failure().message.find(one.release.identity), std::string::npos);
    EXPECT_NE(refused.failure().message.find(two.release.identity), std::string::npos);
    EXPECT_EQ(check_whole(shelf, {&one, &two}), &one);
  }
}

TEST(Publish, the_same_tar_compressed_otherwise_is_the_same_release) {
  const Sample one = make_sample("one");
  Sample other = one;
  other.release.sha256 = std::string(64, '0');  // of the file; the identity is the tar's
  Shelf shelf{.keeps_facts = false};
  ASSERT_TRUE(put(shelf, one).ok());
  const auto again = put(shelf, other);
  ASSERT_TRUE(again.ok()) << render_diagnostic(again.failure());
  EXPECT_FALSE(again->created);
  EXPECT_EQ(again->stored.sha256, one.release.sha256) << "the stored bytes stay";
}

const auto zstd = artifact::Compression::zstd;
const std::string zstd_key = "releases/orders/1.2.0/orders-1.2.0.tar.zst";

TEST(Publish, a_version_is_published_once_however_it_is_compressed) {
  const Sample one = make_sample("one"), two = make_sample("two");
  const Sample one_zstd = make_sample("one", zstd), two_zstd = make_sample("two", zstd);
  ASSERT_EQ(one.release.identity, one_zstd.release.identity);
  for (const bool facts : {true, false}) {
    Shelf shelf{.keeps_facts = facts};
    ASSERT_TRUE(put(shelf, one_zstd).ok());
    EXPECT_EQ(shelf.objects.at(zstd_key).bytes, one_zstd.bytes);
    const auto same = put(shelf, one);
    ASSERT_TRUE(same.ok()) << render_diagnostic(same.failure());
    EXPECT_FALSE(same->created);
    EXPECT_EQ(same->stored.compression, zstd) << "the stored bytes stay";
    EXPECT_EQ(put(shelf, two).failure().exit, ExitCode::conflict);
    EXPECT_EQ(shelf.objects.count(artifact_key), 0U);
    Shelf other{.keeps_facts = facts};
    ASSERT_TRUE(put(other, one).ok());
    EXPECT_FALSE(put(other, one_zstd)->created);
    EXPECT_EQ(put(other, two_zstd).failure().exit, ExitCode::conflict);
    EXPECT_EQ(other.objects.count(zstd_key), 0U);
  }
}

// Both look and find nothing; then both write.
Result<Published> race(Shelf& shelf, const Sample& slow, const Sample& fast) {
  return put(shelf, slow, [&](const std::string& what) {
    if (what == "create " + artifact_key) {
      EXPECT_TRUE(put(shelf, fast).ok());
    }
    return Mishap::none;
  });
}

TEST(Publish, a_race_of_two_compressions_is_noticed) {
  const Sample one = make_sample("one"), other = make_sample("two", zstd);
  for (const bool facts : {true, false}) {
    Shelf shelf{.keeps_facts = facts};
    const auto late = race(shelf, one, other);
    ASSERT_FALSE(late.ok()) << "the one that comes later sees the other";
    EXPECT_EQ(late.failure().code, "store.conflict");
    EXPECT_NE(late.failure().message.find(other.release.identity), std::string::npos);
    // Nobody gets one of the two by chance.
    const test::TemporaryFolder folder;
    KeyedStore store(std::make_unique<MemoryObjects>(shelf, no_mishap), "releases");
    const auto by_version = pull(store, one.release.at, "", folder.path());
    ASSERT_FALSE(by_version.ok());
    EXPECT_EQ(by_version.failure().code, "store.conflict");
    EXPECT_EQ(by_version.failure().exit, ExitCode::conflict);
    for (const Sample* sample : {&one, &other}) {
      const auto pulled = pull(store, one.release.at, sample->release.identity, folder.path());
      ASSERT_TRUE(pulled.ok()) << render_diagnostic(pulled.failure());
      EXPECT_EQ(*system::read_file(pulled->file), sample->bytes);
      EXPECT_EQ(pulled->sidecars.size(), 3U);
    }
    EXPECT_EQ(pull(store, one.release.at, std::string(64, '0'), folder.path()).failure().code,
              "artifact.other-identity");
  }
}

TEST(Publish, a_race_of_two_compressions_of_one_content_is_none) {
  const Sample one = make_sample("one"), same = make_sample("one", zstd);
  Shelf shelf;
  const auto late = race(shelf, one, same);
  ASSERT_TRUE(late.ok()) << render_diagnostic(late.failure());
  const test::TemporaryFolder folder;
  KeyedStore store(std::make_unique<MemoryObjects>(shelf, no_mishap), "releases");
  const auto pulled = pull(store, one.release.at, "", folder.path());
  ASSERT_TRUE(pulled.ok()) << render_diagnostic(pulled.failure());
  EXPECT_EQ(pulled->verified.identity, one.release.identity);
}

TEST(Publish, a_document_that_is_added_has_the_name_of_what_is_published) {
  const Sample one = make_sample("one"), same = make_sample("one", zstd);
  Shelf shelf;
  ASSERT_TRUE(put(shelf, same).ok());
  const auto published = put(shelf, one);
  ASSERT_TRUE(published.ok());
  KeyedStore store(std::make_unique<MemoryObjects>(shelf, no_mishap), "releases");
  ASSERT_TRUE(attach(store, one.release, published->stored,
                     {.name = "orders-1.2.0.tar.gz.receipt-1.intoto.jsonl", .bytes = "x"})
                  .ok());
  const test::TemporaryFolder folder;
  EXPECT_EQ(pull(store, one.release.at, "", folder.path())->sidecars.size(), 4U);
}

TEST(Publish, what_is_no_artifact_is_other_content) {
  const Sample sample = make_sample("one");
  Shelf shelf{.keeps_facts = false};
  shelf.objects[artifact_key] = {.bytes = sample.bytes.substr(0, sample.bytes.size() / 2)};
  const auto refused = put(shelf, sample);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "store.conflict");
  EXPECT_NE(refused.failure().message.find("no whole artifact"), std::string::npos)
      << refused.failure().message;
}

TEST(Publish, a_sidecar_that_is_there_stays_if_it_tells_of_the_artifact) {
  const Sample sample = make_sample("one");
  Shelf shelf;
  shelf.objects[sidecar_key(sample, 1)] = {.bytes = sample.release.sha256 + " of another run"};
  ASSERT_TRUE(put(shelf, sample).ok());
  EXPECT_EQ(shelf.objects.at(sidecar_key(sample, 1)).bytes,
            sample.release.sha256 + " of another run");
  Shelf wrong;
  wrong.objects[sidecar_key(sample, 1)] = {.bytes = "something else"};
  const auto refused = put(wrong, sample);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "store.conflict");
  EXPECT_EQ(refused.failure().exit, ExitCode::conflict);
  EXPECT_EQ(wrong.objects.count(artifact_key), 0U) << "published although a sidecar is wrong";
}

TEST(Publish, a_file_that_changed_since_it_was_verified_is_not_published) {
  Sample sample = make_sample("one");
  for (const std::string& bytes :
       {sample.bytes.substr(1), sample.bytes + "x", "X" + sample.bytes.substr(1)}) {
    sample.bytes = bytes;
    Shelf shelf;
    const auto refused = put(shelf, sample);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().code, "store.changed");
    EXPECT_EQ(shelf.objects.count(artifact_key), 0U);
  }
}

TEST(Publish, an_answer_that_is_lost_at_any_place_is_found_again) {
  const Sample sample = make_sample("one");
  for (std::size_t place = 0; place < 8; ++place) {  // see puts_sidecars_first_and_the_artifact_last
    Shelf shelf;
    std::size_t count = 0;
    const auto published = put(shelf, sample, [&](const std::string&) {
      return count++ == place ? Mishap::lost_answer : Mishap::none;
    });
    if (place < 2) {  // nothing was known yet
      EXPECT_FALSE(published.ok());
      continue;
    }
    if (place > 5) {  // whether another one is there is not known, but this one is, whole
      EXPECT_FALSE(published.ok());
      EXPECT_EQ(check_whole(shelf, {&sample}), &sample);
      EXPECT_TRUE(put(shelf, sample).ok());
      continue;
    }
    ASSERT_TRUE(published.ok()) << place << render_diagnostic(published.failure());
    EXPECT_EQ(check_whole(shelf, {&sample}), &sample);
  }
}

// Two or three publishers take turns, one operation at a time, in an order that the seed decides.
class Turns {
 public:
  Turns(std::size_t count, std::mt19937& random) : active_(count, true), random_(random) { next(); }
  void take(std::size_t who) {
    std::unique_lock lock(mutex_);
    if (holder_ == who) {  // what it did since the last call is done
      next();
      changed_.notify_all();
    }
    changed_.wait(lock, [&] { return turn_ == who; });
    holder_ = who;
  }
  void leave(std::size_t who) {
    std::unique_lock lock(mutex_);
    active_[who] = false;
    if (turn_ == who) next();
    changed_.notify_all();
  }

 private:
  void next() {
    holder_ = active_.size();
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < active_.size(); ++i) {
      if (active_[i]) left.push_back(i);
    }
    turn_ = left.empty() ? active_.size() : left[random_() % left.size()];
  }
  std::vector<bool> active_;
  std::mt19937& random_;
  std::size_t turn_ = 0;
  std::size_t holder_ = 0;  // who works now; none: active_.size()
  std::mutex mutex_{};
  std::condition_variable changed_{};
};

struct Race {
  Shelf shelf{};
  std::vector<std::optional<Result<Published>>> ends{};
};

void run_race(Race& race, const std::vector<const Sample*>& publishers, std::mt19937& random,
              unsigned percent_mishaps) {
  Turns turns(publishers.size(), random);
  race.ends.resize(publishers.size());
  std::vector<std::thread> threads;
  std::vector<std::mt19937> seeds;  // before the first thread draws turns
  for (std::size_t who = 0; who < publishers.size(); ++who)
    seeds.emplace_back(static_cast<unsigned>(random()));
  for (std::size_t who = 0; who < publishers.size(); ++who) {
    std::mt19937 dice = seeds[who];
    threads.emplace_back([&, who, dice]() mutable {
      race.ends[who] = put(race.shelf, *publishers[who], [&](const std::string&) {
        turns.take(who);
        check_whole(race.shelf, publishers);
        if (dice() % 100 >= percent_mishaps) return Mishap::none;
        return dice() % 2 == 0 ? Mishap::lost_answer : Mishap::lost_request;
      });
      turns.leave(who);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Never mixed, never lost: who is told "published" finds exactly that; everybody else is told why
// not.
TEST(Publish, races_with_mishaps_at_random_places_never_mix_and_never_lose) {
  const Sample one = make_sample("one"), two = make_sample("two");
  Sample signed_again = one;
  signed_again.sidecars[2].bytes += " signed again";
  const std::vector<const Sample*> all{&one, &two, &signed_again};
  std::size_t conflicts = 0, failures = 0, successes = 0;
  for (unsigned seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::vector<const Sample*> publishers;
    for (std::size_t i = 0; i < 2 + seed % 2; ++i) publishers.push_back(all[random() % all.size()]);
    Race race;
    run_race(race, publishers, random, seed % 3 == 0 ? 0 : 15);
    const Sample* winner = check_whole(race.shelf, all);
    for (std::size_t i = 0; i < publishers.size(); ++i) {
      const Result<Published>& end = *race.ends[i];
      if (end.ok()) {
        ++successes;
        ASSERT_NE(winner, nullptr) << "lost";
        EXPECT_EQ(winner->release.identity, publishers[i]->release.identity);
      } else if (end.failure().exit == ExitCode::conflict) {
        ++conflicts;
        ASSERT_NE(winner, nullptr);
        EXPECT_NE(winner->release.identity, publishers[i]->release.identity);
      } else {
        ++failures;
        EXPECT_EQ(end.failure().code, "system.http-failed");
        EXPECT_NE(seed % 3, 0U) << "a failure without a mishap";
      }
      // Whatever happened: a second try without mishaps knows.
      const auto again = put(race.shelf, *publishers[i]);
      winner = check_whole(race.shelf, all);
      ASSERT_NE(winner, nullptr);
      EXPECT_EQ(again.ok(), winner->release.identity == publishers[i]->release.identity);
    }
  }
  EXPECT_GT(successes, 100U);
  EXPECT_GT(conflicts, 100U);
  EXPECT_GT(failures, 20U);
}

TEST(Pull, gives_what_was_published_and_nothing_that_does_not_verify) {
  const Sample sample = make_sample("one");
  Shelf shelf;
  ASSERT_TRUE(put(shelf, sample).ok());
  shelf.objects["releases/orders/1.2.0/sha256-" + sample.release.sha256 + "/../evil"] = {.bytes =
                                                                                             "x"};
  const test::TemporaryFolder folder;
  KeyedStore store(std::make_unique<MemoryObjects>(shelf, no_mishap), "releases");
  const auto pulled = pull(store, sample.release.at, sample.release.identity, folder.path());
  ASSERT_TRUE(pulled.ok()) << render_diagnostic(pulled.failure());
  EXPECT_EQ(*system::read_file(pulled->file), sample.bytes);
  EXPECT_EQ(pulled->sidecars.size(), 3U);
  EXPECT_FALSE(system::is_file(folder.path() + "/../evil"));
  const auto other = pull(store, sample.release.at, std::string(64, '0'), folder.path() + "/");
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.failure().code, "artifact.other-identity");
  EXPECT_EQ(pull(store, {"orders", "2"}, "", folder.path()).failure().code, "store.not-found");
  // A flipped byte anywhere, or a cut, and no file gets a name.
  const test::TemporaryFolder empty;
  std::mt19937 random(1);
  int refusals = 0;
  for (int i = 0; i < 60; ++i) {
    std::string bytes = sample.bytes;
    const std::size_t at = random() % bytes.size();
    if (i % 3 == 0)
      bytes.resize(at);
    else
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
    shelf.objects[artifact_key].bytes = bytes;
    const auto refused = pull(store, sample.release.at, "", empty.path());
    if (refused.ok()) {  // deflate has bits that say nothing: the same tar
      EXPECT_EQ(refused->verified.identity, sample.release.identity) << at;
      ASSERT_TRUE(system::remove_file(refused->file).ok());
      continue;
    }
    ++refusals;
    EXPECT_EQ(refused.failure().exit, ExitCode::not_verified);
    EXPECT_FALSE(system::is_file(empty.path() + "/orders-1.2.0.tar.gz"));
  }
  EXPECT_GT(refusals, 50);
}

TEST(Pull, another_release_under_the_name_is_refused) {
  const Sample sample = make_sample("one");
  Shelf shelf;
  shelf.objects["releases/orders/9/orders-9.tar.gz"] = {.bytes = sample.bytes};
  const test::TemporaryFolder folder;
  KeyedStore store(std::make_unique<MemoryObjects>(shelf, no_mishap), "releases");
  const auto refused = pull(store, {"orders", "9"}, "", folder.path());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "artifact.other-identity");
  EXPECT_NE(refused.failure().message.find("orders 1.2.0"), std::string::npos)
      << refused.failure().message;
}

TEST(KeyedStore, lists_releases_and_nothing_else) {
  const Sample sample = make_sample("one");
  Shelf shelf;
  ASSERT_TRUE(put(shelf, sample).ok());
  shelf.objects["releases/notes.txt"] = {};
  shelf.objects["releases/orders/1.3.0/other-1.3.0.tar.gz"] = {};
  shelf.objects["other/orders/1.0.0/orders-1.0.0.tar.gz"] = {};
  for (const char* prefix : {"releases", "releases/orders"}) {
    KeyedStore store(std::make_unique<MemoryObjects>(shelf, no_mishap), prefix);
    const auto listed = store.list();
    ASSERT_TRUE(listed.ok());
    ASSERT_EQ(listed->size(), 1U) << prefix;
    EXPECT_EQ(listed->front().at.version, "1.2.0");
    EXPECT_EQ(listed->front().identity, sample.release.identity);
  }
}

}  // namespace
}  // namespace tidegate::store
