// SPDX-License-Identifier: Apache-2.0
// A schema pack: the schemas of one provider version, ready to be sent
// (docs/formats/schema-pack.md). A message of protobuf may be merged by concatenation, so a pack
// holds one serialized piece of GetProviderSchema.Response for each type and an index. The file is
// mapped; an answer is the wanted pieces in a row; a type is parsed when it is first asked for.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "document/node.hpp"
#include "sandbox/schema.hpp"

namespace tidegate::sandbox {

class Pack {
 public:
  // Codes sandbox.pack-missing, sandbox.bad-pack (no pack, another format version, truncated, an
  // index that does not fit, another digest).
  static Result<std::shared_ptr<const Pack>> open(const std::string& path);
  static Result<std::shared_ptr<const Pack>> from_bytes(std::string name, std::string bytes);
  ~Pack();

  const std::string& address() const;  // "hashicorp/azurerm": the default registry host left out
  const std::string& version() const;  // "5.2.0"

  // Type names of a kind, sorted; of SchemaKind::provider one, "".
  std::vector<std::string_view> names(SchemaKind kind) const;
  bool has(SchemaKind kind, std::string_view name) const;
  // Parsed once, then kept; may be called by several threads. Null: no such type.
  const Schema* schema(SchemaKind kind, std::string_view name) const;
  const Function* function(std::string_view name) const;
  std::size_t parsed_count() const;  // schemas and functions parsed so far

  // Serialized GetProviderSchema.Response: capabilities, the provider's own schema, all functions,
  // and the types whose name is in `wanted`; with a null pointer all of them.
  std::string response(const std::set<std::string, std::less<>>* wanted) const;

 private:
  struct State;
  explicit Pack(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A pack from the JSON of `terraform providers schema -json`: of the provider `address`, or of the
// only one if that is empty. Descriptions are left out. The same input gives the same bytes. Code
// sandbox.bad-schema with file and place.
Result<std::string> make_pack(const document::Document& schemas, std::string_view address,
                              std::string_view version);

}  // namespace tidegate::sandbox
