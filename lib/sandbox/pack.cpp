// SPDX-License-Identifier: Apache-2.0
#include "sandbox/pack.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <variant>

#include "base/text.hpp"
#include "sandbox/message.hpp"
#include "sandbox/provider_schema.hpp"
#include "system/digest.hpp"

namespace tidegate::sandbox {

namespace {

constexpr std::string_view magic = "tidegate-schema-pack 1 ";

// In the order of SchemaKind.
constexpr std::array<std::string_view, 5> kind_names{"provider", "resource", "data", "ephemeral",
                                                     "function"};

std::string_view name_of(SchemaKind kind) { return kind_names.at(static_cast<std::size_t>(kind)); }

std::optional<SchemaKind> kind_of(std::string_view name) {
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (kind_names.at(i) == name) return static_cast<SchemaKind>(i);
  }
  return std::nullopt;
}

Diagnostic bad_pack(const std::string& file, std::string message) {
  return {.code = "sandbox.bad-pack",
          .where = {.file = file},
          .message = std::move(message),
          .hint = "make the pack again with `tidegate sandbox pack`",
          .exit = ExitCode::unreadable};
}

// The bytes of a file, mapped, or of a string.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::string own) : own_(std::move(own)), view_(own_) {}
  Bytes(void* place, std::size_t size)
      : place_(place), view_(static_cast<const char*>(place), size) {}
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes() {
    if (place_ != nullptr) ::munmap(place_, view_.size());
  }
  std::string_view view() const { return view_; }

 private:
  std::string own_{};
  void* place_ = nullptr;
  std::string_view view_{};
};

struct Piece {
  std::string_view bytes{};
  mutable std::once_flag parsed{};
  mutable std::variant<std::monostate, Schema, Function> content{};
};

using Index = std::map<std::pair<SchemaKind, std::string_view>, Piece, std::less<>>;

std::optional<std::size_t> whole(std::string_view text) {
  std::size_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// Cuts the text up to a line feed; nothing if there is none.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == rest.npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

}  // namespace

struct Pack::State {
  std::string file{};
  std::unique_ptr<Bytes> bytes{};
  std::string address{}, version{};
  Index index{};
  mutable std::atomic<std::size_t> parsed = 0;

  // "" or what is wrong.
  std::string read() {
    std::string_view rest = bytes->view();
    const auto head = take_line(rest);
    if (!head || !head->starts_with(magic)) return "this is no schema pack of format 1";
    if (head->substr(magic.size()) != system::sha256_hex(rest))
      return "the digest of the content is another";
    const auto name = take_line(rest);
    if (!name || name->find(' ') == name->npos) return "the pack does not name its provider";
    address = std::string(name->substr(0, name->find(' ')));
    version = std::string(name->substr(name->find(' ') + 1));
    std::vector<std::string_view> lines;
    for (;;) {
      const auto line = take_line(rest);
      if (!line) return "the index has no end";
      if (line->empty()) break;
      lines.push_back(*line);
    }
    std::size_t at = 0;
    for (const std::string_view line : lines) {
      if (!add(line, rest, at)) return "the index does not fit: " + printable(line);
    }
    return at == rest.size() ? "" : "bytes are left behind the last piece";
  }

  // A line `kind name size`; pieces lie in the order of the index.
  bool add(std::string_view line, std::string_view data, std::size_t& at) {
    const std::vector<std::string_view> words = split(line, ' ');
    if (words.size() != 3) return false;
    const auto kind = kind_of(words[0]);
    const auto size = whole(words[2]);
    if (!kind || !size || *size > data.size() - at) return false;
    const auto place = index.try_emplace({*kind, words[1]});
    if (!place.second) return false;
    place.first->second.bytes = data.substr(at, *size);
    at += *size;
    return true;
  }

  const Piece* find(SchemaKind kind, std::string_view name) const {
    const auto found = index.find(std::pair{kind, name});
    if (found == index.end()) return nullptr;
    const Piece& piece = found->second;
    std::call_once(piece.parsed, [&] {
      ++parsed;
      if (kind == SchemaKind::function) {
        if (Result<Function> read = read_function_message(piece.bytes))
          piece.content = std::move(*read);
      } else if (Result<Schema> read = read_schema_message(kind, piece.bytes)) {
        piece.content = std::move(*read);
      }
    });
    return &piece;
  }
};

