// SPDX-License-Identifier: Apache-2.0
// The blocks that a rehearsal looks for, in both syntaxes and in tests: places lie inside the file,
// and the requirements of a module with such a file can be read.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "place.hpp"
#include "rehearsal/inputs.hpp"
#include "rehearsal/requirements.hpp"
#include "system/file_tree.hpp"
#include "terraform/blocks.hpp"
#include "terraform/version_constraint.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const std::string file :
       {"terraform/a.tf", "terraform/a.tf.json", "terraform/tests/a.tftest.hcl",
        "terraform/tests/a.tftest.json"}) {
    std::vector<terraform::DeclaredBlock> blocks;
    terraform::read_blocks(file, text, blocks);
    for (const terraform::DeclaredBlock& block : blocks) {
      fuzz::require(fuzz::is_inside(text, block.where.line, block.where.column));
      terraform::parse_constraint(block.constraint).highest();
    }
    const system::MemoryTree tree(std::map<std::string, std::string>{{file, text}});
    const auto needed = rehearsal::read_requirements(tree, "terraform");
    fuzz::require(needed.ok());
    for (const rehearsal::ProviderNeed& need : needed->providers)
      fuzz::require(need.address.find('/') != std::string::npos);
    rehearsal::unguarded_overrides(needed->guarded);
  }
  return 0;
}
