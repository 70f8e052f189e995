// SPDX-License-Identifier: Apache-2.0
#include "store/asked.hpp"

#include "base/text.hpp"

namespace tidegate::store {
namespace {

Diagnostic other(const Coordinates& at, const std::string& message) {
  return {.code = "artifact.other-identity",
          .where = {.file = artifact_file(at)},
          .message = message,
          .hint = "do not deploy it; ask whoever publishes there for the identity of the release",
          .exit = ExitCode::not_verified};
}

}  // namespace

Diagnostic not_published(const Coordinates& at) {
  return {.code = "store.not-found",
          .where = {.file = artifact_file(at)},
          .message = printable(at.name + " " + at.version) + " is not published there",
          .hint = "`tidegate list URL` says what is",
          .exit = ExitCode::store_failed};
}

Status check_name(const artifact::Manifest& manifest, const Coordinates& at) {
  if (manifest.name == at.name && manifest.version == at.version) return Done{};
  return other(at, "what lies there is " + printable(manifest.name + " " + manifest.version) +
                       ", expected " + printable(at.name + " " + at.version));
}

Status check_identity(const Coordinates& at, const std::string& asked, const std::string& found,
                      const std::string& says) {
  if (asked.empty() || asked == found) return Done{};
  return other(at, "what lies there has " + says + "the identity sha256:" + printable(found) +
                       ", expected is sha256:" + asked);
}

}  // namespace tidegate::store
