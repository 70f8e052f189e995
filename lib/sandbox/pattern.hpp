// SPDX-License-Identifier: Apache-2.0
// Patterns of computed values: "{data_factory_id}/pipelines/{name}". {path} is the text of an
// attribute, {provider.path} of the provider block; {path|default} says what stands there when it
// is null. {#arm_id} is the resource id of `name` below `parent_id` with the resource type before
// the @ of `type`. {#uuid}, {#hex} and {#num} are made up of the object's known values, always the
// same.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/value.hpp"

namespace tidegate::sandbox {

// Nothing if an attribute that the pattern needs is null or unknown. `seed`: a stable hash, hex.
std::optional<std::string> fill_pattern(std::string_view pattern, const Value& object,
                                        const Value& provider, std::string_view seed);

// The attributes that give `text`; each takes as little as possible, the last one the rest. Nothing
// if the text does not fit.
std::optional<std::map<std::string, std::string>> match_pattern(std::string_view pattern,
                                                                std::string_view text);

// The value at a dotted path, through lists of one element; null if there is none.
Value value_at(const Value& object, std::string_view path);

// parent + type + name as the Azure Resource Manager joins them: the last segment of a type of
// three or more belongs to the parent's id. Source: learn.microsoft.com, "resource ID" of template
// functions.
std::string arm_id(const std::string& parent, const std::string& type, const std::string& name);

// Backwards: id, name, parent_id and type of an id, with the version behind @ where the text has
// `?api-version=`, as imports of azapi write it. Nothing if it is no id of a resource.
std::optional<std::map<std::string, std::string>> split_arm_id(std::string_view text);

// {#…} alone. `salt` makes values of one object differ.
std::string made_up_uuid(std::string_view seed, std::string_view salt);
std::string made_up_hex(std::string_view seed, std::string_view salt);
std::string made_up_number(std::string_view seed, std::string_view salt);

}  // namespace tidegate::sandbox
