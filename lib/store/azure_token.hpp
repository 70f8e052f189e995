// SPDX-License-Identifier: Apache-2.0
// Tokens of Microsoft Entra ID for Azure Storage. Sources, the first that the environment
// describes: TIDEGATE_AZURE_TOKEN; workload identity (AZURE_FEDERATED_TOKEN_FILE);
// AZURE_CLIENT_SECRET; the managed identity of a service (IDENTITY_ENDPOINT); `az account
// get-access-token`; the managed identity of a virtual machine.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/open.hpp"

namespace tidegate::store {

class AzureToken {
 public:
  explicit AzureToken(const Effects& effects) : effects_(effects) {}
  // A token that is good for five more minutes; asked for once. May be called by several threads.
  // Codes store.no-credentials (exit 64), store.token-refused (exit 40), and those of the network.
  Result<std::string> get();
  // The service does not take this token any more. False: there is no other one.
  bool renew(std::string_view refused);

 private:
  struct Token {
    std::string text{};
    std::int64_t expires = 0;
  };
  Result<Token> ask();
  Result<Token> exchange(const std::string& form_rest);
  Result<Token> ask_service(const std::string& endpoint, const std::string& secret);
  Result<Token> ask_machine();
  Result<Token> ask_az();
  Result<Token> read_answer(const std::string& from, const Result<system::HttpResponse>& answer);
  Result<Token> parse_answer(const std::string& from, const std::string& text, bool of_az);
  std::string variable(const char* name) const;

  Effects effects_;
  std::mutex mutex_{};
  Token token_{};
};

}  // namespace tidegate::store
