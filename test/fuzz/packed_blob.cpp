// SPDX-License-Identifier: Apache-2.0
// The name of an object (20 bytes), the length of an index (2 bytes), the index and the pack beside it. A blob that is found and
// read to its end has the length that its entry says; nothing else is believed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "place.hpp"
#include "repository/packed_blob.hpp"
#include "system/file_sink.hpp"
#include "system/temporary_folder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using fuzz::require;
  constexpr std::size_t name_size = 20, head = name_size + 2;
  if (size < head) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const auto folder = system::TemporaryFolder::make("tidegate-fuzz");
  require(folder.ok());
  const std::string packs = (*folder)->path() + "/pack";
  const std::size_t length = std::size_t{data[name_size]} << 8U | data[name_size + 1];
  const std::string_view rest = bytes.substr(head);
  require(system::make_folders(packs).ok() && system::write_file(packs + "/p.idx", rest.substr(0, length)).ok() &&
          system::write_file(packs + "/p.pack", rest.substr(std::min(length, rest.size()))).ok());
  const auto blob = repository::find_packed_blob((*folder)->path(), bytes.substr(0, name_size));
  if (!blob) return 0;
  std::uint64_t read = 0;
  const Status status = repository::stream_packed_blob(*blob, [&](std::string_view piece) -> Status {
    read += piece.size();
    return Done{};
  });
  require(status ? read == blob->size : status.failure().code == "repository.broken" || status.failure().code == "system.read-failed");
  return 0;
}
