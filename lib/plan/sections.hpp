// SPDX-License-Identifier: Apache-2.0
// The sections of a plan: what is cut out of the JSON text, and what is remembered of it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "document/splitter.hpp"
#include "plan/change_batch.hpp"
#include "plan/effects.hpp"
#include "plan/reader.hpp"

namespace tidegate::plan {

using document::Decision;
using document::Member;
using document::SplitFailure;
using document::SplitProblem;
using document::Take;

// What the top level says, for the classification of section 3.
struct Outline {
  std::set<std::string> keys{};
  std::string format_version{};
  std::string terraform_version{};
  std::string timestamp{};
  std::optional<bool> errored{};
  std::optional<bool> complete{};
  bool is_object = false;
  std::size_t deferred = 0;
  std::size_t drift_deletes = 0;
  std::size_t configured = 0;                // managed resources of `configuration`
  std::size_t deletes_without_reason = 0;    // of current objects
  std::size_t deposed_deletes = 0;
  std::optional<Diagnostic> malformed{};     // exit 11
  std::optional<Diagnostic> unknown_action{};  // exit 12
  std::set<std::string> notes{};
  std::vector<std::string> uncovered{};      // state objects not yet seen in resource_changes
  bool has(std::string_view key) const { return keys.contains(std::string(key)); }
};

// Changes are taken on another thread (change_batch.hpp), but never while anything else of the plan
// is: their section ends when all are taken.
class SectionReader {
 public:
  SectionReader(std::string file, PlanHandlers handlers, PlanFacts& facts)
      : file_(std::move(file)), handlers_(std::move(handlers)), facts_(facts) {}

  Decision begin(const Member& member);
  void captured(int tag, const Member& member, std::string_view text);
  void closed(int tag);
  void finish() { changes_.finish(); }  // also after a document that ended early
  Outline& outline() { return outline_; }
  std::string effects_hex() { return effects_.finish_hex(); }

 private:
  Decision begin_top(const Member& member);
  Decision begin_state(const Member& member);
  Decision begin_configuration(const Member& member);
  void capture_scalar(int tag, const Member& member, std::string_view text);
  void take_change(std::size_t index, std::string_view text, bool is_drift);
  void count_change(const Change& change);
  void take_action(const Member& member, std::string_view text);
  void take_check(const Member& member, std::string_view text);
  void take_output(const Member& member, std::string_view text);
  void end_state_resource();
  void end_configured();
  std::string module_path() const;
  Decision section(const Member& member, int tag, char first);
  void malformed(Diagnostic diagnostic);
  void malformed(std::string message);
  std::string place(std::string_view section, std::size_t index) const;

  std::string file_;
  PlanHandlers handlers_;
  PlanFacts& facts_;
  Outline outline_{};
  EffectsDigest effects_{};
  ChangeBatches changes_{[this](std::size_t index, std::string_view text, bool is_drift) {
    take_change(index, text, is_drift);
  }};
  // The element being read.
  std::string address_{}, type_{}, mode_{}, expressions_{}, features_{}, provider_{}, depends_on_{};
  bool provisioner_ = false;
  std::vector<std::string> modules_{};
};

}  // namespace tidegate::plan
