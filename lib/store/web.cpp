// SPDX-License-Identifier: Apache-2.0
#include "store/web.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>

#include "base/parallel.hpp"
#include "base/text.hpp"
#include "signature/provenance.hpp"

namespace tidegate::store {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 80 &&
         std::all_of(text.begin(), text.end(), is_letter_or_digit);
}

std::string hint_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return "check the credentials of the environment, their rights and that the clock is right";
    case 404:
      return "check the address: container, bucket or repository must be there; publish does not "
             "make it";
    default:
      return "ask the operator of the store; a later attempt is safe";
  }
}

}  // namespace

std::string percent_encoded(std::string_view text, bool keep_slashes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = is_letter_or_digit(c) ||
                       std::string_view("-._~").find(c) != std::string_view::npos ||
                       (c == '/' && keep_slashes);
    if (plain) {
      out += c;
      continue;
    }
    out += '%';
    out += digits[static_cast<unsigned char>(c) >> 4U];
    out += digits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                        hex_value(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return out;
}

UrlParts split_url(std::string_view url) {
  UrlParts parts;
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos)
    url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('#'));
  const std::size_t question = url.find('?');
  const std::string_view place = url.substr(0, question);
  const std::size_t slash = std::min(place.find('/'), place.size());
  parts.host = place.substr(0, slash);
  parts.path = slash == place.size() ? "/" : std::string(place.substr(slash));
  if (question == std::string_view::npos) return parts;
  for (const std::string_view one : split(url.substr(question + 1), '&')) {
    if (one.empty()) continue;
    const std::size_t equals = std::min(one.find('='), one.size());
    parts.query.emplace_back(percent_decoded(one.substr(0, equals)),
                             equals == one.size() ? "" : percent_decoded(one.substr(equals + 1)));
  }
  return parts;
}

bool is_private_url(std::string_view url) {
  if (starts_with_ignoring_case(url, "https://")) return true;
  const std::string host = split_url(url).host;
  const std::string name = host.substr(0, host.rfind(':'));
  return starts_with_ignoring_case(url, "http://") &&
         (name == "127.0.0.1" || name == "localhost" || host == "localhost" || host == "127.0.0.1");
}

std::string http_date(std::int64_t seconds) {
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = seconds;
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  const std::string iso = signature::render_time(seconds);  // 1994-11-06T08:49:37Z
  return std::string(days.at(static_cast<std::size_t>(parts.tm_wday))) + ", " + iso.substr(8, 2) +
         " " + months.at(static_cast<std::size_t>(parts.tm_mon)) + " " + iso.substr(0, 4) + " " +
         iso.substr(11, 8) + " GMT";
}

std::string compact_time(std::int64_t seconds) {
  std::string out;
  for (const char c : signature::render_time(seconds)) {
    if (c != '-' && c != ':') out += c;
  }
  return out;
}

Result<system::HttpResponse> SigningHttp::send(const system::HttpRequest& request) {
  for (bool first = true;; first = false) {
    system::HttpRequest signed_request = request;
    if (Status status = sign_(signed_request); !status) return status.failure();
    Result<system::HttpResponse> answer = inner_.send(signed_request);
    const bool again =
        first && answer && answer->status == 401 && renew_ && renew_(signed_request);
    if (!again) return answer;
  }
}

Status upload_parts(const system::HttpBody& body, std::size_t size,
                    const std::function<Status(std::size_t, std::string)>& put) {
  const Result<std::unique_ptr<system::ByteSource>> source = body.open();
  if (!source) return source.failure();
  std::size_t first = 0;
  for (bool ended = false; !ended;) {
    std::vector<std::string> parts;
    while (parts.size() < parts_at_once && !ended) {
      std::string part(size, '\0');
      std::size_t filled = 0;
      while (filled < size && !ended) {
        const Result<std::size_t> got = (*source)->read(std::span(part).subspan(filled));
        if (!got) return got.failure();
        filled += *got;
        ended = *got == 0;
      }
      part.resize(filled);
      if (filled > 0) parts.push_back(std::move(part));
    }
    std::vector<Status> ends(parts.size(), Done{});
    for_each_index(parts.size(),
                   [&](std::size_t i) { ends[i] = put(first + i, std::move(parts[i])); });
    for (const Status& end : ends) {
      if (!end) return end;
    }
    first += parts.size();
  }
  return Done{};
}

std::size_t part_size_of(std::uint64_t size, std::size_t most) {
  std::size_t part = part_size;
  while (size / part >= most) part *= 2;
  return part;
}

ObjectInfo object_info(const std::string& key, const system::HttpResponse& answer,
                       std::string_view fact_prefix) {
  ObjectInfo info{.key = key};
  info.size = std::strtoull(std::string(answer.header("content-length").value_or("0")).c_str(),
                            nullptr, 10);
  for (const auto& [name, value] : answer.headers) {
    if (starts_with_ignoring_case(name, fact_prefix))
      info.facts[to_lower(name.substr(fact_prefix.size()))] = value;
  }
  return info;
}

void add_range(system::HttpRequest& request, const Part& part) {
  if (part.is_whole()) return;
  request.headers.emplace_back("Range", "bytes=" + std::to_string(part.begin) + "-" +
                                            std::to_string(part.begin + part.size - 1));
}

bool is_behind_the_end(const system::HttpResponse& answer, const Part& part) {
  return answer.status == 416 && part.begin > 0;
}

Diagnostic refused(const system::HttpRequest& request, const system::HttpResponse& answer,
                   std::string_view reason) {
  return {.code = "store.refused",
          .where = {.file = system::shown_url(request.url)},
          .message = "answers " + request.method + " with " + std::to_string(answer.status) +
                     (reason.empty() ? "" : " " + printable(reason)),
          .hint = hint_of(answer.status),
          .exit = ExitCode::store_failed};
}

Diagnostic invalid_answer(const std::string& url, std::string_view what) {
  return {.code = "store.invalid-answer",
          .where = {.file = system::shown_url(url)},
          .message = "gives an answer that is not understood: " + std::string(what),
          .hint = "check that the address is one of a store of this kind",
          .exit = ExitCode::store_failed};
}

std::string error_code_of(const std::string& xml) {
  const std::size_t begin = xml.find("<Code>"), end = xml.find("</Code>");
  if (begin == std::string::npos || end == std::string::npos || end < begin + 6) return {};
  std::string code = xml.substr(begin + 6, end - begin - 6);
  return is_word(code) ? code : std::string();
}

}  // namespace tidegate::store
