// SPDX-License-Identifier: Apache-2.0
#include "e2e/store_servers.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "signature/base64.hpp"
#include "store/azure_key.hpp"
#include "store/store.hpp"
#include "store/web.hpp"
#include "support/service.hpp"
#include "system/clock.hpp"
#include "system/curl/curl_http.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"

namespace tidegate::test {

namespace fs = std::filesystem;

int free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), size);
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(descriptor);
  return ntohs(address.sin_port);
}

static bool answers(int port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool connected =
      ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(descriptor);
  return connected;
}

Server::Server(std::vector<std::string> argv, int port, std::map<std::string, std::string> environment) {
  auto child =
      system::Child::start({.argv = std::move(argv), .environment = std::move(environment)});
  EXPECT_TRUE(child.ok());
  if (!child) return;
  child_ = std::move(*child);
  for (int i = 0; i < 600 && !answers(port); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(answers(port)) << "the server does not start";
}

Server::~Server() {
  if (child_) (void)child_->stop(std::chrono::milliseconds(500));
}

system::HttpResponse send(const system::HttpRequest& request, const std::string& certificate) {
  system::CurlHttp http({.ca_file = certificate});
  const auto answer = http.send(request);
  EXPECT_TRUE(answer.ok()) << render_diagnostic(answer.ok() ? Diagnostic{} : answer.failure());
  return answer.ok() ? *answer : system::HttpResponse{};
}

static const std::string azure_key = "Q0FOQVJZLWtleS1vZi1henVyZS1zdG9yYWdlLWFjY291bnQtMDEyMzQ1Njc4OQ==";

// Account SAS, version 2021-12-02: learn.microsoft.com/rest/api/storageservices/create-account-sas.
static std::string azure_sas(const std::string& rights) {
  const std::string end = "2099-01-01T00:00:00Z";
  const std::string text =
      "canary\n" + rights + "\nb\nsco\n\n" + end + "\n\nhttps,http\n2021-12-02\n\n";
  const std::string signature =
      signature::encode_base64(system::hmac_sha256(*signature::decode_base64(azure_key), text));
  return "sv=2021-12-02&ss=b&srt=sco&sp=" + rights + "&se=" + store::percent_encoded(end) +
         "&spr=https,http&sig=" + store::percent_encoded(signature);
}

// A token as the service would give it; Azurite looks at its claims and not at the signature.
static std::string azure_token() {
  const std::int64_t now = system::seconds_since_epoch();
  const std::string claims =
      "{\"aud\":\"https://storage.azure.com\",\"iss\":\"https://sts.windows.net/"
      "ab1f708d-50f6-404c-a006-d71b2ac7a606/\",\"nbf\":" +
      std::to_string(now - 60) + ",\"iat\":" + std::to_string(now - 60) +
      ",\"exp\":" + std::to_string(now + 3600) + "}";
  std::string token;
  for (const std::string& part :
       {std::string(R"({"alg":"RS256","typ":"JWT"})"), claims, std::string("CANARY-signature")}) {
    std::string text = signature::encode_base64(part);
    while (text.ends_with('=')) text.pop_back();
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    token += (token.empty() ? "" : ".") + text;
  }
  return token;
}

// `rights`: of a SAS token; "key": the key of the account; "token": OAuth, which needs TLS.
static Backend start_azurite(const std::string& program, const std::string& folder,
                      const std::string& rights) {
  const int port = free_port();
  std::string endpoint = "http://127.0.0.1:" + std::to_string(port) + "/canary", certificate;
  std::vector<std::string> argv{
      "node",       program,     "--disableTelemetry", "--silent",          "--inMemoryPersistence",
      "--blobHost", "127.0.0.1", "--blobPort",         std::to_string(port)};
  if (rights == "token") {
    endpoint.replace(0, 4, "https");
    certificate = folder + "/server.pem";
    const auto made =
        system::run_process({.argv = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                      "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                                      "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                                      "-keyout", folder + "/server.key", "-out", certificate}});
    EXPECT_TRUE(made.ok() && made->exit_code == 0);
    for (const std::string& word :
         {std::string("--oauth"), std::string("basic"), std::string("--cert"), certificate,
          std::string("--key"), folder + "/server.key"})
      argv.push_back(word);
  }
  Backend backend;
  backend.server = std::make_unique<Server>(
      argv, port, std::map<std::string, std::string>{{"AZURITE_ACCOUNTS", "canary:" + azure_key}});
  system::HttpRequest create{
      .method = "PUT",
      .url = endpoint + "/releases?restype=container",
      .headers = {{"x-ms-version", "2021-12-02"},
                  {"x-ms-date", store::http_date(system::seconds_since_epoch())}}};
  create.headers.emplace_back(
      "Authorization",
      store::shared_key_authorization(create, "canary", *signature::decode_base64(azure_key)));
  EXPECT_EQ(send(create, certificate).status, 201);
  backend.url = "azblob://canary/releases/team/x";
  backend.missing = "azblob://canary/absent/team";
  backend.variables = {{"AZURE_STORAGE_SERVICE_ENDPOINT", endpoint}};
  if (!certificate.empty()) backend.variables["SSL_CERT_FILE"] = certificate;
  backend.wrong = backend.variables;
  const std::string wrong_key = signature::encode_base64("CANARY-of-a-wrong-key");
  backend.wrong["AZURE_STORAGE_KEY"] = wrong_key;
  if (rights == "key") {
    backend.variables["AZURE_STORAGE_KEY"] = azure_key;
  } else if (rights == "token") {
    backend.variables["TIDEGATE_AZURE_TOKEN"] = azure_token();
    backend.secrets = {backend.variables["TIDEGATE_AZURE_TOKEN"], "Bearer"};
  } else {
    const std::string sas = azure_sas(rights);
    backend.variables["AZURE_STORAGE_SAS_TOKEN"] = sas;
    backend.secrets.push_back(sas.substr(sas.find("sig=") + 4));
  }
  backend.secrets.insert(backend.secrets.end(),
                         {azure_key, azure_key.substr(0, 20), wrong_key, "CANARY-of"});
  return backend;
}

