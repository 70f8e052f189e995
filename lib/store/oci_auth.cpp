// SPDX-License-Identifier: Apache-2.0
#include "store/oci_auth.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "signature/base64.hpp"
#include "store/web.hpp"
#include "system/file_sink.hpp"

namespace tidegate::store {
namespace {

bool is_token_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::string take_token(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_token_byte(text[end])) ++end;
  std::string token(text.substr(0, end));
  text.remove_prefix(end);
  return token;
}

std::string take_value(std::string_view& text) {
  if (!text.starts_with('"')) return take_token(text);
  std::string value;
  std::size_t at = 1;
  for (; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    value += text[at];
  }
  text.remove_prefix(std::min(at + 1, text.size()));
  return value;
}

void skip(std::string_view& text, std::string_view bytes) {
  while (!text.empty() && bytes.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
}

Diagnostic bad_config(const std::string& file, const std::string& message) {
  return {.code = "store.no-credentials",
          .where = {.file = file},
          .message = message,
          .hint =
              "log in again with `docker login`, or set DOCKER_CONFIG to the folder of another "
              "config.json",
          .exit = ExitCode::usage};
}

Result<Login> ask_helper(const std::string& helper, const std::string& host,
                         const std::string& file, const Effects& effects) {
  const bool plain = !helper.empty() && std::all_of(helper.begin(), helper.end(), is_token_byte);
  if (!plain) return bad_config(file, "names a helper that is no name of a program");
  const std::string program = "docker-credential-" + helper;
  const Result<system::ProcessResult> ended =
      effects.run({.argv = {program, "get"}, .input = host});
  if (!ended) return bad_config(file, "names the helper " + program + ", which cannot be run");
  if (ended->exit_code != 0) return Login{};  // it knows nobody
  const auto parsed = document::parse_json("answer", ended->out);
  if (!parsed) return bad_config(file, "names the helper " + program + ", whose answer is no JSON");
  const document::Node root = (*parsed)->root();
  Login login{std::string(root["Username"].as_string()), std::string(root["Secret"].as_string())};
  if (login.user == "<token>")
    return bad_config(file, "names the helper " + program +
                                ", which gives an identity token; expected a user and a password");
  return login;
}

}  // namespace

std::optional<Challenge> parse_challenge(std::string_view header) {
  while (!header.empty()) {
    skip(header, " \t,");
    Challenge challenge{.scheme = to_lower(take_token(header))};
    if (challenge.scheme.empty()) return std::nullopt;
    for (;;) {
      std::string_view rest = header;
      skip(rest, " \t,");
      const std::string name = to_lower(take_token(rest));
      skip(rest, " \t");
      if (name.empty() || !rest.starts_with('=')) break;  // the next scheme
      rest.remove_prefix(1);
      skip(rest, " \t");
      challenge.parameters[name] = take_value(rest);
      header = rest;
    }
    if (challenge.scheme == "basic" || challenge.scheme == "bearer") return challenge;
    skip(header, " \t,");
    if (!header.empty() && !is_token_byte(header.front())) return std::nullopt;
  }
  return std::nullopt;
}

Result<Login> find_login(const std::string& host, const Effects& effects) {
  std::string folder = effects.environment.get("DOCKER_CONFIG").value_or("");
  if (folder.empty()) {
    const std::string home = effects.environment.get("HOME").value_or("");
    if (home.empty()) return Login{};
    folder = home + "/.docker";
  }
  const std::string file = folder + "/config.json";
  if (!system::is_file(file)) return Login{};
  const Result<std::string> text = system::read_file(file);
  if (!text) return text.failure();
  const auto parsed = document::parse_json(file, *text);
  if (!parsed || !(*parsed)->root().is_object()) return bad_config(file, "is no JSON object");
  const document::Node root = (*parsed)->root();
  if (const document::Node helper = root["credHelpers"][host]) {
    return ask_helper(std::string(helper.as_string()), host, file, effects);
  }
  if (const document::Node store = root["credsStore"]; store && !store.as_string().empty()) {
    Result<Login> login = ask_helper(std::string(store.as_string()), host, file, effects);
    if (!login || !login->user.empty()) return login;
  }
  for (const std::string& name : {host, "https://" + host, "http://" + host}) {
    const document::Node auth = root["auths"][name];
    if (!auth || auth["auth"].as_string().empty()) continue;
    const std::optional<std::string> pair = signature::decode_base64(auth["auth"].as_string());
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos)
      return bad_config(
          file, "has an entry of " + printable(host) + " that is not base64 of user:password");
    return Login{pair->substr(0, colon), pair->substr(colon + 1)};
  }
  return Login{};
}

