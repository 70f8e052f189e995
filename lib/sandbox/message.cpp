// SPDX-License-Identifier: Apache-2.0
#include "sandbox/message.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <tfplugin6.pb.h>

#include <algorithm>

#include "document/parse.hpp"

namespace tidegate::sandbox {

namespace {

using Response = tfplugin6::GetProviderSchema::Response;
using Message = tfplugin6::Schema;

Diagnostic bad_pack(std::string message) {
  return {.code = "sandbox.bad-pack",
          .message = std::move(message),
          .hint = "make the pack again with `tidegate sandbox pack`",
          .exit = ExitCode::unreadable};
}

Message::NestedBlock::NestingMode mode_of(Nesting nesting) {
  switch (nesting) {
    case Nesting::single:
      return Message::NestedBlock::SINGLE;
    case Nesting::group:
      return Message::NestedBlock::GROUP;
    case Nesting::list:
      return Message::NestedBlock::LIST;
    case Nesting::set:
      return Message::NestedBlock::SET;
    case Nesting::map:
      return Message::NestedBlock::MAP;
  }
  return Message::NestedBlock::SINGLE;
}

// The modes of nested attributes have the same numbers.
Message::Object::NestingMode object_mode_of(Nesting nesting) {
  return static_cast<Message::Object::NestingMode>(mode_of(nesting));
}

bool read_mode(int mode, Nesting& nesting) {
  switch (mode) {
    case Message::NestedBlock::SINGLE:
      nesting = Nesting::single;
      return true;
    case Message::NestedBlock::GROUP:
      nesting = Nesting::group;
      return true;
    case Message::NestedBlock::LIST:
      nesting = Nesting::list;
      return true;
    case Message::NestedBlock::SET:
      nesting = Nesting::set;
      return true;
    case Message::NestedBlock::MAP:
      nesting = Nesting::map;
      return true;
    default:
      return false;
  }
}

void put(const Attribute& attribute, Message::Attribute& message) {
  message.set_name(attribute.name);
  message.set_required(attribute.required);
  message.set_optional(attribute.optional);
  message.set_computed(attribute.computed);
  message.set_sensitive(attribute.sensitive);
  message.set_write_only(attribute.write_only);
  if (attribute.nested == nullptr) {
    message.set_type(type_json(attribute.type));
    return;
  }
  Message::Object& nested = *message.mutable_nested_type();
  nested.set_nesting(object_mode_of(attribute.nested->nesting));
  for (const Attribute& inner : attribute.nested->attributes) put(inner, *nested.add_attributes());
}

void put(const Block& block, std::int64_t version, Message::Block& message) {
  message.set_version(version);
  for (const Attribute& attribute : block.attributes) put(attribute, *message.add_attributes());
  for (const NestedBlock& nested : block.blocks) {
    Message::NestedBlock& inner = *message.add_block_types();
    inner.set_type_name(nested.name);
    inner.set_nesting(mode_of(nested.nesting));
    inner.set_min_items(static_cast<std::int64_t>(nested.min_items));
    inner.set_max_items(static_cast<std::int64_t>(nested.max_items));
    put(nested.block, 0, *inner.mutable_block());
  }
}

Message to_message(const Schema& schema) {
  Message message;
  message.set_version(schema.version);
  put(schema.block, schema.version, *message.mutable_block());
  return message;
}

void put(const FunctionParameter& parameter, tfplugin6::Function::Parameter& message) {
  message.set_name(parameter.name);
  message.set_type(type_json(parameter.type));
  message.set_allow_null_value(parameter.allow_null);
}

// Maps in any order would give other bytes from run to run; each piece has one entry at most.
std::string serialize(const Response& response) {
  std::string out;
  {
    google::protobuf::io::StringOutputStream stream(&out);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    response.SerializeToCodedStream(&coded);
  }
  return out;
}

// Reads with one failure for all: the first one.
class Reader {
 public:
  const std::string& failure() const { return failure_; }

  Schema schema(const Message& message) {
    Schema out;
    out.version = message.version();
    out.block = block(message.block());
    return out;
  }

  FunctionParameter parameter(const tfplugin6::Function::Parameter& message) {
    return {.name = message.name(),
            .type = type(message.type()),
            .allow_null = message.allow_null_value()};
  }

  Type type(const std::string& json) {
    const auto parsed = document::parse_json("type", "[" + json + "]");
    if (!parsed) {
      failure_ = "a type is no JSON";
      return {};
    }
    Result<Type> read = read_type((*parsed)->root().at(0));
    if (read) return std::move(*read);
    failure_ = read.failure().message;
    return {};
  }

