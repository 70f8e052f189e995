// SPDX-License-Identifier: Apache-2.0
#include "plan/classify.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace tidegate::plan {

namespace {

constexpr std::string_view right_command = "give the output of: terraform show -json tfplan";

Refusal wrong(const std::string& file, std::string kind, std::string message, std::string hint = std::string(right_command)) {
  return {.kind = std::move(kind),
          .diagnostic = {.code = "gate.not-a-plan", .where = {.file = file}, .message = std::move(message),
                         .hint = std::move(hint), .exit = ExitCode::unreadable}};
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.starts_with(word); });
}

bool is_wrapper_line(std::string_view text) {
  return starts_with_any(text, {"[command]", "::debug::", "::set-output", "::stop-commands", "::group::", "::add-mask",
                                "::warning", "::error", "::notice", "##[", "##vso["});
}

constexpr std::string_view wrapper_hint =
    "a wrapper of the CI printed around it; with hashicorp/setup-terraform set terraform_wrapper: false";

std::string at(const SplitFailure& failure) { return "byte " + std::to_string(failure.offset) + ": "; }

std::string what_is_wrong(const SplitFailure& failure) {
  switch (failure.problem) {
    case SplitProblem::syntax: return "not valid JSON, expected " + failure.detail;
    case SplitProblem::truncated: return "the document ends too early, expected " + failure.detail;
    case SplitProblem::trailing: return "more bytes behind the end of the document";
    case SplitProblem::invalid_utf8: return "not valid UTF-8";
    case SplitProblem::lone_surrogate: return "half a surrogate pair in a string";
    case SplitProblem::nul_byte: return "a NUL byte";
    case SplitProblem::duplicate_key: return "key \"" + shortened(printable(failure.detail), 200) + "\" occurs twice in one object";
    case SplitProblem::too_deep: return "more than 256 nested values";
    case SplitProblem::too_large: return "one element is larger than 64 MiB";
  }
  return "not valid JSON";
}

// Codes by kind of failure; trailing text is told apart by its beginning.
Refusal trailing(const std::string& file, const Location& where, const SplitFailure& failure, const Outline& outline) {
  const std::string_view text = failure.excerpt;
  Refusal refusal;
  if (is_wrapper_line(text)) {
    refusal = wrong(file, "wrapper", at(failure) + "log lines follow the document", std::string(wrapper_hint));
  } else if (outline.has("@level")) {
    refusal = wrong(file, "ndjson", "the log of `terraform plan -json`, not a plan",
                    "write the plan with -out=tfplan, then: terraform show -json tfplan");
  } else if (text.starts_with('{')) {
    refusal = wrong(file, "several-documents", at(failure) + "a second document follows the first",
                    "check each plan by itself; terragrunt run-all writes one behind the other");
    refusal.diagnostic.code = "gate.several-documents";
  } else {
    refusal = wrong(file, "trailing-bytes", at(failure) + what_is_wrong(failure));
    refusal.diagnostic.code = "gate.malformed-json";
  }
  refusal.diagnostic.where = where;
  return refusal;
}

bool parse_version(std::string_view text, int& major, int& minor) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return false;
  const auto number = [](std::string_view digits, int& out) {
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return !digits.empty() && parsed.ec == std::errc{} && parsed.ptr == digits.data() + digits.size() && out >= 0;
  };
  return number(text.substr(0, dot), major) && number(text.substr(dot + 1), minor);
}

class Judge {
 public:
  Judge(const ReadOptions& options, Outline& outline, PlanFacts& facts)
      : options_(options), outline_(outline), facts_(facts) {}

  void run() {
    if (auto other = other_document()) {
      facts_.kind = other->kind;
      facts_.problems.push_back(std::move(other->diagnostic));
      return;
    }
    facts_.kind = "plan";
    if (!check_version()) return;
    if (outline_.malformed) facts_.problems.push_back(*outline_.malformed);
    check_reduced();
    if (outline_.unknown_action) facts_.problems.push_back(*outline_.unknown_action);
    check_complete();
    find_shape();
  }

