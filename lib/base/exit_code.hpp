// SPDX-License-Identifier: Apache-2.0
// The one table of exit codes of all programs (docs/cli.md prints the same table).
#pragma once

namespace tidegate {

enum class ExitCode : int {
  success = 0,         // detect: ours; gate: allowed
  not_ours = 100,      // detect: not a service repository (the buildpack protocol's value)
  blocked = 10,        // gate: blocked by policy
  unreadable = 11,     // input cannot be evaluated: malformed, truncated, wrong kind of document
  unsupported = 12,    // input understood but not supported: major version, action word
  policy_broken = 13,  // a rule or policy is broken
  incomplete = 14,     // the plan itself is errored or incomplete
  build_failed = 20,   // build: findings of severity error
  not_verified = 30,   // artifact does not verify
  conflict = 31,       // already published with other content
  store_failed = 40,   // store, registry or Maven repository failed
  busy = 41,           // state locked, or a deployment is open
  apply_failed = 50,   // apply failed, the environment is partly changed
  usage = 64,          // wrong usage
  internal = 70,       // internal error
};

constexpr int to_int(ExitCode code) { return static_cast<int>(code); }

}  // namespace tidegate
