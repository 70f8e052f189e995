// SPDX-License-Identifier: Apache-2.0
// `tidegate diff`: what two artifacts differ in, and why the second was built. Both are read to the
// last byte, so what is said is true of them.
#include <memory>

#include "artifact/archive.hpp"
#include "artifact/compare.hpp"
#include "artifact/compare_content.hpp"
#include "artifact/verify.hpp"
#include "base/text.hpp"
#include "buildpack/cli/command.hpp"
#include "document/write.hpp"

namespace tidegate::cli {

namespace {

using artifact::Change;
using artifact::Comparison;
using artifact::InputChange;

struct DiffOptions {
  std::string before{};
  std::string after{};
  bool json = false;
};

// What verification has said of the two.
struct Sides {
  artifact::Verified before{};
  artifact::Verified after{};
};

std::string render_list(std::string_view title, const std::vector<Change>& changes) {
  if (changes.empty()) return {};
  std::string out = "\n" + std::string(title) + "\n";
  for (const Change& change : changes) {
    std::string line = "  " + std::string(artifact::to_string(change.kind));
    line.resize(11, ' ');
    line += printable(change.name);
    std::string places;
    for (const std::string& place : change.places) places += (places.empty() ? "" : ", ") + printable(place);
    if (!places.empty()) line += ": " + places;
    if (change.more > 0) line += " and " + std::to_string(change.more) + " more";
    out += line + "\n";
  }
  return out;
}

std::string render_unexplained(const std::vector<Comparison::Unexplained>& list) {
  std::string out = list.empty() ? "" : "\nnot looked into\n";
  for (const Comparison::Unexplained& one : list)
    out += "  " + printable(one.name) + ": " + one.reason + "\n";
  return out;
}

std::string render_text(const Sides& sides, const Comparison& result) {
  const auto& [before, after] = sides;
  const artifact::Manifest& a = before.manifest;
  const artifact::Manifest& b = after.manifest;
  std::string out = "before  " + printable(a.name) + " " + printable(a.version) +
                    "  sha256:" + before.identity + "\n";
  out += "after   " + printable(b.name) + " " + printable(b.version) +
         "  sha256:" + after.identity + "\n";
  if (before.identity == after.identity) return out + "\nthe same artifact\n";
  out += "\nwhy it was built again\n";
  for (const InputChange& input : result.inputs) out += "  " + artifact::describe(input) + "\n";
  if (result.inputs.empty()) out += "  no input changed: equal inputs must give equal bytes, so one of the two is not genuine\n";
  out += render_list("files", result.files);
  out += render_list("Data Factory objects", result.objects);
  out += render_list("Terraform", result.addresses);
  out += render_list("parameters", result.parameters);
  out += render_list("contract", result.contract);
  return out + render_unexplained(result.unexplained);
}

void put_changes(document::JsonWriter& json, std::string_view name, const std::vector<Change>& changes) {
  json.key(name).begin_array();
  for (const Change& change : changes) {
    json.begin_object().member("change", artifact::to_string(change.kind)).member("name", printable(change.name));
    json.key("places").begin_array();
    for (const std::string& place : change.places) json.string(printable(place));
    json.end_array().member("more", static_cast<std::int64_t>(change.more)).end_object();
  }
  json.end_array();
}

void put_side(document::JsonWriter& json, std::string_view name, const artifact::Verified& side) {
  const artifact::Manifest& manifest = side.manifest;
  json.key(name).begin_object().member("name", manifest.name).member("version", manifest.version);
  json.member("identity", "sha256:" + side.identity)
      .member("commit", printable(manifest.source.commit));
  json.member("inputsDigest", "sha256:" + manifest.inputs_digest).end_object();
}

void put_options(document::JsonWriter& json, const std::vector<artifact::OptionChange>& options) {
  if (options.empty()) return;
  json.key("options").begin_array();
  for (const artifact::OptionChange& one : options) {
    json.begin_object().member("name", printable(one.name)).member("before", printable(one.before));
    json.member("after", printable(one.after)).end_object();
  }
  json.end_array();
}

std::string render_json(const Sides& sides, const Comparison& result) {
  const auto& [before, after] = sides;
  std::string out;
  document::JsonWriter json(out);
  json.begin_object().member("schema", "tidegate/diff/1");
  json.member_boolean("same", before.identity == after.identity);
  put_side(json, "before", before);
  put_side(json, "after", after);
  json.key("inputs").begin_array();
  for (const InputChange& input : result.inputs) {
    json.begin_object().member("name", printable(input.name)).member("before", printable(input.before));
    json.member("after", printable(input.after)).key("places").begin_array();
    for (const std::string& place : input.places) json.string(printable(place));
    json.end_array().member("more", static_cast<std::int64_t>(input.more));
    put_options(json, input.options);
    json.end_object();
  }
  json.end_array();
  put_changes(json, "files", result.files);
  put_changes(json, "objects", result.objects);
  put_changes(json, "terraform", result.addresses);
  put_changes(json, "parameters", result.parameters);
  put_changes(json, "contract", result.contract);
  json.key("unexplained").begin_array();
  for (const Comparison::Unexplained& one : result.unexplained)
    json.begin_object()
        .member("name", printable(one.name))
        .member("reason", one.reason)
        .end_object();
  json.end_array();
  json.end_object();
  return out + "\n";
}

ExitCode run_diff(const DiffOptions& options, Context& context) {
  const Result<artifact::Manifest> first = artifact::read_manifest(options.before);
  if (!first) return print_failure(context, first.failure());
  const Result<artifact::Manifest> second = artifact::read_manifest(options.after);
  if (!second) return print_failure(context, second.failure());
  artifact::ContentComparison comparison(*first, *second);
  Result<artifact::Verified> before =
      artifact::verify_file(options.before, &comparison.before(), context.progress, "verifying");
  if (!before) return print_failure(context, before.failure());
  Result<artifact::Verified> after =
      artifact::verify_file(options.after, &comparison.after(), context.progress, "verifying");
  if (!after) return print_failure(context, after.failure());
  const Sides sides{std::move(*before), std::move(*after)};
  const Comparison result = comparison.finish();
  context.terminal.out(options.json ? render_json(sides, result) : render_text(sides, result));
  return ExitCode::success;
}

}  // namespace

void add_diff(commandline::Command app, Action& action) {
  auto options = std::make_shared<DiffOptions>();
  const commandline::Command command = app.add_command("diff", "Say what two artifacts differ in, and why the second was built.");
  command.add_option("BEFORE", options->before, "an artifact").required().suggest_files();
  command.add_option("AFTER", options->after, "an artifact, of the same service or not").required().suggest_files();
  command.add_flag("--json", options->json, "print tidegate/diff/1");
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_diff(*options, context); };
  });
}

}  // namespace tidegate::cli