 private:
  std::optional<Refusal> other_document() const {
    const std::string& file = options_.file;
    if (!outline_.is_object) return wrong(file, "not-an-object", "the document is not a JSON object");
    if (outline_.has("@level")) {
      return wrong(file, "ndjson", "the log of `terraform plan -json`, not a plan",
                   "write the plan with -out=tfplan, then: terraform show -json tfplan");
    }
    if (outline_.has("provider_schemas")) return wrong(file, "schema", "a provider schema, not a plan");
    if (outline_.has("lineage") && outline_.has("serial")) return wrong(file, "state", "a state file, not a plan");
    if (outline_.has("values") && !outline_.has("planned_values")) {
      return wrong(file, "state", "the JSON of a state, not of a plan",
                   "name the plan file: terraform show -json tfplan");
    }
    if (!outline_.has("format_version")) {
      return wrong(file, "unknown", "there is no format_version, so this is no output of `terraform show -json`");
    }
    const bool alone = std::all_of(outline_.keys.begin(), outline_.keys.end(), [](const std::string& key) {
      return key == "format_version" || key == "terraform_version";
    });
    if (alone) {
      return wrong(file, "empty-state", "`terraform show -json` without a plan file, and no state",
                   "name the plan file: terraform show -json tfplan");
    }
    return std::nullopt;
  }

  bool check_version() {
    int major = 0;
    int minor = 0;
    if (!parse_version(outline_.format_version, major, minor)) {
      add("gate.malformed-plan", ExitCode::unreadable, "format_version is no version like 1.2", std::string(right_command));
      return false;
    }
    if (major > 1) {
      add("gate.unsupported-version", ExitCode::unsupported,
          "plan format " + std::to_string(major) + "." + std::to_string(minor) + " is newer than this program knows (1.x)",
          "update deploy-gate before applying this plan");
      return false;
    }
    if (major == 1 && minor > 2) outline_.notes.insert("newer minor of the plan format: unknown fields are ignored");
    return true;
  }

  void check_reduced() {
    std::string missing;
    for (const char* key : {"terraform_version", "planned_values", "configuration"}) {
      if (outline_.has(key)) continue;
      missing += missing.empty() ? "" : ", ";
      missing += key;
    }
    if (missing.empty()) return;
    facts_.kind = "reduced-plan";
    if (options_.reduced) {
      outline_.notes.insert("reduced plan: no " + missing);
      return;
    }
    add("gate.reduced-plan", ExitCode::unreadable, "the plan was cut or made by hand: no " + missing,
        "give the whole output of `terraform show -json tfplan`, or --reduced to judge what is there");
  }

  void check_complete() {
    facts_.errored = outline_.errored == true;
    if (facts_.errored) {
      incomplete("terraform could not finish this plan (errored)" + not_planned(), "repair what `terraform plan` reports, then plan again");
    }
    if (outline_.complete == false || outline_.deferred > 0) {
      const bool is_errored = outline_.errored == true;
      if (!is_errored) {
        incomplete("the plan covers a part only (complete is false): -target, -exclude or deferred changes",
                   "plan without -target");
      }
    }
    if (!outline_.has("resource_changes")) return check_without_changes();
    facts_.coverage = "complete flag";
    if (outline_.complete.has_value() && !options_.strict) return;
    check_coverage();
  }

  void check_without_changes() {
    const bool flagged = outline_.errored == false || outline_.complete == true;
    facts_.coverage = flagged ? "flags" : "no resources";
    if (flagged) return;
    if (facts_.state_objects == 0 && outline_.configured == 0) return;
    if (outline_.errored == true || outline_.complete == false) return;
    facts_.errored = true;
    incomplete("there are resources but no resource_changes: an errored plan of Terraform 1.4 or 1.5 looks like this",
               "repair what `terraform plan` reports, then plan again");
  }

  void check_coverage() {
    if (outline_.malformed) return;  // a change that was not understood would only look as if it were missing
    if (outline_.terraform_version.starts_with("0.12.")) {
      facts_.coverage = "not checked (Terraform 0.12)";
      return;
    }
    const std::vector<std::string> missing = uncovered();
    facts_.coverage = std::to_string(facts_.state_objects - missing.size()) + " of " +
                      counted(facts_.state_objects, "object") + " of the state";
    if (missing.empty()) return;
    incomplete(std::to_string(missing.size()) + " of " + counted(facts_.state_objects, "object") +
                   " of the state " + (missing.size() == 1 ? "is" : "are") + " missing in the plan, first " +
                   printable(missing.front()),
               "plan without -target or -exclude, and do not filter the JSON");
  }

  std::vector<std::string> uncovered() const {
    std::vector<std::string> missing;
    for (const std::string& address : outline_.uncovered) {
      if (!facts_.changes.covers(address)) missing.push_back(address);
    }
    std::sort(missing.begin(), missing.end());
    return missing;
  }

