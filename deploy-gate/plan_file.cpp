// SPDX-License-Identifier: Apache-2.0
// What is shown is a private copy: a plan that is exchanged while Terraform reads it, and back, would
// otherwise be judged under the wrong digest.
#include "deploy-gate/plan_file.hpp"

#include <filesystem>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace tidegate::gate {

namespace {

// Empty when there is none. Absolute: it is started in another folder.
std::string absolute(const std::optional<std::string>& program) {
  return program ? std::filesystem::absolute(*program).string() : "";
}

std::string find_terraform(const std::string& asked, const Context& context) {
  if (!asked.empty()) return absolute(system::find_program(asked));
  if (const auto named = context.environment.get("TIDEGATE_TERRAFORM"); named && !named->empty()) {
    return absolute(system::find_program(*named));
  }
  for (const char* name : {"terraform", "tofu"}) {
    if (const auto found = system::find_program(name)) return absolute(found);
  }
  return {};
}

}  // namespace

commandline::Option add_plan_file_options(commandline::Command command, PlanFileOptions& options) {
  const commandline::Option plan =
      command.add_option("--plan", options.plan, "binary plan, as terraform plan -out wrote it; shown by Terraform").suggest_files();
  command.add_option("--terraform", options.terraform,
                     "program that shows it; else $TIDEGATE_TERRAFORM, terraform, tofu").suggest_files();
  command.add_option("--chdir", options.folder, "folder of the configuration, where the plan is shown").suggest_folders();
  return plan;
}

Result<std::unique_ptr<PlanFile>> PlanFile::open(const PlanFileOptions& options, const Context& context) {
  if (options.plan == "-") {
    return Diagnostic{.code = "gate.usage", .message = "--plan -: a binary plan comes as a file",
                      .hint = "write it with terraform plan -out=tfplan", .exit = ExitCode::usage};
  }
  std::unique_ptr<PlanFile> file(new PlanFile());
  file->options_ = options;
  file->options_.terraform = find_terraform(options.terraform, context);
  if (file->options_.terraform.empty()) {
    return Diagnostic{.code = "gate.terraform-missing", .where = {.file = options.terraform},
                      .message = "no Terraform that could show the plan",
                      .hint = "name it: --terraform PATH, or TIDEGATE_TERRAFORM; or put terraform or tofu on PATH",
                      .exit = ExitCode::usage};
  }
  auto copy = system::PrivateCopy::make(options.plan);
  if (!copy) {
    Diagnostic failure = copy.failure();
    if (failure.code == "system.read-failed") {
      failure.exit = ExitCode::usage;
      failure.hint = "give the file that terraform plan -out wrote";
    }
    return failure;
  }
  file->copy_ = std::move(*copy);
  return file;
}

Status PlanFile::show(system::Foreground& foreground, const std::function<bool(std::string_view)>& take) const {
  const system::ProcessRequest request{.argv = {options_.terraform, "show", "-json", "-no-color", copy_->path()},
                                       .directory = options_.folder,
                                       .environment = {{"TF_IN_AUTOMATION", "1"}, {"CHECKPOINT_DISABLE", "1"}}};
  const Result<int> exit = foreground.run(request, [&](std::string_view piece) { take(piece); });
  if (exit && *exit == 0) return Done{};
  const std::string how = exit ? "exit " + std::to_string(*exit) : exit.failure().message;
  return Diagnostic{.code = "gate.show-failed", .where = {.file = options_.plan},
                    .message = options_.terraform + " show -json failed: " + how,
                    .hint = "see its messages on standard error; it needs the folder of the configuration after init "
                            "(--chdir) and at least the version that made the plan",
                    .exit = ExitCode::unreadable};
}

bool PlanFile::has_changed() const {
  for (const std::string& path : {options_.plan, copy_->path()}) {
    const Result<std::string> now = system::sha256_of_file(path);
    if (!now || *now != copy_->sha256()) return true;
  }
  return false;
}

}  // namespace tidegate::gate
