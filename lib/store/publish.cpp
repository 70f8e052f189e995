// SPDX-License-Identifier: Apache-2.0
#include "store/publish.hpp"

#include <unistd.h>

#include <memory>
#include <utility>

#include "artifact/verify.hpp"
#include "base/text.hpp"
#include "system/digest.hpp"
#include "system/spill.hpp"

namespace tidegate::store {
namespace {

std::string shown(const Coordinates& at) { return printable(at.name + " " + at.version); }

Diagnostic conflict(const Release& release, const std::string& found) {
  return {.code = "store.conflict",
          .where = {.file = artifact_file(release.at)},
          .message = shown(release.at) + " is already published with other content: " + found +
                     ", this one is sha256:" + release.identity,
          .hint =
              "a version is published once: give this one another version; `tidegate diff` says "
              "what differs",
          .exit = ExitCode::conflict};
}

class SpillSink final : public system::BodySink {
 public:
  Status begin(const system::HttpResponse&) override {
    spill = std::make_unique<system::Spill>();
    return Done{};
  }
  Status write(std::string_view piece) override { return spill->put(piece); }
  std::unique_ptr<system::Spill> spill = std::make_unique<system::Spill>();
};

Result<artifact::Verified> verify_spill(const system::Spill& spill, const std::string& file) {
  if (spill.in_memory()) {
    artifact::MemorySource source(spill.bytes());
    return artifact::verify_stream(source, file, nullptr);
  }
  const Result<int> descriptor = spill.reader();
  if (!descriptor) return descriptor.failure();
  artifact::FileSource source;
  Status opened = source.open("/proc/self/fd/" + std::to_string(*descriptor));
  ::close(*descriptor);
  if (!opened) return opened.failure();
  return artifact::verify_stream(source, file, nullptr);
}

// What is published, by its own bytes. Where the same release was expected, and it is none:
// conflict.
Result<Stored> read_stored(Store& store, const Release& release, Stored stored) {
  SpillSink sink;
  const Result<bool> found = store.read_artifact(stored, all_bytes, sink);
  if (!found) return found.failure();
  if (!*found) {
    return Diagnostic{
        .code = "store.not-found",
        .where = {.file = artifact_file(release.at)},
        .message = shown(release.at) + " was there a moment ago and cannot be read now",
        .hint = "somebody deletes from the store; publish again",
        .exit = ExitCode::store_failed};
  }
  const Result<artifact::Verified> verified = verify_spill(*sink.spill, artifact_file(release.at));
  if (!verified && verified.failure().exit != ExitCode::not_verified) return verified.failure();
  if (!verified)
    return conflict(release,
                    "what is there is no whole artifact (" + verified.failure().message + ")");
  stored.identity = verified->identity;
  stored.sha256 = verified->sha256;
  return stored;
}

// Something is published: is it this?
Result<Published> settle(Store& store, const Release& release, Stored stored) {
  if (stored.identity.empty()) {
    Result<Stored> read = read_stored(store, release, std::move(stored));
    if (!read) return read.failure();
    stored = std::move(*read);
  }
  if (stored.identity != release.identity) {
    return conflict(release, "sha256:" + printable(stored.identity) + " is there");
  }
  return Published{.created = false, .stored = std::move(stored)};
}

// All that is published, two at most, must be this.
Result<Published> settle_all(Store& store, const Release& release, const std::vector<Stored>& all) {
  Result<Published> first = settle(store, release, all.front());
  for (std::size_t i = 1; i < all.size() && first; ++i) {
    if (Result<Published> next = settle(store, release, all[i]); !next) return next;
  }
  return first;
}

Status put_sidecar(Store& store, const Release& release, const Sidecar& sidecar,
                   const Judge& judge) {
  const Result<bool> created = store.create_sidecar(release, sidecar.name, sidecar.bytes);
  if (created && *created) return Done{};
  const Result<std::optional<std::string>> there =
      store.read_sidecar(release.at, release.sha256, sidecar.name);
  if (!there || !*there) {
    if (!created) return created.failure();
    if (!there) return there.failure();
    return Diagnostic{.code = "store.not-found",
                      .where = {.file = sidecar.name},
                      .message = "was there a moment ago and cannot be read now",
                      .hint = "somebody deletes from the store; publish again",
                      .exit = ExitCode::store_failed};
  }
  if (**there == sidecar.bytes) return Done{};
  const Status judged = judge(sidecar.name, **there);
  if (judged.ok()) return Done{};
  return Diagnostic{
      .code = "store.conflict",
      .where = {.file = sidecar.name},
      .message = "is already in the store beside " + shown(release.at) +
                 " with other content, which cannot stay: " + judged.failure().message,
      .hint = judged.failure().hint,
      .exit = ExitCode::conflict};
}

class CheckedSource final : public system::ByteSource {
 public:
  CheckedSource(std::unique_ptr<system::ByteSource> inner, std::uint64_t size, std::string file,
                std::string sha256)
      : inner_(std::move(inner)), rest_(size), file_(std::move(file)), sha256_(std::move(sha256)) {}

