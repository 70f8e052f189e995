// SPDX-License-Identifier: Apache-2.0
#include "system/curl/curl_http.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <vector>

#include "base/text.hpp"
#include "system/curl/library.hpp"

namespace tidegate::system {
namespace {

Diagnostic failure_of(const std::string& url, const char* code, std::string message,
                      std::string hint = {}) {
  return {.code = code,
          .where = {.file = shown_url(url)},
          .message = std::move(message),
          .hint = std::move(hint),
          .exit = ExitCode::store_failed};
}

// One request of a thread, and the library that sends it.
struct Handle {
  const CurlLibrary& curl;
  CURL* handle = nullptr;
};

class HeaderList {
 public:
  explicit HeaderList(const CurlLibrary& curl) : curl_(curl) {}
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList() { curl_.slist_free_all(list_); }
  void add(const std::string& line) {
    if (curl_slist* longer = curl_.slist_append(list_, line.c_str())) list_ = longer;
  }
  curl_slist* get() const { return list_; }

 private:
  const CurlLibrary& curl_;
  curl_slist* list_ = nullptr;
};

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool has_line_end(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

// One exchange: what libcurl calls back.
class Exchange {
 public:
  Exchange(const Handle& handle, const HttpRequest& request) : handle_(handle), request_(request) {}

  HttpResponse response{};
  std::optional<Diagnostic> failure{};  // of the sink, the source, or our own limits

  static std::size_t take_header(char* bytes, std::size_t, std::size_t size, void* self) {
    static_cast<Exchange*>(self)->header({bytes, size});
    return size;
  }
  static std::size_t take_body(char* bytes, std::size_t, std::size_t size, void* self) {
    return static_cast<Exchange*>(self)->body({bytes, size}) ? size : CURL_WRITEFUNC_ERROR;
  }
  static std::size_t give_body(char* bytes, std::size_t, std::size_t size, void* self) {
    return static_cast<Exchange*>(self)->read({bytes, size});
  }
  static int rewind(void* self, curl_off_t offset, int origin) {
    auto* exchange = static_cast<Exchange*>(self);
    if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
    return exchange->open_source() ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
  }

  bool open_source() {
    Result<std::unique_ptr<ByteSource>> opened = request_.body->open();
    if (!opened) return fail(opened.failure());
    source_ = std::move(*opened);
    return true;
  }

  // An answer without body has told the sink nothing yet.
  void finish() {
    read_status();
    if (response.ok() && request_.sink != nullptr && !begun_ && request_.method != "HEAD") begin();
  }

 private:
  bool fail(Diagnostic why) {
    failure = std::move(why);
    return false;
  }

  void read_status() {
    long status = 0;
    handle_.curl.easy_getinfo(handle_.handle, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
  }

  void header(std::string_view line) {
    if (line.starts_with("HTTP/")) {  // of each answer: 100, redirects, the last
      response.headers.clear();
      return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    response.headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }

  bool begin() {
    begun_ = true;
    const Status status = request_.sink->begin(response);
    return status.ok() || fail(status.failure());
  }

  bool body(std::string_view piece) {
    read_status();
    if (response.ok() && request_.sink != nullptr) {
      if (!begun_ && !begin()) return false;
      const Status status = request_.sink->write(piece);
      return status.ok() || fail(status.failure());
    }
    if (response.body.size() + piece.size() > request_.most_body) {
      if (!response.ok()) return true;  // an explanation that long is cut
      return fail(failure_of(request_.url, "system.http-refused",
                             "answers with more than " + std::to_string(request_.most_body) +
                                 " bytes, which is more than expected here"));
    }
    response.body += piece;
    return true;
  }

  std::size_t read(std::span<char> piece) {
    if (!source_ && !open_source()) return CURL_READFUNC_ABORT;
    const Result<std::size_t> got = source_->read(piece);
    if (got) return *got;
    failure = got.failure();
    return CURL_READFUNC_ABORT;
  }

  const Handle& handle_;
  const HttpRequest& request_;
  std::unique_ptr<ByteSource> source_{};
  bool begun_ = false;
};

template <class Value>
void set(const Handle& to, CURLoption option, Value value) {
  to.curl.easy_setopt(to.handle, option, value);
}
void set(const Handle& to, CURLoption option, const std::string& text) { set(to, option, text.c_str()); }

void set_body(const Handle& handle, const HttpRequest& request, Exchange& exchange) {
  if (request.method == "HEAD") return set(handle, CURLOPT_NOBODY, 1L);
  if (request.body) {
    set(handle, CURLOPT_UPLOAD, 1L);
    set(handle, CURLOPT_INFILESIZE_LARGE,
                     static_cast<curl_off_t>(request.body->size));
    set(handle, CURLOPT_READFUNCTION, Exchange::give_body);
    set(handle, CURLOPT_READDATA, &exchange);
    set(handle, CURLOPT_SEEKFUNCTION, Exchange::rewind);
    set(handle, CURLOPT_SEEKDATA, &exchange);
  } else if (request.method == "POST" || request.method == "PATCH") {
    set(handle, CURLOPT_POST, 1L);
    set(handle, CURLOPT_POSTFIELDSIZE, 0L);
    set(handle, CURLOPT_POSTFIELDS, "");
  } else {
    set(handle, CURLOPT_HTTPGET, 1L);
  }
  if (request.method != "GET" || request.body) set(handle, CURLOPT_CUSTOMREQUEST, request.method);
}

void set_network(const Handle& handle, const HttpRequest& request, const CurlOptions& options) {
  const bool secure = starts_with_ignoring_case(request.url, "https:");
  const Proxy& proxy = secure ? options.https : options.http;
  set(handle, CURLOPT_PROXY, proxy.url);  // also an empty one: the environment is not read here
  if (!proxy.user.empty()) {
    set(handle, CURLOPT_PROXYUSERNAME, proxy.user);
    set(handle, CURLOPT_PROXYPASSWORD, proxy.password);
    set(handle, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
  }
  set(handle, CURLOPT_NOPROXY, options.no_proxy);
  if (!options.ca_file.empty()) set(handle, CURLOPT_CAINFO, options.ca_file);
  set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
  set(handle, CURLOPT_FOLLOWLOCATION, request.most_redirects > 0 ? 1L : 0L);
  set(handle, CURLOPT_MAXREDIRS, static_cast<long>(request.most_redirects));
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_limit.count()));
  set(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_limit.count()));
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.most_time.count()));
  if (!options.user_agent.empty()) set(handle, CURLOPT_USERAGENT, options.user_agent);
}

std::string hint_of(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return "let the server show a certificate that the system trusts, or name the file of the "
             "authority's certificate in SSL_CERT_FILE";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "correct the proxy of the environment or of Maven's settings";
    case CURLE_TOO_MANY_REDIRECTS:
      return "the server sends in circles: correct the address";
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return "expected http:// or https://; a redirect may not lead from https to http";
    default:
      return "check the address, the network and the proxy";
  }
}

