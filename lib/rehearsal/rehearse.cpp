// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/rehearse.hpp"

#include <memory>
#include <optional>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "rehearsal/life.hpp"
#include "system/file_sink.hpp"
#include "system/temporary_folder.hpp"

namespace tidegate::rehearsal {

namespace {

// The folder of this rehearsal: one that stays, or one that goes with `temporary`.
Result<std::string> open_base(const std::string& keep,
                              std::unique_ptr<system::TemporaryFolder>& temporary) {
  if (keep.empty()) {
    auto made = system::TemporaryFolder::make("tidegate-rehearsal");
    if (!made) return made.failure();
    temporary = std::move(*made);
    return temporary->path();
  }
  if (Status status = system::make_folders(keep); !status) return status.failure();
  const auto there = system::read_folder(keep);
  if (!there) return there.failure();
  if (!(*there)->entries().empty()) {
    return Diagnostic{.code = "rehearsal.folder-not-empty",
                      .where = {.file = keep},
                      .message = "is not empty",
                      .hint = "name a folder that does not exist: --keep DIR",
                      .exit = ExitCode::usage};
  }
  return keep;
}

bool rehearse_new(Life& life) {
  return life.plan("plan") && life.expect_only_creates() && life.judge() && life.apply() &&
         life.expect_no_change();
}

bool rehearse_upgrade(Life& life) {
  if (!life.install_previous()) return false;
  const bool applied = life.plan("plan") && life.judge() && life.apply();
  return applied && life.expect_no_change();
}

}  // namespace

Result<Report> rehearse(const Request& request, const Programs& programs,
                        system::Foreground& foreground) {
  std::unique_ptr<system::TemporaryFolder> temporary;
  const Result<std::string> base = open_base(request.keep, temporary);
  if (!base) return base.failure();
  for (const char* name : {"home", "results"}) {
    if (Status status = system::make_folders(join_path(*base, name)); !status) {
      return status.failure();
    }
  }
  Life life(request, programs, *base, foreground);

  // Both artifacts, verified, and the stand-ins for every provider that they name.
  bool good = life.extract() && life.start_host();

  // The configuration is valid, and its tests hold.
  good = good && life.init() && life.validate() && life.test() && life.test_gate();
  if (request.only_tests || !good) return life.finish();

  // A first deployment only creates, and is complete.
  life.enter("new");
  good = rehearse_new(life);
  if (good) good = life.destroy();

  // What is deployed today becomes the new version.
  if (good && !request.previous.empty()) {
    life.enter("upgrade");
    good = rehearse_upgrade(life);
    if (good || life.was_blocked()) life.destroy();
  }
  return life.finish();
}

}  // namespace tidegate::rehearsal
