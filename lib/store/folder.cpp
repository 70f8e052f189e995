// SPDX-License-Identifier: Apache-2.0
#include "store/folder.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "system/file_sink.hpp"
#include "system/write_once.hpp"

namespace tidegate::store {
namespace {

// A disk that is full, or a folder without rights, is a store that failed.
Diagnostic failed(Diagnostic failure) {
  if (failure.code.starts_with("system.")) failure.exit = ExitCode::store_failed;
  return failure;
}

}  // namespace

Result<std::optional<ObjectInfo>> FolderObjects::head(const std::string& key) {
  const std::string path = join_path(folder_, key);
  if (!system::is_file(path)) return std::optional<ObjectInfo>();
  const Result<system::HttpBody> body = system::file_body(path);
  if (!body) return failed(body.failure());
  return std::optional<ObjectInfo>(ObjectInfo{.key = key, .size = body->size});
}

Result<bool> FolderObjects::create(const std::string& key, const NewObject& object) {
  system::WriteOnceFile file;
  if (Status status = file.open(join_path(folder_, key)); !status) return failed(status.failure());
  const Result<std::unique_ptr<system::ByteSource>> source = object.body.open();
  if (!source) return source.failure();
  std::string piece(std::size_t{256} << 10U, '\0');
  for (;;) {
    const Result<std::size_t> got = (*source)->read(piece);
    if (!got) return got.failure();
    if (*got == 0) break;
    if (Status status = file.write({piece.data(), *got}); !status) return failed(status.failure());
  }
  Result<bool> committed = file.commit();
  return committed ? committed : Result<bool>(failed(committed.failure()));
}

Result<bool> FolderObjects::read(const std::string& key, const Part& part,
                                 system::BodySink& sink) {
  const std::string path = join_path(folder_, key);
  if (!system::is_file(path)) return false;
  const Result<system::HttpBody> all = system::file_body(path);
  if (!all) return failed(all.failure());
  const std::uint64_t begin = std::min(part.begin, all->size);
  const Result<system::HttpBody> body =
      system::file_body(path, begin, std::min(part.size, all->size - begin));
  if (!body) return failed(body.failure());
  const Result<std::unique_ptr<system::ByteSource>> source = body->open();
  if (!source) return failed(source.failure());
  if (body->size == 0 && begin > 0) return true;
  system::HttpResponse head{.status = 200,
                            .headers = {{"Content-Length", std::to_string(body->size)}}};
  if (begin > 0) {  // as a server would say it
    head.status = 206;
    head.headers.emplace_back("Content-Range", "bytes " + std::to_string(begin) + "-" +
                                                   std::to_string(begin + body->size - 1) + "/*");
  }
  if (Status status = sink.begin(head); !status) return status.failure();
  std::string piece(std::size_t{256} << 10U, '\0');
  for (;;) {
    const Result<std::size_t> got = (*source)->read(piece);
    if (!got) return failed(got.failure());
    if (*got == 0) return true;
    if (Status status = sink.write({piece.data(), *got}); !status) return status.failure();
  }
}

Result<std::vector<ObjectInfo>> FolderObjects::list(const std::string& prefix) {
  // Only whole components of a prefix are a folder.
  const std::size_t slash = prefix.rfind('/');
  const std::string below = slash == std::string::npos ? "" : prefix.substr(0, slash);
  const Result<std::vector<system::FileSize>> files =
      system::list_files(below.empty() ? folder_ : join_path(folder_, below));
  if (!files) return failed(files.failure());
  std::vector<ObjectInfo> infos;
  for (const system::FileSize& file : *files) {
    std::string key = join_path(below, file.path);
    if (key.starts_with(prefix)) infos.push_back({.key = std::move(key), .size = file.size});
  }
  return infos;
}

}  // namespace tidegate::store
