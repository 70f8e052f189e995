// SPDX-License-Identifier: Apache-2.0
// What is declared is collected first, from the generated blocks and from the files; then bodies are
// compared with schemas, and references with what is declared. Bodies of generated Data Factory
// objects have no schema, so only their frame is looked at.
#include "terraform/check.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/text.hpp"
#include "catalogue/schema.hpp"
#include "terraform/blocks.hpp"
#include "terraform/check_body.hpp"
#include "terraform/hcl.hpp"
#include "terraform/version_constraint.hpp"

namespace tidegate::terraform {

namespace {

using catalogue::ProviderRelease;
using catalogue::SchemaBlock;
using catalogue::SchemaKind;

// Providers that Terraform finds without being told their source.
constexpr std::string_view default_namespace = "hashicorp/";
constexpr std::array<std::string_view, 8> own_roots{"var",  "local", "module",    "data",
                                                    "each", "count", "self",      "path"};

SchemaKind schema_kind(std::string_view kind) {
  return kind == "data" ? SchemaKind::data : kind == "ephemeral" ? SchemaKind::ephemeral : SchemaKind::resource;
}

// Values of generated blocks.
class Converter {
 public:
  explicit Converter(Location where) : where_(std::move(where)) {}

  Written convert(const Value& value) { return std::visit(*this, value.data()); }

  Written operator()(std::monostate) { return make(Written::Kind::null); }
  Written operator()(bool flag) { return make(Written::Kind::boolean, flag ? "true" : "false"); }
  Written operator()(const std::string& text) { return make(Written::Kind::text, text); }
  Written operator()(const Number& number) { return make(Written::Kind::number, number.text); }
  Written operator()(const Expression& expression) {
    std::vector<WrittenReference> references;  // see each_expression
    return read_expression(expression.text, where_, references);
  }
  Written operator()(const Template&) { return make(Written::Kind::unknown); }
  Written operator()(const std::shared_ptr<Value::List>& list) {
    Written out = make(Written::Kind::list);
    for (const Value& one : *list) out.items.push_back(convert(one));
    return out;
  }
  Written operator()(const std::shared_ptr<Members>& members) {
    Written out = make(Written::Kind::object);
    for (const auto& one : *members)
      out.members.push_back({.name = one.first, .where = where_, .value = convert(one.second)});
    return out;
  }
  Written operator()(const std::shared_ptr<Borrowed>&) { return make(Written::Kind::unknown); }

 private:
  Written make(Written::Kind kind, std::string text = {}) const {
    return {.kind = kind, .text = std::move(text), .where = where_};
  }
  Location where_;
};

// Gives every expression of a value to `take`, in order.
template <class Take>
struct ExpressionVisitor {
  const Take& take;

  void visit(const Value& value) const { std::visit(*this, value.data()); }

  void operator()(std::monostate) const {}
  void operator()(bool) const {}
  void operator()(const std::string&) const {}
  void operator()(const Number&) const {}
  void operator()(const Expression& expression) const { take(expression.text); }
  void operator()(const Template& value) const {
    for (const Part& part : value.parts) {
      if (part.is_expression) take(part.text);
    }
  }
  void operator()(const std::shared_ptr<Value::List>& list) const {
    for (const Value& one : *list) visit(one);
  }
  void operator()(const std::shared_ptr<Members>& members) const {
    for (const auto& one : *members) visit(one.second);
  }
  void operator()(const std::shared_ptr<Borrowed>& borrowed) const {
    for (const auto& one : borrowed->replaced) visit(one.second);
  }
};

template <class Take>
void each_expression(const Value& value, const Take& take) {
  ExpressionVisitor<Take>{take}.visit(value);
}

class Checker {
 public:
  Checker(const Configuration& generated, const std::vector<WrittenFile>& written,
          const std::vector<LockedProvider>& locked, Diagnostics& diagnostics)
      : generated_(generated), written_(written), locked_(locked), diagnostics_(diagnostics) {}

  void run() {
    collect_generated();
    for (const WrittenFile& file : written_) {
      for (const Declaration& one : file.declarations) {
        if (!is_override(one.where.file)) collect(one);
        else if (one.kind == "terraform") merge_required(one);
      }
    }
    for (const WrittenFile& file : written_) {
      for (const Declaration& one : file.declarations) {
        if (!is_override(one.where.file)) check(one);  // else a part of what stands elsewhere
      }
    }
    check_generated();
    for (const WrittenFile& file : written_) {
      for (const WrittenReference& one : file.references) check(one);
    }
    for (const auto& provider : unjudged_) {
      diagnostics_.note("terraform.no-schema", provider.second,
                        "no schema of the provider " + provider.first +
                            " is known here: its resources are not checked",
                        "`terraform validate` checks them");
    }
  }

