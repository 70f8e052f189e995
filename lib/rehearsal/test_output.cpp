// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/test_output.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "terraform/hcl.hpp"

namespace tidegate::rehearsal {

namespace {

using document::Node;

void add_json_run(const Node& run, std::vector<TestFiles::Run>& runs) {
  const Node body = run.is_array() ? run.at(0) : run;
  TestFiles::Run out{.name = std::string(run.key())};
  const auto add = [&](const Node& one) {
    out.messages.emplace_back(one["error_message"].as_string());
  };
  const Node assertions = body["assert"];
  if (assertions.is_object()) add(assertions);
  for (const Node one : assertions) {
    if (assertions.is_array()) add(one);
  }
  runs.push_back(std::move(out));
}

std::vector<TestFiles::Run> json_runs(const std::string& file, const std::string& text) {
  std::vector<TestFiles::Run> runs;
  const auto parsed = document::parse_json(file, text);
  if (!parsed) return runs;
  const Node all = (*parsed)->root()["run"];
  for (const Node one : all) {
    if (all.is_object()) {
      add_json_run(one, runs);
    } else {
      for (const Node named : one) add_json_run(named, runs);
    }
  }
  return runs;
}

std::vector<TestFiles::Run> hcl_runs(const std::string& file, const std::string& text) {
  std::vector<TestFiles::Run> runs;
  const auto parsed = terraform::parse_hcl(file, text);
  if (!parsed) return runs;
  for (const terraform::HclBlock& block : parsed->blocks) {
    if (block.type != "run" || block.labels.empty()) continue;
    TestFiles::Run run{.name = block.labels.front()};
    for (const terraform::HclBlock& inner : block.blocks) {
      if (inner.type != "assert") continue;
      const terraform::HclArgument* message = inner.find("error_message");
      run.messages.push_back(message != nullptr ? message->text : "");
    }
    runs.push_back(std::move(run));
  }
  return runs;
}

Outcome outcome_of(std::string_view status) {
  if (status == "pass") return Outcome::passed;
  return status == "skip" ? Outcome::skipped : Outcome::failed;
}

// "run[0].bodies.assert[12]" -> 12: the JSON syntax names the place so. Else nothing.
std::optional<std::size_t> assertion_index(std::string_view context) {
  const std::size_t at = context.rfind(".assert[");
  if (at == context.npos) return std::nullopt;
  std::size_t index = 0;
  const char* begin = context.data() + at + 8;
  const auto read = std::from_chars(begin, context.data() + context.size(), index);
  if (read.ec != std::errc()) return std::nullopt;
  return index;
}

// The text of the assertion first: a reference that leads nowhere fails with Terraform's words
// only.
std::string message_of(const Node& diagnostic, const TestFiles::Run* run) {
  std::string detail(diagnostic["detail"].as_string());
  const std::string summary(diagnostic["summary"].as_string());
  const Node snippet = diagnostic["snippet"];
  std::string out;
  const auto index = assertion_index(snippet["context"].as_string());
  if (run != nullptr && index && *index < run->messages.size()) out = run->messages[*index];
  if (out.empty() || summary != "Test assertion failed") {
    out += (out.empty() ? "" : "\n") + summary + (detail.empty() ? "" : ": " + detail);
  }
  constexpr std::size_t most_values = 4, most_text = 300;
  std::size_t values = 0;
  for (const Node value : snippet["values"]) {
    if (values++ == most_values) break;
    out += "\n" + shortened(std::string(value["traversal"].as_string()) + " " +
                                std::string(value["statement"].as_string()),
                            most_text);
  }
  return out;
}

class Collector {
 public:
  explicit Collector(TestFiles& files) : files_(files) {}

  void take(const Node& message) {
    const std::string_view type = message["type"].as_string();
    if (type == "test_run") take_run(message["test_run"]);
    if (type == "diagnostic") take_diagnostic(message);
  }

  std::vector<TestCase> finish() { return std::move(cases_); }

 private:
  TestCase& find(const std::string& file, const std::string& run) {
    const auto known = std::find_if(cases_.begin(), cases_.end(), [&](const TestCase& one) {
      return one.file == file && one.run == run;
    });
    if (known != cases_.end()) return *known;
    cases_.push_back({.file = file, .run = run});
    return cases_.back();
  }

  const TestFiles::Run* source_of(const std::string& file, const std::string& run) {
    const auto& runs = files_.runs_of(file);
    const auto found = std::ranges::find(runs, run, &TestFiles::Run::name);
    return found == runs.end() ? nullptr : &*found;
  }

  void take_run(const Node& run) {
    const std::string status(run["status"].as_string());
    if (status.empty()) return;  // progress only
    const std::string file(run["path"].as_string()), name(run["run"].as_string());
    TestCase& test = find(file, name);
    if (test.outcome == Outcome::passed) test.outcome = outcome_of(status);
    const TestFiles::Run* source = source_of(file, name);
    test.assertions = source != nullptr ? source->messages.size() : 0;
  }

  void take_diagnostic(const Node& message) {
    const Node diagnostic = message["diagnostic"];
    if (diagnostic["severity"].as_string() != "error") return;
    const std::string file(message["@testfile"].as_string()), run(message["@testrun"].as_string());
    TestCase& test = find(file, run);
    test.outcome = Outcome::failed;
    std::string text = message_of(diagnostic, run.empty() ? nullptr : source_of(file, run));
    // One assertion may be reported twice.
    const bool again = std::ranges::any_of(test.messages, [&](const std::string& known) {
      return known == text || first_line(known) == first_line(text);
    });
    if (!again) test.messages.push_back(std::move(text));
  }

  static std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find('\n'));
  }

  TestFiles& files_;
  std::vector<TestCase> cases_{};
};

}  // namespace

const std::vector<TestFiles::Run>& TestFiles::runs_of(const std::string& file) {
  for (const auto& known : known_) {
    if (known.first == file) return known.second;
  }
  const std::string text = read_(file);
  known_.emplace_back(file, file.ends_with(".json") ? json_runs(file, text) : hcl_runs(file, text));
  return known_.back().second;
}

std::vector<TestCase> parse_test_output(std::string_view lines, TestFiles& files) {
  Collector collector(files);
  for (const std::string_view line : split(lines, '\n')) {
    if (!line.starts_with('{')) continue;
    const auto parsed = document::parse_json("terraform test", std::string(line));
    if (parsed) collector.take((*parsed)->root());
  }
  return collector.finish();
}

}  // namespace tidegate::rehearsal
