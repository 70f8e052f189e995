// SPDX-License-Identifier: Apache-2.0
// Validates a JSON text that arrives in pieces (RFC 8259 grammar, well-formed UTF-8, paired
// surrogates, limited depth) and cuts out the parts that the caller asks for. Nothing else is kept, so
// memory is bounded by the largest captured part and the keys of the opened containers.
//
// At every value of an opened container the caller decides: skip it (validated only), capture its
// text, or open it, too. `tag` is the caller's name for a captured or opened value. Opened objects must
// not repeat a key; a repetition inside a captured text is found by whoever parses that text.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace tidegate::document {

enum class Take : std::uint8_t { skip, capture, open };

struct Decision {
  Take take = Take::skip;
  int tag = 0;
};

struct KeyPlace {                // a key in a captured text
  std::uint32_t offset = 0;      // of its opening quote, from the begin of the text
  std::uint8_t depth = 0;        // of the container it lies in: 1 for the captured value itself
};

struct Member {                  // a value about to be read
  int parent = 0;                // tag of the opened container it lies in; root_tag for the document
  std::string_view key{};        // decoded; empty in arrays
  std::size_t index = 0;         // in arrays
  char first = 0;                // first byte of the value: { [ " t f n - 0..9
  std::span<const KeyPlace> keys{};  // when it was captured: those of its first two levels, in order
};

inline constexpr int root_tag = -1;

struct SplitHandlers {
  std::function<Decision(const Member&)> begin{};
  std::function<void(int tag, const Member&, std::string_view text)> captured{};
  std::function<void(int tag)> closed{};           // of an opened container
};

enum class SplitProblem : std::uint8_t {
  syntax, truncated, trailing, invalid_utf8, lone_surrogate, nul_byte, duplicate_key, too_deep, too_large
};

struct SplitFailure {
  SplitProblem problem = SplitProblem::syntax;
  std::uint64_t offset = 0;      // byte
  std::uint32_t line = 1;
  std::uint32_t column = 1;      // code points
  std::string detail{};          // what was expected; the key of a duplicate
  std::string excerpt{};         // trailing only: the first bytes behind the document
};

class JsonSplitter {
 public:
  static constexpr int max_depth = 256;
  static constexpr std::size_t max_capture = std::size_t{64} << 20U;

  // `most`: bytes of one captured part.
  explicit JsonSplitter(SplitHandlers handlers, std::size_t most = max_capture)
      : handlers_(std::move(handlers)), most_(most) {}

  bool feed(std::string_view piece);  // false once the text is refused; feed no more then
  bool finish();                      // false unless exactly one document was read
  const std::optional<SplitFailure>& failure() const { return failure_; }

 private:
  enum class State : std::uint8_t {
    value, first_value, first_key, key, colon, after_value, string, escape, unicode, low_backslash, low_u,
    utf8, minus, zero, digits, dot, fraction, exponent_start, exponent_sign, exponent, literal, done, trailing
  };
  struct Frame {
    int tag = 0;
    bool is_object = false;
    std::size_t index = 0;
    std::string key{};
    std::unordered_set<std::string> keys{};
  };

  const char* step(const char* p, const char* end);
  const char* skim(const char* p, const char* end);
  void note_key(const char* p);
  const char* plain_text(const char* p, const char* end);
  bool begin_value(char c, const char* p);
  bool open_container(bool is_object);
  const char* close_container(char c, const char* p);
  void begin_string(bool is_key, const char* p);
  bool end_string(const char* p);
  bool end_key(const char* p);
  bool end_value(const char* p);
  bool after_value(char c, const char* p);
  const char* escaped(char c, const char* p);
  const char* hex_digit(char c, const char* p);
  const char* number_byte(char c, const char* p);
  const char* utf8_byte(unsigned char c, const char* p);
  bool lead_byte(unsigned char c, const char* p);
  const char* refuse(SplitProblem problem, const char* p, std::string detail);
  SplitFailure failure_at(SplitProblem problem, const char* p) const;
  bool at_frame() const { return depth_ == static_cast<int>(frames_.size()); }
  Member member() const;
  std::uint64_t offset_of(const char* p) const { return base_ + static_cast<std::uint64_t>(p - piece_); }

  SplitHandlers handlers_;
  std::size_t most_;
  State state_ = State::value;
  std::array<bool, max_depth + 1> is_object_{};
  int depth_ = 0;
  std::vector<Frame> frames_{};

  bool capturing_ = false;
  int capture_depth_ = 0;
  int capture_tag_ = 0;
  char first_ = 0;
  const char* capture_from_ = nullptr;
  std::string capture_{};
  std::uint64_t capture_begin_ = 0;  // in the document
  int watched_ = 0;                  // depth to which the keys of a captured value are noted; else 0
  std::vector<KeyPlace> keys_{};

  bool in_key_ = false;
  bool keep_key_ = false;
  const char* key_from_ = nullptr;
  std::string key_{};

  int hex_left_ = 0;
  unsigned code_unit_ = 0;
  bool want_low_ = false;
  int continuation_ = 0;
  unsigned char low_ = 0x80, high_ = 0xBF;
  const char* literal_ = nullptr;

  const char* piece_ = nullptr;
  std::uint64_t base_ = 0;
  std::uint32_t line_ = 1;
  std::uint64_t line_start_ = 0;
  std::uint64_t continuations_ = 0;  // UTF-8 continuation bytes since line_start_
  SplitFailure trailing_{};
  std::optional<SplitFailure> failure_{};
};

// The text of a valid JSON string literal, quotes included, without its escapes.
std::string decode_json_string(std::string_view literal);

}  // namespace tidegate::document