// What another attempt may mend.
bool may_pass(CURLcode code) {
  constexpr std::array<CURLcode, 10> codes{
      CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT,
      CURLE_PARTIAL_FILE,         CURLE_RECV_ERROR,      CURLE_SEND_ERROR,
      CURLE_GOT_NOTHING,          CURLE_HTTP2,           CURLE_HTTP2_STREAM,
      CURLE_SSL_CONNECT_ERROR};
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::optional<Diagnostic> refuse(const HttpRequest& request) {
  for (const auto& [name, value] : request.headers) {
    if (is_token(name) && !has_line_end(value)) continue;
    return failure_of(request.url, "system.http-refused",
                      "would get a header that is none: '" + printable(name) + "'");
  }
  if (has_line_end(request.url) || !is_token(request.method)) {
    return failure_of(request.url, "system.http-refused", "is no address that can be asked");
  }
  return std::nullopt;
}

}  // namespace

class CurlHttp::Handles {
 public:
  explicit Handles(const CurlLibrary& curl) : curl_(curl) {}
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;
  ~Handles() {
    for (CURL* handle : free_) curl_.easy_cleanup(handle);
  }
  Handle take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return {curl_, curl_.easy_init()};
    CURL* handle = free_.back();
    free_.pop_back();
    return {curl_, handle};
  }
  void give_back(const Handle& used) {
    curl_.easy_reset(used.handle);  // keeps the connections
    const std::lock_guard lock(mutex_);
    free_.push_back(used.handle);
  }

 private:
  const CurlLibrary& curl_;
  std::mutex mutex_{};
  std::vector<CURL*> free_{};
};

