// SPDX-License-Identifier: Apache-2.0
// Sources: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow;
// learn.microsoft.com/azure/app-service/overview-managed-identity (IDENTITY_ENDPOINT);
// learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token.
#include "store/azure_token.hpp"

#include <charconv>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "store/web.hpp"
#include "system/file_sink.hpp"

namespace tidegate::store {
namespace {

constexpr std::string_view resource = "https://storage.azure.com";

// Answers hold tokens: of an error only the word that the protocol has for it is shown.
Diagnostic token_refused(const std::string& from, const std::string& what) {
  return {.code = "store.token-refused",
          .where = {.file = system::shown_url(from)},
          .message = "gives no token for Azure Storage: " + what,
          .hint = "check the variables of the identity: docs/formats/stores.md lists them",
          .exit = ExitCode::store_failed};
}

std::optional<std::int64_t> seconds_of(document::Node node) {
  if (const auto number = node.as_integer()) return number;
  const std::string_view text = node.as_string();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_token(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

std::string AzureToken::variable(const char* name) const {
  return effects_.environment.get(name).value_or("");
}

Result<std::string> AzureToken::get() {
  const std::lock_guard lock(mutex_);
  constexpr std::int64_t margin = 300;
  if (!token_.text.empty() && token_.expires > effects_.now() + margin) return token_.text;
  Result<Token> token = ask();
  if (!token) return token.failure();
  token_ = std::move(*token);
  return token_.text;
}

bool AzureToken::renew(std::string_view refused) {
  const std::lock_guard lock(mutex_);
  if (token_.text != refused) return true;         // another thread has done it
  if (token_.expires == INT64_MAX) return false;  // given, not asked for
  token_ = {};
  return true;
}

Result<AzureToken::Token> AzureToken::ask() {
  if (const std::string given = variable("TIDEGATE_AZURE_TOKEN"); !given.empty()) {
    if (!is_token(given)) return token_refused("TIDEGATE_AZURE_TOKEN", "it holds white space");
    return Token{given, INT64_MAX};
  }
  if (const std::string file = variable("AZURE_FEDERATED_TOKEN_FILE"); !file.empty()) {
    const Result<std::string> assertion = system::read_file(file);  // rotated: read each time
    if (!assertion) return assertion.failure();
    return exchange(
        "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&"
        "client_assertion=" +
        percent_encoded(trim(*assertion)));
  }
  if (const std::string secret = variable("AZURE_CLIENT_SECRET"); !secret.empty()) {
    return exchange("&client_secret=" + percent_encoded(secret));
  }
  const std::string endpoint = variable("IDENTITY_ENDPOINT"), header = variable("IDENTITY_HEADER");
  if (!endpoint.empty() && !header.empty()) return ask_service(endpoint, header);
  Result<Token> of_az = ask_az();
  if (of_az) return of_az;
  Result<Token> of_machine = ask_machine();
  if (of_machine) return of_machine;
  return Diagnostic{.code = "store.no-credentials",
                    .where = {.file = "azblob"},
                    .message =
                        "no credentials for Azure Storage: no key, SAS token or identity is in the "
                        "environment, az "
                        "gives no token (" +
                        of_az.failure().message + ") and this is no machine with an identity",
                    .hint = "set one of them: docs/formats/stores.md lists the variables",
                    .exit = ExitCode::usage};
}

Result<AzureToken::Token> AzureToken::exchange(const std::string& form_rest) {
  const std::string tenant = variable("AZURE_TENANT_ID"), client = variable("AZURE_CLIENT_ID");
  if (tenant.empty() || client.empty()) {
    return Diagnostic{
        .code = "store.no-credentials",
        .where = {.file = "azblob"},
        .message = "the identity is incomplete: AZURE_TENANT_ID or AZURE_CLIENT_ID is not set",
        .hint = "set both, beside AZURE_FEDERATED_TOKEN_FILE or AZURE_CLIENT_SECRET",
        .exit = ExitCode::usage};
  }
  std::string authority = variable("AZURE_AUTHORITY_HOST");
  if (authority.empty()) authority = "https://login.microsoftonline.com";
  if (!is_private_url(authority)) return token_refused(authority, "it is not reached by https");
  while (authority.ends_with('/')) authority.pop_back();
  const std::string url = authority + "/" + percent_encoded(tenant) + "/oauth2/v2.0/token";
  const std::string form = "grant_type=client_credentials&client_id=" + percent_encoded(client) +
                           "&scope=" + percent_encoded(std::string(resource) + "/.default") +
                           form_rest;
  system::RetryingHttp http(effects_.http, effects_.pause, effects_.now, store_retries);
  return read_answer(url,
                     http.send({.method = "POST",
                                .url = url,
                                .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                .body = system::text_body(form),
                                .most_redirects = 0,
                                .repeat = system::Repeat::always}));
}

Result<AzureToken::Token> AzureToken::ask_service(const std::string& endpoint,
                                                  const std::string& secret) {
  std::string url = endpoint + (endpoint.find('?') == std::string::npos ? "?" : "&") +
                    "api-version=2019-08-01&resource=" + percent_encoded(resource);
  if (const std::string client = variable("AZURE_CLIENT_ID"); !client.empty())
    url += "&client_id=" + percent_encoded(client);
  system::RetryingHttp http(effects_.http, effects_.pause, effects_.now, store_retries);
  return read_answer(
      url,
      http.send({.url = url, .headers = {{"X-IDENTITY-HEADER", secret}}, .most_redirects = 0}));
}

// One short attempt: nobody answers where this is no virtual machine of Azure. Who answers is asked
// again.
Result<AzureToken::Token> AzureToken::ask_machine() {
  std::string host = variable("AZURE_POD_IDENTITY_AUTHORITY_HOST");
  if (host.empty()) host = "http://169.254.169.254";
  std::string url = host + "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=" +
                    percent_encoded(resource);
  if (const std::string client = variable("AZURE_CLIENT_ID"); !client.empty())
    url += "&client_id=" + percent_encoded(client);
  const system::HttpRequest request{.url = url,
                                    .headers = {{"Metadata", "true"}},
                                    .most_redirects = 0,
                                    .most_time = std::chrono::milliseconds(2000)};
  const Result<system::HttpResponse> answer = effects_.http.send(request);
  if (!answer || !system::may_pass(answer)) return read_answer(url, answer);
  effects_.pause.wait(store_retries.first);
  system::RetryingHttp http(effects_.http, effects_.pause, effects_.now, store_retries);
  return read_answer(url, http.send(request));
}

Result<AzureToken::Token> AzureToken::ask_az() {
  const Result<system::ProcessResult> ended =
      effects_.run({.argv = {"az", "account", "get-access-token", "--resource",
                             std::string(resource), "--output", "json"}});
  if (!ended) return token_refused("az", "it cannot be run");
  if (ended->exit_code != 0)
    return token_refused("az", "it ends with " + std::to_string(ended->exit_code));
  return parse_answer("az", ended->out, true);
}

Result<AzureToken::Token> AzureToken::read_answer(const std::string& from,
                                                  const Result<system::HttpResponse>& answer) {
  if (!answer) return answer.failure();
  if (answer->ok()) return parse_answer(from, answer->body, false);
  std::string word;
  if (const auto parsed = document::parse_json("answer", answer->body);
      parsed && (*parsed)->root().is_object()) {
    const std::string_view error = (*parsed)->root()["error"].as_string();
    const bool plain =
        error.size() <= 40 &&
        error.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
    if (plain && !error.empty()) word = " " + std::string(error);
  }
  return token_refused(from, "it answers with " + std::to_string(answer->status) + word);
}

Result<AzureToken::Token> AzureToken::parse_answer(const std::string& from, const std::string& text,
                                                   bool of_az) {
  const Result<document::DocumentPtr> parsed = document::parse_json("answer", text);
  if (!parsed) return token_refused(from, "its answer is no JSON");
  const document::Node root = (*parsed)->root();
  const std::string_view token = root[of_az ? "accessToken" : "access_token"].as_string();
  if (!is_token(token)) return token_refused(from, "its answer has none");
  constexpr std::int64_t short_time = 600;
  std::int64_t expires = effects_.now() + short_time;
  if (const auto in = seconds_of(root["expires_in"]); in && *in > 0 && *in < 1000000)
    expires = effects_.now() + *in;
  if (const auto at = seconds_of(root["expires_on"])) expires = *at;
  return Token{std::string(token), expires};
}

}  // namespace tidegate::store
