// SPDX-License-Identifier: Apache-2.0
// Any bytes as an archive: members come with a place and a text, the caps hold, and the same bytes give the same members
// as a jar that is identified while they are read. The first byte 'c': a class file, whose strings lie inside it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "place.hpp"
#include "spark/class_file.hpp"
#include "spark/identity.hpp"
#include "spark/members.hpp"

namespace {

using namespace tidegate;
using fuzz::require;

struct Counted {
  std::uint64_t bytes = 0;
  std::size_t members = 0;
};

spark::MemberSink count(Counted& all) {
  return [&all](const spark::Member& one) {
    require(!one.place.empty() && !one.text.empty() && !one.is_class);
    require(one.text.size() <= spark::max_member_bytes);
    all.bytes += one.text.size();
    ++all.members;
  };
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'c') {
    std::string strings;
    spark::append_class_strings(rest, strings);
    require(strings.empty() || strings.back() == '\n');
    return 0;
  }
  Counted alone;
  const auto incomplete = spark::read_members(rest, count(alone));
  require(incomplete.ok());
  require(alone.bytes <= spark::free_member_bytes + spark::max_member_ratio * rest.size());
  require(alone.members <= spark::max_members);
  system::Spill spill;
  require(spill.put(rest).ok());
  Counted with;
  spark::MemberReader members(count(with), rest.size());
  const auto identities = spark::identify_jar("libs/app-1.0.jar", spill, members);
  require(identities.ok());
  // The manifest and the Maven files are read for the jar, too.
  const bool whole = incomplete->empty() && members.incomplete().empty() && identities->incomplete.empty();
  require(!whole || with.members >= alone.members);
  return 0;
}
