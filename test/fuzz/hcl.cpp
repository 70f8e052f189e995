// SPDX-License-Identifier: Apache-2.0
// Findings and names lie inside the file; what is read is read the same again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "place.hpp"
#include "terraform/declared.hpp"
#include "terraform/hcl.hpp"

namespace {

using namespace tidegate;

void check(const terraform::HclBlock& block, std::string_view text) {
  for (const terraform::HclArgument& argument : block.arguments) {
    fuzz::require(!argument.name.empty() && text.find(argument.text) != std::string_view::npos);
    fuzz::require(fuzz::is_inside(text, argument.where.line, argument.where.column));
  }
  for (const terraform::HclBlock& inner : block.blocks) {
    fuzz::require(!inner.type.empty());
    check(inner, text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto top = terraform::parse_hcl("a.tf", text);
  const auto variables = terraform::parse_variables("a.tf", text);
  fuzz::require(top.ok() == variables.ok());
  if (!top) {
    fuzz::require(top.failure().code == "terraform.invalid-hcl");
    fuzz::require(fuzz::is_inside(text, top.failure().where.line, top.failure().where.column));
    return 0;
  }
  check(*top, text);
  return 0;
}