// It does not check signatures (its own check, INITIAL_NO_AUTH_ACTION_COUNT, refuses boto3, too):
// the golden vectors of test/unit/store do.
static Backend start_moto(const std::string& folder) {
  const int port = free_port();
  const std::string endpoint = "http://127.0.0.1:" + std::to_string(port);
  Backend backend;
  backend.server = std::make_unique<Server>(
      std::vector<std::string>{"/usr/bin/python3", "-m", "moto.server", "-H", "127.0.0.1", "-p",
                               std::to_string(port)},
      port,
      std::map<std::string, std::string>{{"PYTHONPATH", folder}, {"PYTHONDONTWRITEBYTECODE", "1"}});
  EXPECT_EQ(send({.method = "PUT", .url = endpoint + "/releases"}).status, 200);
  backend.url = "s3://releases/team/x";
  backend.missing = "s3://absent/team";
  backend.variables = {{"AWS_ENDPOINT_URL_S3", endpoint},
                       {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                       {"AWS_SECRET_ACCESS_KEY", "CANARY-secret"},
                       {"AWS_SESSION_TOKEN", "CANARY-session"}};
  backend.secrets = {"CANARY"};
  return backend;
}

// Our own server: conditional writes are atomic, botocore checks every signature. `faults`: of so many requests one fails.
// `slow`: seconds after each 64 KiB that are read.
// `parts`: "whole": it does not know Range.
Backend start_s3(const std::string& folder, int faults, const std::string& slow,
                 const std::string& parts) {
  const int port = free_port();
  Backend backend;
  backend.server = std::make_unique<Server>(
      std::vector<std::string>{"/usr/bin/python3", TIDEGATE_SOURCE_DIR "/test/support/s3_server.py", std::to_string(port), slow,
                               std::to_string(faults), parts},
      port, std::map<std::string, std::string>{{"PYTHONPATH", folder}, {"PYTHONDONTWRITEBYTECODE", "1"}});
  backend.url = "s3://releases/team=1/x+y~z";
  backend.missing = "s3://absent/team";
  backend.variables = {{"AWS_ENDPOINT_URL_S3", "http://127.0.0.1:" + std::to_string(port)},
                       {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                       {"AWS_SECRET_ACCESS_KEY", "CANARY-secret"},
                       {"AWS_SESSION_TOKEN", "CANARY-session"}};
  backend.wrong = backend.variables;
  backend.wrong["AWS_SECRET_ACCESS_KEY"] = "CANARY-of-a-wrong-secret";
  backend.secrets = {"CANARY"};
  return backend;
}

// docker-registry with Basic authentication; who asks stands in docker's own file.
static Backend start_registry(const std::string& folder) {
  const int port = free_port();
  const std::string host = "127.0.0.1:" + std::to_string(port);
  const auto write = [&](const std::string& name, const std::string& text) {
    fs::create_directories(fs::path(folder + "/" + name).parent_path());
    EXPECT_TRUE(system::write_file(folder + "/" + name, text).ok());
  };
  // bcrypt of CANARY-registry-password
  write("htpasswd", "ci:$2b$05$abcdefghijklmnopqrstuuDxhnJQbpgMI5ZFdGb9IZBcM.5mFV4Se\n");
  write("config.yml",
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: "
        "{rootdirectory: " +
            folder + "/registry}}\nhttp: {addr: \"" + host +
            "\"}\nauth: {htpasswd: {realm: test, path: " + folder + "/htpasswd}}\n");
  const auto config = [&](const std::string& pair) {
    return "{\"auths\":{\"" + host + "\":{\"auth\":\"" + signature::encode_base64(pair) + "\"}}}";
  };
  write("docker/config.json", config("ci:CANARY-registry-password"));
  write("wrong/config.json", config("ci:CANARY-of-a-wrong-password"));
  Backend backend;
  backend.server = std::make_unique<Server>(
      std::vector<std::string>{"docker-registry", "serve", folder + "/config.yml"}, port,
      std::map<std::string, std::string>{});
  backend.url = "oci://" + host + "/team/x";
  backend.variables = {{"DOCKER_CONFIG", folder + "/docker"}};
  backend.wrong = {{"DOCKER_CONFIG", folder + "/wrong"}};
  backend.secrets = {"CANARY", signature::encode_base64("ci:CANARY-registry-password")};
  return backend;
}

// A large jar that is stored, not compressed: as large as its bytes.
std::string write_artifact(const std::string& folder, const std::string& version, std::size_t size,
                           unsigned seed,
                           artifact::Compression compression) {
  artifact::Manifest manifest{.name = "orders", .version = version, .flavour = "adf_databricks"};
  manifest.source.kind = "git";
  manifest.source.commit = std::string(40, 'a');
  manifest.source.tree = std::string(40, 'b');
  manifest.tool_version = "0.1.0";
  manifest.tool_commit = "unknown";
  artifact::PackFile jar{.path = "files/jars/app.jar"};
  jar.stream = [size, seed](const std::function<Status(std::string_view)>& sink) -> Status {
    std::mt19937_64 random(seed);
    std::string piece(std::size_t{1} << 16U, '\0');
    for (std::size_t sent = 0; sent < size; sent += piece.size()) {
      for (std::size_t i = 0; i + 8 <= piece.size(); i += 8) {
        const std::uint64_t word = random();
        std::copy_n(reinterpret_cast<const char*>(&word), 8, piece.data() + i);
      }
      if (Status status =
              sink(std::string_view(piece).substr(0, std::min(piece.size(), size - sent)));
          !status)
        return status;
    }
    return Done{};
  };
  fs::create_directories(folder);
  const std::string file = folder + "/" + store::artifact_file({"orders", version}, compression);
  const auto packed =
      artifact::write_artifact(file, manifest, {jar}, {.compression = compression});
  EXPECT_TRUE(packed.ok()) << render_diagnostic(packed.ok() ? Diagnostic{} : packed.failure());
  return file;
}

std::string identity(const std::string& file) { return artifact::verify_artifact(file)->identity; }

void StoreServers::SetUp() {
  const char* azurite = std::getenv("TIDEGATE_AZURITE");
  const char* moto = std::getenv("TIDEGATE_MOTO");
  if (GetParam().starts_with("azurite")) {
    if (azurite == nullptr)
      GTEST_SKIP() << "Azurite is missing (./dev azurite, TIDEGATE_AZURITE)";
    const std::map<std::string, std::string> rights{{"azurite_key", "key"},
                                                    {"azurite_token", "token"},
                                                    {"azurite_sas", "rwlc"},
                                                    {"azurite_create", "rcl"}};
    backend_ = start_azurite(azurite, folder_.path(), rights.at(GetParam()));
  } else if (GetParam() == "registry") {
    if (!system::find_program("docker-registry")) GTEST_SKIP() << "docker-registry is missing";
    backend_ = start_registry(folder_.path() + "/server");
  } else {
    if (moto == nullptr) GTEST_SKIP() << "moto is missing (./dev moto, TIDEGATE_MOTO)";
    backend_ = GetParam() == "moto" ? start_moto(moto) : start_s3(moto, GetParam() == "s3" ? 0 : 6);
  }
}

system::ProcessResult StoreServers::tidegate(const std::vector<std::string>& words,
                                             const std::map<std::string, std::string>& variables) {
  system::ProcessResult result = run_program("tidegate", words, variables);
  look_through(result);
  return result;
}

void StoreServers::look_through(const system::ProcessResult& result) {
  for (const std::string& secret : backend_.secrets) {
    EXPECT_EQ((result.out + result.err).find(secret), std::string::npos)
        << "a secret is printed:\n"
        << result.out << result.err;
  }
  EXPECT_EQ((result.out + result.err).find("sig="), std::string::npos);
  EXPECT_EQ((result.out + result.err).find("Signature="), std::string::npos);
}

}  // namespace tidegate::test
