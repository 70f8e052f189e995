// SPDX-License-Identifier: Apache-2.0
// Schemas as messages of the plugin protocol, and back. The only file of this module that includes
// protobuf's headers is message.cpp.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sandbox/provider_schema.hpp"

namespace tidegate::sandbox {

// A serialized GetProviderSchema.Response that holds one type only; such pieces may be
// concatenated.
std::string schema_message(SchemaKind kind, std::string_view name, const Schema& schema);
std::string function_message(const Function& function);
// What every answer has: the capabilities of the stand-in.
std::string capabilities_message();

// Of such a piece. Code sandbox.bad-pack.
Result<Schema> read_schema_message(SchemaKind kind, std::string_view bytes);
Result<Function> read_function_message(std::string_view bytes);

}  // namespace tidegate::sandbox