  // What an errored plan says nothing of: the object that prevent_destroy protects is among them.
  std::string not_planned() const {
    const std::vector<std::string> missing = uncovered();
    if (missing.empty()) return {};
    constexpr std::size_t most = 3;
    std::string text = "; not planned: ";
    for (std::size_t i = 0; i < std::min(most, missing.size()); ++i) text += (i > 0 ? ", " : "") + printable(missing[i]);
    if (missing.size() > most) text += " and " + std::to_string(missing.size() - most) + " more";
    return text;
  }

  void find_shape() {
    const auto of = [&](Effect effect) { return facts_.effects[static_cast<std::size_t>(effect)]; };
    std::size_t all = 0;
    for (const std::size_t count : facts_.effects) all += count;
    facts_.destroy_plan = outline_.deletes_without_reason > 0 && of(Effect::destroy) == all &&
                          outline_.deletes_without_reason + outline_.deposed_deletes == all;
    facts_.refresh_only = !outline_.has("resource_changes") && facts_.state_objects + outline_.drift_deletes > 0;
  }

  void incomplete(std::string message, std::string hint) {
    add("gate.plan-incomplete", ExitCode::incomplete, std::move(message), std::move(hint));
  }

  void add(std::string code, ExitCode exit, std::string message, std::string hint) {
    facts_.problems.push_back({.code = std::move(code), .where = {.file = options_.file},
                               .message = std::move(message), .hint = std::move(hint), .exit = exit});
  }

  const ReadOptions& options_;
  Outline& outline_;
  PlanFacts& facts_;
};

}  // namespace

std::optional<Refusal> classify_head(const std::string& file, std::string_view head) {
  using std::string_view_literals::operator""sv;
  if (head.empty()) return wrong(file, "empty", "the input is empty");
  if (head.front() == '{') return std::nullopt;
  if (head.starts_with("PK\x03\x04"sv)) {
    return wrong(file, "binary-plan", "this is the binary plan", "convert it: terraform show -json tfplan > plan.json");
  }
  if (is_wrapper_line(head)) {
    return wrong(file, "wrapper", "log lines stand before the document", std::string(wrapper_hint));
  }
  if (head.front() == '[' || head.front() == '"') {
    return wrong(file, "not-an-object", "the document is not a JSON object");
  }
  if (starts_with_any(head, {"\x1B[", "Terraform ", "OpenTofu ", "No changes", "Note:", "Plan:", "Refreshing ", "Error:"})) {
    return wrong(file, "text", "the text that `terraform plan` prints, not its JSON",
                 "write the plan with -out=tfplan, then: terraform show -json tfplan");
  }
  if (starts_with_any(head, {"resource ", "terraform ", "terraform{", "provider ", "variable ", "locals ", "locals{",
                             "module ", "data ", "output ", "moved ", "import ", "#", "//", "/*"})) {
    return wrong(file, "hcl", "Terraform configuration, not a plan",
                 "plan it first: terraform plan -out=tfplan, then: terraform show -json tfplan");
  }
  return wrong(file, "unknown", "the input is no JSON");
}

Refusal classify_failure(const std::string& file, const SplitFailure& failure, const Outline& outline) {
  const Location where{.file = file, .line = failure.line, .column = failure.column};
  if (failure.problem == SplitProblem::trailing) return trailing(file, where, failure, outline);
  Refusal refusal = wrong(file, "malformed", at(failure) + what_is_wrong(failure));
  refusal.diagnostic.where = where;
  switch (failure.problem) {
    case SplitProblem::duplicate_key:
    case SplitProblem::too_deep:
    case SplitProblem::too_large: refusal.diagnostic.code = "gate.malformed-plan"; break;
    case SplitProblem::invalid_utf8:
    case SplitProblem::lone_surrogate:
    case SplitProblem::nul_byte: refusal.diagnostic.code = "gate.bad-encoding"; break;
    default: refusal.diagnostic.code = "gate.malformed-json";
  }
  if (failure.problem == SplitProblem::truncated) refusal.kind = "truncated";
  return refusal;
}

void classify_document(const ReadOptions& options, Outline& outline, PlanFacts& facts) {
  facts.format_version = outline.format_version;
  facts.terraform_version = outline.terraform_version;
  facts.timestamp = outline.timestamp;
  Judge(options, outline, facts).run();
  // Precedence of the exit codes: 11, 12, 14.
  std::stable_sort(facts.problems.begin(), facts.problems.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return to_int(a.exit) < to_int(b.exit); });
}

}  // namespace tidegate::plan
