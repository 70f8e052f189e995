// SPDX-License-Identifier: Apache-2.0
#include "commandline/program.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

namespace tidegate::commandline {

struct Values {
  std::map<const CLI::Option*, Value> of{};
};

Option Option::required() const {
  option_->required();
  return *this;
}

Option Option::one_of(const std::vector<std::string>& words) const {
  option_->check(CLI::IsMember(words));
  return suggest(words);
}

Option Option::existing_file() const {
  option_->check(CLI::ExistingFile);
  return suggest_files();
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

Option Option::suggest(const std::vector<std::string>& words) const {
  Value& value = values_->of[option_];
  if (value.kind != Value::Kind::file) value.kind = Value::Kind::words;
  value.words = words;
  return *this;
}

Option Option::suggest_files() const {
  values_->of[option_].kind = Value::Kind::file;
  return *this;
}

Option Option::suggest_folders() const {
  values_->of[option_].kind = Value::Kind::folder;
  return *this;
}

Command Command::add_command(const std::string& name, const std::string& description) const {
  return {app_->add_subcommand(name, description), values_};
}

Option Command::add_option(const std::string& names, std::string& value, const std::string& description) const {
  return {app_->add_option(names, value, description), values_};
}

Option Command::add_option(const std::string& names, std::vector<std::string>& values,
                           const std::string& description) const {
  return {app_->add_option(names, values, description), values_};
}

Option Command::add_flag(const std::string& names, bool& given, const std::string& description) const {
  return {app_->add_flag(names, given, description), values_};
}

Option Command::add_flag(const std::string& names, const std::function<void()>& given,
                         const std::string& description) const {
  return {app_->add_flag_callback(names, given, description), values_};
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

Value value_of(const CLI::Option& option, const Values& values) {
  if (option.get_items_expected_max() == 0) return {};
  const auto known = values.of.find(&option);
  return known == values.of.end() ? Value{.kind = Value::Kind::text} : known->second;
}

void add_options(const CLI::App& app, const Values& values, Outline& outline) {
  const auto add = [&](const std::string& name, const CLI::Option& option) {
    const auto same = [&](const Word& one) { return one.name == name; };
    if (std::any_of(outline.options.begin(), outline.options.end(), same)) return;
    outline.options.push_back({name, option.get_description(), value_of(option, values)});
  };
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) add("--" + name, *option);
    for (const std::string& name : option->get_snames()) add("-" + name, *option);
  }
}

Outline outline_of(const CLI::App& app, const Values& values) {
  Outline outline{.name = app.get_name(), .description = app.get_description()};
  for (const CLI::App* level = &app; level != nullptr; level = level->get_fallthrough() ? level->get_parent() : nullptr) {
    add_options(*level, values, outline);
  }
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    outline.positional.push_back(value_of(*option, values));
    outline.repeats = option->get_items_expected_max() > 1;
  }
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    outline.commands.push_back(outline_of(*child, values));
  }
  return outline;
}

}  // namespace

Outline Command::outline() const { return outline_of(*app_, *values_); }

Program::Program(const std::string& name, const std::string& description, const std::string& version)
    : name_(name), app_(std::make_unique<CLI::App>(description, name)), values_(std::make_unique<Values>()) {
  if (!version.empty()) app_->set_version_flag("--version", name + " " + version);
}

Program::~Program() = default;

Command Program::root() const { return {app_.get(), values_.get()}; }

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