Pack::Pack(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pack::~Pack() = default;

namespace {

Diagnostic missing(const std::string& path, int error) {
  return {.code = "sandbox.pack-missing",
          .where = {.file = path},
          .message = std::string("the schema pack cannot be read: ") + std::strerror(error),
          .hint =
              "packs of the installation lie in share/tidegate/packs; make others with "
              "`tidegate sandbox pack`",
          .exit = ExitCode::unsupported};
}

Result<std::unique_ptr<Bytes>> map_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return missing(path, errno);
  struct stat info {};
  void* place = MAP_FAILED;
  const bool regular = ::fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
  if (regular && info.st_size > 0) {
    place = ::mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_PRIVATE,
                   descriptor, 0);
  }
  const int error = errno;
  ::close(descriptor);
  if (regular && info.st_size == 0) return bad_pack(path, "the file is empty");
  if (place == MAP_FAILED) return missing(path, regular ? error : EISDIR);
  return std::make_unique<Bytes>(place, static_cast<std::size_t>(info.st_size));
}

}  // namespace

Result<std::shared_ptr<const Pack>> Pack::open(const std::string& path) {
  Result<std::unique_ptr<Bytes>> bytes = map_file(path);
  if (!bytes) return bytes.failure();
  auto state = std::make_unique<State>();
  state->file = path;
  state->bytes = std::move(*bytes);
  if (std::string problem = state->read(); !problem.empty())
    return bad_pack(path, std::move(problem));
  return std::shared_ptr<const Pack>(new Pack(std::move(state)));
}

Result<std::shared_ptr<const Pack>> Pack::from_bytes(std::string name, std::string bytes) {
  auto state = std::make_unique<State>();
  state->file = name;
  state->bytes = std::make_unique<Bytes>(std::move(bytes));
  if (std::string problem = state->read(); !problem.empty())
    return bad_pack(name, std::move(problem));
  return std::shared_ptr<const Pack>(new Pack(std::move(state)));
}

const std::string& Pack::address() const { return state_->address; }
const std::string& Pack::version() const { return state_->version; }
std::size_t Pack::parsed_count() const { return state_->parsed; }

std::vector<std::string_view> Pack::names(SchemaKind kind) const {
  std::vector<std::string_view> out;
  for (const auto& entry : state_->index) {
    if (entry.first.first == kind)
      out.push_back(kind == SchemaKind::provider ? std::string_view() : entry.first.second);
  }
  return out;
}

bool Pack::has(SchemaKind kind, std::string_view name) const {
  return state_->index.contains(std::pair{kind, kind == SchemaKind::provider ? "-" : name});
}

const Schema* Pack::schema(SchemaKind kind, std::string_view name) const {
  const Piece* piece = state_->find(kind, kind == SchemaKind::provider ? "-" : name);
  return piece == nullptr ? nullptr : std::get_if<Schema>(&piece->content);
}

const Function* Pack::function(std::string_view name) const {
  const Piece* piece = state_->find(SchemaKind::function, name);
  return piece == nullptr ? nullptr : std::get_if<Function>(&piece->content);
}

std::string Pack::response(const std::set<std::string, std::less<>>* wanted) const {
  std::string out = capabilities_message();
  for (const auto& entry : state_->index) {
    const SchemaKind kind = entry.first.first;
    const bool always = kind == SchemaKind::provider || kind == SchemaKind::function;
    if (always || wanted == nullptr || wanted->contains(entry.first.second))
      out += entry.second.bytes;
  }
  return out;
}

Result<std::string> make_pack(const document::Document& schemas, std::string_view address,
                              std::string_view version) {
  const Result<ProviderSchema> read = read_provider_schema(schemas, address);
  if (!read) return read.failure();
  std::string index = read->address + " " + std::string(version) + "\n";
  std::string data;
  const auto add = [&](SchemaKind kind, std::string_view name, const std::string& piece) {
    index += std::string(name_of(kind)) + " " + std::string(name) + " " +
             std::to_string(piece.size()) + "\n";
    data += piece;
  };
  const auto add_all = [&](SchemaKind kind, const auto& all) {
    for (const auto& one : all) add(kind, one.first, schema_message(kind, one.first, one.second));
  };
  add(SchemaKind::provider, "-", schema_message(SchemaKind::provider, "", read->provider));
  add_all(SchemaKind::resource, read->resources);
  add_all(SchemaKind::data_source, read->data_sources);
  add_all(SchemaKind::ephemeral, read->ephemerals);
  for (const auto& one : read->functions)
    add(SchemaKind::function, one.first, function_message(one.second));
  const std::string content = index + "\n" + data;
  return std::string(magic) + system::sha256_hex(content) + "\n" + content;
}

}  // namespace tidegate::sandbox
