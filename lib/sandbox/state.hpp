// SPDX-License-Identifier: Apache-2.0
// Terraform states in memory behind the protocol of its http backend
// (developer.hashicorp.com/terraform/language/backend/http): GET, POST, DELETE, LOCK and UNLOCK of
// /TOKEN/NAME. A name appears with its first write. The token keeps other users of the machine out.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/http.hpp"
#include "system/loopback_server.hpp"

namespace tidegate::sandbox {

class StateStore {
 public:
  static constexpr std::size_t max_names = 1024;
  static constexpr std::size_t max_lock_info = 64 << 10;  // bytes

  explicit StateStore(std::string token) : token_(std::move(token)) {}

  // 200 done; 204 no such state; 400 body and Content-MD5 differ, bad lock info; 404 other path;
  // 405; 409 written by someone who holds no lock; 423 locked, with the info of the lock.
  HttpResponse answer(const HttpRequest& request);
  std::optional<std::string> state(std::string_view name) const;

 private:
  struct Entry {
    std::optional<std::string> state{};
    std::string md5{};
    std::string lock{};  // info of the lock, JSON; "" unlocked
    std::string lock_id{};
  };
  HttpResponse read(const Entry& entry) const;
  HttpResponse write(Entry& entry, const HttpRequest& request) const;
  HttpResponse remove(Entry& entry) const;
  HttpResponse lock(Entry& entry, const HttpRequest& request) const;
  HttpResponse unlock(Entry& entry, const HttpRequest& request) const;

  std::string token_{};
  mutable std::mutex mutex_{};
  std::map<std::string, Entry, std::less<>> entries_{};
};

// One connection to the store.
std::unique_ptr<system::Conversation> converse(StateStore& store);

}  // namespace tidegate::sandbox
