// SPDX-License-Identifier: Apache-2.0
#include "system/curl/library.hpp"

#include <dlfcn.h>

#include <optional>

namespace tidegate::system {

namespace {

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

std::optional<CurlLibrary> load() {
  void* library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return std::nullopt;
  CurlLibrary curl;
  decltype(&curl_global_init) start = nullptr;
  const bool whole = find(library, "curl_global_init", start) && find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
                     find(library, "curl_easy_getinfo", curl.easy_getinfo) && find(library, "curl_easy_init", curl.easy_init) &&
                     find(library, "curl_easy_perform", curl.easy_perform) && find(library, "curl_easy_reset", curl.easy_reset) &&
                     find(library, "curl_easy_setopt", curl.easy_setopt) &&
                     find(library, "curl_easy_strerror", curl.easy_strerror) &&
                     find(library, "curl_slist_append", curl.slist_append) &&
                     find(library, "curl_slist_free_all", curl.slist_free_all);
  if (!whole || start(CURL_GLOBAL_DEFAULT) != CURLE_OK) return std::nullopt;
  return curl;
}

}  // namespace

const CurlLibrary* curl_library() {
  static const std::optional<CurlLibrary> library = load();
  return library ? &*library : nullptr;
}

}  // namespace tidegate::system
