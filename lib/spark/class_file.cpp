// SPDX-License-Identifier: Apache-2.0
// The bytes are hostile: every read is checked by `Reader`, which after the first read past the end
// gives zeros and stays failed; the loops stop on failure, so their counts (16 bits, each entry at
// least one byte) cannot run away.
#include "spark/class_file.hpp"

#include <cstdint>
#include <vector>

namespace tidegate::spark {
namespace {

constexpr std::uint32_t magic = 0xCAFEBABE;
constexpr int first_major = 45;  // Java 1.0.2
constexpr unsigned flag_public = 0x0001;
constexpr unsigned flag_static = 0x0008;
constexpr unsigned flag_interface = 0x0200;
constexpr unsigned flag_abstract = 0x0400;

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool failed() const { return failed_; }
  std::size_t offset() const { return at_; }

  std::uint8_t u1() {
    if (at_ >= bytes_.size()) {
      failed_ = true;
      return 0;
    }
    return static_cast<std::uint8_t>(bytes_[at_++]);
  }
  std::uint16_t u2() {
    const unsigned high = u1();
    return static_cast<std::uint16_t>((high << 8U) | u1());
  }
  std::uint32_t u4() {
    const std::uint32_t high = u2();
    return (high << 16U) | u2();
  }
  void skip(std::size_t count) {
    if (count > bytes_.size() - at_) {
      failed_ = true;
      at_ = bytes_.size();
    } else {
      at_ += count;
    }
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

struct Constant {
  std::uint8_t tag = 0;
  std::uint16_t reference = 0;  // Class, String: index of the text
  std::string_view text{};      // Utf8
};

// Bytes after the tag of constants that are not read; 0 for unknown tags.
std::size_t constant_size(std::uint8_t tag) {
  switch (tag) {
    case 16:  // MethodType
    case 19:  // Module
    case 20:
      return 2;  // Package
    case 15:
      return 3;  // MethodHandle
    case 3:      // Integer
    case 4:      // Float
    case 9:      // Fieldref
    case 10:     // Methodref
    case 11:     // InterfaceMethodref
    case 12:     // NameAndType
    case 17:     // Dynamic
    case 18:
      return 4;  // InvokeDynamic
    case 5:      // Long
    case 6:
      return 8;  // Double
    default:
      return 0;
  }
}

class ClassReader {
 public:
  explicit ClassReader(std::string_view bytes) : bytes_(bytes), reader_(bytes) {}

  std::optional<ClassFile> read() {
    ClassFile out;
    if (reader_.u4() != magic) return std::nullopt;
    reader_.u2();  // minor version
    out.major = reader_.u2();
    if (out.major < first_major || !read_constants()) return std::nullopt;
    out.is_interface = (reader_.u2() & flag_interface) != 0;
    out.name = class_name(reader_.u2());
    out.superclass = class_name(reader_.u2());
    reader_.skip(std::size_t{2} * reader_.u2());  // interfaces
    skip_fields();
    read_methods(out);
    if (reader_.failed() || out.name.empty()) return std::nullopt;
    return out;
  }

  void append_strings(std::string& out) {
    if (reader_.u4() != magic) return;
    reader_.u2();
    if (reader_.u2() < first_major || !read_constants()) return;
    for (const Constant& one : constants_) {
      if (one.tag != 8) continue;
      const std::string_view text = utf8(one.reference);
      if (!text.empty()) out.append(text) += '\n';
    }
  }

 private:
  bool read_constants() {
    const std::uint16_t count = reader_.u2();
    if (count > bytes_.size()) return false;
    constants_.resize(count);
    for (std::uint16_t i = 1; i < count && !reader_.failed(); ++i) {
      Constant& constant = constants_[i];
      constant.tag = reader_.u1();
      if (constant.tag == 1) {
        const std::uint16_t size = reader_.u2();
        const std::size_t begin = reader_.offset();
        reader_.skip(size);
        if (!reader_.failed()) constant.text = bytes_.substr(begin, size);
      } else if (constant.tag == 7 || constant.tag == 8) {
        constant.reference = reader_.u2();
      } else {
        const std::size_t size = constant_size(constant.tag);
        if (size == 0) return false;
        reader_.skip(size);
        if (size == 8) ++i;  // Long and Double take two places
      }
    }
    return !reader_.failed();
  }

  std::string_view utf8(std::uint16_t index) const {
    return index < constants_.size() ? constants_[index].text : std::string_view();
  }
  std::string class_name(std::uint16_t index) const {
    if (index >= constants_.size() || constants_[index].tag != 7) return {};
    return std::string(utf8(constants_[index].reference));
  }

  void skip_attributes() {
    const std::uint16_t count = reader_.u2();
    for (std::uint16_t i = 0; i < count && !reader_.failed(); ++i) {
      reader_.u2();
      reader_.skip(reader_.u4());
    }
  }

  void skip_fields() {
    const std::uint16_t count = reader_.u2();
    for (std::uint16_t i = 0; i < count && !reader_.failed(); ++i) {
      reader_.skip(6);
      skip_attributes();
    }
  }

  void read_methods(ClassFile& out) {
    const std::uint16_t count = reader_.u2();
    for (std::uint16_t i = 0; i < count && !reader_.failed(); ++i) {
      const unsigned flags = reader_.u2();
      const std::string_view name = utf8(reader_.u2());
      const std::string_view type = utf8(reader_.u2());
      skip_attributes();
      if (name != "main" || type != "([Ljava/lang/String;)V" || (flags & flag_public) == 0)
        continue;
      if ((flags & flag_static) != 0) {
        out.has_main = true;
      } else if ((flags & flag_abstract) == 0) {
        out.has_instance_main = true;
      }
    }
  }

  std::string_view bytes_;
  Reader reader_;
  std::vector<Constant> constants_{};
};

}  // namespace

std::optional<ClassFile> parse_class(std::string_view bytes) { return ClassReader(bytes).read(); }

void append_class_strings(std::string_view bytes, std::string& out) { ClassReader(bytes).append_strings(out); }

}  // namespace tidegate::spark
