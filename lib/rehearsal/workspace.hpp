// SPDX-License-Identifier: Apache-2.0
// One extracted artifact with what Terraform needs beside it, and the stand-in host for it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/archive.hpp"
#include "base/result.hpp"
#include "document/node.hpp"
#include "rehearsal/requirements.hpp"
#include "sandbox/launch/launch.hpp"

namespace tidegate::rehearsal {

struct Workspace {
  std::string folder{};     // of the artifact
  std::string terraform{};  // its root module
  std::string values{};     // a *.tfvars.json outside of the artifact
  artifact::Verified verified{};
  Requirements requirements{};

  bool has_tests() const;  // that Terraform runs
};

// Extracts `file` into `base`/`name`, which must not exist. Codes: those of artifact (exit 30),
// rehearsal.remote-module, system.write-failed.
Result<Workspace> open_workspace(const std::string& file, const std::string& base,
                                 const std::string& name);

// The arguments of tidegate-sandbox that serve exactly these providers. `types_file` is written; ""
// leaves the host with all types.
Result<std::vector<std::string>> host_arguments(const Requirements& requirements,
                                                const std::string& types_file);

// A pack of a major version that the constraint does not admit is none. Code sandbox.pack-missing.
Status check_versions(const Requirements& requirements,
                      const std::map<std::string, std::string>& versions);

// Of a host that has no pack of a provider: with the place where the provider is required.
Diagnostic with_place(Diagnostic failure, const Requirements& requirements);

// Providers whose default host is written out are looked for under the long name.
std::string with_spelled_names(const std::string& reattach, const Requirements& requirements);

// The override files that let everything be destroyed: written, and taken away again.
Status write_unguarded(const Workspace& workspace);
Status remove_unguarded(const Workspace& workspace);

// contract/*.json but environment.json; those that can be read.
std::vector<document::DocumentPtr> read_contracts(const Workspace& workspace);
document::DocumentPtr read_protect(const Workspace& workspace);

}  // namespace tidegate::rehearsal
