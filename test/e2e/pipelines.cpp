// SPDX-License-Identifier: Apache-2.0
#include "e2e/pipelines.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/text.hpp"
#include "document/node.hpp"
#include "document/parse.hpp"
#include "support/service.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate::test {

namespace {

namespace fs = std::filesystem;
using document::Node;

std::map<std::string, std::string> texts(Node node) {
  std::map<std::string, std::string> out;
  for (const Node one : node) out[std::string(one.key())] = std::string(one.as_string());
  return out;
}

document::DocumentPtr parse(const std::string& text) {
  auto parsed = document::parse_yaml("template", text);
  EXPECT_TRUE(parsed.ok()) << (parsed ? "" : render_diagnostic(parsed.failure()));
  return parsed ? *parsed : *document::parse_yaml("none", "{}");
}

void unknown(const std::string& what) { ADD_FAILURE() << "the test does not know this part of the template: " << what; }

using Kind = PipelineStep::Kind;

PipelineStep read_github_step(Node node) {
  PipelineStep step{.name = std::string(node["name"].as_string()), .id = std::string(node["id"].as_string()),
                    .condition = std::string(node["if"].as_string()), .environment = texts(node["env"])};
  const std::string uses(node["uses"].as_string());
  step.text = std::string(uses.empty() ? node["run"].as_string() : node["with"]["path"].as_string());
  if (uses == "actions/checkout@v4") {
    step.kind = Kind::checkout;
  } else if (uses == "actions/upload-artifact@v4") {
    step.kind = Kind::keep;
  } else if (uses == "actions/download-artifact@v4") {
    step.kind = Kind::fetch;
  } else if (!uses.empty()) {
    unknown(uses);
  }
  return step;
}

PipelineStep read_azure_step(Node node) {
  PipelineStep step{.name = std::string(node["displayName"].as_string()), .id = std::string(node["name"].as_string()),
                    .condition = std::string(node["condition"].as_string()), .environment = texts(node["env"])};
  const std::string_view task = node["task"].as_string();
  if (node["script"].exists()) {
    step.text = node["script"].as_string();
  } else if (node["checkout"].as_string() == "self") {
    step.kind = Kind::checkout;
  } else if (node["publish"].exists()) {
    step.kind = Kind::keep;
    step.text = node["publish"].as_string();
  } else if (task == "DownloadPipelineArtifact@2") {
    step.kind = Kind::fetch;
    step.text = node["inputs"]["targetPath"].as_string();
  } else if (task == "DownloadSecureFile@1") {
    step.kind = Kind::secret_file;
    step.text = node["inputs"]["secureFile"].as_string();
  } else if (task == "PublishTestResults@2") {
    step.kind = Kind::report;
    step.text = node["inputs"]["testResultsFiles"].as_string();
  } else {
    unknown(std::string(task));
  }
  return step;
}

// Declarative Jenkins: blocks in braces, statements at line ends, texts in quotes.
class Groovy {
 public:
  explicit Groovy(const std::string& text) : text_(text) {}

  struct Item {
    std::string head{};               // up to the brace or the end of the line; texts as they stand for
    std::vector<std::string> texts{};  // in quotes
    std::vector<Item> items{};
  };

  std::vector<Item> read_block() {
    std::vector<Item> items;
    for (;;) {
      skip();
      if (at_ >= text_.size() || text_[at_] == '}') return items;
      items.push_back(read_item());
    }
  }
  bool whole() const { return at_ >= text_.size(); }

 private:
  void skip() {
    while (at_ < text_.size()) {
      if (text_.compare(at_, 2, "//") == 0) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
        ++at_;
      } else {
        return;
      }
    }
  }
  Item read_item() {
    Item item;
    int open = 0;  // parentheses and brackets
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\'') {
        item.texts.push_back(read_text());
        item.head += item.texts.back();
        continue;
      }
      if (c == '"') unknown("a text that Groovy would fill in");
      if (c == '}') break;  // of the block around it
      ++at_;
      if (c == '(' || c == '[') ++open;
      if (c == ')' || c == ']') --open;
      if (c == '{') {
        item.items = read_block();
        if (at_ >= text_.size()) unknown("a block without an end: " + item.head);
        ++at_;
        break;
      }
      if (c == '\n' && open == 0) break;
      item.head += c;
    }
    item.head = std::string(trim(item.head));
    return item;
  }
  std::string read_text() {
    const std::string quote = text_.compare(at_, 3, "'''") == 0 ? "'''" : "'";
    at_ += quote.size();
    std::string out;
    while (at_ < text_.size() && text_.compare(at_, quote.size(), quote) != 0) {
      if (text_[at_] == '\\') {
        ++at_;
        if (text_[at_] != '\\') unknown("an escape of Groovy");
      }
      out += text_[at_++];
    }
    at_ += quote.size();
    return out;
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

// `credentials`: "KEY" → "file tidegate-key", as the values of the run name it.
void add_steps(const std::vector<Groovy::Item>& items, const std::map<std::string, std::string>& environment,
               const std::string& stage, const std::string& condition, PipelineJob& job) {
  for (const Groovy::Item& item : items) {
    PipelineStep step{.name = stage, .condition = condition, .environment = environment};
    if (item.head.starts_with("sh ") && item.texts.size() == 1) {
      step.text = item.texts.front();
    } else if (item.head.starts_with("archiveArtifacts artifacts: ")) {
      step.kind = Kind::keep;
      step.text = parent_path(item.texts.front());
    } else if (item.head.starts_with("junit ")) {
      step.kind = Kind::report;
      step.text = item.texts.front();
    } else if (item.head.starts_with("withCredentials(")) {
      std::map<std::string, std::string> more = environment;
      std::string_view head = item.head;
      for (const auto& word : {"file(", "string(", "usernamePassword("}) {
        for (std::size_t at = head.find(word); at != head.npos; at = head.find(word, at + 1)) {
          std::string_view call = head.substr(at, head.find(')', at) - at);
          const std::string id(call.substr(call.find("credentialsId: ") + 15, call.find(',') - call.find("credentialsId: ") - 15));
          for (std::size_t name = call.find("ariable: "); name != call.npos; name = call.find("ariable: ", name + 1)) {
            const std::string variable(call.substr(name + 9, call.find(',', name) - name - 9));
            more[variable] = "${{ credentials." + id + " }}";
          }
        }
      }
      add_steps(item.items, more, stage, condition, job);
      continue;
    } else {
      unknown(item.head);
    }
    job.steps.push_back(std::move(step));
  }
}

}  // namespace

