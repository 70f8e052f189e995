// SPDX-License-Identifier: Apache-2.0
// source/adf/: the committed bytes, with the values of one environment masked by variable names, and null in place of
// what the service writes by itself.
#include <algorithm>
#include <utility>
#include <vector>

#include "document/write.hpp"
#include "flavours/adf_databricks/map_object.hpp"
#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

// Where the JSON value that starts at `at` ends.
std::size_t value_end(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = at; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        quoted = false;
        if (depth == 0) return i + 1;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth <= 1) return depth == 0 ? i : i + 1;
      --depth;
    } else if (depth == 0 && (c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t')) {
      return i;
    }
  }
  return text.size();
}

std::string masked(const service::BoundLeaf& leaf) {
  std::string text;
  if (!leaf.whole.empty()) {
    document::append_json_string(text, leaf.whole);
    return text;
  }
  std::string value;
  const std::string_view source = leaf.node.as_string();
  std::size_t done = 0;
  for (const service::BoundSpan& span : leaf.spans) {
    value += source.substr(done, span.begin - done);
    value += span.variable;
    done = span.begin + span.size;
  }
  value += source.substr(done);
  document::append_json_string(text, value);
  return text;
}

}  // namespace

Status write_source(const Service& service, std::size_t index,
                    const std::function<Status(std::string_view)>& sink) {
  const adf::Object& object = service.factory.objects[index];
  const std::string_view text = object.document->text();
  std::vector<std::pair<std::size_t, std::string>> masks;  // at the place of a value
  for (const service::BoundLeaf& leaf : service::leaves_of(service.bindings, index)) masks.emplace_back(leaf.node.offset(), masked(leaf));
  for (const document::Node& node : left_out_of(service, index)) masks.emplace_back(node.offset(), "null");
  std::ranges::sort(masks);
  std::size_t done = 0;
  for (const auto& [begin, mask] : masks) {
    if (begin < done) continue;  // inside of one that is gone
    if (Status status = sink(text.substr(done, begin - done)); !status) return status;
    if (Status status = sink(mask); !status) return status;
    done = value_end(text, begin);
  }
  return sink(text.substr(done));
}

}  // namespace tidegate::flavours::adf_databricks
