// SPDX-License-Identifier: Apache-2.0
// One function an RPC. Shapes: github.com/hashicorp/terraform, docs/plugin-protocol. Nothing is
// kept between calls but the configuration of a connection.
#include "sandbox/service/provider.hpp"

#include "sandbox/service/answer.hpp"

namespace tidegate::sandbox {

namespace {

// Terraform before 0.12 wrote flat maps; it has upgraded them itself since.
const std::string* json_of(const tfplugin6::RawState& raw, Answer& answer) {
  if (!raw.json().empty()) return &raw.json();
  answer.add(Finding{.summary = "Stored state is not understood",
                     .detail = "It has no JSON: it was written by a Terraform before 0.12."});
  return nullptr;
}

}  // namespace

#define TIDEGATE_RPC(method)                                                                \
  grpc::Status Provider::method([[maybe_unused]] grpc::ServerContext* context,              \
                                [[maybe_unused]] const tfplugin6::method::Request* request, \
                                [[maybe_unused]] tfplugin6::method::Response* response)

#define TIDEGATE_ANSWER(method, type)                                  \
  Answer answer(parts_.engine->pack(), parts_.log.get(), method, type, \
                response->mutable_diagnostics())

// The bytes of the pack go out as they are: as fields that the message does not know, which are
// written behind those that it has.
TIDEGATE_RPC(GetProviderSchema) {
  Answer answer(parts_.engine->pack(), parts_.log.get(), "GetProviderSchema", "", nullptr);
  return answer.give([&] {
    std::call_once(schema_made_, [this] {
      schema_ = parts_.engine->pack().response(parts_.types ? &*parts_.types : nullptr);
    });
    response->GetReflection()->MutableUnknownFields(response)->ParseFromString(schema_);
  });
}

grpc::Status Provider::GetMetadata(grpc::ServerContext* /*context*/,
                                   const tfplugin6::Metadata::Request* /*request*/,
                                   tfplugin6::Metadata::Response* response) {
  TIDEGATE_ANSWER("GetMetadata", "");
  return answer.give([&] {
    const Pack& pack = parts_.engine->pack();
    const auto fill = [&](SchemaKind kind, auto& types) {
      for (const std::string_view name : pack.names(kind))
        types.Add()->set_type_name(std::string(name));
    };
    fill(SchemaKind::resource, *response->mutable_resources());
    fill(SchemaKind::data_source, *response->mutable_data_sources());
    fill(SchemaKind::ephemeral, *response->mutable_ephemeral_resources());
    for (const std::string_view name : pack.names(SchemaKind::function)) {
      response->add_functions()->set_name(std::string(name));
    }
    response->mutable_server_capabilities()->set_get_provider_schema_optional(true);
  });
}

TIDEGATE_RPC(ValidateProviderConfig) {
  TIDEGATE_ANSWER("ValidateProviderConfig", "");
  return answer.give([&] {
    const Schema* const schema = answer.schema(SchemaKind::provider);
    if (schema == nullptr) return;
    const Value config = answer.value(request->config(), *schema);
    if (!answer.failed()) answer.add(parts_.engine->validate_provider(config));
  });
}

TIDEGATE_RPC(ConfigureProvider) {
  TIDEGATE_ANSWER("ConfigureProvider", "");
  return answer.give([&] {
    const Schema* const schema = answer.schema(SchemaKind::provider);
    if (schema == nullptr) return;
    Value config = answer.value(request->config(), *schema);
    if (!answer.failed()) sessions_.configure(context->peer(), std::move(config));
  });
}

TIDEGATE_RPC(StopProvider) {
  const Answer answer(parts_.engine->pack(), parts_.log.get(), "StopProvider", "", nullptr);
  sessions_.stop(context->peer());
  return grpc::Status::OK;
}

// Validation of a resource, a data source and an ephemeral resource differ in the messages only.
template <class Request>
static void validate(const Engine& engine, SchemaKind kind, const Request& request,
                     Answer& answer) {
  const Schema* const schema = answer.schema(kind);
  if (schema == nullptr) return;
  const Value config = answer.value(request.config(), *schema);
  if (!answer.failed()) answer.add(engine.validate(kind, request.type_name(), config));
}

TIDEGATE_RPC(ValidateResourceConfig) {
  TIDEGATE_ANSWER("ValidateResourceConfig", request->type_name());
  return answer.give([&] { validate(*parts_.engine, SchemaKind::resource, *request, answer); });
}

TIDEGATE_RPC(ValidateDataResourceConfig) {
  TIDEGATE_ANSWER("ValidateDataResourceConfig", request->type_name());
  return answer.give([&] { validate(*parts_.engine, SchemaKind::data_source, *request, answer); });
}

TIDEGATE_RPC(ValidateEphemeralResourceConfig) {
  TIDEGATE_ANSWER("ValidateEphemeralResourceConfig", request->type_name());
  return answer.give([&] { validate(*parts_.engine, SchemaKind::ephemeral, *request, answer); });
}

TIDEGATE_RPC(UpgradeResourceState) {
  TIDEGATE_ANSWER("UpgradeResourceState", request->type_name());
  return answer.give([&] {
    if (answer.schema(SchemaKind::resource) == nullptr) return;
    const std::string* const json = json_of(request->raw_state(), answer);
    if (json == nullptr) return;
    const Read read = parts_.engine->upgrade(request->type_name(), request->version(), *json);
    answer.add(read.findings);
    put_value(read.state, *response->mutable_upgraded_state());
  });
}

// The same type under another provider address is the same object; other types are not converted.
TIDEGATE_RPC(MoveResourceState) {
  TIDEGATE_ANSWER("MoveResourceState", request->target_type_name());
  return answer.give([&] {
    if (answer.schema(SchemaKind::resource) == nullptr) return;
    if (request->source_type_name() != request->target_type_name()) {
      answer.add(Finding{.summary = "Move Resource State Not Supported",
                         .detail = "The stand-in provider does not turn a " +
                                   request->source_type_name() + " into a " +
                                   request->target_type_name() +
                                   "; the real provider may. Nothing was rehearsed here."});
      return;
    }
    const std::string* const json = json_of(request->source_state(), answer);
    if (json == nullptr) return;
    const Read read = parts_.engine->upgrade(request->target_type_name(),
                                             request->source_schema_version(), *json);
    answer.add(read.findings);
    put_value(read.state, *response->mutable_target_state());
    response->set_target_private(request->source_private());
  });
}

TIDEGATE_RPC(ReadResource) {
  TIDEGATE_ANSWER("ReadResource", request->type_name());
  return answer.give([&] {
    const Schema* const schema = answer.schema(SchemaKind::resource);
    if (schema == nullptr) return;
    const Value current = answer.value(request->current_state(), *schema);
    if (answer.failed()) return;
    const Read read = parts_.engine->read(request->type_name(), current);
    answer.add(read.findings);
    put_value(read.state, *response->mutable_new_state());
    response->set_private_(request->private_());
  });
}

TIDEGATE_RPC(PlanResourceChange) {
  TIDEGATE_ANSWER("PlanResourceChange", request->type_name());
  return answer.give([&] {
    const Schema* const schema = answer.schema(SchemaKind::resource);
    if (schema == nullptr) return;
    const Value prior = answer.value(request->prior_state(), *schema);
    const Value proposed = answer.value(request->proposed_new_state(), *schema);
    const Value config = answer.value(request->config(), *schema);
    if (answer.failed()) return;
    const Planned planned =
        parts_.engine->plan(sessions_.connection(context->peer()), request->type_name(), prior,
                            proposed, config, request->prior_private());
    answer.add(planned.findings);
    put_value(planned.state, *response->mutable_planned_state());
    for (const AttributePath& path : planned.replace)
      put_path(path, *response->add_requires_replace());
    response->set_planned_private(planned.private_data);
    response->set_legacy_type_system(planned.legacy);
  });
}

TIDEGATE_RPC(ApplyResourceChange) {
  TIDEGATE_ANSWER("ApplyResourceChange", request->type_name());
  return answer.give([&] {
    const Schema* const schema = answer.schema(SchemaKind::resource);
    if (schema == nullptr) return;
    const Value prior = answer.value(request->prior_state(), *schema);
    const Value planned = answer.value(request->planned_state(), *schema);
    const Value config = answer.value(request->config(), *schema);
    if (answer.failed()) return;
    if (const unsigned delay = parts_.control ? parts_.control->delay_ms() : 0; delay > 0) {
      sessions_.wait(context->peer(), std::chrono::milliseconds(delay));
    }
    const Applied applied =
        parts_.engine->apply(sessions_.connection(context->peer()), request->type_name(), prior,
                             planned, config, request->planned_private());
    answer.add(applied.findings);
    put_value(applied.state, *response->mutable_new_state());
    response->set_private_(applied.private_data);
    response->set_legacy_type_system(applied.legacy);
  });
}

TIDEGATE_RPC(ImportResourceState) {
  TIDEGATE_ANSWER("ImportResourceState", request->type_name());
  return answer.give([&] {
    if (answer.schema(SchemaKind::resource) == nullptr) return;
    if (request->id().empty()) {
      answer.add(Finding{.summary = "Import needs an ID",
                         .detail = "The stand-in provider knows no resource identities."});
      return;
    }
    const Read read = parts_.engine->import(sessions_.connection(context->peer()),
                                            request->type_name(), request->id());
    answer.add(read.findings);
    if (count_errors(response->diagnostics()) > 0) return;
    auto& imported = *response->add_imported_resources();
    imported.set_type_name(request->type_name());
    put_value(read.state, *imported.mutable_state());
  });
}

TIDEGATE_RPC(ReadDataSource) {
  TIDEGATE_ANSWER("ReadDataSource", request->type_name());
  return answer.give([&] {
    const Schema* const schema = answer.schema(SchemaKind::data_source);
    if (schema == nullptr) return;
    const Value config = answer.value(request->config(), *schema);
    if (answer.failed()) return;
    const Read read = parts_.engine->read_data(sessions_.connection(context->peer()),
                                               request->type_name(), config);
    answer.add(read.findings);
    put_value(read.state, *response->mutable_state());
  });
}

TIDEGATE_RPC(OpenEphemeralResource) {
  TIDEGATE_ANSWER("OpenEphemeralResource", request->type_name());
  return answer.give([&] {
    const Schema* const schema = answer.schema(SchemaKind::ephemeral);
    if (schema == nullptr) return;
    const Value config = answer.value(request->config(), *schema);
    if (answer.failed()) return;
    const Read read = parts_.engine->open_ephemeral(sessions_.connection(context->peer()),
                                                    request->type_name(), config);
    answer.add(read.findings);
    put_value(read.state, *response->mutable_result());
  });
}

TIDEGATE_RPC(RenewEphemeralResource) {
  TIDEGATE_ANSWER("RenewEphemeralResource", request->type_name());
  return answer.give([] {});
}

TIDEGATE_RPC(CloseEphemeralResource) {
  TIDEGATE_ANSWER("CloseEphemeralResource", request->type_name());
  return answer.give([] {});
}

// No identities: Terraform 1.12 and later is content with an empty answer.
TIDEGATE_RPC(GetResourceIdentitySchemas) {
  TIDEGATE_ANSWER("GetResourceIdentitySchemas", "");
  return answer.give([] {});
}

TIDEGATE_RPC(UpgradeResourceIdentity) {
  TIDEGATE_ANSWER("UpgradeResourceIdentity", request->type_name());
  return answer.give([&] {
    answer.add(
        Finding{.summary = "Resource identities are not supported",
                .detail = "The stand-in provider knows none for " + request->type_name() + "."});
  });
}

TIDEGATE_RPC(GetFunctions) {
  TIDEGATE_ANSWER("GetFunctions", "");
  return answer.give([&] {
    const Names none;
    tfplugin6::GetProviderSchema::Response base;
    if (!base.ParseFromString(parts_.engine->pack().response(&none))) {
      answer.add(Finding{.summary = "The schema pack is damaged"});
    }
    *response->mutable_functions() = base.functions();
  });
}

TIDEGATE_RPC(CallFunction) {
  Answer answer(parts_.engine->pack(), parts_.log.get(), "CallFunction", request->name(), nullptr);
  return answer.give([&] {
    const auto fail = [&](std::string text) {
      response->mutable_error()->set_text(sendable(text));
      answer.count_error();
    };
    const Function* const function = parts_.engine->pack().function(request->name());
    if (function == nullptr) return fail("unknown function " + request->name());
    std::vector<Value> arguments;
    for (const tfplugin6::DynamicValue& message : request->arguments()) {
      const bool named = arguments.size() < function->parameters.size();
      if (!named && function->variadic == nullptr) return fail("too many arguments");
      const Type& type =
          named ? function->parameters[arguments.size()].type : function->variadic->type;
      Result<Value> value = to_value(message, type);
      if (!value) {
        response->mutable_error()->set_function_argument(
            static_cast<std::int64_t>(arguments.size()));
        return fail(value.failure().message);
      }
      arguments.push_back(std::move(value).value());
    }
    const Read read = parts_.engine->call(request->name(), arguments);
    for (const Finding& finding : read.findings) {
      if (finding.error) return fail(finding.summary + ": " + finding.detail);
    }
    put_value(read.state, *response->mutable_result());
  });
}

#undef TIDEGATE_RPC
#undef TIDEGATE_ANSWER

}  // namespace tidegate::sandbox