 private:
  struct Required {
    std::string source{};
    std::string constraint{};
  };

  void collect_generated() {
    for (const Provider& provider : generated_.providers)
      required_[provider.local_name] = {.source = to_lower(provider.source), .constraint = provider.constraint};
    for (const Variable& variable : generated_.variables) names_.insert("var." + variable.name);
    for (const auto& file : generated_.files) {
      for (std::size_t i = 0; i < file.second.count; ++i) names_.insert(file.second.address(i));
    }
  }

  static std::string address_of(const Declaration& one) {
    if (one.kind == "resource") return one.type + "." + one.name;
    if (one.kind == "variable") return "var." + one.name;
    if (one.kind == "data" || one.kind == "ephemeral") return one.kind + "." + one.type + "." + one.name;
    if (one.kind == "local" || one.kind == "module" || one.kind == "output") return one.kind + "." + one.name;
    return {};
  }

  void collect(const Declaration& one) {
    if (one.kind == "terraform") collect_required(one);
    const std::string address = address_of(one);
    if (address.empty() || names_.insert(address).second) {
      if (!address.empty()) places_.emplace(address, one.where);
      return;
    }
    if (one.kind == "variable") return;  // terraform.duplicate-variable says it
    const auto first = places_.find(address);
    diagnostics_.error("terraform.duplicate-address", one.where,
                       printable(address) + " is declared " +
                           (first == places_.end() ? "by the build, too" : "in " + to_string(first->second) + ", too"),
                       "give it another name");
  }

  void collect_required(const Declaration& one) {
    for (const WrittenMember& member : one.body.members) {
      if (member.name != "required_providers") continue;
      diagnostics_.error("terraform.duplicate-address", member.where,
                         "required_providers is written by the build, too, and Terraform reads one only",
                         "move the block into a file whose name ends in _override.tf, which Terraform merges; "
                         "commit .terraform.lock.hcl to fix the versions");
    }
    merge_required(one);
  }

  void merge_required(const Declaration& one) {
    for (const WrittenMember& member : one.body.members) {
      if (member.name != "required_providers") continue;
      for (const WrittenMember& provider : member.value.members) {
        const Written* source = provider.value.find("source");
        const Written* version = provider.value.find("version");
        Required& made = required_[provider.name];
        made = {};  // an entry replaces the one before whole, as seen with 1.15.5
        if (source != nullptr) made.source = to_lower(source->text);
        if (version != nullptr) made.constraint = version->text;
      }
    }
  }

  // The local name of the provider: the word before the first '_', or what `provider` says.
  std::string provider_of(const Declaration& one) const {
    return one.type.substr(0, one.type.find('_'));
  }

  std::string source_of(const std::string& local) const {
    const auto found = required_.find(local);
    if (found != required_.end() && !found->second.source.empty()) {
      const std::string& source = found->second.source;
      constexpr std::string_view host = "registry.terraform.io/";
      return source.starts_with(host) ? source.substr(host.size()) : source;
    }
    return std::string(default_namespace) + local;
  }

  // Releases that may be chosen at init, the newest first.
  std::vector<const ProviderRelease*> releases_of(const std::string& local) const {
    const std::string source = source_of(local);
    std::string constraint;
    if (const auto found = required_.find(local); found != required_.end()) constraint = found->second.constraint;
    for (const LockedProvider& lock : locked_) {
      if (lock.source == source) constraint = lock.version;
    }
    std::vector<const ProviderRelease*> out;
    for (const ProviderRelease& release : catalogue::provider_releases()) {
      if (release.source == source && admits_line_of(constraint, release.version)) out.push_back(&release);
    }
    return out;
  }

  const SchemaBlock* schema(const ProviderRelease& release, SchemaKind kind, const std::string& type) {
    const auto key = std::make_tuple(&release, kind, type);
    const auto [place, is_new] = schemas_.try_emplace(key);
    if (is_new) place->second = catalogue::find_schema(release, kind, type);
    return place->second ? &*place->second : nullptr;
  }

