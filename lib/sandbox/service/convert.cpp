// SPDX-License-Identifier: Apache-2.0
#include "sandbox/service/convert.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "document/parse.hpp"

namespace tidegate::sandbox {

namespace {

std::optional<std::int64_t> whole(const std::string& text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// False: the step does not fit.
bool put_key(const Value& key, tfplugin6::AttributePath::Step& message) {
  if (key.kind() == Value::Kind::string) {
    message.set_element_key_string(sendable(key.text()));
    return true;
  }
  const auto index = key.kind() == Value::Kind::number ? whole(key.text()) : std::nullopt;
  if (index) message.set_element_key_int(*index);
  return index.has_value();
}

bool put_step(const Step& step, tfplugin6::AttributePath::Step& message) {
  if (const auto* name = std::get_if<std::string>(&step)) {
    message.set_attribute_name(sendable(*name));
    return true;
  }
  if (const auto* index = std::get_if<std::int64_t>(&step)) {
    message.set_element_key_int(*index);
    return true;
  }
  return put_key(std::get<Value>(step), message);
}

}  // namespace

std::string sendable(const std::string& text) {
  return find_invalid_utf8(text) ? printable(text) : text;
}

Result<Value> to_value(const tfplugin6::DynamicValue& message, const Schema& schema) {
  // The type of a large schema is large, and only JSON needs it.
  if (!message.msgpack().empty()) return decode_msgpack(message.msgpack());
  return to_value(message, type_of(schema.block));
}

Result<Value> to_value(const tfplugin6::DynamicValue& message, const Type& type) {
  if (!message.msgpack().empty()) return decode_msgpack(message.msgpack());
  if (message.json().empty()) return Value();
  const auto parsed = document::parse_json("value", message.json());
  if (!parsed) return parsed.failure();
  return value_from_json((*parsed)->root(), type);
}

void put_value(const Value& value, tfplugin6::DynamicValue& message) {
  message.set_msgpack(encode_msgpack(value));
}

void put_path(const AttributePath& path, tfplugin6::AttributePath& message) {
  for (const Step& step : path) {
    tfplugin6::AttributePath::Step put;
    if (!put_step(step, put)) return;
    *message.add_steps() = std::move(put);
  }
}

void put_finding(const Finding& finding, Messages& messages) {
  tfplugin6::Diagnostic& message = *messages.Add();
  message.set_severity(finding.error ? tfplugin6::Diagnostic::ERROR
                                     : tfplugin6::Diagnostic::WARNING);
  message.set_summary(sendable(finding.summary));
  message.set_detail(sendable(finding.detail));
  if (!finding.path.empty()) put_path(finding.path, *message.mutable_attribute());
}

void put_failure(const Diagnostic& failure, Messages& messages) {
  put_finding({.summary = failure.message,
               .detail = "Stand-in provider, code " + failure.code + ". " + failure.hint},
              messages);
}

int count_errors(const Messages& messages) {
  return static_cast<int>(std::count_if(messages.begin(), messages.end(), [](const auto& message) {
    return message.severity() == tfplugin6::Diagnostic::ERROR;
  }));
}

}  // namespace tidegate::sandbox
