// SPDX-License-Identifier: Apache-2.0
// The first byte says what the rest is: g a compressed file (gzip or Zstandard), t the tar inside, m a manifest alone, and e
// a manifest that is put into a tar with the right header, so that what follows it is reached. What
// is accepted has paths that are allowed, and one identity: its tar.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "artifact/manifest.hpp"
#include "artifact/tar.hpp"
#include "artifact/verify.hpp"
#include "place.hpp"
#include "system/digest.hpp"

namespace {

using namespace tidegate;
using fuzz::require;

class CheckingSink final : public artifact::EntrySink {
 public:
  Status begin(std::string_view path, bool) override {
    require(!open_ && (path == "META/manifest.json" || artifact::check_path(path).ok()));
    open_ = true;
    return Done{};
  }
  Status put(std::string_view) override {
    require(open_);
    return Done{};
  }
  Status end() override {
    require(open_);
    open_ = false;
    return Done{};
  }

 private:
  bool open_ = false;
};

void check_failure(const Diagnostic& failure) {
  require(failure.code.starts_with("artifact.") && failure.where.file.starts_with("input"));
  require(failure.exit == ExitCode::not_verified || failure.exit == ExitCode::unsupported);
}

void verify_tar(std::string_view tar) {
  artifact::MemorySource source(tar);
  CheckingSink sink;
  const auto verified = artifact::verify_tar(source, "input", &sink);
  if (!verified) return check_failure(verified.failure());
  require(verified->identity == system::sha256_hex(tar));
}

void verify_compressed(std::string_view bytes) {
  CheckingSink sink;
  artifact::MemorySource source(bytes);
  const auto verified = artifact::verify_stream(source, "input", &sink);
  if (!verified) check_failure(verified.failure());
  artifact::MemorySource again(bytes);
  const auto manifest = artifact::read_manifest_stream(again, "input");
  if (!manifest) check_failure(manifest.failure());
  require(!verified || manifest.ok());
}

std::string tar_of(std::string_view manifest) {
  std::string tar =
      artifact::tar::render_header({.path = "META/manifest.json", .size = manifest.size()});
  tar += manifest;
  tar.append(artifact::tar::padding(manifest.size()) + artifact::tar::end_size, '\0');
  return tar;
}

void parse_manifest(std::string text) {
  const auto manifest = artifact::parse_manifest("input", text);
  if (!manifest) return check_failure(manifest.failure());
  require(artifact::render_manifest(*manifest) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'g':
      verify_compressed(rest);
      break;
    case 't':
      verify_tar(rest);
      break;
    case 'e':
      verify_tar(tar_of(rest));
      break;
    default:
      parse_manifest(std::string(rest));
  }
  return 0;
}
