// SPDX-License-Identifier: Apache-2.0
// A sample service that is changed, built and rehearsed by the built programs.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "document/node.hpp"
#include "e2e/stand_in.hpp"
#include "support/shared.hpp"

namespace tidegate::test {

struct Rehearsed {
  int exit = -1;
  std::string out{};
  std::string err{};
  document::DocumentPtr document{};  // tidegate/rehearsal/1; null when none was written
  std::string json{};

  document::Node report() const { return document ? document->root() : document::Node{}; }
  // Failed runs and their messages, one text each: "tests/x.tftest.json run: message".
  std::vector<std::string> failures() const;
  // "passed new init", … in order.
  std::vector<std::string> steps() const;
};

class Sample {
 public:
  void use(std::string terraform) { terraform_ = std::move(terraform); }
  // Takes a copy of fixtures/services/NAME and builds it: the path of the artifact.
  std::string build(const std::string& name);
  // Copies without building.
  void copy(const std::string& name);
  void edit(const std::string& file, const std::string& from, const std::string& to) const;
  void write(const std::string& file, const std::string& text) const;
  std::string read(const std::string& file) const;
  // Commits and builds what was edited; `exit` is expected.
  std::string build_again(int exit = 0, const std::vector<std::string>& more = {});
  const std::string& build_output() const { return build_output_; }

  Rehearsed rehearse(const std::string& artifact, const std::vector<std::string>& more = {}) const;
  Rehearsed test(const std::string& artifact, const std::vector<std::string>& more = {}) const;
  // Starts it, in a process group of its own.
  std::unique_ptr<system::Child> start(const std::string& artifact,
                                       const std::vector<std::string>& more = {}) const;
  // No folder of a rehearsal and no process of one that was started here is left, at once or after
  // a while.
  bool nothing_is_left(std::chrono::milliseconds patience = {}) const;

  // The stand-ins of one that was started are there.
  bool has_host(std::chrono::milliseconds patience) const;

  const std::string& folder() const { return folder_.path(); }

  // Ends the host of a rehearsal that runs; false when there is none.
  bool kill_host() const;

 private:
  std::string process_with(const std::string& word) const;  // a process and its words, or nothing
  std::string left_over() const;
  Rehearsed run(std::vector<std::string> words) const;
  std::map<std::string, std::string> environment() const;

  TemporaryFolder folder_{};
  std::string terraform_{};
  std::string build_output_{};
  int builds_ = 0;
};

struct Edit {
  std::string file{};  // in the artifact
  std::string from{};
  std::string to{};
};

// Another artifact: unpacked, edited, and packed again with the digests of its manifest brought up
// to date.
std::string mutated(const Sample& sample, const std::string& artifact,
                    const std::vector<Edit>& edits);

// A sample for each Terraform of terraforms(): 0 the newest, 1 the oldest.
class WithEachTerraform : public ::testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override;
  Sample sample{};
};

std::string terraform_name(const ::testing::TestParamInfo<std::size_t>& tested);

}  // namespace tidegate::test
