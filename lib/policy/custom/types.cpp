// SPDX-License-Identifier: Apache-2.0
#include "policy/custom/types.hpp"

namespace tidegate::policy::custom {

namespace {

using catalogue::Tier;

// How deleting or replacing an object is answered: nothing, a note, a warning.
int rank(Tier tier) {
  switch (tier) {
    case Tier::expiry:
      return 0;
    case Tier::compute:
      return 1;
    default:
      return 2;
  }
}

}  // namespace

bool is_as_strict(std::optional<Tier> given, bool unknown, Tier wanted) {
  if (given == wanted) return true;
  if (!given) return !unknown || catalogue::is_protected(wanted);
  // These have rules of their own (key-loss, container-destroy, provisioners, expiry), so another
  // tier takes something away, whatever it adds.
  if (catalogue::is_protected(*given) || *given == Tier::escape_hatch || *given == Tier::expiry)
    return false;
  if (catalogue::is_protected(wanted)) return true;
  return *given != Tier::upload && rank(wanted) > rank(*given);
}

void add_types(const ChecksFile& file, Settings& settings, Diagnostics& diagnostics) {
  for (const auto& type : file.types) {
    std::optional<Tier> given;
    bool unknown = false;
    std::string now;
    const std::string key = type_key(type.first);
    if (const auto found = settings.tiers.find(key); found != settings.tiers.end()) {
      given = found->second;
    } else if (settings.stateless.contains(key)) {
      unknown = false;
    } else if (const auto row = catalogue::find_type(type.first)) {
      given = row->tier;
    } else {
      unknown = !catalogue::find_stateless(type.first);
    }
    now = given     ? std::string(catalogue::to_string(*given))
          : unknown ? "unknown (delete and replace are blocked)"
                    : "stateless";
    if (is_as_strict(given, unknown, type.second)) {
      settings.stateless.erase(key);
      settings.tiers.insert_or_assign(key, type.second);
      continue;
    }
    const Location where = file.document->root()["types"][type.first].location();
    diagnostics.add(
        {.code = "gate.check-loosens",
         .where = where,
         .message = type.first + " is " + now + "; tier " +
                    std::string(catalogue::to_string(type.second)) +
                    " would treat it more softly in some way",
         .hint =
             "checks can only make a type stricter; the organisation's policy may redefine tiers",
         .exit = ExitCode::policy_broken});
  }
}

}  // namespace tidegate::policy::custom
