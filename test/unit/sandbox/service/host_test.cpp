// SPDX-License-Identifier: Apache-2.0
#include "sandbox/service/host.hpp"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <tfplugin6.grpc.pb.h>

#include <future>

#include "document/parse.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate::sandbox {
namespace {

class ServiceHost : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string source = std::string(TIDEGATE_SOURCE_DIR) + "/test/e2e/kinds_schema.json";
    const auto schemas = document::parse_json(source, *system::read_file(source));
    ASSERT_TRUE(schemas.ok());
    const auto bytes = make_pack(**schemas, "example/kinds", "1.0.0");
    ASSERT_TRUE(bytes.ok()) << render_diagnostic(bytes.failure());
    const auto pack = Pack::open(folder_.write("kinds.pack", *bytes));
    const auto behaviour = Behaviour::read({});
    const auto control = Control::open("");
    ASSERT_TRUE(pack.ok() && behaviour.ok() && control.ok());
    HostOptions options{.control = *control};
    options.engines.push_back(std::make_shared<const Engine>(*pack, *behaviour, *control));
    auto host = Host::start(options);
    ASSERT_TRUE(host.ok());
    host_ = std::move(host).value();
  }

  // A connection of its own: without the argument gRPC would share one.
  std::shared_ptr<grpc::Channel> connect() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(-1);
    return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(host_->endpoints().front().port),
                                     grpc::InsecureChannelCredentials(), arguments);
  }

  grpc::Status call(const std::string& method, const std::string& bytes) const {
    grpc::GenericStub stub(connect());
    grpc::ClientContext context;
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, "/tfplugin6.Provider/" + method, grpc::StubOptions(), &request,
                   &response, [&](const grpc::Status& status) { done.set_value(status); });
    return done.get_future().get();
  }

  bool is_alive() const {
    const auto stub = tfplugin6::Provider::NewStub(connect());
    grpc::ClientContext context;
    tfplugin6::GetProviderSchema::Response schema;
    const grpc::Status status = stub->GetProviderSchema(&context, {}, &schema);
    return status.ok() && schema.resource_schemas().contains("kinds_all") &&
           schema.server_capabilities().get_provider_schema_optional();
  }

  test::TemporaryFolder folder_{};
  std::unique_ptr<Host> host_{};
};

const std::vector<std::string> methods{"GetMetadata",
                                       "ValidateProviderConfig",
                                       "ValidateResourceConfig",
                                       "ValidateDataResourceConfig",
                                       "UpgradeResourceState",
                                       "GetResourceIdentitySchemas",
                                       "UpgradeResourceIdentity",
                                       "ConfigureProvider",
                                       "ReadResource",
                                       "PlanResourceChange",
                                       "ApplyResourceChange",
                                       "ImportResourceState",
                                       "MoveResourceState",
                                       "ReadDataSource",
                                       "ValidateEphemeralResourceConfig",
                                       "OpenEphemeralResource",
                                       "RenewEphemeralResource",
                                       "CloseEphemeralResource",
                                       "GetFunctions",
                                       "CallFunction",
                                       "StopProvider"};

TEST_F(ServiceHost, answers_nothing_with_something_and_stays_alive) {
  for (const std::string& method : methods) {
    EXPECT_TRUE(call(method, "").ok()) << method << ": " << call(method, "").error_message();
  }
  EXPECT_TRUE(is_alive());
}

