// SPDX-License-Identifier: Apache-2.0
#include "support/transcript.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/text.hpp"
#include "system/process.hpp"

namespace tidegate::test {

namespace {

class Shell {
 public:
  explicit Shell(const std::string& folder) {
    const char* path = std::getenv("PATH");
    environment_ = {{"PATH", std::string(TIDEGATE_BIN_DIR) + ":" + (path != nullptr ? path : "")},
                    {"PLACE", folder + "/.place"},  // where the last command ended
                    {"HOME", folder},
                    {"LC_ALL", "C.UTF-8"},
                    {"GIT_CONFIG_GLOBAL", "/dev/null"},
                    {"GIT_CONFIG_NOSYSTEM", "1"},
                    {"GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z"},
                    {"GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z"},
                    {"GIT_AUTHOR_NAME", "Reader"},
                    {"GIT_AUTHOR_EMAIL", "reader@example.com"},
                    {"GIT_COMMITTER_NAME", "Reader"},
                    {"GIT_COMMITTER_EMAIL", "reader@example.com"}};
  }

  Result<system::ProcessResult> run(const std::string& command) const {
    const std::string script = "exec 2>&1; cd \"$(cat \"$PLACE\" 2>/dev/null || echo ~)\"\n" +
                               command + "\ncode=$?; pwd >\"$PLACE\"; exit $code";
    return system::run_process({.argv = {"bash", "-c", script}, .environment = environment_});
  }

 private:
  std::map<std::string, std::string> environment_{};
};

std::string shown(const system::ProcessResult& result) {
  std::string text = result.out;
  while (text.ends_with('\n')) text.pop_back();
  if (result.exit_code != 0) {
    text += (text.empty() ? "(exit " : "\n(exit ") + std::to_string(result.exit_code) + ")";
  }
  return text;
}

enum class Mode { prose, console, setup };

class Document {
 public:
  explicit Document(const std::string& folder) : shell_(folder) {}

  Status take(std::string_view line) {
    switch (mode_) {
      case Mode::prose:
        if (line == "```console") mode_ = Mode::console;
        if (line == "<!-- setup") mode_ = Mode::setup;
        break;
      case Mode::setup:
        if (line == "-->") {
          mode_ = Mode::prose;
        } else if (Status status = prepare(std::string(line)); !status) {
          return status;
        }
        break;
      case Mode::console:
        if (line != "```" && !line.starts_with("$ ")) {
          if (!steps_.empty()) steps_.back().expected += std::string(line) + "\n";
          return Done{};
        }
        if (Status status = finish_step(); !status) return status;
        if (line == "```") mode_ = Mode::prose;
        if (line.starts_with("$ ")) {
          steps_.push_back({.command = std::string(line.substr(2))});
          open_ = true;
        }
        break;
    }
    rewritten_ += std::string(line) + "\n";
    return Done{};
  }

  std::vector<Step> steps() { return std::move(steps_); }
  std::string rewritten() { return std::move(rewritten_); }

 private:
  Status prepare(const std::string& command) {
    const auto result = shell_.run(command);
    if (!result) return result.failure();
    if (result->exit_code == 0) return Done{};
    return Diagnostic{.code = "system.process-failed", .message = command + ": " + shown(*result)};
  }

  Status finish_step() {
    if (!open_) return Done{};
    open_ = false;
    Step& step = steps_.back();
    while (step.expected.ends_with('\n')) step.expected.pop_back();
    const auto result = shell_.run(step.command);
    if (!result) return result.failure();
    step.found = shown(*result);
    if (!step.found.empty()) rewritten_ += step.found + "\n";
    return Done{};
  }

  Shell shell_;
  Mode mode_ = Mode::prose;
  bool open_ = false;
  std::vector<Step> steps_{};
  std::string rewritten_{};
};

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<std::vector<Step>> run_document(const std::string& text, const std::string& folder,
                                       std::string& rewritten) {
  Document document(folder);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (Status status = document.take(rest.substr(0, end)); !status) return status.failure();
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  rewritten = document.rewritten();
  return document.steps();
}

namespace {

// Behind the decimals of "0.12 s" when `at` is behind its whole seconds; else 0.
std::size_t seconds_end(std::string_view output, std::size_t at) {
  constexpr std::size_t decimals = 3;  // with the dot
  if (output.size() < at + decimals + 2 || output[at] != '.') return 0;
  if (!is_digit(output[at + 1]) || !is_digit(output[at + 2])) return 0;
  return output.substr(at + decimals).starts_with(" s") ? at + decimals : 0;
}

}  // namespace

std::string masked(const std::string& output) {
  std::string text;
  for (std::size_t at = 0; at < output.size();) {
    std::size_t hex = at;
    std::size_t digits = at;
    while (hex < output.size() && is_hex(output[hex])) ++hex;
    while (digits < output.size() && is_digit(output[digits])) ++digits;
    if (hex - at >= 12) {
      text += "<hex>";
      at = hex;
    } else if (digits > at && std::string_view(output).substr(digits).starts_with(" bytes")) {
      text += "<n>";
      at = digits;
    } else if (const std::size_t end = seconds_end(output, digits); digits > at && end > digits) {
      text += "<t>";
      at = end;
    } else {
      // A run of letters and digits is taken whole, so that no mask starts inside a word.
      const std::size_t behind = std::max(hex, at + 1);
      text += output.substr(at, behind - at);
      at = behind;
    }
  }
  return text;
}

}  // namespace tidegate::test
