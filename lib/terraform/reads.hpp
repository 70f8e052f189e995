// SPDX-License-Identifier: Apache-2.0
// Which files hand-written Terraform reads: calls of file(), templatefile(), fileset() and their
// kind, other texts that start with ${path.module}/, local modules. Source: Terraform language,
// "Filesystem Functions", "Module Sources".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"

namespace tidegate::terraform {

struct FileRead {
  enum class Kind : std::uint8_t {
    file,     // a function that fails without the file
    set,      // fileset: may be empty
    mention,  // any other text, or fileexists: there may be no such file
    module,   // source of a module
  };
  // What the path starts from: the folder of the module, or that of the root module, which a plain
  // path means, too.
  enum class Base : std::uint8_t { module, root };

  Kind kind = Kind::file;
  Base base = Base::module;
  std::string function{};  // of file and set
  std::string path{};      // "files/a.json"; of a computed path what is fixed in front
  std::string end{};       // of a computed path what is fixed behind
  std::string pattern{};   // of fileset; empty: computed
  bool computed = false;
  bool guarded = false;  // inside of try() or can(): a file that is missing is no error
  Location where{};      // of the path
};

// In the order of the file, which is native syntax or JSON; none when it cannot be parsed, which
// others report.
std::vector<FileRead> find_reads(const std::string& file, std::string_view text);

}  // namespace tidegate::terraform
