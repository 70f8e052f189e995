// SPDX-License-Identifier: Apache-2.0
// Hand-written Terraform in both syntaxes: places lie inside the file, and the check of any module
// ends.
#include <cstddef>
#include <cstdint>
#include <string>

#include "place.hpp"
#include "terraform/check.hpp"

namespace {

using namespace tidegate;

void try_file(const std::string& file, const std::string& text) {
  auto written = terraform::parse_written(file, text);
  if (!written) return;
  for (const terraform::WrittenReference& one : written->references) {
    fuzz::require(one.steps.size() > 1);
    fuzz::require(fuzz::is_inside(text, one.where.line, one.where.column));
  }
  for (const terraform::Declaration& one : written->declarations)
    fuzz::require(fuzz::is_inside(text, one.where.line, one.where.column));
  Diagnostics diagnostics;
  terraform::check_configuration({}, {std::move(*written)}, {}, diagnostics);
  for (const Diagnostic& one : diagnostics.items())
    fuzz::require(one.where.line == 0 || fuzz::is_inside(text, one.where.line, one.where.column));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try_file("a.tf", text);
  try_file("a.tf.json", text);
  std::vector<terraform::WrittenReference> references;
  terraform::read_expression(text, {.file = "x", .line = 1, .column = 1}, references);
  terraform::read_template(text, {.file = "x", .line = 1, .column = 1}, references);
  return 0;
}
