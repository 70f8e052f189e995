// SPDX-License-Identifier: Apache-2.0
#include "spark/maven/repositories.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/text.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/private_copy.hpp"

namespace tidegate::spark::maven {
namespace {

constexpr std::string_view file_scheme = "file://";

Diagnostic refuse(const char* code, const std::string& url, std::string message, std::string hint,
                  ExitCode exit) {
  return {.code = code,
          .where = {.file = system::shown_url(url)},
          .message = std::move(message),
          .hint = std::move(hint),
          .exit = exit};
}

// "abc", "abc  name.jar": the first word.
std::string first_word(std::string_view text) {
  text = trim(text);
  return to_lower(text.substr(0, text.find_first_of(" \t\r\n")));
}

std::uint64_t size_of(const std::string& path) {
  std::uint64_t size = 0;
  (void)system::stream_file(path, [&](std::string_view piece) {
    size += piece.size();
    return true;
  });
  return size;
}

}  // namespace

// A file on its way to the cache, or into memory when `target` is empty.
struct Repositories::Download final : system::BodySink {
  std::string target{};
  std::string text{};
  std::unique_ptr<system::AtomicFile> file{};
  system::Sha256 sha256{};
  system::Sha1 sha1{};
  std::uint64_t size = 0;
  std::string sha256_hex{}, sha1_hex{};

