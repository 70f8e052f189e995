// SPDX-License-Identifier: Apache-2.0
// The two readers of JSON: simdjson for texts without a fault, nlohmann's for the rest. What the
// first accepts the second accepts, too, with the same table of nodes; a test and a fuzz target hold
// them against each other. Private to the parsers of this module.
#pragma once

#include "document/builder.hpp"
#include "document/parse.hpp"

namespace tidegate::document {

// False: the text has a fault, or is of a kind that is left to the other parser (a scalar at the
// root, numbers of extreme size, very large texts); the builder is then in no state to be used.
// True: the text follows RFC 8259, is valid UTF-8, repeats no key and stays within the depth.
bool read_sound_json(Document::Builder& builder, const ParseOptions& options);

// Reads any text, or says what is wrong with it and where.
Result<DocumentPtr> read_any_json(Document::Builder& builder, const ParseOptions& options);

}  // namespace tidegate::document
