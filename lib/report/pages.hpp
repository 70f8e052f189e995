// SPDX-License-Identifier: Apache-2.0
// docs/codes, compiled in: what each code means, an example, what to do.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::report {

struct Page {
  std::string_view code{};
  std::string_view text{};  // Markdown, "# <code>" first
};

std::span<const Page> pages();  // sorted by code
std::optional<std::string_view> find_page(std::string_view code);
std::vector<std::string> codes();

// The first sentence of the page, without markup; "" for a code without page.
std::string summary_of(std::string_view code);

}  // namespace tidegate::report