  Status begin(const system::HttpResponse&) override { return start(); }
  Status start() {
    text.clear();
    size = 0;
    sha256 = system::Sha256();
    sha1 = system::Sha1();
    if (target.empty()) return Done{};
    file = std::make_unique<system::AtomicFile>();
    if (Status made = system::make_folders(std::string(parent_path(target))); !made) return made;
    return file->open(target);
  }
  Status write(std::string_view piece) override {
    size += piece.size();
    sha256.update(piece);
    sha1.update(piece);
    if (file) return file->write(piece);
    text += piece;
    return Done{};
  }
  void finish() {
    sha256_hex = sha256.finish_hex();
    sha1_hex = sha1.finish_hex();
  }
};

Repositories::Repositories(system::Http& http, std::vector<RemoteRepository> repositories,
                           std::string cache, std::string local)
    : http_(http),
      repositories_(std::move(repositories)),
      cache_(std::move(cache)),
      local_(std::move(local)) {}

std::string Repositories::cache_path(const RemoteRepository& repository,
                                     const Coordinates& file) const {
  return cache_ + "/maven/" + system::sha256_hex(repository.url).substr(0, 16) + "/" + file.path();
}

// False: the repository does not have it.
Result<bool> Repositories::get(const RemoteRepository& repository, const std::string& path,
                               Download& into) {
  const std::string url = repository.url + "/" + path;
  if (starts_with_ignoring_case(url, file_scheme)) {
    const std::string place = url.substr(file_scheme.size());
    if (!system::stream_file(place, [](std::string_view) { return false; })) return false;
    if (Status status = into.start(); !status) return status.failure();
    Status written = Done{};
    const Status read = system::stream_file(place, [&](std::string_view piece) {
      written = into.write(piece);
      return written.ok();
    });
    if (!written) return written.failure();
    if (!read) return read.failure();
    into.finish();
    return true;
  }
  const Result<system::HttpResponse> answer = http_.send(
      {.url = url, .user = repository.user, .password = repository.password, .sink = &into});
  if (!answer) return answer.failure();
  if (answer->ok()) {
    into.finish();
    return true;
  }
  if (answer->status == 404 || answer->status == 410) return false;
  const bool login = answer->status == 401 || answer->status == 403;
  return refuse("spark.repository-failed", url,
                "the repository '" + printable(repository.id) + "' answers " +
                    std::to_string(answer->status),
                login ? "give it a <server> with this id in Maven's settings"
                      : "try again, or ask those who run the repository",
                ExitCode::store_failed);
}

// "" when the repository publishes none of this kind.
Result<std::string> Repositories::published_checksum(const RemoteRepository& repository,
                                                     const std::string& path, bool sha256) {
  Download text;
  const Result<bool> found = get(repository, path + (sha256 ? ".sha256" : ".sha1"), text);
  if (!found) return found.failure();
  if (!*found) return std::string();
  return first_word(text.text);
}

Status Repositories::check_published(const RemoteRepository& repository, const Coordinates& file,
                                     const Download& download) {
  const std::string url = repository.url + "/" + file.path();
  for (const bool sha256 : {true, false}) {
    const Result<std::string> wanted = published_checksum(repository, file.path(), sha256);
    if (!wanted) return wanted.failure();
    if (wanted->empty()) continue;
    const std::string& found = sha256 ? download.sha256_hex : download.sha1_hex;
    if (*wanted == found) return Done{};
    return refuse("spark.wrong-checksum", url,
                  std::string("has the ") + (sha256 ? "SHA-256 " : "SHA-1 ") + found +
                      ", but the repository publishes " + printable(shortened(*wanted, 80)),
                  "the file was damaged on its way or in the repository: try again, then tell those "
                  "who run it",
                  ExitCode::build_failed);
  }
  return refuse("spark.no-checksum", url,
                "has no checksum beside it: expected .sha256 or .sha1, as Maven's deploy writes them",
                "deploy the library again with Maven, or commit the jar below libs/prebuilt",
                ExitCode::build_failed);
}

Result<FetchedFile> Repositories::find(const Coordinates& file) {
  for (const RemoteRepository& repository : repositories_) {
    const std::string target = cache_path(repository, file);
    if (Result<std::string> known = system::sha256_of_file(target); known) {
      return FetchedFile{target, *known, size_of(target), repository.id};
    }
    Download download;
    download.target = target;
    const Result<bool> found = get(repository, file.path(), download);
    if (!found) return found.failure();
    if (!*found) continue;
    if (Status status = check_published(repository, file, download); !status) {
      return status.failure();
    }
    if (Status status = download.file->commit(); !status) return status.failure();
    return FetchedFile{target, download.sha256_hex, download.size, repository.id};
  }
  std::string names;
  for (const RemoteRepository& one : repositories_) {
    names += (names.empty() ? "" : ", ") + printable(one.id) + " " + system::shown_url(one.url);
  }
  return Diagnostic{.code = "spark.unresolved-dependency",
                    .message = printable(file.text()) +
                               (names.empty() ? ": no repository is declared"
                                              : " is in none of the repositories: " + names),
                    .hint = names.empty()
                                ? "name one under libraries.repositories in tidegate.yaml, in the "
                                  "POM, or in Maven's settings"
                                : "correct the coordinates, or name the repository that has it"};
}

Result<FetchedFile> Repositories::fetch(const LockedDependency& wanted) {
  const auto locked = [&](const std::string& path) {
    const Result<std::string> known = system::sha256_of_file(path);
    return known && *known == wanted.sha256;
  };
  const auto repository =
      std::find_if(repositories_.begin(), repositories_.end(),
                   [&](const RemoteRepository& one) { return one.id == wanted.repository; });
  if (!local_.empty() && locked(local_ + "/" + wanted.file.path())) {
    return FetchedFile{local_ + "/" + wanted.file.path(), wanted.sha256, wanted.size, wanted.repository};
  }
  if (repository == repositories_.end()) {
    return Diagnostic{.code = "spark.lock-outdated",
                      .where = wanted.where,
                      .message = "takes " + printable(wanted.file.text()) + " from the repository '" +
                                 printable(wanted.repository) + "', which is not declared",
                      .hint = "declare it in tidegate.yaml, the POM or Maven's settings, or run "
                              "`tidegate lock` again"};
  }
  Download download;
  download.target = cache_path(*repository, wanted.file);
  if (locked(download.target)) {
    return FetchedFile{download.target, wanted.sha256, wanted.size, repository->id};
  }
  const Result<bool> found = get(*repository, wanted.file.path(), download);
  if (!found) return found.failure();
  if (!*found) {
    return Diagnostic{.code = "spark.unresolved-dependency",
                      .where = wanted.where,
                      .message = printable(wanted.file.text()) + " is no longer in the repository '" +
                                 printable(repository->id) + "' " + system::shown_url(repository->url),
                      .hint = "restore it there, or run `tidegate lock` again"};
  }
  if (download.sha256_hex != wanted.sha256) {
    return Diagnostic{.code = "spark.checksum-changed",
                      .where = wanted.where,
                      .message = printable(wanted.file.text()) + " has the SHA-256 " +
                                 download.sha256_hex + " now, expected the locked " + wanted.sha256,
                      .hint = "somebody replaced a released library: find out who and why before you "
                              "run `tidegate lock` again"};
  }
  if (Status status = download.file->commit(); !status) return status.failure();
  return FetchedFile{download.target, wanted.sha256, download.size, repository->id};
}

}  // namespace tidegate::spark::maven
