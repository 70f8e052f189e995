// SPDX-License-Identifier: Apache-2.0
// All output formats. A new one needs: a line here, its renderer, a page in docs/formats.
#include <array>

#include "verdict/verdict.hpp"

namespace tidegate::verdict {

namespace {

constexpr std::array<Format, 8> table{{
    {.name = "text", .render = render_text},
    {.name = "json", .render = render_json},
    {.name = "sarif", .render = render_sarif},
    {.name = "junit", .render = render_junit},
    {.name = "tap", .render = render_tap},
    {.name = "markdown", .render = render_markdown},
    {.name = "github", .render = render_github},
    {.name = "azure", .render = render_azure},
}};

}  // namespace

std::span<const Format> formats() { return table; }

}  // namespace tidegate::verdict
