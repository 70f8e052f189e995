// SPDX-License-Identifier: Apache-2.0
// libcurl's functions, found when the first request is sent: it brings thirty more libraries along, which most
// commands never need (docs/decisions/0028-libcurl-on-demand.md).
#pragma once

#include <curl/curl.h>

namespace tidegate::system {

struct CurlLibrary {
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_reset) easy_reset = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;
};

// The library, started; it stays until the process ends. Null: it, or one of its functions, is not there.
const CurlLibrary* curl_library();

}  // namespace tidegate::system
