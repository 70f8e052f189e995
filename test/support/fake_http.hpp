// SPDX-License-Identifier: Apache-2.0
// HTTP without a network: a server in memory, a fault injector around any Http, and a small server
// on the loopback interface for the client that is real.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "system/http.hpp"
#include "system/loopback_server.hpp"

namespace tidegate::test {

struct Asked {  // a request as a server sees it
  std::string method{};
  std::string target{};  // MemoryHttp: the URL; LoopbackHttp: path and query
  system::HttpHeaders headers{};
  std::string body{};
  std::string header(std::string_view name) const;  // "" when absent
};

struct Reply {
  int status = 200;
  std::string body{};
  system::HttpHeaders headers{};
  bool cut = false;     // LoopbackHttp: closes after half of the body
  bool silent = false;  // LoopbackHttp: closes without a word
};
using Handler = std::function<Reply(const Asked&)>;

class MemoryHttp final : public system::Http {
 public:
  explicit MemoryHttp(Handler handler) : handler_(std::move(handler)) {}
  Result<system::HttpResponse> send(const system::HttpRequest& request) override;
  std::vector<Asked> asked{};

 private:
  Handler handler_;
  std::mutex mutex_{};
};

// What happens to an exchange: nothing, the request never arrives, it is served but the answer is
// lost, the body breaks off half-way, another status comes instead, or after it was served; or the
// body is half of it, or longer, and nobody says so.
struct Fault {
  enum class Kind {
    none,
    lost_request,
    lost_answer,
    broken_body,
    status,
    late_status,
    short_body,
    long_body
  } kind = Kind::none;
  int status = 503;
  system::HttpHeaders headers{};
};

class FaultyHttp final : public system::Http {
 public:
  FaultyHttp(system::Http& inner, std::deque<Fault> faults)
      : inner_(inner), faults_(std::move(faults)) {}
  Result<system::HttpResponse> send(const system::HttpRequest& request) override;
  std::size_t count() const { return count_; }     // exchanges so far
  const std::string& hit() const { return hit_; }  // address of the last one with a fault

 private:
  system::Http& inner_;
  std::size_t count_ = 0;
  std::string hit_{};
  std::deque<Fault> faults_;  // one an exchange, then none
  std::mutex mutex_{};
};

class RecordedPause final : public system::Pause {
 public:
  void wait(std::chrono::milliseconds time) override { waited.push_back(time); }
  std::vector<std::chrono::milliseconds> waited{};
};

class LoopbackHttp {
 public:
  explicit LoopbackHttp(Handler handler);
  std::string url(const std::string& path) const;
  std::vector<Asked> asked() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
  std::unique_ptr<system::LoopbackServer> server_{};
};

}  // namespace tidegate::test
