// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 (RFC 9112) as far as the state endpoint needs it: bytes → requests, responses → bytes.
// Bodies have a Content-Length; what is malformed ends the conversation.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::sandbox {

struct HttpRequest {
  std::string method{};
  std::string path{};                                        // as written, from '/' to '?'
  std::string query{};                                       // behind '?'
  std::map<std::string, std::string, std::less<>> fields{};  // names in lower case
  std::string body{};
  bool keep_alive = true;
};

struct HttpResponse {
  int status = 200;
  std::string type{};  // Content-Type; "" without a body
  std::string body{};
  std::string content_md5{};  // field of that name, unless ""
};

class HttpReader {
 public:
  static constexpr std::size_t max_head = 16 << 10;  // bytes of the request line and fields
  static constexpr std::size_t max_body = 256U << 20U;

  void feed(std::string_view bytes);
  // The next whole request.
  std::optional<HttpRequest> next();
  // The status that answers input which is no request, or is too large; 0: none so far. Nothing
  // follows it.
  int failure() const { return failure_; }
  // True once for a request that waits for "100 Continue" before it sends its body.
  bool take_expectation();

 private:
  void read_head();
  bool read_head_text(std::string_view head);
  bool read_request_line(std::string_view line);
  bool read_field(std::string_view line);
  bool read_length();
  bool fail(int status);

  std::string input_{};
  std::optional<HttpRequest> request_{};  // its head is read
  std::size_t length_ = 0;                // of its body
  bool expectation_ = false;
  int failure_ = 0;
};

std::string render_response(const HttpResponse& response, bool keep_alive, bool head_only = false);

}  // namespace tidegate::sandbox
