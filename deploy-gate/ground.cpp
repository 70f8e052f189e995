// SPDX-License-Identifier: Apache-2.0
// --policy, --waivers, --checks, --artifact, --max-age, --now: what is known before the plan is read.
// What stands in the service's own repository (checks, policy.yaml beside them, protected objects of its
// manifest) comes last and can only tighten.
#include <algorithm>
#include <filesystem>
#include <utility>

#include "catalogue/types.hpp"
#include "deploy-gate/artifact.hpp"
#include "deploy-gate/judge.hpp"
#include "document/parse.hpp"
#include "policy/organisation/apply.hpp"
#include "policy/organisation/tighten.hpp"
#include "system/clock.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "version.hpp"

namespace tidegate::gate {

namespace {

using organisation::SourceText;
namespace fs = std::filesystem;

class Loader {
 public:
  explicit Loader(const JudgeOptions& options) : options_(options) {}

  Result<Ground> load() {
    if (Status status = settle_time(); !status) return status.failure();
    if (Status status = load_files(); !status) return status.failure();
    if (!options_.checks.artifact.empty()) {
      if (Status status = check_artifact(options_.checks.artifact, faults_); !status) return status.failure();
    }
    if (Status status = load_service(); !status) return status.failure();
    if (ground_.policy.require_artifact && options_.checks.artifact.empty()) {
      faults_.add({.code = "gate.artifact-required", .where = ground_.policy.places.at("require_artifact"),
                   .message = "the policy wants every plan to be judged together with its artifact (require_artifact)",
                   .hint = "give the artifact of the service with --artifact", .exit = ExitCode::policy_broken});
    }
    if (faults_.has_errors()) {
      ground_.broken = faults_.items();
      ground_.policy = {};
    }
    ground_.broken.insert(ground_.broken.end(), ground_.checks.broken.begin(), ground_.checks.broken.end());
    if (Status status = settle_age(); !status) return status.failure();
    std::sort(ground_.sources.begin(), ground_.sources.end(),
              [](const verdict::Source& a, const verdict::Source& b) {
                return std::pair(a.kind, a.file) < std::pair(b.kind, b.file);
              });
    std::vector<std::pair<std::string, std::string>> files;
    for (const verdict::Source& source : ground_.sources) files.emplace_back(source.kind, source.sha256);
    ground_.digest = system::sha256_hex(organisation::digest_text(tool_version, catalogue::tables_digest(), std::move(files)));
    for (std::string& note : organisation::doubtful_lines(ground_.policy, levels_)) ground_.notes.push_back(std::move(note));
    return std::move(ground_);
  }

 private:
  Status settle_time() {
    if (options_.now.empty()) {
      ground_.now = system::seconds_since_epoch();
      return Done{};
    }
    const auto now = organisation::parse_time(options_.now);
    if (!now)
      return usage_fault("--now " + options_.now,
                         "expected a time of RFC 3339: 2026-11-27T08:00:00Z");
    ground_.now = *now;
    ground_.notes.push_back("judged as at " + organisation::to_time(*now) + " (--now)");
    return Done{};
  }

  Status settle_age() {
    if (options_.max_age.empty()) return Done{};
    const auto age = organisation::parse_age(options_.max_age);
    if (!age)
      return usage_fault("--max-age " + options_.max_age,
                         "expected an age such as 90s, 30m, 4h, 7d");
    auto& most = ground_.policy.max_age;
    most = most ? std::min(*most, *age) : *age;  // the policy's stays where it is stricter
    return Done{};
  }

  Result<SourceText> read(const std::string& kind, const std::string& file) {
    if (file == "-")
      return usage_fault("--" + kind + " -",
                         "give the name of a file; standard input is for the plan");
    Result<std::string> text = system::read_file(file);
    if (!text) {
      Diagnostic failure = text.failure();
      failure.exit = ExitCode::usage;
      return failure;
    }
    SourceText source{.file = file, .text = std::move(*text)};
    source.sha256 = system::sha256_hex(source.text);
    ground_.sources.push_back({.kind = kind, .file = file, .sha256 = source.sha256});
    return source;
  }

