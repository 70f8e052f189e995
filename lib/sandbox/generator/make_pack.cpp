// SPDX-License-Identifier: Apache-2.0
// Build step: make_pack SCHEMAS.json VERSION FILE.pack
#include <cstdio>
#include <string>

#include "document/parse.hpp"
#include "sandbox/pack.hpp"
#include "system/file_sink.hpp"

namespace {

using namespace tidegate;

int say(const Diagnostic& failure) {
  std::fprintf(stderr, "%s\n", render_diagnostic(failure).c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 64;
  const Result<std::string> text = system::read_file(argv[1]);
  if (!text) return say(text.failure());
  const Result<document::DocumentPtr> parsed = document::parse_json(argv[1], *text);
  if (!parsed) return say(parsed.failure());
  const Result<std::string> pack = sandbox::make_pack(**parsed, "", argv[2]);
  if (!pack) return say(pack.failure());
  const Status written = system::write_file(argv[3], *pack);
  return written ? 0 : say(written.failure());
}
