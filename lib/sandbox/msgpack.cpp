// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "base/text.hpp"
#include "sandbox/decimal.hpp"
#include "sandbox/value.hpp"

namespace tidegate::sandbox {

namespace {

constexpr unsigned max_depth = 512;

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

  Result<Value> read_all() {
    Value value;
    if (read(value, 0) && at_ != bytes_.size()) fail("bytes are left behind the value");
    if (failure_.empty()) return value;
    return Diagnostic{
        .code = "sandbox.bad-value",
        .message = "byte " + std::to_string(at_) + " of a MessagePack value: " + failure_,
        .exit = ExitCode::internal};
  }

 private:
  bool fail(std::string message) {
    if (failure_.empty()) failure_ = std::move(message);
    return false;
  }
  std::size_t left() const { return bytes_.size() - at_; }

  // A big-endian number of `size` bytes.
  bool take(std::size_t size, std::uint64_t& value) {
    if (left() < size) return fail("the text ends too early");
    value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value = (value << 8U) | static_cast<unsigned char>(bytes_[at_++]);
    return true;
  }
  bool take_bytes(std::uint64_t size, std::string_view& out) {
    if (left() < size) return fail("the text ends too early");
    out = bytes_.substr(at_, size);
    at_ += size;
    return true;
  }

  bool read(Value& value, unsigned depth) {
    std::uint64_t byte = 0;
    if (depth > max_depth) return fail("nested too deeply");
    if (!take(1, byte)) return false;
    if (byte < 0x80) return whole(static_cast<std::int64_t>(byte), value);
    if (byte < 0x90) return map(byte & 0x0FU, value, depth);
    if (byte < 0xA0) return list(byte & 0x0FU, value, depth);
    if (byte < 0xC0) return string(byte & 0x1FU, value);
    if (byte >= 0xE0) return whole(static_cast<std::int64_t>(byte) - 256, value);
    return read_marked(byte, value, depth);
  }

  bool read_marked(std::uint64_t byte, Value& value, unsigned depth) {
    std::uint64_t size = 0;
    switch (byte) {
      case 0xC0:
        value = Value();
        return true;
      case 0xC2:
      case 0xC3:
        value = Value::boolean(byte == 0xC3);
        return true;
      case 0xC4:
      case 0xC5:
      case 0xC6:
        return take(std::size_t{1} << (byte - 0xC4U), size) && raw(size, value);
      case 0xC7:
      case 0xC8:
      case 0xC9:
        return take(std::size_t{1} << (byte - 0xC7U), size) && extension(size, value);
      case 0xCA:
      case 0xCB:
        return floating(byte == 0xCA ? 4 : 8, value);
      case 0xCC:
      case 0xCD:
      case 0xCE:
      case 0xCF: {
        std::uint64_t number = 0;
        if (!take(std::size_t{1} << (byte - 0xCCU), number)) return false;
        value = Value::number(std::to_string(number));
        return true;
      }
      case 0xD0:
      case 0xD1:
      case 0xD2:
      case 0xD3:
        return negative(std::size_t{1} << (byte - 0xD0U), value);
      case 0xD4:
      case 0xD5:
      case 0xD6:
      case 0xD7:
      case 0xD8:
        return extension(std::uint64_t{1} << (byte - 0xD4U), value);
      case 0xD9:
      case 0xDA:
      case 0xDB:
        return take(std::size_t{1} << (byte - 0xD9U), size) && string(size, value);
      case 0xDC:
      case 0xDD:
        return take(byte == 0xDC ? 2 : 4, size) && list(size, value, depth);
      case 0xDE:
      case 0xDF:
        return take(byte == 0xDE ? 2 : 4, size) && map(size, value, depth);
      default:
        return fail("an unused type byte");
    }
  }

  static bool whole(std::int64_t number, Value& value) {
    value = Value::number(std::to_string(number));
    return true;
  }

  bool negative(std::size_t size, Value& value) {
    std::uint64_t bits = 0;
    if (!take(size, bits)) return false;
    const unsigned shift = 64U - 8U * static_cast<unsigned>(size);
    return whole(static_cast<std::int64_t>(bits << shift) >> shift, value);
  }

  bool floating(std::size_t size, Value& value) {
    std::uint64_t bits = 0;
    if (!take(size, bits)) return false;
    double number = 0;
    if (size == 4) {
      const auto half = static_cast<std::uint32_t>(bits);
      float single = 0;
      std::memcpy(&single, &half, sizeof single);
      number = static_cast<double>(single);
    } else {
      std::memcpy(&number, &bits, sizeof number);
    }
    if (std::isnan(number)) return fail("not a number");
    if (std::isinf(number)) {
      value = Value::number(number < 0 ? "-Inf" : "Inf");
      return true;
    }
    value = Value::number(exact_decimal(number));
    return true;
  }

  bool string(std::uint64_t size, Value& value) {
    std::string_view text;
    if (!take_bytes(size, text)) return false;
    if (find_invalid_utf8(text)) return fail("text that is not UTF-8");
    value = Value::string(std::string(text));
    return true;
  }

  bool raw(std::uint64_t size, Value& value) {
    std::string_view bytes;
    if (!take_bytes(size, bytes)) return false;
    value = Value::bytes(std::string(bytes));
    return true;
  }