  void check(const Declaration& one) {
    const bool typed = one.kind == "resource" || one.kind == "data" || one.kind == "ephemeral";
    if (!typed && one.kind != "provider") return;
    if (one.type == "terraform_data" || one.type == "terraform_remote_state") return;
    const std::string local = typed ? provider_of(one) : one.name;
    const std::vector<const ProviderRelease*> releases = releases_of(local);
    if (releases.empty()) return no_schema(local, one.where);
    const std::string subject =
        one.kind + " " + printable(typed ? one.type + "." + one.name : one.name);
    const std::size_t before = diagnostics_.items().size();
    for (const ProviderRelease* release : releases) {
      const bool newest = release == releases.front();
      if (!newest && diagnostics_.items().size() > before) break;  // said once
      const std::string label = std::string(release->source) + " " + std::string(release->version);
      const SchemaKind kind = typed ? schema_kind(one.kind) : SchemaKind::provider;
      const SchemaBlock* found = schema(*release, kind, one.type);
      if (found == nullptr) {
        if (release->complete) unknown_type(one, *release, kind);
        continue;
      }
      check_body(one.body, *found,
                 {.subject = subject,
                  .release = label,
                  .severity = newest ? Severity::error : Severity::warning,
                  .is_provider = !typed},
                 diagnostics_);
    }
  }

  void unknown_type(const Declaration& one, const ProviderRelease& release, SchemaKind kind) {
    const std::optional<std::string> nearest = find_nearest(one.type, catalogue::schema_names(release, kind));
    diagnostics_.error("terraform.unknown-type", one.where,
                       std::string(release.source) + " " + std::string(release.version) + " has no " +
                           (kind == SchemaKind::data ? "data source " : "resource ") + printable(one.type),
                       nearest ? "did you mean \"" + *nearest + "\"?" : "look it up in the provider's documentation");
  }

  void no_schema(const std::string& local, const Location& where) {
    const bool declared = required_.contains(local);
    // These two live outside of the default namespace: without a source, init fails.
    if (!declared && (local == "azapi" || local == "databricks")) {
      diagnostics_.error("terraform.unknown-provider", where,
                         "the provider " + local + " has no entry in required_providers",
                         "the build writes one where it uses the provider itself; otherwise the "
                         "service has nothing that needs this block");
      return;
    }
    unjudged_.emplace(source_of(local), where);
  }

  void check_generated() {
    for (const auto& file : generated_.files) {
      for (std::size_t i = 0; i < file.second.count; ++i) {
        const Block block = file.second.make(i);
        const Location where{.file = "terraform/" + file.first,
                             .pointer = "/resource/" + block.type + "/" + block.name};
        check_shape(block, where);
        for (const auto& argument : block.body)
          each_expression(argument.second, [&](const std::string& text) { check_expression(text, where); });
        for (const std::string& address : block.depends_on) {
          if (!names_.contains(address)) unresolved(address, where);
        }
      }
    }
  }

  // Thousands of blocks have the same arguments; one of each shape tells.
  void check_shape(const Block& block, const Location& where) {
    std::string shape = block.type;
    for (const auto& argument : block.body) shape += " " + argument.first;
    if (!shapes_.insert(std::move(shape)).second) return;
    Declaration made{.kind = "resource", .type = block.type, .name = block.name, .where = where};
    made.body = {.kind = Written::Kind::object, .where = where};
    for (const auto& argument : block.body)
      made.body.members.push_back(
          {.name = argument.first, .where = where, .value = Converter(where).convert(argument.second)});
    check(made);
  }

  // So are their expressions: one that is sound here is sound everywhere.
  void check_expression(const std::string& text, const Location& where) {
    if (sound_.contains(text)) return;
    const std::size_t before = diagnostics_.items().size();
    std::vector<WrittenReference> references;
    read_expression(text, where, references);
    for (const WrittenReference& reference : references) check(reference);
    if (diagnostics_.items().size() == before) sound_.insert(text);
  }

