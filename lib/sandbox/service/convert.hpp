// SPDX-License-Identifier: Apache-2.0
// Messages of the plugin protocol ↔ values of the engine. Private to this module.
#pragma once

#include <tfplugin6.grpc.pb.h>
#include <tfplugin6.pb.h>

#include <string>

#include "base/result.hpp"
#include "sandbox/engine.hpp"
#include "sandbox/type.hpp"
#include "sandbox/value.hpp"

namespace tidegate::sandbox {

using Messages = google::protobuf::RepeatedPtrField<tfplugin6::Diagnostic>;

// Neither encoding present: null. Code sandbox.bad-value.
Result<Value> to_value(const tfplugin6::DynamicValue& message, const Schema& schema);
Result<Value> to_value(const tfplugin6::DynamicValue& message, const Type& type);
void put_value(const Value& value, tfplugin6::DynamicValue& message);

// Steps that a path of the protocol cannot hold (an element of a set) end it.
void put_path(const AttributePath& path, tfplugin6::AttributePath& message);

void put_finding(const Finding& finding, Messages& messages);
void put_failure(const Diagnostic& failure, Messages& messages);
int count_errors(const Messages& messages);

// Text as protobuf accepts it: invalid UTF-8 shown, not sent.
std::string sendable(const std::string& text);

}  // namespace tidegate::sandbox
