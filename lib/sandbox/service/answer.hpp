// SPDX-License-Identifier: Apache-2.0
// What all RPCs share: input is decoded or reported, no exception leaves, the call is logged.
// Private to this module.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/pack.hpp"
#include "sandbox/service/call_log.hpp"
#include "sandbox/service/convert.hpp"

namespace tidegate::sandbox {

class Answer {
 public:
  // `log` may be null. Findings go to `messages`, which may be null where an answer has none.
  Answer(const Pack& pack, CallLog* log, std::string_view method, std::string_view type,
         Messages* messages);
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  ~Answer();

  // Calls `work`; what it throws becomes status INTERNAL.
  template <class Work>
  grpc::Status give(const Work& work) {
    try {
      work();
      return grpc::Status::OK;
    } catch (const std::exception& error) {
      ++other_errors_;
      return {grpc::StatusCode::INTERNAL,
              sendable(std::string("stand-in provider: ") + error.what())};
    }
  }

  // Null and a finding: the pack does not have the type.
  const Schema* schema(SchemaKind kind);
  // Null and a finding when it cannot be decoded; then `failed` is true.
  Value value(const tfplugin6::DynamicValue& message, const Schema& schema);
  bool failed() const { return failed_; }

  void add(const Finding& finding);
  void add(const std::vector<Finding>& findings);
  void count_error() { ++other_errors_; }  // one that is no finding

 private:
  const Pack& pack_;
  CallLog* log_;
  std::string_view method_, type_;
  Messages* messages_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  bool failed_ = false;
  int other_errors_ = 0;
};

}  // namespace tidegate::sandbox
