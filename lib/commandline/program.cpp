// SPDX-License-Identifier: Apache-2.0
#include "commandline/program.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace tidegate::commandline {

Option Option::required() const {
  option_->required();
  return *this;
}

Option Option::one_of(const std::vector<std::string>& words) const {
  option_->check(CLI::IsMember(words));
  return *this;
}

Option Option::existing_file() const {
  option_->check(CLI::ExistingFile);
  return *this;
}

Option Option::check(const std::function<std::string(const std::string&)>& fault, const std::string& kind) const {
  option_->check(fault, kind);
  return *this;
}

Option Option::one_word_each() const {
  option_->allow_extra_args(false);
  return *this;
}

Option Option::excludes(const Option& other) const {
  option_->excludes(other.option_);
  return *this;
}

Command Command::add_command(const std::string& name, const std::string& description) const {
  return Command(app_->add_subcommand(name, description));
}

Option Command::add_option(const std::string& names, std::string& value, const std::string& description) const {
  return Option(app_->add_option(names, value, description));
}

Option Command::add_option(const std::string& names, std::vector<std::string>& values,
                           const std::string& description) const {
  return Option(app_->add_option(names, values, description));
}

Option Command::add_flag(const std::string& names, bool& given, const std::string& description) const {
  return Option(app_->add_flag(names, given, description));
}

Option Command::add_flag(const std::string& names, const std::function<void()>& given,
                         const std::string& description) const {
  return Option(app_->add_flag_callback(names, given, description));
}

void Command::require_command() const { app_->require_subcommand(1); }

void Command::allow_one_command() const { app_->require_subcommand(0, 1); }

void Command::accept_options_behind_commands() const { app_->fallthrough(); }

void Command::set_footer(const std::string& text) const { app_->footer(text); }

void Command::when_chosen(const std::function<void()>& call) const { app_->callback(call); }

void Command::pass_on(const std::function<void(const std::vector<std::string>&)>& words) const {
  app_->set_help_flag();
  app_->prefix_command();
  app_->fallthrough(false);
  app_->callback([app = app_, words] { words(app->remaining()); });
}

namespace {

Outline outline_of(const CLI::App& app) {
  Outline outline{.name = app.get_name(), .description = app.get_description()};
  for (const CLI::Option* option : app.get_options()) {
    const std::string& description = option->get_description();
    for (const std::string& name : option->get_lnames()) outline.options.push_back({"--" + name, description});
    for (const std::string& name : option->get_snames()) outline.options.push_back({"-" + name, description});
  }
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    outline.commands.push_back(outline_of(*child));
  }
  return outline;
}

}  // namespace

Outline Command::outline() const { return outline_of(*app_); }

Program::Program(const std::string& name, const std::string& description, const std::string& version)
    : name_(name), app_(std::make_unique<CLI::App>(description, name)) {
  if (!version.empty()) app_->set_version_flag("--version", name + " " + version);
}

Program::~Program() = default;

Command Program::root() const { return Command(app_.get()); }

std::string Program::help() const { return app_->help(); }

std::optional<Answer> Program::parse(const std::vector<std::string>& words) const {
  try {
    app_->parse(std::vector<std::string>(words.rbegin(), words.rend()));
    return std::nullopt;
  } catch (const CLI::CallForVersion& version) {
    return Answer{.exit = ExitCode::success, .out = std::string(version.what()) + "\n"};
  } catch (const CLI::Success&) {
    return Answer{.exit = ExitCode::success, .out = app_->help()};
  } catch (const CLI::ParseError& error) {
    return Answer{.exit = ExitCode::usage, .err = name_ + ": " + error.what() + "\n\n" + app_->help()};
  }
}

std::optional<Answer> Program::parse(int argc, const char* const* argv) const {
  return parse(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
}

}  // namespace tidegate::commandline
