// SPDX-License-Identifier: Apache-2.0
// All built-in rules. A new one needs: a line here, its check in rules/, a page docs/codes/<id>.md.
#include "policy/rules.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "policy/references.hpp"

namespace tidegate::policy {

namespace {

constexpr std::uint32_t p(unsigned pattern) { return 1U << pattern; }

constexpr std::array<Rule, 28> table{{
    {.id = "gate.stateful-destroy", .about = "An object that holds data, or that pipelines need, would be deleted",
     .scale = Scale::by_tier, .change = check_destroy},
    {.id = "gate.stateful-replace", .about = "An object that holds data, or that pipelines need, would be deleted and created empty",
     .scale = Scale::by_tier, .change = check_replace},
    {.id = "gate.container-destroy", .about = "An object that holds other objects would go and take them along",
     .scale = Scale::block, .change = check_container},
    {.id = "gate.key-loss", .about = "A key that protects other data would be lost, changed or disabled",
     .scale = Scale::protected_blocks, .patterns = p(14),
     .says = "the key that protects other data changes, is disabled or expires",
     .instead = "keep the old version until everything is encrypted anew, then retire it", .change = check_key},
    {.id = "gate.unknown-type-destroy", .about = "An object of a type that nobody has classified would be deleted or replaced",
     .scale = Scale::block, .change = check_unknown_type},
    {.id = "gate.stateful-forget", .about = "Terraform would let go of an object with data; it stays, unprotected",
     .scale = Scale::warn, .change = check_forget},
    {.id = "gate.create-forget", .about = "Terraform would let go of an object and create an empty one beside it",
     .scale = Scale::protected_blocks, .change = check_create_forget},
    {.id = "gate.import-replace", .about = "An object would be imported and replaced in one plan, so that what it holds is lost",
     .scale = Scale::block, .change = check_import_replace},
    {.id = "gate.destroy-mode", .about = "The plan destroys everything",
     .scale = Scale::block, .plan = check_destroy_mode},
    {.id = "gate.drift-data-lost", .about = "An object with data has disappeared outside Terraform",
     .scale = Scale::warn, .drift = check_drift},
    {.id = "gate.protection-weakened", .about = "A protection against deletion would be taken off",
     .scale = Scale::protected_blocks, .patterns = p(4),
     .says = "a protection against deletion is taken off",
     .instead = "leave the protection on; who needs it off takes two releases and a waiver for the first",
     .change = check_comparators},
    {.id = "gate.destroy-armed", .about = "A switch would be set that makes a later delete final",
     .scale = Scale::protected_blocks, .patterns = p(5),
     .says = "a later delete will be final", .instead = "leave the switch as it is", .change = check_comparators},
    {.id = "gate.guard-removed", .about = "A lock or grant that guards data would be removed",
     .scale = Scale::protected_blocks, .patterns = p(16),
     .says = "a lock or grant that guards data is removed", .instead = "leave the guard in place", .change = check_guard},
    {.id = "gate.retention-shortened", .about = "Data or old versions would be kept for a shorter time",
     .scale = Scale::expiry_blocks, .patterns = p(1),
     .says = "data or old versions are kept for a shorter time", .instead = "keep the old value", .change = check_comparators},
    {.id = "gate.expiry-added", .about = "Data that was kept until now would be deleted later",
     .scale = Scale::expiry_blocks, .patterns = p(2) | p(3),
     .says = "data will be deleted that was kept until now", .instead = "keep the old value", .change = check_expiry},
    {.id = "gate.versioning-off", .about = "Versions, backups or point-in-time recovery would be switched off",
     .scale = Scale::expiry_blocks, .patterns = p(6),
     .says = "versions, backups or point-in-time recovery are switched off", .instead = "keep the old value",
     .change = check_comparators},
    {.id = "gate.element-removed", .about = "An element of an object, such as a column or a queue, would be dropped with its data",
     .scale = Scale::protected_blocks, .patterns = p(7) | p(8),
     .says = "an element is dropped with its data", .instead = "add the new one, fill it, drop the old one in a later release",
     .change = check_comparators},
    {.id = "gate.hidden-recreation", .about = "The provider would create the object anew inside an update",
     .scale = Scale::protected_blocks, .patterns = p(9),
     .says = "the provider creates the object anew inside this update", .instead = "a new object beside the old one",
     .change = check_comparators},
    {.id = "gate.repointed", .about = "An object would point to another place and leave the old data behind",
     .scale = Scale::protected_blocks, .patterns = p(10),
     .says = "it points to another place; the old data stays behind", .instead = "a new object beside the old one",
     .change = check_comparators},
    {.id = "gate.redundancy-downgrade", .about = "Fewer copies would protect the data",
     .scale = Scale::warn, .patterns = p(11),
     .says = "fewer copies protect the data", .instead = "keep the old value", .change = check_comparators},
    {.id = "gate.capacity-shrunk", .about = "An object would have less capacity",
     .scale = Scale::warn, .patterns = p(12), .says = "less capacity",
     .instead = "keep the old value", .change = check_comparators},
    {.id = "gate.pipeline-stopped", .about = "A pipeline would stop, pause or run at other times",
     .scale = Scale::warn, .patterns = p(13),
     .says = "the pipeline stops, pauses or runs at other times", .instead = "keep the old value",
     .change = check_comparators},
    {.id = "gate.escape-hatch", .about = "Something would run or be created that the plan does not show",
     .scale = Scale::by_tier, .patterns = p(15),
     .says = "it runs or creates what the plan does not show", .instead = "look at what it touches",
     .change = check_escape_hatch, .plan = check_invocations},
    {.id = "gate.contract-broken", .about = "What other services read, by the contract of this one, would go or change its shape",
     .scale = Scale::block,
     .instead = "give the contract a new major version, publish both datasets, and drop the old one when nobody reads it",
     .change = check_contract},
    {.id = "gate.unproven", .about = "A value that decides is unknown until apply",
     .scale = Scale::block, .patterns = p(17), .change = check_unproven},
    {.id = "gate.secret-in-plan", .about = "A value that looks like a secret is not marked sensitive",
     .scale = Scale::warn, .change = check_secrets},
    {.id = "gate.check-failed", .about = "A check of the configuration fails or cannot be evaluated",
     .scale = Scale::warn, .plan = check_checks},
    {.id = "gate.watched-attribute", .about = "An attribute that is worth a look would change",
     .scale = Scale::note, .patterns = p(0), .says = "worth a look",
     .change = check_comparators},
}};

Level tier_level(catalogue::Tier tier) {
  using catalogue::Tier;
  if (catalogue::is_protected(tier)) return Level::block;
  switch (tier) {
    case Tier::escape_hatch: return Level::block;
    case Tier::etl:
    case Tier::code:
    case Tier::config:
    case Tier::access:
    case Tier::identity:
    case Tier::dns:
    case Tier::upload: return Level::warn;
    case Tier::compute: return Level::note;
    case Tier::expiry: return Level::off;
    default: return Level::block;
  }
}

}  // namespace

std::span<const Rule> rules() { return table; }

const Rule* find_rule(std::string_view id) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Rule& rule) { return rule.id == id; });
  return found == table.end() ? nullptr : &*found;
}

