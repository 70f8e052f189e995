// SPDX-License-Identifier: Apache-2.0
// The rule of publishing once, the same for every store: look first; sidecars, then the artifact,
// whose existence means "published"; whatever is in the way, or may have been written by an attempt
// whose answer was lost, is read back and compared.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/store.hpp"
#include "system/progress.hpp"

namespace tidegate::store {

struct Sidecar {
  std::string name{};
  std::string bytes{};
};

// Whether other bytes that are published under the name of a sidecar tell of exactly this artifact
// and can stay. A failure says why not.
using Judge = std::function<Status(const std::string& name, const std::string& bytes)>;

struct Published {
  bool created = false;  // false: the same content was there
  Stored stored{};       // identity is known
};

// `content`: the bytes of the artifact; they must have release.sha256, which is checked while they
// are sent. Codes: store.conflict (exit 31, other content is published; also of a sidecar),
// store.changed (exit 30, the file is another one than was verified), and those of the store.
Result<Published> publish(Store& store, const Release& release, const system::HttpBody& content,
                          const std::vector<Sidecar>& sidecars, const Judge& judge);

// Says what is read of a body; begins anew with each attempt.
system::HttpBody counted_body(system::HttpBody body, const std::string& what, system::Progress* progress);

// Adds a document to what is published already, as `published` names it: a receipt of a deployment.
// The same bytes are success. Codes: store.conflict, store.not-found, those of the store.
Status attach(Store& store, Release release, const Stored& published, Sidecar document);

// Fails at the end of the bytes, unless their sha256 is this.
system::HttpBody checked_body(system::HttpBody body, const std::string& file,
                              const std::string& sha256);

}  // namespace tidegate::store
