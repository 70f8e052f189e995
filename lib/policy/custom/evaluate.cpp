// SPDX-License-Identifier: Apache-2.0
#include "policy/custom/evaluate.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tidegate::policy::custom {

namespace {

constexpr char count_mark = '\0';  // printable() leaves none in a text

std::string printable_lines(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n'))
    out += (out.empty() ? "" : "\n") + printable(line);
  return out;
}

std::string message_of(const CheckRule& rule, const Subject* subject) {
  std::string out;
  for (const Piece& piece : rule.message) {
    switch (piece.kind) {
      case Piece::Kind::text:
        out += printable_lines(piece.text);
        break;
      case Piece::Kind::address:
        out += subject == nullptr ? std::string("plan") : printable(subject->change.address);
        break;
      case Piece::Kind::count:
        out += count_mark;
        break;
      case Piece::Kind::value: {
        if (subject == nullptr) break;
        const Reached reached = reach(
            piece.path.side == Side::before ? subject->before : subject->after, piece.path.steps);
        out += reached.several ? counted(reached.value.node().size(), "element")
                               : reached.value.shown();
        break;
      }
    }
  }
  return out;
}

// Without a path in it: the first attribute that a condition looks at.
std::string first_path(const Condition& condition) {
  if (!condition.path.text.empty()) return condition.path.text;
  for (const Condition& part : condition.parts) {
    if (std::string text = first_path(part); !text.empty()) return text;
  }
  return {};
}

Finding finding_of(const CheckRule& rule, const Subject* subject) {
  Finding out{.rule = rule.id,
              .level = rule.level,
              .address = "plan",
              .message = message_of(rule, subject),
              .fix = printable_lines(rule.fix)};
  if (subject == nullptr) return out;
  const plan::Change& change = subject->change;
  out.address = printable(change.address);
  out.previous_address = printable(change.previous_address);
  out.deposed = printable(change.deposed);
  out.type = subject->type;
  out.tier = subject->tier_text();
  out.effect = std::string(plan::to_string(change.effect));
  out.attribute = first_path(rule.when);
  return out;
}

std::string with_count(const std::string& message, const std::string& count) {
  std::string out;
  for (const char c : message) {
    if (c == count_mark)
      out += count;
    else
      out += c;
  }
  return out;
}

std::string unproven_text(const Leaves& leaves, Truth match) {
  std::string why = "what it counts cannot be told before apply";
  if (!leaves.unknown_path.empty())
    why = printable(leaves.unknown_path) + " cannot be told before apply";
  else if (match == Truth::unknown)
    why = "a tag that decides cannot be told before apply";
  return "unproven, " + why + ": ";
}

}  // namespace

CustomEvaluator::CustomEvaluator(std::vector<const CheckRule*> rules, const Settings& settings)
    : settings_(settings) {
  for (const CheckRule* rule : rules) {
    State state{.rule = rule, .counts = counts_of(rule->when)};
    state.tallies.resize(state.counts.size());
    state.of_plan = !rule->match && !looks_at_changes(rule->when);
    states_.push_back(std::move(state));
  }
}

void CustomEvaluator::take(const plan::Change& change) {
  if (states_.empty() || change.effect == plan::Effect::none || change.effect == plan::Effect::read)
    return;
  const Subject subject = make_subject(change, settings_);
  for (State& state : states_) take_rule(state, subject);
}

void CustomEvaluator::take_rule(State& state, const Subject& subject) {
  for (std::size_t i = 0; i < state.counts.size(); ++i) {
    const Truth counts = matches(state.counts[i]->selector, subject);
    if (counts == Truth::yes) ++state.tallies[i].sure;
    if (counts == Truth::unknown) ++state.tallies[i].perhaps;
  }
  const CheckRule& rule = *state.rule;
  if (state.of_plan) return;
  const Truth match = rule.match ? matches(*rule.match, subject) : Truth::yes;
  if (match == Truth::no) return;
  Leaves leaves = look(rule.when, subject);
  // Without counts this is the answer; with them "no" stays "no" whatever they say.
  if (both(match, join(rule.when, leaves, nullptr)) == Truth::no) return;
  state.waiting.push_back(
      {.finding = finding_of(rule, &subject), .match = match, .leaves = std::move(leaves)});
  if (state.counts.empty()) settle(state);
}

void CustomEvaluator::settle(State& state) {
  if (state.of_plan) state.waiting.push_back({.finding = finding_of(*state.rule, nullptr)});
  const std::string count = state.tallies.empty() ? std::string() : state.tallies.front().shown();
  for (Waiting& waiting : state.waiting) {
    const Truth answer =
        both(waiting.match, join(state.rule->when, waiting.leaves, &state.tallies));
    if (answer == Truth::no) continue;
    Finding& finding = waiting.finding;
    finding.message = with_count(finding.message, count);
    if (answer == Truth::yes)
      ++proven_;
    else
      finding.message = unproven_text(waiting.leaves, waiting.match) + finding.message;
    findings_.push_back(std::move(finding));
  }
  state.waiting.clear();
}

std::vector<Finding> CustomEvaluator::finish() {
  for (State& state : states_) {
    if (!state.counts.empty()) settle(state);
  }
  return std::move(findings_);
}

}  // namespace tidegate::policy::custom
