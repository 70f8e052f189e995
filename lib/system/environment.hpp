// SPDX-License-Identifier: Apache-2.0
// Environment variables, read in one place. Values may be secrets: never print them.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace tidegate::system {

class Environment {
 public:
  virtual ~Environment() = default;
  virtual std::optional<std::string> get(const std::string& name) const = 0;
};

class ProcessEnvironment final : public Environment {
 public:
  std::optional<std::string> get(const std::string& name) const override;
};

class MemoryEnvironment final : public Environment {
 public:
  explicit MemoryEnvironment(std::map<std::string, std::string> values) : values_(std::move(values)) {}
  std::optional<std::string> get(const std::string& name) const override;

 private:
  std::map<std::string, std::string> values_{};
};

}  // namespace tidegate::system
