// SPDX-License-Identifier: Apache-2.0
#include "store/azure_key.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "signature/base64.hpp"
#include "store/web.hpp"
#include "system/digest.hpp"

namespace tidegate::store {

std::string shared_key_text(const system::HttpRequest& request, const std::string& account) {
  constexpr std::array<std::string_view, 11> standard{"content-encoding",
                                                      "content-language",
                                                      "content-length",
                                                      "content-md5",
                                                      "content-type",
                                                      "date",
                                                      "if-modified-since",
                                                      "if-match",
                                                      "if-none-match",
                                                      "if-unmodified-since",
                                                      "range"};
  std::map<std::string, std::string> headers;
  for (const auto& [name, value] : request.headers)
    headers[to_lower(name)] = std::string(trim(value));
  if (request.body && request.body->size > 0)
    headers["content-length"] = std::to_string(request.body->size);
  std::string text = request.method + "\n";
  for (const std::string_view name : standard) {
    const auto found = headers.find(std::string(name));
    text += (found == headers.end() ? "" : found->second) + "\n";
  }
  for (const auto& [name, value] : headers) {
    if (name.starts_with("x-ms-")) text += name + ":" + value + "\n";
  }
  const UrlParts url = split_url(request.url);
  text += "/" + account + url.path;
  std::map<std::string, std::vector<std::string>> query;
  for (const auto& [name, value] : url.query) query[to_lower(name)].push_back(value);
  for (auto& [name, values] : query) {
    std::sort(values.begin(), values.end());
    text += "\n" + name + ":" + join(values, ",");
  }
  return text;
}

std::string shared_key_authorization(const system::HttpRequest& request, const std::string& account,
                                     const std::string& key) {
  return "SharedKey " + account + ":" +
         signature::encode_base64(system::hmac_sha256(key, shared_key_text(request, account)));
}

}  // namespace tidegate::store
