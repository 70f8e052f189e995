// SPDX-License-Identifier: Apache-2.0
#include "sandbox/state.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "system/digest.hpp"

namespace tidegate::sandbox {

namespace {

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' ||
           c == '_';
  });
}

HttpResponse text_response(int status, std::string text) {
  return {.status = status, .type = "text/plain", .body = std::move(text) + "\n"};
}

// The member ID of a lock info; nothing when it is none.
std::optional<std::string> lock_id_of(const std::string& info) {
  if (info.size() > StateStore::max_lock_info) return std::nullopt;
  const auto parsed = document::parse_json("lock", info);
  if (!parsed) return std::nullopt;
  const std::string_view id = (*parsed)->root()["ID"].as_string();
  if (id.empty()) return std::nullopt;
  return std::string(id);
}

// Terraform puts the ID of its lock, a UUID, into the query of a write.
std::string_view query_id(std::string_view query) {
  for (const std::string_view part : split(query, '&')) {
    if (part.starts_with("ID=")) return part.substr(3);
  }
  return {};
}

class StateConversation final : public system::Conversation {
 public:
  explicit StateConversation(StateStore& store) : store_(store) {}

  std::string receive(std::string_view bytes) override {
    std::string out;
    if (finished_) return out;
    reader_.feed(bytes);
    while (std::optional<HttpRequest> request = reader_.next()) {
      out +=
          render_response(store_.answer(*request), request->keep_alive, request->method == "HEAD");
      if (!request->keep_alive) {
        finished_ = true;
        return out;
      }
    }
    if (reader_.take_expectation()) out += "HTTP/1.1 100 Continue\r\n\r\n";
    if (reader_.failure() != 0) {
      out +=
          render_response(text_response(reader_.failure(), "no request that is understood"), false);
      finished_ = true;
    }
    return out;
  }

  bool finished() const override { return finished_; }

 private:
  StateStore& store_;
  HttpReader reader_{};
  bool finished_ = false;
};

}  // namespace

HttpResponse StateStore::answer(const HttpRequest& request) {
  const std::string_view path = request.path;
  const std::string prefix = "/" + token_ + "/";
  if (!path.starts_with(prefix) || !is_name(path.substr(prefix.size()))) {
    return text_response(404, "no such state");
  }
  const std::string name(path.substr(prefix.size()));
  const std::lock_guard guard(mutex_);
  if (!entries_.contains(name) && entries_.size() >= max_names) {
    return text_response(507, "too many states");
  }
  if (request.method == "GET" || request.method == "HEAD") {
    const auto found = entries_.find(name);
    return found == entries_.end() ? HttpResponse{.status = 204} : read(found->second);
  }
  if (request.method == "POST") return write(entries_[name], request);
  if (request.method == "LOCK") return lock(entries_[name], request);
  if (request.method == "UNLOCK") return unlock(entries_[name], request);
  if (request.method == "DELETE") return remove(entries_[name]);
  return text_response(405, "GET, POST, DELETE, LOCK or UNLOCK");
}

std::optional<std::string> StateStore::state(std::string_view name) const {
  const std::lock_guard guard(mutex_);
  const auto found = entries_.find(name);
  return found == entries_.end() ? std::nullopt : found->second.state;
}

HttpResponse StateStore::read(const Entry& entry) const {
  if (!entry.state) return {.status = 204};
  return {.type = "application/json", .body = *entry.state, .content_md5 = entry.md5};
}

HttpResponse StateStore::write(Entry& entry, const HttpRequest& request) const {
  const std::string_view id = query_id(request.query);
  if (!entry.lock.empty() && id.empty()) {
    return {.status = 423, .type = "application/json", .body = entry.lock};
  }
  if (entry.lock_id != id) return text_response(409, "the lock of this writer is not held");
  std::string md5 = system::content_md5(request.body);
  const auto given = request.fields.find("content-md5");
  if (given != request.fields.end() && !md5.empty() && given->second != md5) {
    return text_response(400, "the body does not fit its Content-MD5");
  }
  entry.state = request.body;
  entry.md5 = std::move(md5);
  return {};
}

HttpResponse StateStore::remove(Entry& entry) const {
  if (!entry.lock.empty()) {
    return {.status = 423, .type = "application/json", .body = entry.lock};
  }
  entry.state.reset();
  return {};
}

HttpResponse StateStore::lock(Entry& entry, const HttpRequest& request) const {
  if (!entry.lock.empty()) {
    return {.status = 423, .type = "application/json", .body = entry.lock};
  }
  std::optional<std::string> id = lock_id_of(request.body);
  if (!id) return text_response(400, "the body is no lock info");
  entry.lock = request.body;
  entry.lock_id = std::move(*id);
  return {};
}

HttpResponse StateStore::unlock(Entry& entry, const HttpRequest& request) const {
  // `terraform force-unlock` sends no body: it has asked the person.
  if (!request.body.empty()) {
    const std::optional<std::string> id = lock_id_of(request.body);
    if (!id) return text_response(400, "the body is no lock info");
    if (!entry.lock.empty() && *id != entry.lock_id) {
      return {.status = 409, .type = "application/json", .body = entry.lock};
    }
  }
  entry.lock.clear();
  entry.lock_id.clear();
  return {};
}

std::unique_ptr<system::Conversation> converse(StateStore& store) {
  return std::make_unique<StateConversation>(store);
}

}  // namespace tidegate::sandbox
