// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include "sandbox/control.hpp"

// What the reader takes can be asked about any object.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using sandbox::Value;
  // The reader takes a path, as the file is read again when it changes.
  static const std::string path =
      std::filesystem::temp_directory_path() / ("control-" + std::to_string(::getpid()) + ".json");
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return 0;
  std::fwrite(data, 1, size, file);
  std::fclose(file);
  const auto control = sandbox::Control::open(path);
  std::filesystem::remove(path);
  if (!control) return 0;
  const sandbox::Schema schema{
      .block = {.attributes = {{.name = "name", .type = {sandbox::Type::Kind::string}},
                               {.name = "size", .type = {sandbox::Type::Kind::number}}}}};
  const Value object = Value::map({{"name", Value::string("a")}, {"size", Value::number("3")}});
  (*control)->failure("a", sandbox::Operation::create, object);
  (*control)->gone("a", object);
  (*control)->drifted("a", schema, object);
  (*control)->applied("a", {}, object);
  (*control)->object("a", schema, "x");
  (*control)->data("a", schema, object);
  (*control)->delay_ms();
  return 0;
}
