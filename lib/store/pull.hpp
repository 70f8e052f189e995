// SPDX-License-Identifier: Apache-2.0
// From a store to a folder. Nothing gets its name there before every byte was read and compared.
#pragma once

#include <string>
#include <vector>

#include "artifact/archive.hpp"
#include "store/store.hpp"

namespace tidegate::store {

struct Pulled {
  std::string file{};                   // path of the artifact
  std::vector<std::string> sidecars{};  // their paths, sorted
  artifact::Verified verified{};
};

// Into `folder`, which must exist; files of the same name there are replaced. The artifact comes
// last. `identity`: that it must have, 64 hex digits, or "". Sidecars are not judged: that takes a
// key (`tidegate verify --key`). Codes: store.not-found, artifact.other-identity (exit 30; also
// another name or version), those of artifact::verify_stream and of the store.
Result<Pulled> pull(Store& store, const Coordinates& at, const std::string& identity,
                    const std::string& folder, system::Progress* progress = nullptr);

}  // namespace tidegate::store
