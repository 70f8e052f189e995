// SPDX-License-Identifier: Apache-2.0
// Text -> Document. All formats share the rules: a BOM is skipped, UTF-8 must be well formed,
// duplicate keys are an error, nesting is limited, the error names file:line:col.
// Codes: document.invalid-json, document.invalid-yaml,
// document.duplicate-key, document.too-deep, document.invalid-utf8. A caller may map them to its own
// (adf.invalid-json).
#pragma once

#include <string>

#include "base/result.hpp"
#include "document/node.hpp"

namespace tidegate::document {

struct ParseOptions {
  std::size_t max_depth = 256;
};

// RFC 8259. Merge-conflict markers are named as such.
Result<DocumentPtr> parse_json(std::string file, std::string text, const ParseOptions& options = {});

// YAML 1.2 core schema, one document, string keys; anchors and aliases are refused
// (they make a file of a few bytes arbitrarily large).
Result<DocumentPtr> parse_yaml(std::string file, std::string text, const ParseOptions& options = {});

}  // namespace tidegate::document
