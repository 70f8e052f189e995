// SPDX-License-Identifier: Apache-2.0
#include "sandbox/service/answer.hpp"

namespace tidegate::sandbox {

Answer::Answer(const Pack& pack, CallLog* log, std::string_view method, std::string_view type,
               Messages* messages)
    : pack_(pack), log_(log), method_(method), type_(type), messages_(messages) {}

Answer::~Answer() {
  if (log_ == nullptr) return;
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin_;
  log_->add({.provider = pack_.address(),
             .method = method_,
             .type = type_,
             .milliseconds = took.count(),
             .errors = other_errors_ + (messages_ != nullptr ? count_errors(*messages_) : 0)});
}

const Schema* Answer::schema(SchemaKind kind) {
  const Schema* const found = pack_.schema(kind, type_);
  if (found == nullptr) {
    failed_ = true;
    add(Finding{.summary = "Unknown type " + std::string(type_),
                .detail = "The schema pack " + pack_.address() + " " + pack_.version() +
                          " does not have it. Use a pack of a version that does."});
  }
  return found;
}

Value Answer::value(const tfplugin6::DynamicValue& message, const Schema& schema) {
  Result<Value> decoded = to_value(message, schema);
  if (decoded) return std::move(decoded).value();
  failed_ = true;
  if (messages_ != nullptr) put_failure(decoded.failure(), *messages_);
  return {};
}

void Answer::add(const Finding& finding) {
  if (messages_ != nullptr) put_finding(finding, *messages_);
}

void Answer::add(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) add(finding);
}

}  // namespace tidegate::sandbox
