// SPDX-License-Identifier: Apache-2.0
// HTTP as an effect: one exchange after the other, bodies of any size in both directions. An answer
// with any status is a value; a failure means that there was no whole answer. Enough for clients of
// Maven repositories, registries and object stores. The implementation over the network is
// system/curl; here are the interface and what is put around it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tidegate::system {

// In the order of the message; names compare without case and may repeat.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

class ByteSource {  // bytes of a request, read once from the beginning to the end
 public:
  virtual ~ByteSource() = default;
  virtual Result<std::size_t> read(std::span<char> piece) = 0;  // 0: at the end
};

// Opened anew for each attempt, and after a redirect that keeps the method.
struct HttpBody {
  std::uint64_t size = 0;
  std::function<Result<std::unique_ptr<ByteSource>>()> open{};
};
HttpBody text_body(std::string bytes);
// Part [begin, begin + size) of a file, which must not change. Code system.read-failed.
Result<HttpBody> file_body(const std::string& path, std::uint64_t begin = 0,
                           std::optional<std::uint64_t> size = std::nullopt);

struct HttpResponse {
  int status = 0;
  HttpHeaders headers{};
  std::string body{};  // empty when a sink got it
  std::string url{};   // after redirects

  bool ok() const { return status >= 200 && status < 300; }
  std::optional<std::string_view> header(std::string_view name) const;  // the last of that name
};

// Takes the body of an answer with a status of 200 to 299. A failure of it ends the exchange and is
// what send() answers; it is not tried again.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // A body begins: whatever came before belongs to an attempt that broke off. `head` has no body.
  virtual Status begin(const HttpResponse& head) = 0;
  virtual Status write(std::string_view piece) = 0;
};

enum class Repeat : std::uint8_t {
  idempotent,  // GET, HEAD, PUT, DELETE, OPTIONS; not POST, PATCH
  always,
  never,
};

struct HttpRequest {
  std::string method = "GET";
  std::string url{};  // http or https
  HttpHeaders headers{};
  std::string user{}, password{};  // Basic; sent to the host of `url` only, never after a redirect
                                   // to another one
  std::optional<HttpBody> body{};
  BodySink* sink = nullptr;
  std::size_t most_body = std::size_t{64} << 20U;  // bytes without a sink; more is a failure
  unsigned most_redirects = 10;                    // 0: the redirect itself is the answer
  std::chrono::milliseconds most_time{0};          // of one attempt; 0: only stalls end it
  Repeat repeat = Repeat::idempotent;
};

class Http {
 public:
  virtual ~Http() = default;
  // May be called by several threads at once. Codes, all with exit 40: system.http-failed (may pass:
  // no connection, time-out, broken off), system.http-refused (will not: certificate, address,
  // scheme, redirects, size), system.offline.
  virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

// Every exchange fails with system.offline, which names the address.
class OfflineHttp final : public Http {
 public:
  Result<HttpResponse> send(const HttpRequest& request) override;
};

class Pause {  // waiting, so that tests need not
 public:
  virtual ~Pause() = default;
  virtual void wait(std::chrono::milliseconds time) = 0;
};
class ThreadPause final : public Pause {
 public:
  void wait(std::chrono::milliseconds time) override;
};

struct RetryOptions {
  unsigned attempts = 5;
  std::chrono::milliseconds first{500};     // doubled for each further one
  std::chrono::milliseconds longest{30000};  // also of Retry-After; a longer one is not waited for
  unsigned jitter_percent = 0;  // up to so much more at random: many clients do not come back at once
};

// Whether the same request may succeed later: system.http-failed, and 408, 429, 500, 502, 503, 504.
bool may_pass(const Result<HttpResponse>& answer);

// How long to wait after the attempt with this number, from 1. Retry-After (RFC 9110, section
// 10.2.3; seconds or a date) is honoured. `now`: seconds since 1970-01-01 UTC, for a date.
std::chrono::milliseconds delay_of(const Result<HttpResponse>& answer, unsigned attempt,
                                   std::int64_t now, const RetryOptions& options);

// Repeats exchanges that may pass, after their delay. The last answer or failure is handed on.
class RetryingHttp final : public Http {
 public:
  RetryingHttp(Http& inner, Pause& pause, std::function<std::int64_t()> now,
               RetryOptions options = {});
  Result<HttpResponse> send(const HttpRequest& request) override;

 private:
  Http& inner_;
  Pause& pause_;
  std::function<std::int64_t()> now_;
  RetryOptions options_;
};

// For messages: without user, password, query and fragment, which may hold secrets.
std::string shown_url(std::string_view url);

// Seconds since 1970-01-01 of "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, RFC 9110).
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace tidegate::system