  // Extension 12 says something of an unknown value, every other one nothing (cty reads them so).
  bool extension(std::uint64_t size, Value& value) {
    std::uint64_t type = 0;
    std::string_view bytes;
    if (!take(1, type) || !take_bytes(size, bytes)) return false;
    value = type == 12 ? Value::unknown(std::string(bytes)) : Value::unknown();
    return true;
  }

  bool list(std::uint64_t size, Value& value, unsigned depth) {
    if (size > left()) return fail("more items than bytes");
    Value::List items;
    items.reserve(size);
    for (std::uint64_t i = 0; i < size; ++i) {
      items.emplace_back();
      if (!read(items.back(), depth + 1)) return false;
    }
    value = Value::list(std::move(items));
    return true;
  }

  bool map(std::uint64_t size, Value& value, unsigned depth) {
    if (size > left() / 2) return fail("more members than bytes");
    Value::Map members;
    for (std::uint64_t i = 0; i < size; ++i) {
      Value key;
      if (!read(key, depth + 1)) return false;
      if (key.kind() != Value::Kind::string) return fail("a key that is no text");
      Value member;
      if (!read(member, depth + 1)) return false;
      if (!members.emplace(key.text(), std::move(member)).second) return fail("a key twice");
    }
    value = Value::map(std::move(members));
    return true;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::string failure_{};
};

class Encoder {
 public:
  std::string take() { return std::move(out_); }

  void write(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::null:
        put(0xC0);
        return;
      case Value::Kind::unknown:
        unknown(value);
        return;
      case Value::Kind::boolean:
        put(value.as_bool() ? 0xC3 : 0xC2);
        return;
      case Value::Kind::number:
        number(value.text());
        return;
      case Value::Kind::string:
        string(value.text());
        return;
      case Value::Kind::bytes:
        sized(value.text().size(), 0, 0, {0xC4, 0xC5, 0xC6});
        out_ += value.text();
        return;
      case Value::Kind::list:
        sized(value.items().size(), 0x90, 16, {0, 0xDC, 0xDD});
        for (const Value& item : value.items()) write(item);
        return;
      case Value::Kind::map:
        sized(value.members().size(), 0x80, 16, {0, 0xDE, 0xDF});
        for (const auto& member : value.members()) {
          string(member.first);
          write(member.second);
        }
        return;
    }
  }

 private:
  struct Marks {  // type bytes before sizes of 1, 2 and 4 bytes; 0: there is none
    unsigned one, two, four;
  };

  void put(unsigned byte) { out_ += static_cast<char>(byte); }
  void put_big_endian(std::uint64_t value, unsigned size) {
    for (unsigned i = size; i-- > 0;) put(static_cast<unsigned>((value >> (8U * i)) & 0xFFU));
  }

  // Sizes below `few` stand in the type byte itself.
  void sized(std::size_t size, unsigned base, std::size_t few, const Marks& marks) {
    if (size < few) return put(base | static_cast<unsigned>(size));
    if (marks.one != 0 && size <= 0xFFU) {
      put(marks.one);
      put_big_endian(size, 1);
    } else if (size <= 0xFFFFU) {
      put(marks.two);
      put_big_endian(size, 2);
    } else {
      put(marks.four);
      put_big_endian(size, 4);
    }
  }

  void string(std::string_view text) {
    sized(text.size(), 0xA0, 32, {0xD9, 0xDA, 0xDB});
    out_ += text;
  }

  void unknown(const Value& value) {
    if (!value.is_refined()) {
      put(0xD4);  // extension of one byte
      put(0);
      put(0);
      return;
    }
    sized(value.text().size(), 0, 0, {0xC7, 0xC8, 0xC9});
    put(12);
    out_ += value.text();
  }

  void number(const std::string& text) {
    const std::string plain = canonical_number(text);
    std::int64_t small = 0;
    std::uint64_t large = 0;
    const char* const end = plain.data() + plain.size();
    if (const auto parsed = std::from_chars(plain.data(), end, small);
        parsed.ec == std::errc{} && parsed.ptr == end) {
      return integer(small);
    }
    if (const auto parsed = std::from_chars(plain.data(), end, large);
        parsed.ec == std::errc{} && parsed.ptr == end) {
      put(0xCF);
      return put_big_endian(large, 8);
    }
    if (plain == "Inf" || plain == "-Inf") return infinity(plain == "-Inf");
    string(plain);
  }

  void infinity(bool is_negative) {
    const double value = is_negative ? -std::numeric_limits<double>::infinity()
                                     : std::numeric_limits<double>::infinity();
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    put(0xCB);
    put_big_endian(bits, 8);
  }

  void integer(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    if (value >= -32 && value < 128) return put(static_cast<unsigned>(bits & 0xFFU));
    if (value >= 0) {
      const unsigned step = value <= 0xFF ? 0 : value <= 0xFFFF ? 1 : value <= 0xFFFFFFFFLL ? 2 : 3;
      put(0xCCU + step);
      return put_big_endian(bits, 1U << step);
    }
    const unsigned step = value >= -0x80           ? 0
                          : value >= -0x8000       ? 1
                          : value >= -0x80000000LL ? 2
                                                   : 3;
    put(0xD0U + step);
    put_big_endian(bits, 1U << step);
  }

  std::string out_{};
};

}  // namespace

Result<Value> decode_msgpack(std::string_view bytes) { return Decoder(bytes).read_all(); }

std::string encode_msgpack(const Value& value) {
  Encoder encoder;
  encoder.write(value);
  return encoder.take();
}

}  // namespace tidegate::sandbox
