// SPDX-License-Identifier: Apache-2.0
// What is searched for in the texts of a packed archive, while they are unpacked: values of one environment, and
// secrets. Findings name the archive and the member: "libs/app.jar!conf/app.properties".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "service/environment_scan.hpp"
#include "spark/members.hpp"

namespace tidegate::flavours::adf_databricks {

// `place` as in findings.
std::vector<MemberSecret> find_secrets_in(const std::string& place, std::string_view text);

class ArchiveScan {
 public:
  // `file`: of the archive. `severity`: of values of one environment.
  ArchiveScan(std::string file, const std::vector<service::EnvironmentLiteral>& literals, Severity severity)
      : file_(std::move(file)), literals_(literals), severity_(severity) {}

  spark::MemberSink sink() {
    return [this](const spark::Member& member) { take(member); };
  }
  // `incomplete`: why not everything was looked at. Code spark.archive-not-searched.
  void finish(const std::string& incomplete);

  const std::string& file() const { return file_; }
  Diagnostics& findings() { return findings_; }
  std::vector<MemberSecret>& secrets() { return secrets_; }

 private:
  void take(const spark::Member& member);

  std::string file_;
  const std::vector<service::EnvironmentLiteral>& literals_;
  Severity severity_;
  Diagnostics findings_{};
  std::vector<MemberSecret> secrets_{};
};

}  // namespace tidegate::flavours::adf_databricks
