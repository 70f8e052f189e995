// SPDX-License-Identifier: Apache-2.0
// What Terraform asked, one JSON object a line:
// {"provider":"hashicorp/azurerm","method":"PlanResourceChange","type":"azurerm_x","ms":0.214,"errors":0}
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tidegate::sandbox {

struct Call {
  std::string_view provider{};
  std::string_view method{};
  std::string_view type{};  // "" where the call has none
  double milliseconds = 0;
  int errors = 0;
};

class CallLog {
 public:
  // Appends to the file. Code system.write-failed.
  static Result<std::shared_ptr<CallLog>> open(const std::string& path);
  CallLog(const CallLog&) = delete;
  CallLog& operator=(const CallLog&) = delete;
  ~CallLog();

  void add(const Call& call);  // from any thread; a line is written at once, whole

 private:
  explicit CallLog(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
  std::mutex mutex_{};
};

std::string render_call(const Call& call);  // with the newline

}  // namespace tidegate::sandbox
