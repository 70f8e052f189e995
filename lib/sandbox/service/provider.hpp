// SPDX-License-Identifier: Apache-2.0
// The RPCs of one provider. Private to this module.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/control.hpp"
#include "sandbox/engine.hpp"
#include "sandbox/service/call_log.hpp"
#include "sandbox/service/convert.hpp"
#include "sandbox/service/host.hpp"
#include "sandbox/service/sessions.hpp"

namespace tidegate::sandbox {

struct ProviderParts {
  std::shared_ptr<const Engine> engine{};
  std::shared_ptr<Control> control{};
  std::optional<Names> types{};
  std::shared_ptr<CallLog> log{};
};

// Requests are parsed by the stubs; input that the stubs refuse never arrives here. All methods are
// synchronous: a single one with a callback costs a second queue, and a change of threads each call.
class Provider final : public tfplugin6::Provider::Service {
 public:
  explicit Provider(ProviderParts parts) : parts_(std::move(parts)) {}
  void stop() { sessions_.stop_all(); }

#define TIDEGATE_RPC(method)                                                                   \
  grpc::Status method(grpc::ServerContext* context, const tfplugin6::method::Request* request, \
                      tfplugin6::method::Response* response) override;
  TIDEGATE_RPC(GetProviderSchema)
  TIDEGATE_RPC(ValidateProviderConfig)
  TIDEGATE_RPC(ValidateResourceConfig)
  TIDEGATE_RPC(ValidateDataResourceConfig)
  TIDEGATE_RPC(UpgradeResourceState)
  TIDEGATE_RPC(GetResourceIdentitySchemas)
  TIDEGATE_RPC(UpgradeResourceIdentity)
  TIDEGATE_RPC(ConfigureProvider)
  TIDEGATE_RPC(ReadResource)
  TIDEGATE_RPC(PlanResourceChange)
  TIDEGATE_RPC(ApplyResourceChange)
  TIDEGATE_RPC(ImportResourceState)
  TIDEGATE_RPC(MoveResourceState)
  TIDEGATE_RPC(ReadDataSource)
  TIDEGATE_RPC(ValidateEphemeralResourceConfig)
  TIDEGATE_RPC(OpenEphemeralResource)
  TIDEGATE_RPC(RenewEphemeralResource)
  TIDEGATE_RPC(CloseEphemeralResource)
  TIDEGATE_RPC(GetFunctions)
  TIDEGATE_RPC(CallFunction)
  TIDEGATE_RPC(StopProvider)
#undef TIDEGATE_RPC
  grpc::Status GetMetadata(grpc::ServerContext* context,
                           const tfplugin6::Metadata::Request* request,
                           tfplugin6::Metadata::Response* response) override;

 private:
  ProviderParts parts_;
  Sessions sessions_{};
  std::once_flag schema_made_{};
  std::string schema_{};
};

}  // namespace tidegate::sandbox
