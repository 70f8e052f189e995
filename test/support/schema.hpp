// SPDX-License-Identifier: Apache-2.0
// JSON Schemas of docs/formats, judged by a validator that is not ours: the Debian package
// python3-jsonschema, run as a process.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tidegate::test {

// Why schemas cannot be checked here, or nothing. Tests then GTEST_SKIP with the reason.
std::optional<std::string> missing_validator();

// One answer per document (each is JSON text): "ok", or the faults with their places. `schema` is a
// file below docs/formats. A schema that its metaschema refuses gives one answer, which names the
// fault. `closed` refuses members that the schema does not name.
std::vector<std::string> validate(const std::string& schema,
                                  const std::vector<std::string>& documents, bool closed = false);

// The same by a schema of others, draft 4, at this path.
std::vector<std::string> validate_draft_4(const std::string& path, const std::vector<std::string>& documents);

// Draft 7; schemas that it refers to lie beside it.
std::vector<std::string> validate_draft_7(const std::string& path, const std::vector<std::string>& documents);

// A file of $TIDEGATE_SCHEMAS, where `./dev schemas` puts the schemas of others; nothing if absent.
std::optional<std::string> find_foreign_schema(const std::string& name);

}  // namespace tidegate::test
