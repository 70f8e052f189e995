// SPDX-License-Identifier: Apache-2.0
// The answer to one plan.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/exit_code.hpp"
#include "plan/reader.hpp"
#include "policy/finding.hpp"

namespace tidegate::verdict {

// A file that had a say, besides the built-in rules.
struct Source {
  std::string kind{};              // policy, waivers, checks, contract
  std::string file{};              // as given
  std::string sha256{};
};

struct Verdict {
  std::string word{};              // allowed, blocked, unreadable, unsupported, policy-broken, incomplete
  ExitCode exit = ExitCode::internal;
  std::string reason{};            // one line
  std::string file{};              // name of the input without its folder; empty: none
  std::string sha256{};            // of the bytes of the input
  std::size_t rules = 0;           // built-in ones that were evaluated
  std::size_t custom = 0;          // the developers' own that were evaluated
  std::vector<std::string> skipped{};  // ids of rules that the policy switched off, sorted
  std::vector<Source> sources{};   // sorted by kind and file
  std::string policy_digest{};     // sha256 over everything that decides: rules, catalogue, sources
  plan::PlanFacts facts{};
  std::vector<policy::Finding> findings{};  // sorted, most severe first
  std::size_t count(policy::Level level) const;  // open findings: not waived
};

// `broken`: what is wrong with a policy, waivers or checks (exit 13); it outranks the plan's problems.
Verdict make_verdict(plan::PlanFacts facts, std::vector<policy::Finding> findings, std::size_t rules,
                     std::string sha256, std::vector<Diagnostic> broken = {});

// 32 hex digits, equal for the same rule, address, generation and attribute.
std::string id_of(const policy::Finding& finding);

// The renderers: one source file each, one line each in formats.cpp.
struct RenderOptions {
  bool colour = false;             // escape sequences of a terminal; text only
};

struct Format {
  std::string_view name{};         // as in --format
  std::string (*render)(const Verdict&, const RenderOptions&) = nullptr;
};

std::span<const Format> formats();

std::string render_text(const Verdict& verdict, const RenderOptions& options = {});
std::string render_json(const Verdict& verdict, const RenderOptions& options = {});
std::string render_sarif(const Verdict& verdict, const RenderOptions& options = {});
std::string render_junit(const Verdict& verdict, const RenderOptions& options = {});
std::string render_tap(const Verdict& verdict, const RenderOptions& options = {});
std::string render_markdown(const Verdict& verdict, const RenderOptions& options = {});
std::string render_github(const Verdict& verdict, const RenderOptions& options = {});
std::string render_azure(const Verdict& verdict, const RenderOptions& options = {});

}  // namespace tidegate::verdict
