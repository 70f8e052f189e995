// SPDX-License-Identifier: Apache-2.0
// Http over libcurl. One object serves any number of threads; connections are kept and used again.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "system/environment.hpp"
#include "system/http.hpp"

namespace tidegate::system {

struct Proxy {
  std::string url{};  // "http://proxy.example:3128"; empty: none
  std::string user{}, password{};
};

struct CurlOptions {
  Proxy http{}, https{};    // by the scheme of the address that is asked
  std::string no_proxy{};   // hosts and suffixes, separated by commas; "*": all
  std::string ca_file{};    // certificates that are trusted; empty: those of the system
  std::string user_agent{};
  std::chrono::milliseconds connect_limit{30000};
  std::chrono::seconds stall_limit{60};  // without a byte
};

// https_proxy, HTTPS_PROXY, http_proxy (never HTTP_PROXY, which a CGI request can set), all_proxy,
// ALL_PROXY, no_proxy, NO_PROXY, SSL_CERT_FILE: as curl reads them.
CurlOptions curl_options(const Environment& environment);

class CurlHttp final : public Http {
 public:
  explicit CurlHttp(CurlOptions options);
  CurlHttp(const CurlHttp&) = delete;
  CurlHttp& operator=(const CurlHttp&) = delete;
  ~CurlHttp() override;
  Result<HttpResponse> send(const HttpRequest& request) override;

 private:
  class Handles;
  CurlOptions options_;
  std::once_flag start_{};
  std::unique_ptr<Handles> handles_{};  // since the first request
};

}  // namespace tidegate::system
