// SPDX-License-Identifier: Apache-2.0
#include "store/peek.hpp"

#include <algorithm>

#include "artifact/verify.hpp"
#include "store/asked.hpp"
#include "store/web.hpp"

namespace tidegate::store {
namespace {

// Keeps [begin, begin + size) of what comes, whether only that comes or all.
class PartSink final : public system::BodySink {
 public:
  explicit PartSink(const Part& part) : part_(part) {}

  Status begin(const system::HttpResponse& head) override {
    bytes_.clear();
    skip_ = head.status == 206 ? 0 : part_.begin;
    if (head.status != 206 || part_.begin == 0) return Done{};
    const std::string expected = "bytes " + std::to_string(part_.begin) + "-";
    if (head.header("Content-Range").value_or("").starts_with(expected)) return Done{};
    return invalid_answer(head.url, "another part than was asked for");
  }

  // A failure ends the exchange: the connection is closed on a server that goes on sending.
  Status write(std::string_view piece) override {
    if (full()) return invalid_answer("", "more than was asked for");
    const std::size_t skipped =
        static_cast<std::size_t>(std::min<std::uint64_t>(skip_, piece.size()));
    skip_ -= skipped;
    piece.remove_prefix(skipped);
    bytes_ += piece.substr(0, static_cast<std::size_t>(part_.size) - bytes_.size());
    return Done{};
  }

  bool full() const { return bytes_.size() == part_.size; }
  std::string take() { return std::move(bytes_); }

 private:
  Part part_;
  std::uint64_t skip_ = 0;
  std::string bytes_{};
};

// The bytes of an artifact, fetched as they are needed.
class FirstBytes final : public artifact::ByteSource {
 public:
  FirstBytes(Store& store, const Stored& stored) : store_(store), stored_(stored) {}

  Result<std::size_t> read(char* out, std::size_t capacity) override {
    if (used_ == piece_.size()) {
      if (Status status = fetch(); !status) return status.failure();
    }
    const std::size_t size = std::min(capacity, piece_.size() - used_);
    std::copy_n(piece_.data() + used_, size, out);
    used_ += size;
    return size;
  }
  std::uint64_t fetched() const { return fetched_; }

 private:
  Status fetch() {
    used_ = 0;
    piece_.clear();
    if (stored_.size > 0 && fetched_ >= stored_.size) return Done{};
    const Part part{.begin = fetched_, .size = step_};
    PartSink sink(part);
    const Result<bool> found = store_.read_artifact(stored_, part, sink);
    if (!found && !sink.full()) return found.failure();
    if (found && !*found) return not_published(stored_.at);
    piece_ = sink.take();
    fetched_ += piece_.size();
    step_ = std::min(step_ * 2, longest_step);
    return Done{};
  }

  Store& store_;
  const Stored& stored_;
  std::uint64_t fetched_ = 0, step_ = first_step;
  std::string piece_{};
  std::size_t used_ = 0;
};

}  // namespace

Result<Peeked> peek(Store& store, const Coordinates& at, const std::string& identity) {
  Peeked peeked;
  Result<std::vector<Stored>> found = store.find(at);
  if (!found) return found.failure();
  const Result<std::vector<Stored>> chosen = choose(std::move(*found), at, identity);
  if (!chosen) return chosen.failure();
  peeked.stored = chosen->front();
  FirstBytes source(store, peeked.stored);
  Result<artifact::Manifest> manifest =
      artifact::read_manifest_stream(source, artifact_file(at, peeked.stored.compression));
  if (!manifest) return manifest.failure();
  peeked.manifest = std::move(*manifest);
  peeked.read = source.fetched();
  if (Status status = check_name(peeked.manifest, at); !status) return status.failure();
  Result<std::vector<Beside>> beside = store.list_beside(at);
  if (!beside) return beside.failure();
  peeked.beside = std::move(*beside);
  std::erase_if(peeked.beside, [&](const Beside& one) {
    return !peeked.stored.sha256.empty() && one.sha256 != peeked.stored.sha256;
  });
  return peeked;
}

}  // namespace tidegate::store
