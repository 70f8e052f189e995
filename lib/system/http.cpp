// SPDX-License-Identifier: Apache-2.0
#include "system/http.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <thread>

#include "base/text.hpp"
#include "system/digest.hpp"

namespace tidegate::system {
namespace {

class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::shared_ptr<const std::string> text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> piece) override {
    const std::size_t size = std::min(piece.size(), text_->size() - at_);
    std::copy_n(text_->data() + at_, size, piece.data());
    at_ += size;
    return size;
  }

 private:
  std::shared_ptr<const std::string> text_;
  std::size_t at_ = 0;
};

Diagnostic read_failure(const std::string& path, std::string message) {
  return {.code = "system.read-failed",
          .where = {.file = path},
          .message = "cannot be read: " + std::move(message)};
}

class FileSource final : public ByteSource {
 public:
  FileSource(std::string path, int descriptor, std::uint64_t begin, std::uint64_t size)
      : path_(std::move(path)), descriptor_(descriptor), at_(begin), rest_(size) {}
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource() override { ::close(descriptor_); }

  Result<std::size_t> read(std::span<char> piece) override {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), rest_));
    if (wanted == 0) return std::size_t{0};
    ssize_t got = -1;
    do {
      got = ::pread(descriptor_, piece.data(), wanted, static_cast<off_t>(at_));
    } while (got < 0 && errno == EINTR);
    if (got < 0) return read_failure(path_, std::strerror(errno));
    if (got == 0) return read_failure(path_, "it became shorter while it was sent");
    at_ += static_cast<std::uint64_t>(got);
    rest_ -= static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }

 private:
  std::string path_;
  int descriptor_;
  std::uint64_t at_;
  std::uint64_t rest_;
};

bool is_idempotent(std::string_view method) {
  constexpr std::array<std::string_view, 5> names{"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
  return std::find(names.begin(), names.end(), method) != names.end();
}

std::optional<std::int64_t> parse_digits(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc() ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
std::int64_t days_since_epoch(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (month <= 2) --year;
  const std::int64_t era = year / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

}  // namespace

HttpBody text_body(std::string bytes) {
  const auto text = std::make_shared<const std::string>(std::move(bytes));
  return {.size = text->size(), .open = [text]() -> Result<std::unique_ptr<ByteSource>> {
            return std::unique_ptr<ByteSource>(std::make_unique<TextSource>(text));
          }};
}

Result<HttpBody> file_body(const std::string& path, std::uint64_t begin,
                           std::optional<std::uint64_t> size) {
  struct stat state {};
  if (::stat(path.c_str(), &state) != 0) return read_failure(path, std::strerror(errno));
  if (!S_ISREG(state.st_mode)) return read_failure(path, "it is no file");
  const auto whole = static_cast<std::uint64_t>(state.st_size);
  if (begin > whole || size.value_or(0) > whole - begin) {
    return read_failure(path, "the part to be sent ends behind the file");
  }
  const std::uint64_t part = size.value_or(whole - begin);
  return HttpBody{.size = part, .open = [=]() -> Result<std::unique_ptr<ByteSource>> {
                    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
                    if (descriptor < 0) return read_failure(path, std::strerror(errno));
                    return std::unique_ptr<ByteSource>(
                        std::make_unique<FileSource>(path, descriptor, begin, part));
                  }};
}

std::optional<std::string_view> HttpResponse::header(std::string_view name) const {
  const auto found = std::find_if(headers.rbegin(), headers.rend(), [name](const auto& one) {
    return equal_ignoring_case(one.first, name);
  });
  if (found == headers.rend()) return std::nullopt;
  return std::string_view(found->second);
}

Result<HttpResponse> OfflineHttp::send(const HttpRequest& request) {
  return Diagnostic{.code = "system.offline",
                    .where = {.file = shown_url(request.url)},
                    .message = "would be asked, but the network is switched off (--offline)",
                    .hint = "run the command once without --offline: what it fetches is kept",
                    .exit = ExitCode::store_failed};
}

void ThreadPause::wait(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

bool may_pass(const Result<HttpResponse>& answer) {
  if (!answer) return answer.failure().code == "system.http-failed";
  constexpr std::array<int, 6> states{408, 429, 500, 502, 503, 504};
  return std::find(states.begin(), states.end(), answer->status) != states.end();
}

RetryingHttp::RetryingHttp(Http& inner, Pause& pause, std::function<std::int64_t()> now,
                           RetryOptions options)
    : inner_(inner), pause_(pause), now_(std::move(now)), options_(options) {}

Result<HttpResponse> RetryingHttp::send(const HttpRequest& request) {
  const bool repeatable =
      request.repeat == Repeat::always ||
      (request.repeat == Repeat::idempotent && is_idempotent(request.method));
  for (unsigned attempt = 1;; ++attempt) {
    Result<HttpResponse> answer = inner_.send(request);
    if (!may_pass(answer) || !repeatable || attempt >= options_.attempts) return answer;
    const std::chrono::milliseconds delay = delay_of(answer, attempt, now_(), options_);
    if (delay > options_.longest) return answer;
    pause_.wait(delay);
  }
}

std::chrono::milliseconds delay_of(const Result<HttpResponse>& answer, unsigned attempt,
                                   std::int64_t now, const RetryOptions& options) {
  std::chrono::milliseconds delay = options.first;
  for (unsigned i = 1; i < attempt && delay < options.longest; ++i) delay *= 2;
  if (options.jitter_percent > 0) {
    const std::int64_t dice = std::stoll(random_hex(2), nullptr, 16) % 1001;  // of a thousand
    delay += delay * options.jitter_percent * dice / 100000;
  }
  delay = std::min(delay, options.longest);
  if (!answer) return delay;
  const auto wanted = answer->header("Retry-After");
  if (!wanted) return delay;
  std::optional<std::int64_t> seconds = parse_digits(trim(*wanted));
  if (!seconds) {
    if (const auto date = parse_http_date(trim(*wanted))) {
      seconds = std::max<std::int64_t>(0, *date - now);
    }
  }
  if (!seconds) return delay;
  constexpr std::int64_t a_day = 86400;
  return std::max<std::chrono::milliseconds>(
      delay, std::chrono::seconds(std::min<std::int64_t>(*seconds, a_day)));
}

std::string shown_url(std::string_view url) {
  std::string shown;
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    shown = url.substr(0, scheme + 3);
    url.remove_prefix(scheme + 3);
    const std::string_view host = url.substr(0, url.find_first_of("/?#"));
    if (const std::size_t user = host.rfind('@'); user != std::string_view::npos) {
      url.remove_prefix(user + 1);
    }
  }
  return printable(shown + std::string(url.substr(0, url.find_first_of("?#"))));
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  constexpr std::string_view shape = "www, dd mmm yyyy hh:mm:ss GMT";
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != shape.size() || text.substr(3, 2) != ", " || !text.ends_with(" GMT") ||
      text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':') {
    return std::nullopt;
  }
  const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
  const auto day = parse_digits(text.substr(5, 2)), year = parse_digits(text.substr(12, 4));
  const auto hour = parse_digits(text.substr(17, 2)), minute = parse_digits(text.substr(20, 2)),
             second = parse_digits(text.substr(23, 2));
  if (month == months.end() || !day || !year || !hour || !minute || !second || *day < 1 ||
      *day > 31 || *hour > 23 || *minute > 59 || *second > 60 || *year < 1) {
    return std::nullopt;
  }
  const std::int64_t days = days_since_epoch(*year, month - months.begin() + 1, *day);
  return ((days * 24 + *hour) * 60 + *minute) * 60 + *second;
}

}  // namespace tidegate::system
