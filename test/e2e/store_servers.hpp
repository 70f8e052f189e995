// SPDX-License-Identifier: Apache-2.0
// Servers on the loopback interface that tests publish to: Azurite, moto, docker-registry, and one of ours that does what moto
// cannot: atomic conditional writes, signatures that are checked, faults.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "artifact/archive.hpp"
#include "support/shared.hpp"
#include "system/child.hpp"
#include "system/http.hpp"

namespace tidegate::test {

int free_port();

// A server that is there as long as the object.
class Server {
 public:
  Server(std::vector<std::string> argv, int port, std::map<std::string, std::string> environment);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  std::unique_ptr<system::Child> child_{};
};

struct Backend {
  std::unique_ptr<Server> server{};
  std::string url{};                               // of the store
  std::string missing{};                           // of a container that is not there
  std::map<std::string, std::string> variables{};  // with all rights
  std::map<std::string, std::string> wrong{};      // with a wrong secret; none where it is not looked at
  std::vector<std::string> secrets{};              // must not be in any output
};

system::HttpResponse send(const system::HttpRequest& request, const std::string& certificate = {});

// `faults`: of so many requests one fails. `slow`: seconds after each 64 KiB that are read. `parts`: "whole": it does not know
// Range.
Backend start_s3(const std::string& folder, int faults, const std::string& slow = "0", const std::string& parts = "");

// A large jar that is stored, not compressed: as large as its bytes.
std::string write_artifact(const std::string& folder, const std::string& version, std::size_t size, unsigned seed,
                           artifact::Compression compression = artifact::Compression::gzip);

std::string identity(const std::string& file);

// The parameter: azurite_key, azurite_token, azurite_sas, azurite_create, moto, s3, s3_faults, registry.
class StoreServers : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override;
  // Every output is looked through for secrets.
  system::ProcessResult tidegate(const std::vector<std::string>& words, const std::map<std::string, std::string>& variables);
  system::ProcessResult tidegate(const std::vector<std::string>& words) { return tidegate(words, backend_.variables); }
  void look_through(const system::ProcessResult& result);

  const TemporaryFolder folder_{};
  Backend backend_{};
};

}  // namespace tidegate::test
