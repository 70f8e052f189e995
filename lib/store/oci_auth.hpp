// SPDX-License-Identifier: Apache-2.0
// Who asks a registry: challenges (Basic, Bearer), and credentials as docker keeps them. Sources:
// distribution.github.io/distribution/spec/auth/token; docs.docker.com/reference/cli/docker/login.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "store/open.hpp"
#include "system/http.hpp"

namespace tidegate::store {

struct Challenge {
  std::string scheme{};                             // lower case: basic, bearer
  std::map<std::string, std::string> parameters{};  // names in lower case
};
// The first Basic or Bearer of a WWW-Authenticate header (RFC 9110, section 11.6.1).
std::optional<Challenge> parse_challenge(std::string_view header);

struct Login {
  std::string user{}, password{};  // both empty: nobody
};
// Of this registry in $DOCKER_CONFIG/config.json, else ~/.docker/config.json: credHelpers,
// credsStore (docker-credential-NAME), auths. Code store.no-credentials for a file that is not
// understood.
Result<Login> find_login(const std::string& host, const Effects& effects);

// Answers the challenges of one registry; requests to other hosts, where it sends for bytes, are
// left alone.
class RegistryHttp final : public system::Http {
 public:
  RegistryHttp(std::string host, const Effects& effects)
      : host_(std::move(host)), effects_(effects) {}
  Result<system::HttpResponse> send(const system::HttpRequest& request) override;

 private:
  Result<std::string> answer(const Challenge& challenge);
  Result<std::string> ask_token(const Challenge& challenge, const Login& login);
  std::string known(const std::string& url);

  std::string host_;
  Effects effects_;
  std::mutex mutex_{};
  std::string authorization_{};  // of the last challenge that was answered
};

}  // namespace tidegate::store
