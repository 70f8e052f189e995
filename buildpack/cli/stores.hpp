// SPDX-License-Identifier: Apache-2.0
// Stores as the commands open them, and what stands beside an artifact.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "artifact/archive.hpp"
#include "buildpack/cli/command.hpp"
#include "signature/key.hpp"
#include "store/address.hpp"
#include "store/publish.hpp"
#include "store/store.hpp"
#include "system/http.hpp"

namespace tidegate::cli {

// A store and the network behind it.
class OpenedStore {
 public:
  static Result<std::unique_ptr<OpenedStore>> open(const store::Address& address, Context& context);
  store::Store& operator*() const { return *store_; }
  store::Store* operator->() const { return store_.get(); }

 private:
  OpenedStore() = default;
  std::unique_ptr<system::Http> http_{};
  system::ThreadPause pause_{};
  std::unique_ptr<store::Store> store_{};
};

// The names of those that are there, sorted; nothing is read.
std::vector<std::string> files_beside(const std::string& file);

// What a file beside an artifact is, by its name: "SBOM".
std::string_view describe_beside(std::string_view name);

// The files beside `file` that are published with it, sorted; each tells of exactly this artifact.
// With a key its signature and provenance must be there and verify. Codes: signature.*,
// system.read-failed.
Result<std::vector<store::Sidecar>> read_sidecars(const std::string& file,
                                                  const artifact::Verified& verified,
                                                  const signature::PublicKey* key);

// Judges what another publisher of the same bytes wrote. Without a key no signed document can be.
store::Judge sidecar_judge(const std::string& file, const artifact::Verified& verified,
                           const signature::PublicKey* key);

}  // namespace tidegate::cli