  Status load_files() {
    const organisation::Days today = organisation::day_of(ground_.now);
    if (!options_.policy.empty()) {
      const Result<SourceText> source = read("policy", options_.policy);
      if (!source) return source.failure();
      ground_.policy = organisation::parse_policy(*source, today, faults_);
    }
    for (const std::string& file : options_.waivers) {
      const Result<SourceText> source = read("waivers", file);
      if (!source) return source.failure();
      for (auto& waiver : organisation::parse_waivers(*source, today, faults_))
        ground_.policy.waivers.push_back(std::move(waiver));
    }
    return Done{};
  }

  Status load_service() {
    Result<LoadedChecks> checks = load_checks(options_.checks, ground_.policy.settings);
    if (!checks) return checks.failure();
    for (const policy::custom::CheckRule* rule : checks->rules()) levels_.emplace(rule->id, rule->level);
    ground_.sources.insert(ground_.sources.end(), checks->sources.begin(), checks->sources.end());
    ground_.checks = std::move(*checks);
    for (const std::string& file : service_policies(options_.checks)) {
      if (Status status = tighten_by(file); !status) return status;
    }
    if (!options_.service_policy.empty()) {
      if (Status status = tighten_by(options_.service_policy); !status) return status;
    }
    if (!options_.checks.artifact.empty()) {
      if (Status status = load_protected(options_.checks.artifact + "/gate/policy/protect.json"); !status) return status;
    }
    return load_contracts();
  }

  Status tighten_by(const std::string& file) {
    const Result<SourceText> source = read("policy", file);
    if (!source) return source.failure();
    const organisation::Policy service = organisation::parse_policy(*source, organisation::day_of(ground_.now), faults_);
    ground_.policy = organisation::tighten(std::move(ground_.policy), service, levels_, faults_);
    return Done{};
  }

  // contract/*.json of the artifact, but for what it wants from its environment and the lock of the build.
  Status load_contracts() {
    const std::string folder = options_.checks.artifact + "/contract";
    std::error_code ignored;
    if (options_.checks.artifact.empty() || !fs::is_directory(folder, ignored)) return Done{};
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      const std::string name = entry.path().filename().string();
      if (name.ends_with(".json") && name != "environment.json" && name != "contract.lock.json") files.push_back(folder + "/" + name);
    }
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) {
      const Result<SourceText> source = read("contract", file);
      if (!source) return source.failure();
      const bool columns = source->text.find("tidegate/contract/") == std::string::npos &&
                           source->text.find("\"struct\"") != std::string::npos;
      if (columns) continue;  // a schema that a contract names
      auto contract = policy::parse_contract(file, source->text);
      if (contract) ground_.policy.settings.contracts.push_back(std::move(*contract));
      else faults_.add(contract.failure());
    }
    return Done{};
  }

  // gate.protect of the service's manifest, as the build packed it: types and addresses.
  Status load_protected(const std::string& file) {
    if (!fs::exists(file)) return Done{};
    const Result<SourceText> source = read("policy", file);
    if (!source) return source.failure();
    const auto parsed = document::parse_json(file, source->text);
    if (!parsed) {
      Diagnostic fault = parsed.failure();
      fault.exit = ExitCode::policy_broken;
      faults_.add(std::move(fault));
      return Done{};
    }
    policy::Settings& settings = ground_.policy.settings;
    for (const document::Node type : (*parsed)->root()["types"]) {
      const std::string key = policy::type_key(type.as_string());
      const bool listed = settings.tiers.contains(key) || catalogue::find_type(key).has_value();
      if (listed && !settings.stateless.contains(key)) continue;  // keeps its own tier, and its rules
      settings.stateless.erase(key);
      settings.tiers.insert_or_assign(key, catalogue::Tier::data);
    }
    for (const document::Node address : (*parsed)->root()["addresses"]) {
      settings.protected_addresses.emplace_back(address.as_string());
    }
    return Done{};
  }

  const JudgeOptions& options_;
  organisation::Levels levels_{};  // of the developers' own rules
  Diagnostics faults_{};
  Ground ground_{};
};

}  // namespace

Result<Ground> lay_ground(const JudgeOptions& options) { return Loader(options).load(); }

}  // namespace tidegate::gate
