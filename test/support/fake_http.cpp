// SPDX-License-Identifier: Apache-2.0
#include "support/fake_http.hpp"

#include <gtest/gtest.h>

#include <array>

#include "base/text.hpp"

namespace tidegate::test {
namespace {

using system::HttpHeaders;
using system::HttpRequest;
using system::HttpResponse;

Result<std::string> read_all(const system::HttpBody& body) {
  auto source = body.open();
  if (!source) return source.failure();
  std::string all;
  std::array<char, 1000> piece{};
  for (;;) {
    const Result<std::size_t> got = (*source)->read(piece);
    if (!got) return got.failure();
    if (*got == 0) return all;
    all.append(piece.data(), *got);
  }
}

Diagnostic broken(const HttpRequest& request) {
  return {.code = "system.http-failed",
          .where = {.file = system::shown_url(request.url)},
          .message = "gives no whole answer",
          .exit = ExitCode::store_failed};
}

std::string find_header(const HttpHeaders& headers, std::string_view name) {
  for (const auto& one : headers) {
    if (equal_ignoring_case(one.first, name)) return one.second;
  }
  return {};
}

// The first half, or all and more.
std::string changed(std::string_view body, bool longer) {
  return longer ? std::string(body) + "more" : std::string(body.substr(0, body.size() / 2));
}

// Another body, for the injector: the sink keeps what it got.
class ChangingSink final : public system::BodySink {
 public:
  ChangingSink(system::BodySink* inner, bool longer) : inner_(inner), longer_(longer) {}
  Status begin(const HttpResponse& head) override {
    HttpResponse other = head;
    for (auto& one : other.headers) {
      if (equal_ignoring_case(one.first, "Content-Length")) one.second = "1";
    }
    return inner_ == nullptr ? Status(Done{}) : inner_->begin(other);
  }
  Status write(std::string_view piece) override {
    return inner_ == nullptr ? Status(Done{}) : inner_->write(changed(piece, longer_));
  }

 private:
  system::BodySink* inner_;
  bool longer_;
};

}  // namespace

std::string Asked::header(std::string_view name) const { return find_header(headers, name); }

Result<HttpResponse> MemoryHttp::send(const HttpRequest& request) {
  Asked one{.method = request.method, .target = request.url, .headers = request.headers};
  if (!request.user.empty()) one.headers.emplace_back("user", request.user + ":" + request.password);
  if (request.body) {
    Result<std::string> body = read_all(*request.body);
    if (!body) return body.failure();
    one.body = std::move(*body);
  }
  Reply reply;
  {
    const std::lock_guard lock(mutex_);
    reply = handler_(one);
    asked.push_back(std::move(one));
  }
  HttpResponse response{.status = reply.status, .headers = reply.headers, .url = request.url};
  if (request.method == "HEAD") return response;
  if (!response.ok() || request.sink == nullptr) {
    response.body = std::move(reply.body);
    return response;
  }
  if (Status status = request.sink->begin(response); !status) return status.failure();
  if (Status status = request.sink->write(reply.body); !status) return status.failure();
  return response;
}

Result<HttpResponse> FaultyHttp::send(const HttpRequest& request) {
  Fault fault;
  {
    const std::lock_guard lock(mutex_);
    ++count_;
    if (!faults_.empty()) {
      fault = faults_.front();
      faults_.pop_front();
      if (fault.kind != Fault::Kind::none) hit_ = request.url;
    }
  }
  switch (fault.kind) {
    case Fault::Kind::none:
      return inner_.send(request);
    case Fault::Kind::lost_request:
      return broken(request);
    case Fault::Kind::lost_answer: {
      HttpRequest other = request;
      other.sink = nullptr;
      (void)inner_.send(other);
      return broken(request);
    }
    case Fault::Kind::broken_body: {
      HttpRequest other = request;
      ChangingSink half(request.sink, false);
      other.sink = &half;
      (void)inner_.send(other);
      return broken(request);
    }
    case Fault::Kind::short_body:
    case Fault::Kind::long_body: {
      const bool longer = fault.kind == Fault::Kind::long_body;
      HttpRequest other = request;
      ChangingSink sink(request.sink, longer);
      if (request.sink != nullptr) other.sink = &sink;
      Result<HttpResponse> answer = inner_.send(other);
      if (answer && request.method != "HEAD") answer->body = changed(answer->body, longer && request.sink == nullptr);
      return answer;
    }
    case Fault::Kind::late_status: {
      HttpRequest other = request;
      other.sink = nullptr;
      (void)inner_.send(other);
      return HttpResponse{.status = fault.status, .headers = fault.headers, .url = request.url};
    }
    case Fault::Kind::status:
      return HttpResponse{.status = fault.status, .headers = fault.headers, .url = request.url};
  }
  return broken(request);
}

struct LoopbackHttp::Shared {
  Handler handler{};
  mutable std::mutex mutex{};
  std::vector<Asked> asked{};
};

namespace {

class Talk final : public system::Conversation {
 public:
  explicit Talk(std::function<Reply(Asked)> answer) : answer_(std::move(answer)) {}

