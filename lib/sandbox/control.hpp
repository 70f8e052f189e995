// SPDX-License-Identifier: Apache-2.0
// The control file of a rehearsal: drift, failures, objects that exist already, answers of data
// sources (design/rehearsal.md 7). Read again when the file changes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sandbox/schema.hpp"
#include "sandbox/value.hpp"

namespace tidegate::sandbox {

enum class Operation { plan, create, update, remove, read };

struct Failure { std::string message{}; bool partial = false; };

class Control {
 public:
  // No file: an empty path. Code sandbox.bad-control when the file cannot be used at start.
  static Result<std::shared_ptr<Control>> open(const std::string& path);
  virtual ~Control() = default;
  virtual std::optional<Failure> failure(std::string_view type, Operation operation, const Value& object) = 0;
  virtual bool gone(std::string_view type, const Value& object) = 0;
  // The object with every drift that fits it and was not repaired yet.
  virtual Value drifted(std::string_view type, const Schema& schema, const Value& object) = 0;
  virtual void applied(std::string_view type, const Value& before, const Value& after) = 0;  // repairs
  virtual std::optional<Value> object(std::string_view type, const Schema& schema, std::string_view id) = 0;
  virtual std::optional<Value> data(std::string_view type, const Schema& schema, const Value& config) = 0;
  // The service waits that long before an apply, so that StopProvider can end it; not the engine.
  virtual unsigned delay_ms() = 0;
  // Warnings sandbox.unused-control: the entries of the file as it is now that have changed nothing so far,
  // because no object fitted, or none of their attributes exists.
  virtual std::vector<Diagnostic> unused() = 0;
};

}  // namespace tidegate::sandbox