Level level_of(const Rule& rule, const Subject& subject) {
  const bool guarded = subject.is_unknown_type() || subject.is_protected();
  switch (rule.scale) {
    case Scale::block: return Level::block;
    case Scale::warn: return Level::warn;
    case Scale::note: return Level::note;
    case Scale::protected_blocks: return guarded ? Level::block : Level::warn;
    case Scale::expiry_blocks:
      return guarded || subject.tier == catalogue::Tier::expiry ? Level::block : Level::warn;
    case Scale::by_tier:
      if (subject.is_protected_address) return Level::block;
      if (subject.is_stateless) return Level::off;
      return subject.tier ? tier_level(*subject.tier) : Level::block;
  }
  return Level::block;
}

std::string_view to_string(Level level) {
  switch (level) {
    case Level::off: return "off";
    case Level::note: return "note";
    case Level::warn: return "warn";
    case Level::block: return "block";
  }
  return "block";
}

Finding& Report::add(const Rule& rule, Level level, const Subject& subject, std::string message) {
  const plan::Change& change = subject.change;
  findings_.push_back({.rule = std::string(rule.id), .level = level, .address = printable(change.address),
                       .previous_address = printable(change.previous_address), .deposed = printable(change.deposed),
                       .type = subject.type, .tier = subject.tier_text(),
                       .effect = std::string(plan::to_string(change.effect)), .message = std::move(message),
                       .fix = std::string(rule.instead)});
  origins_.push_back({.address = change.address, .module = change.module_address, .resource_type = change.type,
                      .reason = change.reason});
  return findings_.back();
}

Finding& Report::add_plan(const Rule& rule, Level level, std::string address, std::string message) {
  findings_.push_back({.rule = std::string(rule.id), .level = level, .address = std::move(address),
                       .message = std::move(message), .fix = std::string(rule.instead)});
  origins_.push_back({.address = findings_.back().address});
  return findings_.back();
}

void Report::settle_later(Later later, const Subject& subject) {
  Open open{.finding = findings_.size() - 1, .later = later, .address = subject.change.address};
  if (later == Later::referents && subject.row) {
    for (const std::string& argument : parent_arguments(subject.row->forcing)) {
      const Value value = subject.after.member(argument);
      if (!value.holds_unknown() && !value.is_blank()) open.parents[argument] = value.as_text();
    }
  }
  open_.push_back(std::move(open));
}

}  // namespace tidegate::policy
