// SPDX-License-Identifier: Apache-2.0
// From the artifact to a valid configuration whose tests hold. What is planned and applied stands
// in life_plan.cpp.
#include "rehearsal/life.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "rehearsal/test_output.hpp"
#include "system/clock.hpp"
#include "system/file_sink.hpp"
#include "system/temporary_folder.hpp"

namespace tidegate::rehearsal {

namespace {

ArtifactName name_of(const artifact::Verified& verified) {
  return {verified.manifest.name, verified.manifest.version, verified.identity};
}

// Terraform went for a provider or a module that is not here, and met the closed port.
bool wanted_network(std::string_view said) {
  return said.find("Failed to query available provider packages") != said.npos ||
         said.find("Failed to install provider") != said.npos ||
         said.find("127.0.0.1:1:") != said.npos;
}

bool lacks_a_type(std::string_view said) {
  for (const std::string_view text :
       {"does not support resource type", "does not support data source", "Invalid resource type",
        "Invalid data source", "does not support ephemeral"}) {
    if (said.find(text) != said.npos) return true;
  }
  return false;
}

std::string count_tests(const std::vector<TestCase>& tests) {
  std::vector<std::string> files;
  std::size_t assertions = 0;
  for (const TestCase& test : tests) {
    assertions += test.assertions;
    if (std::ranges::find(files, test.file) == files.end()) files.push_back(test.file);
  }
  return counted(files.size(), "file") + ", " + counted(assertions, "assertion");
}

}  // namespace

Life::Life(const Request& request, const Programs& programs, std::string base,
           system::Foreground& foreground)
    : request_(request), programs_(programs), base_(std::move(base)), foreground_(foreground) {
  report_.command = request.only_tests ? "test" : "rehearse";
  report_.artifact.name = file_name(request.artifact);
  report_.kept = request.keep;
}

void Life::fail(Step& step, ExitCode exit, std::string summary, std::string detail) {
  step.outcome = exit == ExitCode::blocked ? Outcome::blocked : Outcome::failed;
  step.summary = std::move(summary);
  step.detail = std::move(detail);
  if (report_.exit == ExitCode::success) report_.exit = exit;
}

void Life::fail(Step& step, const Diagnostic& diagnostic) {
  fail(step, diagnostic.exit, diagnostic.message, render_diagnostic(diagnostic));
}

bool Life::step(const std::string& name, const std::function<void(Step&)>& work) {
  Step step{.phase = phase_, .name = name};
  const std::int64_t begin = system::steady_milliseconds();
  work(step);
  step.ms = system::steady_milliseconds() - begin;
  if (const auto signal = foreground_.stopped()) {
    report_.exit = static_cast<ExitCode>(128 + *signal);
    step.outcome = Outcome::failed;
    step.summary = "stopped by signal " + std::to_string(*signal);
    step.detail.clear();
  }
  report_.steps.push_back(std::move(step));
  return report_.steps.back().outcome == Outcome::passed;
}

std::optional<system::ProcessResult> Life::terraform(Step& step, const std::string& folder,
                                                     Words words, int other) {
  system::ProcessRequest request{.argv = std::move(words),
                                 .directory = folder,
                                 .inherit_environment = false,
                                 .environment = environment_};
  request.argv.insert(request.argv.begin(), programs_.terraform);
  Result<system::ProcessResult> result = foreground_.capture(std::move(request));
  if (!result) {
    fail(step, result.failure());
    return std::nullopt;
  }
  step.exit = result->exit_code;
  if (result->exit_code == 0 || (other != 0 && result->exit_code == other)) return *result;
  if (const Status running = host_->check_running(); !running) {
    fail(step, running.failure());
    return std::nullopt;
  }
  const std::string text = said(*result);
  fail(step, wanted_network(text) ? ExitCode::unsupported : ExitCode::build_failed,
       wanted_network(text) ? "a provider or module is not here, and nothing is downloaded"
                            : "exit " + std::to_string(result->exit_code),
       text);
  return std::nullopt;
}

Life::Words Life::with_values(Words words, const Workspace& workspace) const {
  words.push_back("-var-file=" + workspace.values);
  for (const std::string& file : request_.var_files) words.push_back("-var-file=" + file);
  return words;
}

std::string Life::result(const std::string& name) const {
  return join_path(base_, "results/" + name);
}

bool Life::extract() {
  return step("extract", [&](Step& step) {
    auto opened = open_workspace(request_.artifact, base_, "new");
    if (!opened) return fail(step, opened.failure());
    new_ = std::move(*opened);
    report_.artifact = name_of(new_->verified);
    requirements_ = new_->requirements;
    for (const Provisioner& one : requirements_.provisioners) {
      report_.limits.push_back(one.address + ": its provisioner " + one.kind +
                               " runs as you, here and in the rehearsal");
    }
    if (request_.previous.empty()) return;
    auto previous = open_workspace(request_.previous, base_, "previous");
    if (!previous) return fail(step, previous.failure());
    previous_ = std::move(*previous);
    report_.previous = name_of(previous_->verified);
    requirements_ = merged(requirements_, previous_->requirements);
  });
}

Status Life::launch(bool all_types) {
  host_.reset();
  auto words = host_arguments(requirements_, all_types ? "" : join_path(base_, "types.txt"));
  if (!words) return words.failure();
  if (!programs_.packs.empty()) words->insert(words->end(), {"--packs", programs_.packs});
  for (const std::string& pack : request_.packs) words->insert(words->end(), {"--pack", pack});
  if (!request_.control.empty()) words->insert(words->end(), {"--control", request_.control});
  if (request_.keep.empty()) {
    words->insert(words->end(),
                  {"--scratch", base_, "--parent", std::to_string(system::own_process())});
  }
  auto started = sandbox::RunningHost::start(programs_.host, *words);
  if (!started) return with_place(started.failure(), requirements_);
  host_ = std::move(*started);
  // One version stands in for both artifacts: each must admit it.
  for (const auto* workspace : {&new_, &previous_}) {
    if (!*workspace) continue;
    const Requirements& required = (*workspace)->requirements;
    if (Status fit = check_versions(required, host_->line().versions); !fit) return fit;
  }
  sandbox::HostLine line = host_->line();
  line.reattach = with_spelled_names(line.reattach, requirements_);
  auto environment =
      sandbox::terraform_environment(line, join_path(base_, "home"), programs_.gate.path);
  if (!environment) return environment.failure();
  environment_ = std::move(*environment);
  environment_["TMPDIR"] = join_path(base_, "home");
  report_.stand_ins.assign(line.versions.begin(), line.versions.end());
  return Done{};
}

bool Life::start_host() {
  return step("stand-ins", [&](Step& step) {
    const Result<Engine> engine =
        identify_engine(programs_.terraform, join_path(base_, "home"), foreground_);
    if (!engine) return fail(step, engine.failure());
    report_.engine = engine->name;
    report_.engine_version = engine->version;
    if (const Status started = launch(false); !started) fail(step, started.failure());
  });
}

bool Life::connect(Step& step, const Workspace& workspace, const std::string& state) {
  connected_ = nullptr;
  const std::string file = join_path(workspace.terraform, sandbox::backend_override_name);
  const Status written =
      system::write_file(file, sandbox::render_backend_override(host_->state_url(state)));
  if (!written) {
    fail(step, written.failure());
    return false;
  }
  if (!terraform(step, workspace.terraform, {"init", "-no-color", "-reconfigure"})) return false;
  connected_ = &workspace;
  return true;
}

bool Life::init() {
  return step("init", [&](Step& step) { connect(step, *new_, "new"); });
}

bool Life::validate() {
  return step("validate", [&](Step& step) {
    if (terraform(step, new_->terraform, {"validate", "-no-color"})) return;
    // A type whose name stands nowhere in one piece: once more with everything.
    if (!lacks_a_type(step.detail) || report_.exit != ExitCode::build_failed) return;
    report_.exit = ExitCode::success;
    step = {.phase = phase_, .name = step.name};
    if (const Status started = launch(true); !started) return fail(step, started.failure());
    if (!connect(step, *new_, "new")) return;
    terraform(step, new_->terraform, {"validate", "-no-color"});
  });
}

bool Life::test() {
  return step("test", [&](Step& step) {
    if (!new_->has_tests()) {
      step.summary = "none in the artifact";
      return;
    }
    const auto result =
        terraform(step, new_->terraform, with_values({"test", "-json", "-no-color"}, *new_), 1);
    if (!result) return;
    TestFiles files([&](const std::string& file) {
      const auto text = system::read_file(join_path(new_->terraform, file));
      return text ? *text : std::string();
    });
    std::vector<TestCase> tests = parse_test_output(result->out, files);
    step.summary = count_tests(tests);
    const auto failed =
        static_cast<std::size_t>(std::ranges::count(tests, Outcome::failed, &TestCase::outcome));
    const bool explained = failed > 0;
    report_.tests.insert(report_.tests.end(), tests.begin(), tests.end());
    if (result->exit_code == 0 && !explained) return;
    if (const Status running = host_->check_running(); !running) {
      return fail(step, running.failure());
    }
    fail(step, ExitCode::build_failed,
         explained ? counted(failed, "run") + " failed" : "exit " + std::to_string(step.exit),
         explained ? "" : said(*result));
  });
}

void Life::judge_made_up(Step& step, const std::string& address, bool replace) {
  const std::string plan = result("made-up.json");
  if (Status written = system::write_file(plan, render_made_up_plan(address, replace)); !written) {
    return fail(step, written.failure());
  }
  GateOptions options = programs_.gate;
  options.waivers.clear();  // a waiver lets a real plan pass, not the rule
  const auto judged = judge_plan(options, plan, new_->folder, result("made-up.txt"), foreground_);
  if (!judged) return fail(step, judged.failure());
  TestCase test{.file = "gate/protected",
                .run = (replace ? "replace of " : "delete of ") + address + " is blocked",
                .assertions = 1};
  if (judged->exit != to_int(ExitCode::blocked)) {
    test.outcome = Outcome::failed;
    test.messages.push_back("deploy-gate answers " + std::to_string(judged->exit) + " (" +
                            judged->word + "), expected 10 (blocked): the rules do not protect " +
                            address);
  }
  report_.tests.push_back(std::move(test));
}

bool Life::test_gate() {
  return step("gate tests", [&](Step& step) {
    const std::size_t before = report_.tests.size();
    if (!new_->verified.manifest.gate.checks.empty()) {
      const auto tests = run_check_tests(programs_.gate, new_->folder, foreground_);
      if (!tests) return fail(step, tests.failure());
      step.exit = tests->exit;
      report_.tests.insert(report_.tests.end(), tests->cases.begin(), tests->cases.end());
      if (tests->exit != 0) {
        return fail(step, ExitCode::policy_broken, "the artifact's own checks are broken",
                    tests->errors);
      }
    }
    for (const std::string& address :
         protected_addresses(read_contracts(*new_), read_protect(*new_))) {
      for (const bool replace : {false, true}) judge_made_up(step, address, replace);
      if (step.outcome != Outcome::passed) return;
    }
    const std::vector<TestCase> own(report_.tests.begin() + static_cast<std::ptrdiff_t>(before),
                                    report_.tests.end());
    const bool failed = std::ranges::any_of(
        own, [](const TestCase& test) { return test.outcome == Outcome::failed; });
    std::size_t assertions = 0;
    for (const TestCase& test : own) assertions += test.assertions;
    if (failed) return fail(step, ExitCode::build_failed, "a protected object is not protected");
    step.summary = counted(assertions, "test");
  });
}

// Of a life that was cut short nobody can tell what would have fitted.
void Life::add_unused_control(const std::string& said) {
  if (report_.exit != ExitCode::success) return;
  for (const std::string_view line : split(said, '\n')) {
    if (line.ends_with("[sandbox.unused-control]")) report_.limits.emplace_back(line);
  }
}

Report Life::finish() {
  if (host_) {
    if (!request_.keep.empty()) keep_states();
    add_unused_control(host_->stop().err);
    host_.reset();
  }
  return std::move(report_);
}

}  // namespace tidegate::rehearsal
