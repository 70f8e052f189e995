// SPDX-License-Identifier: Apache-2.0
#include "store/aws_signature.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.hpp"
#include "store/web.hpp"
#include "system/digest.hpp"

namespace tidegate::store {
namespace {

std::string hex_of(const std::string& bytes) {
  return to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

// White space at the ends goes, inside it becomes one space.
std::string folded(std::string_view text) {
  std::string out;
  for (const char c : trim(text)) {
    const bool space = c == ' ' || c == '\t';
    if (space && out.ends_with(' ')) continue;
    out += space ? ' ' : c;
  }
  return out;
}

std::map<std::string, std::string> signed_headers(const system::HttpRequest& request) {
  std::map<std::string, std::string> headers{{"host", split_url(request.url).host}};
  for (const auto& [name, value] : request.headers) {
    const std::string lower = to_lower(name);
    if (!lower.starts_with("x-amz-")) continue;
    std::string& all = headers[lower];
    all += (all.empty() ? "" : ",") + folded(value);
  }
  return headers;
}

std::string names_of(const std::map<std::string, std::string>& headers) {
  std::string names;
  for (const auto& one : headers) names += (names.empty() ? "" : ";") + one.first;
  return names;
}

}  // namespace

std::string canonical_request(const system::HttpRequest& request, const AwsScope& scope,
                              const std::string& body_sha256) {
  const UrlParts url = split_url(request.url);
  std::vector<std::pair<std::string, std::string>> query;
  for (const auto& [name, value] : url.query)
    query.emplace_back(percent_encoded(name), percent_encoded(value));
  std::sort(query.begin(), query.end());
  std::string canonical_query;
  for (const auto& [name, value] : query) {
    canonical_query += (canonical_query.empty() ? "" : "&") + name + "=" + value;
  }
  const std::map<std::string, std::string> headers = signed_headers(request);
  std::string text = request.method + "\n" +
                     (scope.encode_path_twice ? percent_encoded(url.path, true) : url.path) + "\n" +
                     canonical_query + "\n";
  for (const auto& [name, value] : headers) text += name + ":" + value + "\n";
  return text + "\n" + names_of(headers) + "\n" + body_sha256;
}

std::string aws_authorization(const system::HttpRequest& request, const AwsScope& scope,
                              const AwsKeys& keys, std::int64_t now,
                              const std::string& body_sha256) {
  const std::string time = compact_time(now), day = time.substr(0, 8);
  const std::string place = day + "/" + scope.region + "/" + scope.service + "/aws4_request";
  const std::string text = "AWS4-HMAC-SHA256\n" + time + "\n" + place + "\n" +
                           system::sha256_hex(canonical_request(request, scope, body_sha256));
  std::string key = "AWS4" + keys.secret;
  for (const std::string& part : {day, scope.region, scope.service, std::string("aws4_request")}) {
    key = system::hmac_sha256(key, part);
  }
  return "AWS4-HMAC-SHA256 Credential=" + keys.id + "/" + place +
         ",SignedHeaders=" + names_of(signed_headers(request)) +
         ",Signature=" + hex_of(system::hmac_sha256(key, text));
}

}  // namespace tidegate::store