  // The last bytes are given away only when all of them are right: a server never sees the whole of
  // a wrong file.
  Result<std::size_t> read(std::span<char> piece) override {
    const Result<std::size_t> got = inner_->read(piece);
    if (!got) return got.failure();
    if (*got > rest_) return changed();
    digest_.update({piece.data(), *got});
    rest_ -= *got;
    if (*got == 0 && rest_ > 0) return changed();
    if (rest_ == 0 && !judged_) {
      judged_ = true;
      if (digest_.finish_hex() != sha256_) return changed();
    }
    return *got;
  }

 private:
  Diagnostic changed() const {
    return {.code = "store.changed",
            .where = {.file = file_},
            .message = "has changed since it was verified; its sha256 was " + sha256_,
            .hint = "publish a file that nobody writes to",
            .exit = ExitCode::not_verified};
  }

  std::unique_ptr<system::ByteSource> inner_;
  std::uint64_t rest_;
  std::string file_, sha256_;
  system::Sha256 digest_{};
  bool judged_ = false;
};

class CountedSource final : public system::ByteSource {
 public:
  CountedSource(std::unique_ptr<system::ByteSource> inner, const std::string& what, std::uint64_t size, system::Progress* progress)
      : inner_(std::move(inner)), work_(progress, what, size) {}
  Result<std::size_t> read(std::span<char> piece) override {
    Result<std::size_t> got = inner_->read(piece);
    if (got) work_.add(*got);
    return got;
  }

 private:
  std::unique_ptr<system::ByteSource> inner_;
  system::Work work_;
};

}  // namespace

system::HttpBody checked_body(system::HttpBody body, const std::string& file,
                              const std::string& sha256) {
  const std::uint64_t size = body.size;
  return {.size = size,
          .open = [body = std::move(body), file,
                   sha256]() -> Result<std::unique_ptr<system::ByteSource>> {
            Result<std::unique_ptr<system::ByteSource>> opened = body.open();
            if (!opened) return opened.failure();
            return std::unique_ptr<system::ByteSource>(
                std::make_unique<CheckedSource>(std::move(*opened), body.size, file, sha256));
          }};
}

system::HttpBody counted_body(system::HttpBody body, const std::string& what, system::Progress* progress) {
  const std::uint64_t size = body.size;
  return {.size = size,
          .open = [body = std::move(body), what, progress]() -> Result<std::unique_ptr<system::ByteSource>> {
            Result<std::unique_ptr<system::ByteSource>> opened = body.open();
            if (!opened) return opened.failure();
            return std::unique_ptr<system::ByteSource>(
                std::make_unique<CountedSource>(std::move(*opened), what, body.size, progress));
          }};
}

Result<Published> publish(Store& store, const Release& release, const system::HttpBody& content,
                          const std::vector<Sidecar>& sidecars, const Judge& judge) {
  Result<std::vector<Stored>> found = store.find(release.at);
  if (!found) return found.failure();
  if (!found->empty()) return settle_all(store, release, *found);
  for (const Sidecar& sidecar : sidecars) {
    if (Status status = put_sidecar(store, release, sidecar, judge); !status)
      return status.failure();
  }
  const std::string file = artifact_file(release.at, release.compression);
  const Result<bool> created =
      store.create_artifact(release, checked_body(content, file, release.sha256));
  found = store.find(release.at);
  if (created && *created) {
    if (!found) return found.failure();
    // Somebody who compressed otherwise may have been as fast: each of the two looks for the other.
    std::erase_if(*found, [&](const Stored& one) { return one.compression == release.compression; });
    if (!found->empty()) {
      if (Result<Published> other = settle_all(store, release, *found); !other) return other;
    }
    return Published{.created = true,
                     .stored = {.at = release.at,
                                .size = release.size,
                                .identity = release.identity,
                                .sha256 = release.sha256,
                                .compression = release.compression}};
  }
  if (found && !found->empty()) return settle_all(store, release, *found);
  if (!created) return created.failure();
  if (!found) return found.failure();
  return Diagnostic{
      .code = "store.not-found",
      .where = {.file = file},
      .message = "the store says that " + shown(release.at) + " is there, and then that it is not",
      .hint = "somebody deletes from the store, or it answers from an old copy; publish again",
      .exit = ExitCode::store_failed};
}

Status attach(Store& store, Release release, const Stored& published, Sidecar document) {
  const std::string file = artifact_file(release.at, release.compression);
  if (document.name.starts_with(file)) {
    document.name.replace(0, file.size(), artifact_file(release.at, published.compression));
  }
  release.compression = published.compression;
  if (!published.sha256.empty() && published.sha256 != release.sha256) {  // compressed otherwise
    release.sha256 = published.sha256;
    release.size = published.size;
  }
  return put_sidecar(store, release, document, [](const std::string& name, const std::string&) {
    return Status(Diagnostic{.code = "store.conflict",
                             .where = {.file = name},
                             .message = "the name of a receipt has its digest in it, and its bytes differ",
                             .hint = "somebody else wrote to the store: look into it",
                             .exit = ExitCode::conflict});
  });
}

}  // namespace tidegate::store