std::string RegistryHttp::known(const std::string& url) {
  const std::lock_guard lock(mutex_);
  return split_url(url).host == host_ ? authorization_ : std::string();
}

Result<system::HttpResponse> RegistryHttp::send(const system::HttpRequest& request) {
  system::HttpRequest asked = request;
  const std::string before = known(request.url);
  if (!before.empty()) asked.headers.emplace_back("Authorization", before);
  Result<system::HttpResponse> heard = effects_.http.send(asked);
  if (!heard || heard->status != 401 || split_url(heard->url).host != host_) return heard;
  const std::optional<Challenge> challenge =
      parse_challenge(heard->header("WWW-Authenticate").value_or(""));
  if (!challenge) return heard;
  const Result<std::string> authorization = answer(*challenge);
  if (!authorization) return authorization.failure();
  if (authorization->empty()) return heard;  // nobody to be
  {
    const std::lock_guard lock(mutex_);
    authorization_ = *authorization;
  }
  asked.headers = request.headers;
  asked.headers.emplace_back("Authorization", *authorization);
  return effects_.http.send(asked);
}

Result<std::string> RegistryHttp::answer(const Challenge& challenge) {
  const Result<Login> login = find_login(host_, effects_);
  if (!login) return login.failure();
  if (challenge.scheme == "bearer") return ask_token(challenge, *login);
  if (login->user.empty()) return std::string();
  return "Basic " + signature::encode_base64(login->user + ":" + login->password);
}

Result<std::string> RegistryHttp::ask_token(const Challenge& challenge, const Login& login) {
  const auto parameter = [&](const char* name) {
    const auto found = challenge.parameters.find(name);
    return found == challenge.parameters.end() ? std::string() : found->second;
  };
  std::string url = parameter("realm");
  const auto refused_token = [&](const std::string& what) {
    return Diagnostic{
        .code = "store.token-refused",
        .where = {.file = system::shown_url(url)},
        .message = "gives no token for the registry " + printable(host_) + ": " + what,
        .hint = "log in with `docker login`, with an account that may do this",
        .exit = ExitCode::store_failed};
  };
  if (!is_private_url(url)) return refused_token("it is not reached by https");
  std::string separator = url.find('?') == std::string::npos ? "?" : "&";
  for (const char* name : {"service", "scope"}) {
    if (parameter(name).empty()) continue;
    url += separator + name + "=" + percent_encoded(parameter(name));
    separator = "&";
  }
  system::RetryingHttp http(effects_.http, effects_.pause, effects_.now, store_retries);
  const Result<system::HttpResponse> heard = http.send(
      {.url = url, .user = login.user, .password = login.password, .most_redirects = 0});
  if (!heard) return heard.failure();
  if (!heard->ok()) return refused_token("it answers with " + std::to_string(heard->status));
  const auto parsed = document::parse_json("answer", heard->body);
  if (!parsed) return refused_token("its answer is no JSON");
  const document::Node root = (*parsed)->root();
  std::string_view token = root["token"].as_string();
  if (token.empty()) token = root["access_token"].as_string();
  if (token.empty() || token.find_first_of(" \t\r\n") != std::string_view::npos)
    return refused_token("its answer has none");
  return "Bearer " + std::string(token);
}

}  // namespace tidegate::store
