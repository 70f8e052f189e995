// SPDX-License-Identifier: Apache-2.0
// Blocks of an upload are seen by every writer of the same blob until they are committed, so their
// ids are random: with ids that count from zero a commit could take over the bytes of another
// writer. Metadata keys have letters and digits only: the service sorts signed headers by rules of
// a language, which ignore dashes.
#include "store/azure_blob.hpp"

#include <array>
#include <cstdio>

#include "base/text.hpp"
#include "document/xml.hpp"
#include "signature/base64.hpp"
#include "store/azure_key.hpp"
#include "store/azure_token.hpp"
#include "store/web.hpp"
#include "system/digest.hpp"

namespace tidegate::store {
namespace {

using system::HttpRequest;
using system::HttpResponse;

constexpr std::size_t most_blocks = 50000;

std::string reason_of(const HttpResponse& answer) {
  return std::string(answer.header("x-ms-error-code").value_or(error_code_of(answer.body)));
}

// Somebody else was first. A create-only SAS makes 403 of it.
bool is_taken(const HttpResponse& answer) {
  const std::string reason = reason_of(answer);
  if (answer.status == 412) return reason.empty() || reason == "ConditionNotMet";
  return (answer.status == 409 &&
          (reason == "BlobAlreadyExists" || reason == "BlobImmutableDueToPolicy")) ||
         (answer.status == 403 && reason == "UnauthorizedBlobOverwrite");
}

// Letters of `sp` in a SAS token.
std::string rights_of(const std::string& sas) {
  for (const auto& [name, value] : split_url("x/?" + sas).query) {
    if (name == "sp") return value;
  }
  return {};
}

struct Settings {
  std::string endpoint{};  // without a slash at the end
  std::string account{};
  std::string container{};
  std::string key{};  // bytes; or
  std::string sas{};  // or a token
};

constexpr const char* fact_prefix = "x-ms-meta-";  // of a header

class AzureBlob final : public Objects {
 public:
  AzureBlob(Settings settings, const Effects& effects)
      : settings_(std::move(settings)),
        effects_(effects),
        token_(effects),
        signing_(
            effects_.http, [this](HttpRequest& request) { return sign(request); },
            [this](const HttpRequest& request) { return renew(request); }),
        http_(signing_, effects_.pause, effects_.now, store_retries) {}

  Result<std::optional<ObjectInfo>> head(const std::string& key) override;
  Result<bool> create(const std::string& key, const NewObject& object) override;
  Result<bool> read(const std::string& key, const Part& part, system::BodySink& sink) override;
  Result<std::vector<ObjectInfo>> list(const std::string& prefix) override;

 private:
  Status sign(HttpRequest& request);
  bool renew(const HttpRequest& refused);
  std::string url_of(const std::string& key, const std::string& query = {}) const;
  Result<bool> judge_created(const HttpRequest& request, const Result<HttpResponse>& answer) const;
  Result<bool> put_whole(const std::string& key, const NewObject& object);
  Result<bool> put_blocks(const std::string& key, const NewObject& object);
  Status put_block(const std::string& key, const std::string& id, std::string bytes);

