// SPDX-License-Identifier: Apache-2.0
#include "store/s3.hpp"

#include <map>
#include <mutex>

#include "base/text.hpp"
#include "document/xml.hpp"
#include "store/aws_signature.hpp"
#include "store/web.hpp"
#include "system/digest.hpp"

namespace tidegate::store {
namespace {

using system::HttpRequest;
using system::HttpResponse;

constexpr std::size_t most_parts = 10000;

struct Settings {
  std::string base{};  // address of the bucket, without a slash at the end
  AwsScope scope{};
  AwsKeys keys{};
};

// The digest of the body travels in the request until it is signed.
constexpr const char* digest_header = "x-amz-content-sha256";

constexpr const char* fact_prefix = "x-amz-meta-";  // of a header

class S3 final : public Objects {
 public:
  S3(Settings settings, const Effects& effects)
      : settings_(std::move(settings)),
        effects_(effects),
        signing_(effects_.http, [this](HttpRequest& request) { return sign(request); }),
        http_(signing_, effects_.pause, effects_.now, store_retries) {}

  Result<std::optional<ObjectInfo>> head(const std::string& key) override;
  Result<bool> create(const std::string& key, const NewObject& object) override;
  Result<bool> read(const std::string& key, const Part& part, system::BodySink& sink) override;
  Result<std::vector<ObjectInfo>> list(const std::string& prefix) override;

 private:
  Status sign(HttpRequest& request);
  std::string url_of(const std::string& key, const std::string& query = {}) const;
  Result<HttpResponse> send_conditional(const HttpRequest& request);
  Result<bool> put_whole(const std::string& key, const NewObject& object);
  Result<bool> put_parts(const std::string& key, const NewObject& object);
  Result<std::string> begin_upload(const std::string& key, const NewObject& object);
  Result<std::string> put_part(const std::string& key, const std::string& upload,
                               std::size_t number, std::string bytes);
  Result<bool> complete(const std::string& key, const std::string& upload,
                        const std::map<std::size_t, std::string>& tags);
  void abort_upload(const std::string& key, const std::string& upload);