Pipeline read_github(const std::string& text) {
  const document::DocumentPtr document = parse(text);
  const Node root = document->root();
  EXPECT_EQ(root["defaults"]["run"]["shell"].as_string(), "bash");
  Pipeline out{.shell = {"bash", "--noprofile", "--norc", "-eo", "pipefail"}};
  std::string before;
  for (const Node node : root["jobs"]) {
    PipelineJob job{.name = std::string(node.key()), .condition = std::string(node["if"].as_string()),
                    .environment = texts(node["env"]), .outputs = texts(node["outputs"])};
    EXPECT_EQ(node["needs"].as_string(), before);
    before = job.name;
    for (const Node step : node["steps"]) job.steps.push_back(read_github_step(step));
    out.jobs.push_back(std::move(job));
  }
  return out;
}

Pipeline read_azure(const std::string& text) {
  const document::DocumentPtr document = parse(text);
  Pipeline out{.shell = {"bash", "--noprofile", "--norc"}};
  std::string before;
  for (const Node stage : document->root()["stages"]) {
    const std::string name(stage["stage"].as_string());
    EXPECT_EQ(stage["dependsOn"].as_string(), before);
    before = name;
    for (const Node node : stage["jobs"]) {
      const bool deploys = node["deployment"].exists();
      PipelineJob job{.name = name + "." + std::string(node[deploys ? "deployment" : "job"].as_string()),
                      .condition = std::string(stage["condition"].as_string())};
      for (const auto& variable : texts(stage["variables"])) job.outputs["$" + variable.first] = variable.second;
      const Node steps = deploys ? node["strategy"]["runOnce"]["deploy"]["steps"] : node["steps"];
      for (const Node step : steps) job.steps.push_back(read_azure_step(step));
      out.jobs.push_back(std::move(job));
    }
  }
  return out;
}

Pipeline read_jenkins(const std::string& text) {
  Groovy groovy(text);
  const std::vector<Groovy::Item> items = groovy.read_block();
  Pipeline out{.shell = {"sh", "-xe"}, .one_folder = true};
  EXPECT_TRUE(groovy.whole());
  EXPECT_EQ(items.size(), 1U);
  EXPECT_EQ(items.front().head, "pipeline");
  for (const Groovy::Item& section : items.front().items) {
    if (section.head == "agent" || section.head == "options") continue;
    if (section.head != "stages") unknown(section.head);
    for (const Groovy::Item& stage : section.items) {
      EXPECT_TRUE(stage.head.starts_with("stage(")) << stage.head;
      PipelineJob job{.name = stage.texts.at(0)};
      for (const Groovy::Item& part : stage.items) {
        if (part.head == "when") {
          job.condition = part.items.at(0).head;
        } else if (part.head == "steps") {
          add_steps(part.items, {}, job.name, "", job);
        } else if (part.head == "post" && part.items.at(0).head == "always") {
          add_steps(part.items.at(0).items, {}, job.name + " post", "always()", job);
        } else {
          unknown(part.head);
        }
      }
      out.jobs.push_back(std::move(job));
    }
  }
  return out;
}

std::string PipelineRun::value(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) unknown("nothing is said about `" + name + "`");
  return found == values_.end() ? "" : found->second;
}

