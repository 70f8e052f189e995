// SPDX-License-Identifier: Apache-2.0
// One class file: name, superclass, version, and whether it has a main method.
// Format: The Java Virtual Machine Specification, chapter 4.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidegate::spark {

struct ClassFile {
  std::string name{};        // "com/example/Main", as the file says
  std::string superclass{};  // empty for java/lang/Object and modules
  int major = 0;
  bool is_interface = false;       // a Scala trait is one
  bool has_main = false;           // public static void main(String[])
  bool has_instance_main = false;  // the same without `static`, as in the inside of a Scala object
};

// Nothing if the bytes are no class file of any Java or are cut short before the end of the method
// table.
std::optional<ClassFile> parse_class(std::string_view bytes);

// The string constants of its code, as they are in the file (modified UTF-8), one in a line, behind `out`. Nothing if
// the bytes are no class file.
void append_class_strings(std::string_view bytes, std::string& out);

}  // namespace tidegate::spark
