// SPDX-License-Identifier: Apache-2.0
#include "sandbox/http.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace tidegate::sandbox {

namespace {

// RFC 9110, 5.6.2
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
}

bool is_target(std::string_view text) {
  return text.starts_with('/') && std::all_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte > 0x20 && byte < 0x7F;
         });
}

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 417:
      return "Expectation Failed";
    case 423:
      return "Locked";
    case 431:
      return "Request Header Fields Too Large";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Error";
  }
}

}  // namespace

bool HttpReader::fail(int status) {
  failure_ = status;
  request_.reset();
  input_.clear();
  return false;
}

void HttpReader::feed(std::string_view bytes) {
  if (failure_ != 0) return;
  input_ += bytes;
  read_head();
}

void HttpReader::read_head() {
  if (request_ || failure_ != 0) return;
  const std::size_t end = std::string_view(input_).substr(0, max_head).find("\r\n\r\n");
  if (end == std::string::npos) {
    if (input_.size() >= max_head) fail(431);
    return;
  }
  const std::string head = input_.substr(0, end);
  input_.erase(0, end + 4);
  request_.emplace();
  if (!read_head_text(head)) return;
  input_.reserve(std::min(length_, std::size_t{1} << 20U));
}

bool HttpReader::read_head_text(std::string_view head) {
  bool first = true;
  for (std::size_t at = 0; at <= head.size();) {
    const std::size_t end = std::min(head.find("\r\n", at), head.size());
    const std::string_view line = head.substr(at, end - at);
    if (!(first ? read_request_line(line) : read_field(line))) return false;
    first = false;
    at = end + 2;
  }
  return read_length();
}

bool HttpReader::read_request_line(std::string_view line) {
  const std::vector<std::string_view> parts = split(line, ' ');
  if (parts.size() != 3 || !is_token(parts[0]) || !is_target(parts[1])) return fail(400);
  if (parts[2] != "HTTP/1.1" && parts[2] != "HTTP/1.0") {
    return fail(parts[2].starts_with("HTTP/") ? 505 : 400);
  }
  const std::size_t query = std::min(parts[1].find('?'), parts[1].size());
  request_->method = parts[0];
  request_->path = parts[1].substr(0, query);
  request_->query = query < parts[1].size() ? parts[1].substr(query + 1) : std::string_view();
  request_->keep_alive = parts[2] == "HTTP/1.1";
  return true;
}

bool HttpReader::read_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return fail(400);
  const std::string_view value = trim_blanks(line.substr(colon + 1));
  if (!is_token(line.substr(0, colon)) || !is_field_value(value)) return fail(400);
  const auto placed = request_->fields.emplace(to_lower(line.substr(0, colon)), value);
  // Two lengths that differ are an attempt to be read in two ways.
  if (!placed.second && placed.first->first == "content-length" && placed.first->second != value) {
    return fail(400);
  }
  return true;
}

bool HttpReader::read_length() {
  const auto& fields = request_->fields;
  if (fields.contains("transfer-encoding")) return fail(411);
  length_ = 0;
  if (const auto found = fields.find("content-length"); found != fields.end()) {
    const std::string& text = found->second;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), length_);
    if (text.empty() || parsed.ptr != text.data() + text.size()) return fail(400);
    if (parsed.ec != std::errc() || length_ > max_body) return fail(413);
  }
  if (const auto found = fields.find("connection"); found != fields.end()) {
    if (equal_ignoring_case(found->second, "close")) request_->keep_alive = false;
    if (equal_ignoring_case(found->second, "keep-alive")) request_->keep_alive = true;
  }
  if (const auto found = fields.find("expect"); found != fields.end()) {
    if (!equal_ignoring_case(found->second, "100-continue")) return fail(417);
    expectation_ = input_.size() < length_;
  }
  return true;
}

std::optional<HttpRequest> HttpReader::next() {
  read_head();
  if (!request_ || input_.size() < length_) return std::nullopt;
  request_->body = input_.substr(0, length_);
  input_.erase(0, length_);
  std::optional<HttpRequest> whole = std::move(request_);
  request_.reset();
  expectation_ = false;
  return whole;
}

bool HttpReader::take_expectation() { return std::exchange(expectation_, false); }

std::string render_response(const HttpResponse& response, bool keep_alive, bool head_only) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += reason_of(response.status);
  out += "\r\n";
  if (!response.type.empty()) out += "Content-Type: " + response.type + "\r\n";
  if (!response.content_md5.empty()) out += "Content-MD5: " + response.content_md5 + "\r\n";
  if (response.status != 204) {
    out += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  }
  out += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
  if (!head_only) out += response.body;
  return out;
}

}  // namespace tidegate::sandbox