std::string PipelineRun::expanded(const std::string& text) const {
  constexpr std::array<std::array<std::string_view, 2>, 3> forms{{{"${{", "}}"}, {"$[", " ]"}, {"$(", ")"}}};
  for (const auto& form : forms) {
    const std::size_t begin = text.find(form[0]);
    if (begin == std::string::npos) continue;
    const std::size_t end = text.find(form[1], begin);
    const std::string name(trim(std::string_view(text).substr(begin + form[0].size(), end - begin - form[0].size())));
    return text.substr(0, begin) + value(name) + expanded(text.substr(end + form[1].size()));
  }
  return text;
}

bool PipelineRun::applies(const std::string& condition, bool so_far) const {
  if (condition.empty()) return so_far;
  if (condition == "always()") return true;
  if (condition == "always() && hashFiles('receipt.json') != ''") return fs::exists(workspace + "/receipt.json");
  for (const char* main : {"github.event_name == 'push'", "branch main", "and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))"}) {
    if (condition == main) return so_far;
  }
  unknown(condition);
  return false;
}

void PipelineRun::run(const Pipeline& pipeline) {
  fs::create_directories(folder_ + "/kept");
  for (const PipelineJob& job : pipeline.jobs) {
    if (!applies(job.condition, !failed)) return;
    run_job(pipeline, job);
    if (failed) return;
  }
}

void PipelineRun::run_job(const Pipeline& pipeline, const PipelineJob& job) {
  const bool clone = workspace.empty() || !pipeline.one_folder;
  workspace = folder_ + "/" + (pipeline.one_folder ? "workspace" : job.name);
  if (clone) {
    fs::create_directories(workspace);
    if (pipeline.one_folder) git(folder_, {"clone", "-q", repository_, workspace});
  }
  for (const auto& output : job.outputs) {
    if (output.first.starts_with('$')) values_[output.first.substr(1)] = expanded(output.second);
  }
  for (const PipelineStep& step : job.steps) {
    if (!applies(step.condition, !failed)) continue;
    const bool good = run_step(pipeline, job, step);
    if (good) done.push_back(step.name);
    if (!good && !failed) {
      failed = true;
      failed_step = step.name;
    }
  }
  for (const auto& output : job.outputs) {
    if (!output.first.starts_with('$') && !failed) values_["needs." + job.name + ".outputs." + output.first] = expanded(output.second);
  }
}

bool PipelineRun::run_step(const Pipeline& pipeline, const PipelineJob& job, const PipelineStep& step) {
  const std::string kept = folder_ + "/kept", place = workspace + "/" + step.text;
  switch (step.kind) {
    case Kind::script:
      return run_script(pipeline, job, step);
    case Kind::checkout:
      git(folder_, {"clone", "-q", repository_, workspace});
      return true;
    case Kind::keep:
      if (!fs::exists(place)) return false;
      fs::copy(place, kept, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
      return true;
    case Kind::fetch:
      fs::copy(kept, place, fs::copy_options::recursive);
      return true;
    case Kind::secret_file:
      values_[step.id + ".secureFilePath"] = value("secure file " + step.text);
      return true;
    case Kind::report:
      EXPECT_TRUE(fs::exists(place)) << place;
      return true;
  }
  return false;
}

bool PipelineRun::run_script(const Pipeline& pipeline, const PipelineJob& job, const PipelineStep& step) {
  const std::string base = folder_ + "/script" + std::to_string(scripts_++);
  EXPECT_TRUE(system::write_file(base, step.text).ok());
  std::map<std::string, std::string> environment = environment_;
  environment["GITHUB_OUTPUT"] = base + ".output";
  environment["GITHUB_STEP_SUMMARY"] = base + ".summary";
  environment["RUNNER_TEMP"] = folder_;
  for (const auto* more : {&job.environment, &step.environment}) {
    for (const auto& variable : *more) environment[variable.first] = expanded(variable.second);
  }
  std::vector<std::string> argv = pipeline.shell;
  argv.push_back(base);
  const auto result = system::run_process({.argv = argv, .directory = workspace, .inherit_environment = false, .environment = environment});
  EXPECT_TRUE(result.ok());
  if (!result) return false;
  said += "== " + step.name + "\n" + result->out + result->err;
  const auto output = system::read_file(base + ".output");
  take_outputs(job, step, result->out, output ? *output : "");
  if (result->exit_code != 0 && !failed) exit_code = result->exit_code;
  return result->exit_code == 0;
}

void PipelineRun::take_outputs(const PipelineJob& job, const PipelineStep& step, const std::string& out,
                               const std::string& github_output) {
  for (const std::string_view line : split(github_output, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals != line.npos)
      values_["steps." + step.id + ".outputs." + std::string(line.substr(0, equals))] = line.substr(equals + 1);
  }
  constexpr std::string_view command = "##vso[task.setvariable variable=", behind = ";isOutput=true]";
  for (const std::string_view line : split(out, '\n')) {
    if (!line.starts_with(command)) continue;
    const std::size_t end = line.find(behind);
    if (end == line.npos) continue;
    const std::string name(line.substr(command.size(), end - command.size()));
    values_["stageDependencies." + job.name + ".outputs['" + step.id + "." + name + "']"] = line.substr(end + behind.size());
  }
}

}  // namespace tidegate::test
