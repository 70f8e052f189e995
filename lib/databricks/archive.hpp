// SPDX-License-Identifier: Apache-2.0
// A zip in memory -> its files. Only .dbc archives come here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tidegate::databricks {

struct ArchiveEntry {
  std::string path{};
  std::string bytes{};
};

// Regular files sorted by path. Caps: 10,000 entries, 256 MiB unpacked; a path that leaves the
// archive is refused. Code databricks.invalid-notebook.
Result<std::vector<ArchiveEntry>> read_archive(const std::string& file, std::string_view bytes);

}  // namespace tidegate::databricks
