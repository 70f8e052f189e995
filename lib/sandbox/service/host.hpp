// SPDX-License-Identifier: Apache-2.0
// All providers of a process: one gRPC server each, on 127.0.0.1 and a free port.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sandbox/control.hpp"
#include "sandbox/engine.hpp"
#include "sandbox/service/call_log.hpp"

namespace tidegate::sandbox {

using Names = std::set<std::string, std::less<>>;

struct HostOptions {
  std::vector<std::shared_ptr<const Engine>> engines{};  // one for each address
  std::shared_ptr<Control> control{};
  std::optional<Names> types{};    // of which schemas are sent; nothing: all
  std::shared_ptr<CallLog> log{};  // may be null
};

struct Endpoint {
  std::string address{};  // of the provider, "hashicorp/azurerm"
  std::string version{};  // of its pack
  int port = 0;
};

class Host {
 public:
  // Code sandbox.host-failed.
  static Result<std::unique_ptr<Host>> start(const HostOptions& options);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host();  // ends waits and calls

  std::vector<Endpoint> endpoints() const;

 private:
  struct Server;
  explicit Host(std::vector<std::unique_ptr<Server>> servers);
  std::vector<std::unique_ptr<Server>> servers_;
};

}  // namespace tidegate::sandbox