  std::string receive(std::string_view bytes) override {
    heard_ += bytes;
    std::string said;
    while (!finished_) {
      const std::size_t head = heard_.find("\r\n\r\n");
      if (head == std::string::npos) return said;
      Asked one = parse_head(std::string_view(heard_).substr(0, head));
      const std::string length = one.header("Content-Length");
      const std::size_t size = length.empty() ? 0 : std::stoul(length);
      if (heard_.size() < head + 4 + size) {
        if (!continued_ && !one.header("Expect").empty()) {
          continued_ = true;
          said += "HTTP/1.1 100 Continue\r\n\r\n";
        }
        return said;
      }
      one.body = heard_.substr(head + 4, size);
      heard_.erase(0, head + 4 + size);
      continued_ = false;
      const bool head_only = one.method == "HEAD";
      said += render(answer_(std::move(one)), head_only);
    }
    return said;
  }
  bool finished() const override { return finished_; }

 private:
  static Asked parse_head(std::string_view text) {
    Asked one;
    const std::vector<std::string_view> lines = split(text, '\n');
    const std::vector<std::string_view> words = split(trim(lines.front()), ' ');
    one.method = words[0];
    one.target = words.size() > 1 ? words[1] : "";
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const std::size_t colon = lines[i].find(':');
      if (colon == std::string_view::npos) continue;
      one.headers.emplace_back(lines[i].substr(0, colon), trim(lines[i].substr(colon + 1)));
    }
    return one;
  }

  std::string render(const Reply& reply, bool head_only) {
    if (reply.silent) {
      finished_ = true;
      return {};
    }
    std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " x\r\nContent-Length: " +
                       std::to_string(reply.body.size()) + "\r\n";
    for (const auto& [name, value] : reply.headers) text += name + ": " + value + "\r\n";
    text += "\r\n";
    if (head_only) return text;
    finished_ = reply.cut;
    return text + (reply.cut ? reply.body.substr(0, reply.body.size() / 2) : reply.body);
  }

  std::function<Reply(Asked)> answer_;
  std::string heard_{};
  bool continued_ = false;
  bool finished_ = false;
};

}  // namespace

LoopbackHttp::LoopbackHttp(Handler handler) : shared_(std::make_shared<Shared>()) {
  shared_->handler = std::move(handler);
  auto server = system::LoopbackServer::start([shared = shared_] {
    return std::make_unique<Talk>([shared](Asked one) {
      const std::lock_guard lock(shared->mutex);
      shared->asked.push_back(one);
      return shared->handler(one);
    });
  });
  EXPECT_TRUE(server.ok());
  if (server) server_ = std::move(*server);
}

std::string LoopbackHttp::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
}

std::vector<Asked> LoopbackHttp::asked() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->asked;
}

}  // namespace tidegate::test