  void check(const WrittenReference& reference) {
    const std::vector<std::string>& steps = reference.steps;
    const std::string& root = steps[0];
    if (root == "var" || root == "local" || root == "module") {
      const std::string address = root + "." + steps[1];
      if (!names_.contains(address)) unresolved(address, reference.where);
      return;
    }
    const bool typed = root == "data" || root == "ephemeral";
    if (!typed && std::find(own_roots.begin(), own_roots.end(), root) != own_roots.end()) return;
    if (typed && steps.size() < 3) return;
    const std::string& type = steps[typed ? 1 : 0];
    // Names of other things with dots (each.value, block iterators) are no types of a provider.
    if (type.find('_') == type.npos || releases_of(type.substr(0, type.find('_'))).empty()) {
      if (!typed) return;
    }
    const SchemaKind kind = typed ? schema_kind(root) : SchemaKind::resource;
    const std::string address = (typed ? root + "." : "") + type + "." + steps[typed ? 2 : 1];
    if (!names_.contains(address)) {
      if (!typed && !is_known_type(type, kind)) return;
      return unresolved(address, reference.where);
    }
    if (steps.size() > (typed ? 3U : 2U)) check_attribute(reference, type, kind, typed ? 3 : 2);
  }

  bool is_known_type(const std::string& type, SchemaKind kind) {
    const auto releases = releases_of(type.substr(0, type.find('_')));
    return std::any_of(releases.begin(), releases.end(),
                       [&](const ProviderRelease* one) { return schema(*one, kind, type) != nullptr; });
  }

  void check_attribute(const WrittenReference& reference, const std::string& type, SchemaKind kind,
                       std::size_t index) {
    const auto releases = releases_of(type.substr(0, type.find('_')));
    if (releases.empty()) return;
    const SchemaBlock* found = schema(*releases.front(), kind, type);
    const std::string& name = reference.steps[index];
    if (found == nullptr || found->find_attribute(name) != nullptr || found->find_block(name) != nullptr) return;
    std::vector<std::string> known;
    for (const auto& one : found->attributes) known.push_back(one.name);
    const std::optional<std::string> nearest = find_nearest(name, known);
    diagnostics_.error("terraform.unresolved-reference", reference.where,
                       printable(type) + " has no attribute " + printable(name) + " (" +
                           std::string(releases.front()->source) + " " + std::string(releases.front()->version) + ")",
                       nearest ? "did you mean \"" + *nearest + "\"?" : "look it up in the provider's documentation");
  }

  void unresolved(const std::string& address, const Location& where) {
    std::vector<std::string> known;
    const std::string kind = address.substr(0, address.find('.') + 1);
    for (const std::string& name : names_) {
      if (name.starts_with(kind)) known.push_back(name);
    }
    std::sort(known.begin(), known.end());
    const std::optional<std::string> nearest = find_nearest(address, known);
    diagnostics_.error("terraform.unresolved-reference", where,
                       printable(address) + " is not declared in this module",
                       nearest ? "did you mean \"" + *nearest + "\"?" : "declare it, or correct the name");
  }

  const Configuration& generated_;
  const std::vector<WrittenFile>& written_;
  const std::vector<LockedProvider>& locked_;
  Diagnostics& diagnostics_;
  std::map<std::string, Required> required_{};
  std::unordered_set<std::string> names_{};  // addresses of everything that is declared
  std::unordered_set<std::string> shapes_{}, sound_{};  // of generated blocks: type and arguments; expressions
  std::map<std::string, Location> places_{};
  std::map<std::string, Location> unjudged_{};
  std::map<std::tuple<const ProviderRelease*, SchemaKind, std::string>, std::optional<SchemaBlock>> schemas_{};
};

}  // namespace

Result<std::vector<LockedProvider>> parse_lock_file(const std::string& file, std::string_view text) {
  const Result<HclBlock> top = parse_hcl(file, text);
  if (!top) return top.failure();
  std::vector<LockedProvider> out;
  for (const HclBlock& block : top->blocks) {
    const HclArgument* version = block.find("version");
    if (block.type != "provider" || block.labels.empty() || version == nullptr) continue;
    const std::string& label = block.labels[0];
    const std::string_view text_of = trim(version->text);
    const bool quoted = text_of.size() > 2 && text_of.front() == '"';
    out.push_back({.source = to_lower(std::string_view(label).substr(label.find('/') + 1)),
                   .version = std::string(quoted ? text_of.substr(1, text_of.size() - 2) : text_of)});
  }
  return out;
}

void check_configuration(const Configuration& generated, const std::vector<WrittenFile>& written,
                         const std::vector<LockedProvider>& locked, Diagnostics& diagnostics) {
  Checker(generated, written, locked, diagnostics).run();
}

}  // namespace tidegate::terraform
