// SPDX-License-Identifier: Apache-2.0
// text_decoder -> (first bytes: is it JSON at all?) -> splitter -> sections.
#include "plan/reader.hpp"

#include <algorithm>
#include <numeric>

#include "document/splitter.hpp"
#include "plan/classify.hpp"
#include "plan/sections.hpp"
#include "plan/text_decoder.hpp"

namespace tidegate::plan {

std::size_t PlanFacts::changed() const {
  const std::size_t all = std::accumulate(effects.begin(), effects.end(), std::size_t{0});
  return all - effects[static_cast<std::size_t>(Effect::none)] - effects[static_cast<std::size_t>(Effect::read)];
}

struct PlanReader::State {
  static constexpr std::size_t head_size = 256;

  State(ReadOptions given, PlanHandlers handlers)
      : options(std::move(given)),
        sections(options.file, std::move(handlers), facts),
        splitter({.begin = [this](const Member& member) { return sections.begin(member); },
                  .captured = [this](int tag, const Member& member,
                                     std::string_view text) { sections.captured(tag, member, text); },
                  .closed = [this](int tag) { sections.closed(tag); }}),
        decoder([this](std::string_view piece) { return take_text(piece); }) {}

  // White space at the very beginning is passed on at once, however much there is: offsets stay true, and
  // what is recognised does not depend on where the pieces end.
  bool take_text(std::string_view piece) {
    if (head_done) return splitter.feed(piece);
    if (head.empty()) {
      const std::size_t blank = std::min(piece.find_first_not_of(" \t\r\n"), piece.size());
      if (blank > 0 && !splitter.feed(piece.substr(0, blank))) return false;
      piece.remove_prefix(blank);
    }
    head += piece;
    return head.size() < head_size || end_head();
  }

  bool end_head() {
    head_done = true;
    refusal = classify_head(options.file, std::string_view(head).substr(0, head_size));
    return !refusal && (head.empty() || splitter.feed(head));
  }

  void refuse(Refusal found) {
    facts.kind = std::move(found.kind);
    facts.problems.push_back(std::move(found.diagnostic));
  }

  ReadOptions options;
  PlanFacts facts{};
  SectionReader sections;
  document::JsonSplitter splitter;
  TextDecoder decoder;
  std::string head{};
  bool head_done = false;
  bool refused = false;
  std::optional<Refusal> refusal{};
};

PlanReader::PlanReader(ReadOptions options, PlanHandlers handlers)
    : state_(std::make_unique<State>(std::move(options), std::move(handlers))) {}

PlanReader::~PlanReader() = default;

bool PlanReader::feed(std::string_view bytes) {
  if (!state_->refused && !state_->decoder.feed(bytes)) state_->refused = true;
  return !state_->refused;
}

PlanFacts PlanReader::finish() {
  State& state = *state_;
  if (!state.refused) state.refused = !state.decoder.finish();
  if (!state.refused && !state.head_done) state.refused = !state.end_head();
  if (!state.refused) state.refused = !state.splitter.finish();
  state.sections.finish();
  if (state.decoder.failure()) {
    Diagnostic failure = *state.decoder.failure();
    failure.where.file = state.options.file;
    state.refuse({.kind = "malformed", .diagnostic = std::move(failure)});
  } else if (state.refusal) {
    state.refuse(*state.refusal);
  } else if (state.splitter.failure()) {
    state.refuse(classify_failure(state.options.file, *state.splitter.failure(), state.sections.outline()));
  } else {
    classify_document(state.options, state.sections.outline(), state.facts);
    state.facts.effects_digest = state.sections.effects_hex();
  }
  if (state.decoder.encoding() != Encoding::utf8) {
    state.sections.outline().notes.insert(std::string(to_string(state.decoder.encoding())) + " was transcoded");
  }
  const auto& notes = state.sections.outline().notes;
  state.facts.notes.assign(notes.begin(), notes.end());
  return std::move(state.facts);
}

}  // namespace tidegate::plan
