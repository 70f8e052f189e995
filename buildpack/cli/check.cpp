// SPDX-License-Identifier: Apache-2.0
#include "build/check.hpp"

#include <memory>

#include "base/text.hpp"
#include "commandline/formats.hpp"
#include "report/pages.hpp"
#include "report/report.hpp"

namespace tidegate::cli {

namespace {

struct CheckWords {
  CheckOptions options{};
  std::string commit{};
  std::string explain{};
};

std::string format_names() {
  std::vector<std::string> names;
  for (const report::Format& format : report::formats()) names.emplace_back(format.name);
  return join(names, ", ");
}

}  // namespace

void add_check(commandline::Command app, Action& action) {
  auto words = std::make_shared<CheckWords>();
  const commandline::Command command = app.add_command("check", "Say what is wrong with the files as they lie, without building.");
  command.add_option("DIR", words->options.source.directory, "folder of the service (default: this folder)").suggest_folders();
  command.add_option("--commit", words->commit, "check this commit instead of the files as they lie");
  command.add_option("--path", words->options.source.path, "folder of the service inside DIR (monorepo)").suggest_folders();
  command.add_option("--format", words->options.formats, format_names() + "; =FILE to write it there; repeatable")
      .one_word_each().suggest(commandline::names_of(report::formats()));
  add_library_options(command, words->options.libraries);
  command.add_flag("--notes", words->options.notes, "text: show notes and accepted findings, too");
  command.add_flag("--strict", words->options.strict, "warnings count as errors");
  command.add_option("--explain", words->explain, "print the page of a code and check nothing").suggest(report::codes());
  command.when_chosen([words, &action] {
    action = [words](Context& context) {
      if (!words->explain.empty()) return explain_code(context, words->explain);
      CheckOptions options = words->options;
      options.source.worktree = words->commit.empty();
      if (!words->commit.empty()) options.source.commit = words->commit;
      return run_check(options, context);
    };
  });
}

}  // namespace tidegate::cli
