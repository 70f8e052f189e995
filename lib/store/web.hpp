// SPDX-License-Identifier: Apache-2.0
// What clients of object stores share: addresses, times, requests that are signed anew for each
// attempt, uploads in parts, refusals. Private to this module.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "store/objects.hpp"
#include "system/http.hpp"

namespace tidegate::store {

// RFC 3986: everything but letters, digits and "-._~" becomes %XX; `keep_slashes` for paths.
std::string percent_encoded(std::string_view text, bool keep_slashes = false);
std::string percent_decoded(std::string_view text);  // a broken escape stays as it is

struct UrlParts {
  std::string host{};                                        // with port
  std::string path{};                                        // encoded as in the URL; at least "/"
  std::vector<std::pair<std::string, std::string>> query{};  // decoded, in their order
};
UrlParts split_url(std::string_view url);

// Whether what is sent there stays secret: https, or a host that is this machine.
bool is_private_url(std::string_view url);

std::string http_date(std::int64_t seconds);     // Sun, 06 Nov 1994 08:49:37 GMT
std::string compact_time(std::int64_t seconds);  // 19941106T084937Z

// Adds what proves who asks; called for every attempt.
using Signer = std::function<Status(system::HttpRequest&)>;
// Of a signed request that was answered with 401: whether signing it anew can help.
using Renewer = std::function<bool(const system::HttpRequest&)>;

class SigningHttp final : public system::Http {
 public:
  SigningHttp(system::Http& inner, Signer sign, Renewer renew = {})
      : inner_(inner), sign_(std::move(sign)), renew_(std::move(renew)) {}
  Result<system::HttpResponse> send(const system::HttpRequest& request) override;

 private:
  system::Http& inner_;
  Signer sign_;
  Renewer renew_;
};

inline constexpr system::RetryOptions store_retries{.attempts = 3,
                                                    .first = std::chrono::milliseconds(800),
                                                    .jitter_percent = 50};

inline constexpr std::size_t part_size = std::size_t{8} << 20U;
inline constexpr std::size_t parts_at_once = 4;

// Reads `body` once, in order, in parts of `size` bytes (the last may be shorter), and calls `put`
// with each and its number from 0, up to parts_at_once at the same time.
Status upload_parts(const system::HttpBody& body, std::size_t size,
                    const std::function<Status(std::size_t, std::string)>& put);

// Grown from part_size until `most` parts are enough.
std::size_t part_size_of(std::uint64_t size, std::size_t most);

// What the headers of an answer to HEAD say of an object: its length, and its facts, whose headers
// begin with `fact_prefix`.
ObjectInfo object_info(const std::string& key, const system::HttpResponse& answer,
                       std::string_view fact_prefix);

// Asks for a part; a server that does not know parts answers 200 with all.
void add_range(system::HttpRequest& request, const Part& part);

// The answer to a request for a part that begins behind the end.
bool is_behind_the_end(const system::HttpResponse& answer, const Part& part);

// Code store.refused; `reason` is the store's own word for it, if there is one.
Diagnostic refused(const system::HttpRequest& request, const system::HttpResponse& answer,
                   std::string_view reason);

// Code store.invalid-answer.
Diagnostic invalid_answer(const std::string& url, std::string_view what);

// The text of <Code> of an XML error, if it is a word.
std::string error_code_of(const std::string& xml);

}  // namespace tidegate::store