CurlHttp::CurlHttp(CurlOptions options) : options_(std::move(options)) {}
CurlHttp::~CurlHttp() = default;

Result<HttpResponse> CurlHttp::send(const HttpRequest& request) {
  if (auto refused = refuse(request)) return *refused;
  std::call_once(start_, [this] {
    if (const CurlLibrary* curl = curl_library()) handles_ = std::make_unique<Handles>(*curl);
  });
  if (!handles_) {
    return failure_of(request.url, "system.http-refused", "cannot be asked: libcurl.so.4 is not there, or not whole",
                      "install the package libcurl4");
  }
  const Handle handle = handles_->take();
  if (handle.handle == nullptr) {
    return failure_of(request.url, "system.http-refused", "cannot be asked: libcurl does not start");
  }
  Exchange exchange(handle, request);
  HeaderList headers(handle.curl);
  for (const auto& [name, value] : request.headers) {
    headers.add(value.empty() ? name + ";" : name + ": " + value);
  }
  std::array<char, CURL_ERROR_SIZE> text{};
  set(handle, CURLOPT_ERRORBUFFER, text.data());
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_URL, request.url);
  set(handle, CURLOPT_HTTPHEADER, headers.get());
  if (!request.user.empty()) {
    set(handle, CURLOPT_USERNAME, request.user);
    set(handle, CURLOPT_PASSWORD, request.password);
    set(handle, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
  }
  set(handle, CURLOPT_HEADERFUNCTION, Exchange::take_header);
  set(handle, CURLOPT_HEADERDATA, &exchange);
  set(handle, CURLOPT_WRITEFUNCTION, Exchange::take_body);
  set(handle, CURLOPT_WRITEDATA, &exchange);
  set_body(handle, request, exchange);
  set_network(handle, request, options_);
  const CURLcode code = handle.curl.easy_perform(handle.handle);
  if (code == CURLE_OK) exchange.finish();
  char* url = nullptr;
  handle.curl.easy_getinfo(handle.handle, CURLINFO_EFFECTIVE_URL, &url);
  exchange.response.url = url == nullptr ? request.url : url;
  handles_->give_back(handle);
  if (exchange.failure) return *std::move(exchange.failure);
  if (code == CURLE_OK) return std::move(exchange.response);
  const std::string reason = text[0] != '\0' ? text.data() : handle.curl.easy_strerror(code);
  return failure_of(request.url, may_pass(code) ? "system.http-failed" : "system.http-refused",
                    "gives no whole answer: " + printable(reason), hint_of(code));
}

CurlOptions curl_options(const Environment& environment) {
  const auto first = [&](std::initializer_list<const char*> names) {
    for (const char* name : names) {
      if (auto value = environment.get(name); value && !value->empty()) return *value;
    }
    return std::string();
  };
  CurlOptions options;
  options.https.url = first({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  options.http.url = first({"http_proxy", "all_proxy", "ALL_PROXY"});
  options.no_proxy = first({"no_proxy", "NO_PROXY"});
  options.ca_file = first({"SSL_CERT_FILE"});
  return options;
}

}  // namespace tidegate::system