  Settings settings_;
  Effects effects_;
  AzureToken token_;
  SigningHttp signing_;
  system::RetryingHttp http_;
};

Status AzureBlob::sign(HttpRequest& request) {
  request.most_redirects = 0;
  request.headers.emplace_back("x-ms-version", "2021-12-02");
  request.headers.emplace_back("x-ms-date", http_date(effects_.now()));
  request.headers.emplace_back("x-ms-client-request-id", system::random_hex(16));
  if (!settings_.key.empty()) {
    request.headers.emplace_back(
        "Authorization", shared_key_authorization(request, settings_.account, settings_.key));
    return Done{};
  }
  if (!settings_.sas.empty()) {
    request.url += (request.url.find('?') == std::string::npos ? "?" : "&") + settings_.sas;
    return Done{};
  }
  const Result<std::string> token = token_.get();
  if (!token) return token.failure();
  request.headers.emplace_back("Authorization", "Bearer " + *token);
  return Done{};
}

// A token can be withdrawn before its time.
bool AzureBlob::renew(const HttpRequest& refused) {
  for (const auto& [name, value] : refused.headers) {
    if (name == "Authorization" && value.starts_with("Bearer ")) return token_.renew(value.substr(7));
  }
  return false;
}

std::string AzureBlob::url_of(const std::string& key, const std::string& query) const {
  std::string url = settings_.endpoint + "/" + percent_encoded(settings_.container);
  if (!key.empty()) url += "/" + percent_encoded(key, true);
  return query.empty() ? url : url + "?" + query;
}

Result<std::optional<ObjectInfo>> AzureBlob::head(const std::string& key) {
  const HttpRequest request{.method = "HEAD", .url = url_of(key)};
  const Result<HttpResponse> answer = http_.send(request);
  if (!answer) return answer.failure();
  const std::string reason = reason_of(*answer);
  if (answer->status == 404 && reason != "ContainerNotFound") return std::optional<ObjectInfo>();
  if (!answer->ok()) return refused(request, *answer, reason);
  return std::optional<ObjectInfo>(object_info(key, *answer, fact_prefix));
}

system::HttpHeaders new_blob_headers(const NewObject& object) {
  system::HttpHeaders headers{{"If-None-Match", "*"}};
  for (const auto& [name, value] : object.facts) headers.emplace_back(fact_prefix + name, value);
  return headers;
}

Result<bool> AzureBlob::judge_created(const HttpRequest& request,
                                      const Result<HttpResponse>& answer) const {
  if (!answer) return answer.failure();
  if (answer->status == 201) return true;
  if (is_taken(*answer)) return false;
  return refused(request, *answer, reason_of(*answer));
}

Result<bool> AzureBlob::create(const std::string& key, const NewObject& object) {
  // A SAS that may create and not write is good for Put Blob only.
  const std::string rights = rights_of(settings_.sas);
  const bool only_create =
      !settings_.sas.empty() && !rights.empty() && rights.find('w') == std::string::npos;
  return object.body.size <= part_size || only_create ? put_whole(key, object)
                                                      : put_blocks(key, object);
}

Result<bool> AzureBlob::put_whole(const std::string& key, const NewObject& object) {
  HttpRequest request{.method = "PUT",
                      .url = url_of(key),
                      .headers = new_blob_headers(object),
                      .body = object.body};
  request.headers.emplace_back("x-ms-blob-type", "BlockBlob");
  request.headers.emplace_back("Content-Type", "application/octet-stream");
  return judge_created(request, http_.send(request));
}

Status AzureBlob::put_block(const std::string& key, const std::string& id, std::string bytes) {
  const std::string md5 = system::content_md5(bytes);
  HttpRequest request{.method = "PUT",
                      .url = url_of(key, "comp=block&blockid=" + percent_encoded(id)),
                      .body = system::text_body(std::move(bytes))};
  if (!md5.empty()) request.headers.emplace_back("Content-MD5", md5);
  const Result<HttpResponse> answer = http_.send(request);
  if (!answer) return answer.failure();
  if (answer->status != 201) return refused(request, *answer, reason_of(*answer));
  return Done{};
}

Result<bool> AzureBlob::put_blocks(const std::string& key, const NewObject& object) {
  const std::string random = system::random_hex(8);
  const auto id_of = [&random](std::size_t number) {
    std::array<char, 9> digits{};
    std::snprintf(digits.data(), digits.size(), "%08zu", number % 100000000U);
    return signature::encode_base64(random + "-" + digits.data());
  };
  const Status sent = upload_parts(object.body, part_size_of(object.body.size, most_blocks),
                                   [&](std::size_t number, std::string bytes) {
                                     return put_block(key, id_of(number), std::move(bytes));
                                   });
  if (!sent) return sent.failure();
  const std::size_t size = part_size_of(object.body.size, most_blocks);
  const std::size_t count = static_cast<std::size_t>((object.body.size + size - 1) / size);
  std::string list = "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>";
  for (std::size_t i = 0; i < count; ++i) list += "<Uncommitted>" + id_of(i) + "</Uncommitted>";
  list += "</BlockList>";
  HttpRequest request{.method = "PUT",
                      .url = url_of(key, "comp=blocklist"),
                      .headers = new_blob_headers(object),
                      .body = system::text_body(std::move(list))};
  request.headers.emplace_back("x-ms-blob-content-type", "application/octet-stream");
  Result<HttpResponse> answer = http_.send(request);
  // The blocks are gone when somebody committed others in between: that is a blob, too.
  if (answer && answer->status == 400 && reason_of(*answer) == "InvalidBlockList") {
    const Result<std::optional<ObjectInfo>> there = head(key);
    if (there && *there) return false;
  }
  return judge_created(request, answer);
}

Result<bool> AzureBlob::read(const std::string& key, const Part& part, system::BodySink& sink) {
  HttpRequest request{.url = url_of(key), .sink = &sink};
  add_range(request, part);
  const Result<HttpResponse> answer = http_.send(request);
  if (!answer) return answer.failure();
  if (is_behind_the_end(*answer, part)) return true;
  if (answer->status == 404 && reason_of(*answer) != "ContainerNotFound") return false;
  if (!answer->ok()) return refused(request, *answer, reason_of(*answer));
  return true;
}

ObjectInfo info_of(const document::XmlNode& blob) {
  ObjectInfo info{.key = std::string(blob.text_of("Name"))};
  if (const auto* properties = blob.find("Properties")) {
    info.size =
        std::strtoull(std::string(properties->text_of("Content-Length")).c_str(), nullptr, 10);
  }
  if (const auto* metadata = blob.find("Metadata")) {
    for (const document::XmlNode& one : metadata->children)
      info.facts[to_lower(one.name)] = std::string(trim(one.text));
  }
  return info;
}

Result<std::vector<ObjectInfo>> AzureBlob::list(const std::string& prefix) {
  std::vector<ObjectInfo> all;
  std::string marker;
  do {
    std::string query = "restype=container&comp=list&include=metadata";
    if (!prefix.empty()) query += "&prefix=" + percent_encoded(prefix);
    if (!marker.empty()) query += "&marker=" + percent_encoded(marker);
    const HttpRequest request{.url = url_of("", query)};
    const Result<HttpResponse> answer = http_.send(request);
    if (!answer) return answer.failure();
    if (!answer->ok()) return refused(request, *answer, reason_of(*answer));
    const Result<document::XmlNode> root = document::parse_xml("answer", answer->body);
    if (!root || root->name != "EnumerationResults")
      return invalid_answer(request.url, "no list of blobs");
    if (const auto* blobs = root->find("Blobs")) {
      for (const document::XmlNode& blob : blobs->children) {
        if (blob.name == "Blob") all.push_back(info_of(blob));
      }
    }
    const std::string next(root->text_of("NextMarker"));
    if (!next.empty() && next == marker)
      return invalid_answer(request.url, "the list goes in circles");
    marker = next;
  } while (!marker.empty());
  return all;
}

}  // namespace

Result<std::unique_ptr<Objects>> open_azure_blob(const std::string& account,
                                                 const std::string& container,
                                                 const Effects& effects) {
  const auto variable = [&](const char* name) {
    return effects.environment.get(name).value_or("");
  };
  const auto wrong = [](const char* code, const std::string& message, const std::string& hint) {
    return Diagnostic{.code = code,
                      .where = {.file = "azblob"},
                      .message = message,
                      .hint = hint,
                      .exit = ExitCode::usage};
  };
  Settings settings{.endpoint = variable("AZURE_STORAGE_SERVICE_ENDPOINT"),
                    .account = account,
                    .container = container};
  if (settings.endpoint.empty())
    settings.endpoint = "https://" + account + ".blob.core.windows.net";
  while (settings.endpoint.ends_with('/')) settings.endpoint.pop_back();
  if (settings.endpoint.find_first_of("?#@") != std::string::npos ||
      !is_private_url(settings.endpoint)) {
    return wrong("store.bad-address",
                 "AZURE_STORAGE_SERVICE_ENDPOINT is no https address of a service",
                 "expected https://HOST[/PATH], or http on this machine");
  }
  if (const std::string key = variable("AZURE_STORAGE_KEY"); !key.empty()) {
    const std::optional<std::string> bytes = signature::decode_base64(key);
    if (!bytes || bytes->empty())
      return wrong("store.no-credentials", "AZURE_STORAGE_KEY is not base64",
                   "copy the key of the account again");
    settings.key = *bytes;
  } else {
    settings.sas = variable("AZURE_STORAGE_SAS_TOKEN");
    if (settings.sas.starts_with('?')) settings.sas.erase(0, 1);
  }
  return std::unique_ptr<Objects>(std::make_unique<AzureBlob>(std::move(settings), effects));
}

}  // namespace tidegate::store
