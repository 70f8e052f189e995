// SPDX-License-Identifier: Apache-2.0
#include "sandbox/service/host.hpp"

#include <absl/synchronization/mutex.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

#include "sandbox/service/provider.hpp"

namespace tidegate::sandbox {

struct Host::Server {
  std::unique_ptr<Provider> provider{};
  std::unique_ptr<grpc::Server> server{};
  Endpoint endpoint{};
};

Host::Host(std::vector<std::unique_ptr<Server>> servers) : servers_(std::move(servers)) {}

Host::~Host() {
  for (const auto& one : servers_) one->provider->stop();
  const auto end = std::chrono::system_clock::now() + std::chrono::milliseconds(500);
  for (const auto& one : servers_) one->server->Shutdown(end);
}

Result<std::unique_ptr<Host>> Host::start(const HostOptions& options) {
  // Debian's library remembers the order of every pair of locks, to report a deadlock: a tenth of a
  // call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  std::vector<std::unique_ptr<Server>> servers;
  for (const std::shared_ptr<const Engine>& engine : options.engines) {
    auto one = std::make_unique<Server>();
    one->provider = std::make_unique<Provider>(ProviderParts{
        .engine = engine, .control = options.control, .types = options.types, .log = options.log});
    one->endpoint = {.address = engine->pack().address(), .version = engine->pack().version()};
    grpc::ServerBuilder builder;
    // Without SO_REUSEPORT: with it the kernel may give one free port to two hosts.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    // Calls are many and small, and all on loopback: nothing is probed, traced or watched.
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    builder.AddChannelArgument(GRPC_ARG_MINIMAL_STACK, 1);
    builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
    // State objects exceed the 4 MB of gRPC's default.
    builder.SetMaxReceiveMessageSize(-1);
    builder.SetMaxSendMessageSize(-1);
    builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::NUM_CQS, 1);
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &one->endpoint.port);
    builder.RegisterService(one->provider.get());
    one->server = builder.BuildAndStart();
    if (one->server == nullptr || one->endpoint.port == 0) {
      return Diagnostic{.code = "sandbox.host-failed",
                        .where = {.file = one->endpoint.address},
                        .message = "cannot be served on 127.0.0.1",
                        .exit = ExitCode::internal};
    }
    servers.push_back(std::move(one));
  }
  return std::unique_ptr<Host>(new Host(std::move(servers)));
}

std::vector<Endpoint> Host::endpoints() const {
  std::vector<Endpoint> all;
  for (const auto& one : servers_) all.push_back(one->endpoint);
  return all;
}

}  // namespace tidegate::sandbox