TEST_F(ServiceHost, survives_bytes_that_are_no_message) {
  std::string noise;
  for (std::uint32_t state = 1, i = 0; i < 4096; ++i) {
    state = state * 1664525U + 1013904223U;
    noise += static_cast<char>(state >> 24U);
  }
  for (const std::string& method : methods) {
    for (const std::size_t size : {1U, 2U, 7U, 64U, 4096U}) call(method, noise.substr(0, size));
  }
  EXPECT_EQ(call("ListResource", "").error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_TRUE(is_alive());
}

// A plan request whose values are every prefix and every flipped byte of a good one.
TEST_F(ServiceHost, survives_values_that_are_cut_or_changed) {
  const std::string good = encode_msgpack(
      Value::map({{"name", Value::string("n")},
                  {"list", Value::list({Value::string("a"), Value::unknown()})},
                  {"any", Value::list({Value::bytes("\"string\""), Value::string("x")})},
                  {"count_of", Value::number("0.5")}}));
  const auto stub = tfplugin6::Provider::NewStub(connect());
  int reported = 0;
  const auto plan = [&](const std::string& bytes) {
    tfplugin6::PlanResourceChange::Request request;
    request.set_type_name("kinds_all");
    for (auto* value : {request.mutable_prior_state(), request.mutable_proposed_new_state(),
                        request.mutable_config()}) {
      value->set_msgpack(bytes);
    }
    grpc::ClientContext context;
    tfplugin6::PlanResourceChange::Response response;
    const grpc::Status status = stub->PlanResourceChange(&context, request, &response);
    EXPECT_TRUE(status.ok() || status.error_code() == grpc::StatusCode::INTERNAL)
        << status.error_message();
    reported += response.diagnostics_size() > 0 || !status.ok() ? 1 : 0;
  };
  for (std::size_t size = 1; size < good.size(); ++size) plan(good.substr(0, size));
  EXPECT_EQ(reported, static_cast<int>(good.size()) - 1);
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const unsigned bit : {0U, 3U, 7U}) {
      std::string changed = good;
      changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << bit));
      plan(changed);
    }
  }
  EXPECT_TRUE(is_alive());
}

TEST_F(ServiceHost, takes_messages_beyond_the_limit_of_grpc) {
  tfplugin6::ValidateResourceConfig::Request request;
  request.set_type_name("kinds_plain");
  request.mutable_config()->set_msgpack(
      encode_msgpack(Value::map({{"id", Value()},
                                 {"name", Value::string(std::string(std::size_t{20} << 20U, 'x'))},
                                 {"number", Value()}})));
  const auto stub = tfplugin6::Provider::NewStub(connect());
  grpc::ClientContext context;
  tfplugin6::ValidateResourceConfig::Response response;
  EXPECT_TRUE(stub->ValidateResourceConfig(&context, request, &response).ok());
  EXPECT_EQ(response.diagnostics_size(), 0);
}

TEST_F(ServiceHost, names_a_type_that_the_pack_does_not_have) {
  tfplugin6::ReadResource::Request request;
  request.set_type_name("kinds_other");
  const auto stub = tfplugin6::Provider::NewStub(connect());
  grpc::ClientContext context;
  tfplugin6::ReadResource::Response response;
  EXPECT_TRUE(stub->ReadResource(&context, request, &response).ok());
  ASSERT_EQ(response.diagnostics_size(), 1);
  EXPECT_EQ(response.diagnostics(0).summary(), "Unknown type kinds_other");
}

TEST_F(ServiceHost, keeps_private_bytes_and_refuses_other_types_on_a_move) {
  const auto stub = tfplugin6::Provider::NewStub(connect());
  tfplugin6::MoveResourceState::Request request;
  request.set_source_type_name("kinds_plain");
  request.set_target_type_name("kinds_plain");
  request.set_source_private("p\xFF");
  request.mutable_source_state()->set_json(R"({"id": "1", "name": "n", "number": null})");
  grpc::ClientContext first, second;
  tfplugin6::MoveResourceState::Response response;
  EXPECT_TRUE(stub->MoveResourceState(&first, request, &response).ok());
  EXPECT_EQ(response.diagnostics_size(), 0);
  EXPECT_EQ(response.target_private(), "p\xFF");
  request.set_target_type_name("kinds_all");
  EXPECT_TRUE(stub->MoveResourceState(&second, request, &response).ok());
  ASSERT_EQ(response.diagnostics_size(), 1);
  EXPECT_NE(response.diagnostics(0).detail().find("kinds_plain into a kinds_all"),
            std::string::npos);
}

TEST_F(ServiceHost, leaves_no_socket_behind) {
  const auto channel = connect();
  EXPECT_TRUE(is_alive());
  host_.reset();
  EXPECT_FALSE(
      channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::milliseconds(200)));
}

}  // namespace
}  // namespace tidegate::sandbox
