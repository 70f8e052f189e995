// SPDX-License-Identifier: Apache-2.0
#include "build/secrets.hpp"

#include "base/parallel.hpp"
#include "repository/secrets.hpp"

namespace tidegate {

void find_secrets(const std::vector<artifact::PackFile>& files, Diagnostics& diagnostics) {
  std::vector<std::vector<repository::SecretFinding>> found(files.size());
  for_each_index(files.size(), [&](std::size_t i) {
    const artifact::PackFile& file = files[i];
    if (file.origin == "generated" || artifact::is_compressed(file.path)) return;
    repository::SecretScanner scanner;
    if (!file.stream) {
      scanner.feed(file.bytes);
    } else {
      const Status read = file.stream([&](std::string_view piece) -> Status {
        scanner.feed(piece);
        return Done{};
      });
      if (!read) return;  // the writer reads it again and reports it
    }
    found[i] = scanner.finish();
  });
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (const repository::SecretFinding& finding : found[i]) {
      diagnostics.error("build.secret",
                        {.file = files[i].origin, .line = finding.line, .column = finding.column},
                        "looks like a " + std::string(finding.kind) + " and would be packed",
                        "take it out, rotate it (it is in the history of git) and read it from a Key Vault; a value that "
                        "only looks like one is accepted with a reason in tidegate.yaml, checks.accept");
    }
  }
}

}  // namespace tidegate
