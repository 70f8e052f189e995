// SPDX-License-Identifier: Apache-2.0
// Sample services as git repositories, and the installed programs run on them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "system/process.hpp"

namespace tidegate::test {

// The program of this build tree with these arguments.
system::ProcessResult run_program(const std::string& name, const std::vector<std::string>& arguments,
                                  const std::map<std::string, std::string>& environment = {},
                                  const std::string& directory = {});

// Copies `source` to `target`, writable.
void copy_service(const std::string& source, const std::string& target);

// copy_service, and commits everything there; `target` is a git repository afterwards.
void make_repository(const std::string& source, const std::string& target);

// Runs git in `directory` with a fixed identity and without the user's configuration; aborts the test
// program on failure.
std::string git(const std::string& directory, const std::vector<std::string>& arguments);
// A repository in `folder` with everything that lies there committed.
void commit_all(const std::string& folder);

// The only file of `folder` that ends in .tar.gz or .tar.zst, or "".
std::string find_artifact(const std::string& folder);

}  // namespace tidegate::test