  Settings settings_;
  Effects effects_;
  SigningHttp signing_;
  system::RetryingHttp http_;
};

Status S3::sign(HttpRequest& request) {
  request.most_redirects = 0;
  std::string digest;
  for (const auto& [name, value] : request.headers) {
    if (name == digest_header) digest = value;
  }
  if (digest.empty()) {
    digest = system::sha256_hex("");
    request.headers.emplace_back(digest_header, digest);
  }
  const std::int64_t now = effects_.now();
  request.headers.emplace_back("x-amz-date", compact_time(now));
  if (!settings_.keys.session.empty())
    request.headers.emplace_back("x-amz-security-token", settings_.keys.session);
  request.headers.emplace_back(
      "Authorization", aws_authorization(request, settings_.scope, settings_.keys, now, digest));
  return Done{};
}

std::string S3::url_of(const std::string& key, const std::string& query) const {
  const std::string url = settings_.base + "/" + percent_encoded(key, true);
  return query.empty() ? url : url + "?" + query;
}

Result<std::optional<ObjectInfo>> S3::head(const std::string& key) {
  const HttpRequest request{.method = "HEAD", .url = url_of(key)};
  const Result<HttpResponse> answer = http_.send(request);
  if (!answer) return answer.failure();
  if (answer->status == 404) return std::optional<ObjectInfo>();
  if (!answer->ok()) return refused(request, *answer, "");
  return std::optional<ObjectInfo>(object_info(key, *answer, fact_prefix));
}

Result<bool> S3::create(const std::string& key, const NewObject& object) {
  return object.body.size <= part_size ? put_whole(key, object) : put_parts(key, object);
}

system::HttpHeaders facts_of(const NewObject& object) {
  system::HttpHeaders headers{{"Content-Type", "application/octet-stream"}};
  for (const auto& [name, value] : object.facts) headers.emplace_back(fact_prefix + name, value);
  return headers;
}

// Somebody else writes at this moment, and may fail; or the service fails after it has begun its answer with 200.
bool is_busy(const HttpResponse& answer) {
  const std::string code = error_code_of(answer.body);
  if (answer.status == 409) return code == "ConditionalRequestConflict";
  return answer.ok() && (code == "InternalError" || code == "SlowDown" || code == "ServiceUnavailable" || code == "RequestTimeout");
}

Result<HttpResponse> S3::send_conditional(const HttpRequest& request) {
  for (unsigned attempt = 1;; ++attempt) {
    Result<HttpResponse> answer = http_.send(request);
    if (!answer || !is_busy(*answer) || attempt >= store_retries.attempts) return answer;
    effects_.pause.wait(store_retries.first * attempt);
  }
}

Result<bool> S3::put_whole(const std::string& key, const NewObject& object) {
  HttpRequest request{
      .method = "PUT", .url = url_of(key), .headers = facts_of(object), .body = object.body};
  request.headers.emplace_back("If-None-Match", "*");
  request.headers.emplace_back(digest_header, object.sha256);
  const Result<HttpResponse> answer = send_conditional(request);
  if (!answer) return answer.failure();
  if (answer->ok()) return true;
  if (answer->status == 412) return false;
  return refused(request, *answer, error_code_of(answer->body));
}

Result<std::string> S3::begin_upload(const std::string& key, const NewObject& object) {
  const HttpRequest request{.method = "POST",
                            .url = url_of(key, "uploads="),
                            .headers = facts_of(object),
                            .repeat = system::Repeat::always};
  const Result<HttpResponse> answer = http_.send(request);
  if (!answer) return answer.failure();
  if (!answer->ok()) return refused(request, *answer, error_code_of(answer->body));
  const Result<document::XmlNode> root = document::parse_xml("answer", answer->body);
  std::string upload = root ? std::string(root->text_of("UploadId")) : std::string();
  if (upload.empty()) return invalid_answer(request.url, "no id of an upload");
  return upload;
}

Result<std::string> S3::put_part(const std::string& key, const std::string& upload,
                                 std::size_t number, std::string bytes) {
  const std::string digest = system::sha256_hex(bytes);
  const HttpRequest request{.method = "PUT",
                            .url = url_of(key, "partNumber=" + std::to_string(number + 1) +
                                                   "&uploadId=" + percent_encoded(upload)),
                            .headers = {{digest_header, digest}},
                            .body = system::text_body(std::move(bytes))};
  const Result<HttpResponse> answer = http_.send(request);
  if (!answer) return answer.failure();
  if (!answer->ok()) return refused(request, *answer, error_code_of(answer->body));
  const std::string tag(answer->header("etag").value_or(""));
  if (tag.empty() || tag.find_first_of("<>&") != std::string::npos)
    return invalid_answer(request.url, "no ETag");
  return tag;
}

void S3::abort_upload(const std::string& key, const std::string& upload) {
  (void)http_.send({.method = "DELETE", .url = url_of(key, "uploadId=" + percent_encoded(upload))});
}

// The answer 200 can hold an error: the service begins it before it knows.
Result<bool> S3::complete(const std::string& key, const std::string& upload,
                          const std::map<std::size_t, std::string>& tags) {
  std::string xml = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (const auto& [number, tag] : tags) {
    xml += "<Part><PartNumber>" + std::to_string(number + 1) + "</PartNumber><ETag>" + tag +
           "</ETag></Part>";
  }
  xml += "</CompleteMultipartUpload>";
  const std::string digest = system::sha256_hex(xml);
  const HttpRequest request{.method = "POST",
                            .url = url_of(key, "uploadId=" + percent_encoded(upload)),
                            .headers = {{"If-None-Match", "*"}, {digest_header, digest}},
                            .body = system::text_body(std::move(xml)),
                            .repeat = system::Repeat::always};
  const Result<HttpResponse> answer = send_conditional(request);
  if (!answer) return answer.failure();
  const std::string code = error_code_of(answer->body);
  if (answer->ok() && code.empty()) return true;
  if (answer->status == 412 || code == "PreconditionFailed") return false;
  if (code == "NoSuchUpload") {  // a lost answer: it was completed before
    const Result<std::optional<ObjectInfo>> there = head(key);
    if (there && *there) return false;
  }
  return refused(request, *answer, code);
}

Result<bool> S3::put_parts(const std::string& key, const NewObject& object) {
  const Result<std::string> upload = begin_upload(key, object);
  if (!upload) return upload.failure();
  std::map<std::size_t, std::string> tags;
  std::mutex mutex;
  const Status sent = upload_parts(object.body, part_size_of(object.body.size, most_parts),
                                   [&](std::size_t number, std::string bytes) -> Status {
                                     Result<std::string> tag =
                                         put_part(key, *upload, number, std::move(bytes));
                                     if (!tag) return tag.failure();
                                     const std::lock_guard lock(mutex);
                                     tags[number] = std::move(*tag);
                                     return Done{};
                                   });
  Result<bool> done = false;
  if (!sent)
    done = sent.failure();
  else
    done = complete(key, *upload, tags);
  if (!done || !*done) abort_upload(key, *upload);
  return done;
}

Result<bool> S3::read(const std::string& key, const Part& part, system::BodySink& sink) {
  HttpRequest request{.url = url_of(key), .sink = &sink};
  add_range(request, part);
  const Result<HttpResponse> answer = http_.send(request);
  if (!answer) return answer.failure();
  if (is_behind_the_end(*answer, part)) return true;
  const std::string code = error_code_of(answer->body);
  if (answer->status == 404 && code != "NoSuchBucket") return false;
  if (!answer->ok()) return refused(request, *answer, code);
  return true;
}

Result<std::vector<ObjectInfo>> S3::list(const std::string& prefix) {
  std::vector<ObjectInfo> all;
  std::string token;
  do {
    std::string query = "list-type=2&prefix=" + percent_encoded(prefix);
    if (!token.empty()) query += "&continuation-token=" + percent_encoded(token);
    const HttpRequest request{.url = url_of("", query)};
    const Result<HttpResponse> answer = http_.send(request);
    if (!answer) return answer.failure();
    if (!answer->ok()) return refused(request, *answer, error_code_of(answer->body));
    const Result<document::XmlNode> root = document::parse_xml("answer", answer->body);
    if (!root || root->name != "ListBucketResult")
      return invalid_answer(request.url, "no list of objects");
    for (const document::XmlNode& one : root->children) {
      if (one.name != "Contents") continue;
      all.push_back({.key = std::string(one.text_of("Key")),
                     .size = std::strtoull(std::string(one.text_of("Size")).c_str(), nullptr, 10)});
    }
    const std::string next = root->text_of("IsTruncated") == "true"
                                 ? std::string(root->text_of("NextContinuationToken"))
                                 : "";
    if (!next.empty() && next == token)
      return invalid_answer(request.url, "the list goes in circles");
    token = next;
  } while (!token.empty());
  return all;
}

}  // namespace

Result<std::unique_ptr<Objects>> open_s3(const std::string& bucket, const Effects& effects) {
  const auto variable = [&](std::initializer_list<const char*> names) {
    for (const char* name : names) {
      if (auto value = effects.environment.get(name); value && !value->empty()) return *value;
    }
    return std::string();
  };
  const auto wrong = [](const char* code, const std::string& message, const std::string& hint) {
    return Diagnostic{.code = code,
                      .where = {.file = "s3"},
                      .message = message,
                      .hint = hint,
                      .exit = ExitCode::usage};
  };
  Settings settings{.scope = {.region = variable({"AWS_REGION", "AWS_DEFAULT_REGION"})},
                    .keys = {.id = variable({"AWS_ACCESS_KEY_ID"}),
                             .secret = variable({"AWS_SECRET_ACCESS_KEY"}),
                             .session = variable({"AWS_SESSION_TOKEN"})}};
  if (settings.scope.region.empty()) settings.scope.region = "us-east-1";
  if (settings.keys.id.empty() || settings.keys.secret.empty()) {
    return wrong("store.no-credentials",
                 "no credentials for S3: AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set",
                 "set both, and AWS_SESSION_TOKEN for temporary keys; `aws configure "
                 "export-credentials --format env` prints them");
  }
  std::string endpoint = variable({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (!endpoint.empty() &&
      (endpoint.find_first_of("?#@") != std::string::npos || !is_private_url(endpoint))) {
    return wrong("store.bad-address", "AWS_ENDPOINT_URL_S3 is no https address of a service",
                 "expected https://HOST[/PATH], or http on this machine");
  }
  const std::string amazon = "s3." + settings.scope.region + ".amazonaws.com";
  if (!endpoint.empty())
    settings.base = endpoint + "/" + bucket;
  else if (bucket.find('.') != std::string::npos)
    settings.base = "https://" + amazon + "/" + bucket;  // no certificate fits
  else
    settings.base = "https://" + bucket + "." + amazon;
  return std::unique_ptr<Objects>(std::make_unique<S3>(std::move(settings), effects));
}

}  // namespace tidegate::store
