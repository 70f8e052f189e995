// SPDX-License-Identifier: Apache-2.0
// `tidegate explain WORD`: the page of a code, compiled in, or why a file is in the artifact, or not.
#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "build/explain_file.hpp"
#include "buildpack/cli/command.hpp"
#include "report/pages.hpp"

namespace tidegate::cli {

namespace {

// An area of codes, a dot, words: adf.invalid-jsn, but not build.gradle or adf/pipeline.json.
bool looks_like_a_code(std::string_view word) {
  const std::size_t dot = word.find('.');
  if (dot == std::string_view::npos || word.find_first_not_of("abcdefghijklmnopqrstuvwxyz-.") != std::string_view::npos) return false;
  const std::vector<std::string> codes = report::codes();
  const bool is_area = std::any_of(codes.begin(), codes.end(),
                                   [&](const std::string& code) { return code.starts_with(word.substr(0, dot + 1)); });
  return is_area && find_nearest(word, codes).has_value();
}

}  // namespace

ExitCode explain_code(Context& context, const std::string& code) {
  if (const auto page = report::find_page(code)) {
    context.terminal.out(std::string(*page));
    return ExitCode::success;
  }
  const auto nearest = find_nearest(code, report::codes());
  return print_failure(context, {.code = "build.usage",
                                 .message = "there is no code \"" + code + "\"",
                                 .hint = nearest ? "did you mean \"" + *nearest + "\"?"
                                                 : "codes stand in brackets at the end of a finding, such as [adf.invalid-json]",
                                 .exit = ExitCode::usage});
}

void add_explain(commandline::Command app, Action& action) {
  auto options = std::make_shared<ExplainFileOptions>();
  const commandline::Command command = app.add_command("explain", "Print what a code means, or why a file is in the artifact, or not.");
  command.add_option("WORD", options->file, "code of a finding, such as adf.invalid-json, or path of a file in the service").required().suggest_files().suggest(report::codes());
  command.add_option("DIR", options->directory, "folder of the service (default: this folder)").suggest_folders();
  command.add_option("--commit", options->commit, "commit to look at (default: HEAD)");
  command.add_flag("--worktree", options->worktree, "the files as they lie, not the commit");
  command.add_option("--path", options->path, "folder of the service inside DIR (monorepo)").suggest_folders();
  command.when_chosen([options, &action] {
    action = [options](Context& context) {
      const bool is_code = report::find_page(options->file).has_value() || looks_like_a_code(options->file);
      return is_code ? explain_code(context, options->file) : run_explain_file(*options, context);
    };
  });
}

}  // namespace tidegate::cli