 private:
  Attribute attribute(const Message::Attribute& message) {
    Attribute out{.name = message.name(),
                  .required = message.required(),
                  .optional = message.optional(),
                  .computed = message.computed(),
                  .sensitive = message.sensitive(),
                  .write_only = message.write_only()};
    if (!message.has_nested_type()) {
      out.type = type(message.type());
      return out;
    }
    auto inner = std::make_shared<NestedType>();
    if (!read_mode(message.nested_type().nesting(), inner->nesting)) failure_ = "unknown nesting";
    inner->attributes = attributes(message.nested_type().attributes());
    out.type = type_of(*inner);
    out.nested = std::move(inner);
    return out;
  }

  template <class List>
  std::vector<Attribute> attributes(const List& messages) {
    std::vector<Attribute> out;
    for (const Message::Attribute& one : messages) out.push_back(attribute(one));
    std::sort(out.begin(), out.end(),
              [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
    return out;
  }

  Block block(const Message::Block& message) {
    Block out;
    out.attributes = attributes(message.attributes());
    for (const Message::NestedBlock& nested : message.block_types()) {
      NestedBlock inner{
          .name = nested.type_name(),
          .block = block(nested.block()),
          .min_items = static_cast<std::uint64_t>(std::max<std::int64_t>(0, nested.min_items())),
          .max_items = static_cast<std::uint64_t>(std::max<std::int64_t>(0, nested.max_items()))};
      if (!read_mode(nested.nesting(), inner.nesting)) failure_ = "unknown nesting";
      out.blocks.push_back(std::move(inner));
    }
    std::sort(out.blocks.begin(), out.blocks.end(),
              [](const NestedBlock& a, const NestedBlock& b) { return a.name < b.name; });
    return out;
  }

  std::string failure_{};
};

const Message* message_of(SchemaKind kind, const Response& response) {
  const auto only = [](const auto& map) {
    return map.size() == 1 ? &map.begin()->second : nullptr;
  };
  switch (kind) {
    case SchemaKind::provider:
      return response.has_provider() ? &response.provider() : nullptr;
    case SchemaKind::resource:
      return only(response.resource_schemas());
    case SchemaKind::data_source:
      return only(response.data_source_schemas());
    case SchemaKind::ephemeral:
      return only(response.ephemeral_resource_schemas());
    case SchemaKind::function:
      return nullptr;
  }
  return nullptr;
}

bool parse(std::string_view bytes, Response& response) {
  return bytes.size() < (std::size_t{1} << 31U) &&
         response.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

std::string schema_message(SchemaKind kind, std::string_view name, const Schema& schema) {
  Response response;
  const std::string key(name);
  switch (kind) {
    case SchemaKind::provider:
      *response.mutable_provider() = to_message(schema);
      break;
    case SchemaKind::resource:
      (*response.mutable_resource_schemas())[key] = to_message(schema);
      break;
    case SchemaKind::data_source:
      (*response.mutable_data_source_schemas())[key] = to_message(schema);
      break;
    case SchemaKind::ephemeral:
      (*response.mutable_ephemeral_resource_schemas())[key] = to_message(schema);
      break;
    case SchemaKind::function:
      break;
  }
  return serialize(response);
}

std::string function_message(const Function& function) {
  Response response;
  tfplugin6::Function& message = (*response.mutable_functions())[function.name];
  for (const FunctionParameter& parameter : function.parameters)
    put(parameter, *message.add_parameters());
  if (function.variadic != nullptr) put(*function.variadic, *message.mutable_variadic_parameter());
  message.mutable_return_()->set_type(type_json(function.result));
  return serialize(response);
}

std::string capabilities_message() {
  Response response;
  tfplugin6::ServerCapabilities& capabilities = *response.mutable_server_capabilities();
  capabilities.set_plan_destroy(true);
  capabilities.set_get_provider_schema_optional(true);
  capabilities.set_move_resource_state(true);
  return serialize(response);
}

Result<Schema> read_schema_message(SchemaKind kind, std::string_view bytes) {
  Response response;
  if (!parse(bytes, response)) return bad_pack("a piece is no message");
  const Message* message = message_of(kind, response);
  if (message == nullptr) return bad_pack("a piece does not hold the one type it should");
  Reader reader;
  Schema schema = reader.schema(*message);
  if (!reader.failure().empty()) return bad_pack(reader.failure());
  return schema;
}

Result<Function> read_function_message(std::string_view bytes) {
  Response response;
  if (!parse(bytes, response) || response.functions().size() != 1)
    return bad_pack("a piece does not hold the one function it should");
  const auto& entry = *response.functions().begin();
  Reader reader;
  Function function{.name = entry.first};
  for (const tfplugin6::Function::Parameter& parameter : entry.second.parameters())
    function.parameters.push_back(reader.parameter(parameter));
  if (entry.second.has_variadic_parameter())
    function.variadic = std::make_shared<const FunctionParameter>(
        reader.parameter(entry.second.variadic_parameter()));
  function.result = reader.type(entry.second.return_().type());
  if (!reader.failure().empty()) return bad_pack(reader.failure());
  return function;
}

}  // namespace tidegate::sandbox
