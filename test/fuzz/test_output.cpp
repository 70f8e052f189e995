// SPDX-License-Identifier: Apache-2.0
// What `terraform test -json` prints, and the test files that it names: the text before the first
// NUL is the output, the rest is every file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "place.hpp"
#include "rehearsal/report.hpp"
#include "rehearsal/test_output.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(all.find('\0'), all.size());
  const std::string source(all.substr(std::min(end + 1, all.size())));
  rehearsal::TestFiles files([&](const std::string&) { return source; });
  rehearsal::Report report;
  report.tests = rehearsal::parse_test_output(all.substr(0, end), files);
  // A failure has a text, and one text stands once in a case.
  for (const rehearsal::TestCase& test : report.tests) {
    for (auto text = test.messages.begin(); text != test.messages.end(); ++text)
      fuzz::require(std::find(test.messages.begin(), text, *text) == text);
  }
  for (const rehearsal::ReportFormat& format : rehearsal::report_formats()) {
    fuzz::require(!format.render(report).empty());
  }
  return 0;
}
