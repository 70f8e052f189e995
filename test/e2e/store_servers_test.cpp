// SPDX-License-Identifier: Apache-2.0
// publish, pull, list with servers on the loopback interface: Azurite, moto, docker-registry, and one of ours that does what
// moto cannot: atomic conditional writes, signatures that are checked, faults.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <thread>

#include "artifact/archive.hpp"
#include "signature/base64.hpp"
#include "store/azure_key.hpp"
#include "store/store.hpp"
#include "store/web.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/child.hpp"
#include "system/clock.hpp"
#include "system/curl/curl_http.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

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

bool answers(int port) {
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

// A server that is there as long as the object.
class Server {
 public:
  Server(std::vector<std::string> argv, int port, std::map<std::string, std::string> environment) {
    auto child =
        system::Child::start({.argv = std::move(argv), .environment = std::move(environment)});
    EXPECT_TRUE(child.ok());
    if (!child) return;
    child_ = std::move(*child);
    for (int i = 0; i < 600 && !answers(port); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_TRUE(answers(port)) << "the server does not start";
  }
  ~Server() {
    if (child_) (void)child_->stop(std::chrono::milliseconds(500));
  }

 private:
  std::unique_ptr<system::Child> child_{};
};

struct Backend {
  std::unique_ptr<Server> server{};
  std::string url{};                               // of the store
  std::string missing{};                           // of a container that is not there
  std::map<std::string, std::string> variables{};  // with all rights
  std::map<std::string, std::string>
      wrong{};                         // with a wrong secret; none where it is not looked at
  std::vector<std::string> secrets{};  // must not be in any output
};

system::HttpResponse send(const system::HttpRequest& request, const std::string& certificate = {}) {
  system::CurlHttp http({.ca_file = certificate});
  const auto answer = http.send(request);
  EXPECT_TRUE(answer.ok()) << render_diagnostic(answer.ok() ? Diagnostic{} : answer.failure());
  return answer.ok() ? *answer : system::HttpResponse{};
}

const std::string azure_key = "Q0FOQVJZLWtleS1vZi1henVyZS1zdG9yYWdlLWFjY291bnQtMDEyMzQ1Njc4OQ==";

// Account SAS, version 2021-12-02: learn.microsoft.com/rest/api/storageservices/create-account-sas.
std::string azure_sas(const std::string& rights) {
  const std::string end = "2099-01-01T00:00:00Z";
  const std::string text =
      "canary\n" + rights + "\nb\nsco\n\n" + end + "\n\nhttps,http\n2021-12-02\n\n";
  const std::string signature =
      signature::encode_base64(system::hmac_sha256(*signature::decode_base64(azure_key), text));
  return "sv=2021-12-02&ss=b&srt=sco&sp=" + rights + "&se=" + store::percent_encoded(end) +
         "&spr=https,http&sig=" + store::percent_encoded(signature);
}

// A token as the service would give it; Azurite looks at its claims and not at the signature.
std::string azure_token() {
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
Backend start_azurite(const std::string& program, const std::string& folder,
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
Backend start_moto(const std::string& folder) {
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
Backend start_s3(const std::string& folder, int faults, const std::string& slow = "0",
                 const std::string& parts = "") {
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
Backend start_registry(const std::string& folder) {
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
                           artifact::Compression compression = artifact::Compression::gzip) {
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

class StoreServers : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
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
  // Every output is looked through for secrets.
  system::ProcessResult tidegate(const std::vector<std::string>& words,
                                 const std::map<std::string, std::string>& variables) {
    system::ProcessResult result = test::run_program("tidegate", words, variables);
    look_through(result);
    return result;
  }
  system::ProcessResult tidegate(const std::vector<std::string>& words) {
    return tidegate(words, backend_.variables);
  }
  void look_through(const system::ProcessResult& result) {
    for (const std::string& secret : backend_.secrets) {
      EXPECT_EQ((result.out + result.err).find(secret), std::string::npos)
          << "a secret is printed:\n"
          << result.out << result.err;
    }
    EXPECT_EQ((result.out + result.err).find("sig="), std::string::npos);
    EXPECT_EQ((result.out + result.err).find("Signature="), std::string::npos);
  }

  const TemporaryFolder folder_{};
  Backend backend_{};
};

TEST_P(StoreServers, publish_list_pull_again_and_conflict) {
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", 3000, 1),
                    two = write_artifact(folder_.path() + "/2", "1.2.0", 3000, 2);
  ASSERT_TRUE(system::write_file(one + ".sha256",
                                 artifact::verify_artifact(one)->sha256 + "  orders-1.2.0.tar.gz\n")
                  .ok());
  const std::string address = backend_.url + "/orders/1.2.0@sha256:" + identity(one);
  EXPECT_EQ(tidegate({"list", backend_.url}).out, "");
  const auto none = tidegate({"pull", address, "-o", folder_.path() + "/p"});
  EXPECT_EQ(none.exit_code, 40);
  EXPECT_NE(none.err.find("[store.not-found]"), std::string::npos) << none.err;
  const auto published = tidegate({"publish", one, "--to", backend_.url});
  ASSERT_EQ(published.exit_code, 0) << published.err;
  EXPECT_EQ(published.out, "published          " + address + "\n");
  const auto again = tidegate({"publish", one, "--to", backend_.url});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, "already published  " + address + "\n");
  const auto refused = tidegate({"publish", two, "--to", backend_.url});
  EXPECT_EQ(refused.exit_code, 31) << refused.err;
  EXPECT_NE(refused.err.find(identity(one)), std::string::npos) << refused.err;
  const std::string line = "orders  1.2.0  sha256:" + identity(one) + "  " +
                           std::to_string(fs::file_size(one)) + " bytes\n";
  if (GetParam() != "registry") {  // which lists the versions of a name
    EXPECT_EQ(tidegate({"list", backend_.url}).out, line);
  }
  EXPECT_EQ(tidegate({"list", backend_.url + "/orders"}).out, line);
  const auto pulled = tidegate({"pull", address, "-o", folder_.path() + "/p"});
  ASSERT_EQ(pulled.exit_code, 0) << pulled.err;
  for (const std::string name : {"/orders-1.2.0.tar.gz", "/orders-1.2.0.tar.gz.sha256"}) {
    EXPECT_EQ(*system::read_file(folder_.path() + "/p" + name),
              *system::read_file(folder_.path() + "/1" + name));
  }
  EXPECT_EQ(tidegate({"pull", backend_.url + "/orders/1.2.0@sha256:" + identity(two), "-o",
                      folder_.path() + "/q"})
                .exit_code,
            30);
}

TEST_P(StoreServers, inspect_reads_the_first_bytes) {
  const std::size_t size = std::size_t{3} << 20U;
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", size, 1);
  ASSERT_TRUE(system::write_file(one + ".sha256",
                                 artifact::verify_artifact(one)->sha256 + "  orders-1.2.0.tar.gz\n")
                  .ok());
  const std::string url = backend_.url + "/orders/1.2.0", digest = identity(one);
  const auto none = tidegate({"inspect", url});
  EXPECT_EQ(none.exit_code, 40);
  EXPECT_NE(none.err.find("[store.not-found]"), std::string::npos) << none.err;
  ASSERT_EQ(tidegate({"publish", one, "--to", backend_.url}).exit_code, 0);
  const std::string read =
      "the first 65536 bytes of " + std::to_string(fs::file_size(one)) + ", nothing was hashed\n";
  for (const std::string& address : {url, url + "@sha256:" + digest}) {
    const auto text = tidegate({"inspect", address});
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_TRUE(text.out.starts_with("orders 1.2.0\n")) << text.out;
    EXPECT_NE(text.out.find("  read       " + read), std::string::npos) << text.out;
    EXPECT_NE(text.out.find("  identity   sha256:" + digest + " by the word of the store; "),
              std::string::npos)
        << text.out;
    EXPECT_NE(text.out.find("beside it, not checked\n  orders-1.2.0.tar.gz.sha256  digest\n"),
              std::string::npos)
        << text.out;
    for (const std::string format : {"--json", "--files"}) {
      const auto printed = tidegate({"inspect", address, format});
      EXPECT_EQ(printed.exit_code, 0) << printed.err;
      EXPECT_EQ(printed.out, tidegate({"inspect", one, format}).out);
      EXPECT_EQ(printed.err, "unverified: " + read);
    }
  }
  const auto other = tidegate({"inspect", url + "@sha256:" + std::string(64, '0')});
  EXPECT_EQ(other.exit_code, 30);
  EXPECT_NE(other.err.find("[artifact.other-identity]"), std::string::npos) << other.err;
}

TEST_P(StoreServers, a_version_is_published_once_however_it_is_compressed) {
  const auto zstd = artifact::Compression::zstd;
  const std::string gz = write_artifact(folder_.path() + "/1", "1.2.0", 3000, 1),
                    zst = write_artifact(folder_.path() + "/1", "1.2.0", 3000, 1, zstd),
                    other = write_artifact(folder_.path() + "/2", "1.2.0", 3000, 2);
  ASSERT_EQ(identity(gz), identity(zst));
  const std::string address = backend_.url + "/orders/1.2.0@sha256:" + identity(gz);
  EXPECT_EQ(tidegate({"publish", zst, "--to", backend_.url}).out, "published          " + address + "\n");
  EXPECT_EQ(tidegate({"publish", gz, "--to", backend_.url}).out, "already published  " + address + "\n");
  EXPECT_EQ(tidegate({"publish", other, "--to", backend_.url}).exit_code, 31);
  EXPECT_EQ(tidegate({"inspect", address}).exit_code, 0);
  const auto pulled = tidegate({"pull", address, "-o", folder_.path() + "/p"});
  ASSERT_EQ(pulled.exit_code, 0) << pulled.err;
  EXPECT_EQ(*system::read_file(folder_.path() + "/p/orders-1.2.0.tar.zst"), *system::read_file(zst));
}

// It sends all 100 MB: what is not needed is neither waited for nor kept.
TEST(StoreServer, inspect_of_a_server_without_ranges_hangs_up) {
  const char* moto = std::getenv("TIDEGATE_MOTO");
  if (moto == nullptr) GTEST_SKIP() << "botocore is missing (./dev moto, TIDEGATE_MOTO)";
  const TemporaryFolder folder;
  const Backend backend = start_s3(moto, 0, "0", "whole");
  const std::string one =
      write_artifact(folder.path() + "/1", "1.2.0", std::size_t{100} << 20U, 1);
  ASSERT_EQ(test::run_program("tidegate", {"publish", one, "--to", backend.url}, backend.variables)
                .exit_code,
            0);
  const std::string limit = test::is_sanitized ? "" : "ulimit -v 200000; ";
  const auto text = system::run_process(
      {.argv = {"bash", "-c",
                limit + "exec " TIDEGATE_BIN_DIR "/tidegate inspect " + backend.url + "/orders/1.2.0"},
       .environment = backend.variables});
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->exit_code, 0) << text->err;
  EXPECT_NE(text->out.find("the first 65536 bytes of " + std::to_string(fs::file_size(one))),
            std::string::npos)
      << text->out;
}

TEST_P(StoreServers, refusals_are_exit_40_and_show_no_secret) {
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", 3000, 1);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"publish", one, "--to", backend_.url},
        {"list", backend_.url},
        {"pull", backend_.url + "/orders/1.2.0", "-o", folder_.path() + "/p"}}) {
    if (!backend_.wrong.empty()) {
      const auto refused = tidegate(words, backend_.wrong);
      EXPECT_EQ(refused.exit_code, 40) << words.front() << refused.err;
      EXPECT_NE(refused.err.find("[store.refused]"), std::string::npos) << refused.err;
    }
    if (backend_.missing.empty()) continue;  // a registry makes repositories
    std::vector<std::string> elsewhere = words;
    for (std::string& word : elsewhere) {
      if (word.starts_with(backend_.url)) word.replace(0, backend_.url.size(), backend_.missing);
    }
    const auto missing = tidegate(elsewhere);
    EXPECT_EQ(missing.exit_code, 40) << words.front() << missing.err;
  }
  std::map<std::string, std::string> nobody = backend_.variables;
  for (auto& one_variable : nobody) {
    if (one_variable.first.ends_with("ENDPOINT") || one_variable.first.ends_with("URL_S3"))
      one_variable.second = "http://127.0.0.1:1/x";
  }
  EXPECT_EQ(
      tidegate({"list", GetParam() == "registry" ? "oci://127.0.0.1:1/x" : backend_.url}, nobody)
          .exit_code,
      40);
}

// Not with moto, which looks whether a key is taken before it takes the bytes, and not again.
class AtomicServers : public StoreServers {};

// Two contents of several blocks at once: one wins whole.
TEST_P(AtomicServers, racing_publishers_never_mix) {
  const std::string program = TIDEGATE_BIN_DIR "/tidegate";
  const std::size_t size = (std::size_t{18} << 20U) + 5;
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", size, 1),
                    two = write_artifact(folder_.path() + "/2", "1.2.0", size, 2);
  for (int round = 0; round < 2; ++round) {
    const std::string url = backend_.url + "/r" + std::to_string(round);
    std::vector<std::unique_ptr<system::Child>> children;
    for (int i = 0; i < 4; ++i) {
      auto child = system::Child::start({.argv = {program, "publish", i % 2 == 0 ? one : two, "--to", url},
                                         .environment = backend_.variables});
      ASSERT_TRUE(child.ok());
      children.push_back(std::move(*child));
    }
    std::vector<system::ProcessResult> ends;
    for (const auto& child : children) ends.push_back(*child->wait(std::chrono::seconds(300)));
    const auto pulled = tidegate({"pull", url + "/orders/1.2.0", "-o", folder_.path() + "/p"});
    ASSERT_EQ(pulled.exit_code, 0) << pulled.err;
    const std::string won = identity(folder_.path() + "/p/orders-1.2.0.tar.gz");
    for (std::size_t i = 0; i < ends.size(); ++i) {
      look_through(ends[i]);
      EXPECT_EQ(ends[i].exit_code, identity(i % 2 == 0 ? one : two) == won ? 0 : 31) << ends[i].err;
    }
  }
}

TEST_P(StoreServers, a_large_artifact_goes_both_ways_in_little_memory) {
  if (test::is_sanitized) GTEST_SKIP() << "sanitizers map terabytes";
  const std::string program = TIDEGATE_BIN_DIR "/tidegate";
  const std::size_t size = std::size_t{200} << 20U;
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", size, 1);
  const auto limited = [&](const std::string& arguments) {
    const auto result = system::run_process(
        {.argv = {"bash", "-c", "ulimit -v 200000; exec " + program + " " + arguments},
         .environment = backend_.variables});
    EXPECT_TRUE(result.ok());
    look_through(*result);
    return *result;
  };
  const auto published = limited("publish " + one + " --to " + backend_.url);
  ASSERT_EQ(published.exit_code, 0) << published.err;
  const auto pulled = limited("pull " + backend_.url + "/orders/1.2.0@sha256:" + identity(one) +
                              " -o " + folder_.path() + "/p");
  ASSERT_EQ(pulled.exit_code, 0) << pulled.err;
}

// Killed at any moment: not published, or whole; the next run completes it.
TEST_P(StoreServers, kill_at_random_moments) {
  const std::string program = TIDEGATE_BIN_DIR "/tidegate";
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", std::size_t{20} << 20U, 1);
  std::mt19937 random(3);
  for (int round = 0; round < 4; ++round) {
    const std::string url = backend_.url + "/k" + std::to_string(round),
                      address = url + "/orders/1.2.0@sha256:" + identity(one);
    auto child = system::Child::start(
        {.argv = {program, "publish", one, "--to", url}, .environment = backend_.variables});
    ASSERT_TRUE(child.ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 600));
    (*child)->send_signal(SIGKILL);
    (void)(*child)->wait(std::chrono::seconds(60));
    const auto between = tidegate({"pull", address, "-o", folder_.path() + "/p"});
    EXPECT_TRUE(between.exit_code == 0 ||
                between.err.find("[store.not-found]") != std::string::npos)
        << between.err;
    EXPECT_EQ(tidegate({"publish", one, "--to", url}).exit_code, 0);
    EXPECT_EQ(tidegate({"pull", address, "-o", folder_.path() + "/p"}).exit_code, 0);
  }
}

// A server that takes its time: three seconds at least, on a busy machine more.
class ProgressOfPull : public testing::Test {
 protected:
  void SetUp() override {
    const char* moto = std::getenv("TIDEGATE_MOTO");
    if (moto == nullptr) GTEST_SKIP() << "botocore is missing (./dev moto, TIDEGATE_MOTO)";
    backend_ = start_s3(moto, 0, "0.06");
    const std::string one =
        write_artifact(folder_.path() + "/1", "1.2.0", std::size_t{3} << 20U, 1);
    ASSERT_EQ(
        test::run_program("tidegate", {"publish", one, "--to", backend_.url}, backend_.variables)
            .exit_code,
        0);
  }
  system::ProcessResult pull(std::vector<std::string> wrapper, const std::string& options,
                             std::map<std::string, std::string> variables) {
    variables.insert(backend_.variables.begin(), backend_.variables.end());
    wrapper.push_back(std::string(TIDEGATE_BIN_DIR) + "/tidegate pull " + backend_.url +
                      "/orders/1.2.0 -o " + folder_.path() + "/p " + options);
    if (wrapper.front() == "script") wrapper.emplace_back("/dev/null");
    const auto result =
        system::run_process({.argv = std::move(wrapper), .environment = std::move(variables)});
    EXPECT_TRUE(result.ok() && result->exit_code == 0) << result->out << result->err;
    return *result;
  }
  // On a terminal: util-linux' script makes one, and shows what was written to it.
  std::string shown(const std::string& options, std::map<std::string, std::string> variables) {
    return pull({"script", "-qefc"}, options, std::move(variables)).out;
  }

  const TemporaryFolder folder_{};
  Backend backend_{};
};

TEST_F(ProgressOfPull, is_one_line_on_a_terminal) {
  if (!system::find_program("script")) GTEST_SKIP() << "script of util-linux is missing";
  const std::string text = shown("", {{"TERM", "xterm"}, {"NO_COLOR", "1"}});
  EXPECT_NE(text.find("\rpulling  "), std::string::npos) << text;
  EXPECT_NE(text.find(" of 3.1 MB  "), std::string::npos) << text;
  EXPECT_NE(text.find(" s left"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << "no escape sequence";
  EXPECT_NE(text.find("\rasked by version"), std::string::npos)
      << "the line is gone before another one is written\n"
      << text;
  // Plain lines, if it takes that long: nothing is written over what stands there.
  const std::vector<std::pair<std::string, std::map<std::string, std::string>>> plain{
      {"", {{"TERM", "dumb"}}},
      {"", {{"TERM", "xterm"}, {"CI", "true"}}},
      {"--log-format json", {{"TERM", "xterm"}}}};
  for (const auto& one : plain) {
    EXPECT_EQ(shown(one.first, one.second).find("\rpulling"), std::string::npos) << one.first;
  }
  EXPECT_EQ(shown("--quiet", {{"TERM", "xterm"}}).find("pulling"), std::string::npos);
}

// Its clock runs thirty times too fast, so that ten seconds pass in a third of one.
TEST_F(ProgressOfPull, is_plain_lines_elsewhere) {
  if (!system::find_program("faketime")) GTEST_SKIP() << "faketime is missing";
  if (test::is_sanitized) GTEST_SKIP() << "a sanitizer must be loaded before faketime";
  const std::vector<std::string> fast{"faketime", "-f", "+0d x30", "bash", "-c"};
  const std::string lines = pull(fast, "", {}).err;
  EXPECT_NE(lines.find("pulling  "), std::string::npos) << lines;
  EXPECT_NE(lines.find(" of 3.1 MB  "), std::string::npos) << lines;
  EXPECT_EQ(lines.find('\r'), std::string::npos) << lines;
  EXPECT_NE(pull(fast, "--log-format json", {}).err.find("{\"severity\":\"info\",\"message\":\"pulling  "),
            std::string::npos);
  EXPECT_EQ(pull(fast, "--quiet", {}).err, "");
}

INSTANTIATE_TEST_SUITE_P(Servers, StoreServers,
                         testing::Values("azurite_key", "azurite_token", "azurite_sas",
                                         "azurite_create", "moto", "s3", "s3_faults", "registry"),
                         [](const auto& test) { return test.param; });
INSTANTIATE_TEST_SUITE_P(Servers, AtomicServers,
                         testing::Values("azurite_key", "azurite_sas", "azurite_create", "s3", "s3_faults"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace tidegate
