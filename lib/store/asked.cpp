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

std::string describe(const Stored& stored) {
  return artifact_file(stored.at, stored.compression) +
         (stored.identity.empty() ? "" : " (sha256:" + printable(stored.identity) + ")");
}

}  // namespace

Diagnostic not_published(const Coordinates& at) {
  return {.code = "store.not-found",
          .where = {.file = artifact_file(at)},
          .message = printable(at.name + " " + at.version) + " is not published there",
          .hint = "`tidegate list URL` says what is",
          .exit = ExitCode::store_failed};
}

Result<std::vector<Stored>> choose(std::vector<Stored> found, const Coordinates& at,
                                   const std::string& identity) {
  if (found.empty()) return not_published(at);
  if (!identity.empty()) {
    const std::string first = found.front().identity;
    std::erase_if(found, [&](const Stored& one) {
      return !one.identity.empty() && one.identity != identity;
    });
    if (found.empty()) return check_identity(at, identity, first, "by the store's word ").failure();
    return found;
  }
  if (found.size() == 1) return found;
  const bool same =
      !found.front().identity.empty() && found.front().identity == found.back().identity;
  if (!same) {
    return Diagnostic{.code = "store.conflict",
                      .where = {.file = artifact_file(at)},
                      .message = "two files are published as " +
                                 printable(at.name + " " + at.version) + ": " +
                                 describe(found.front()) + " and " + describe(found.back()),
                      .hint =
                          "ask by identity: two publishers were at work at the same moment, and "
                          "their logs say which of them was told of success",
                      .exit = ExitCode::conflict};
  }
  found.resize(1);
  return found;
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
