// SPDX-License-Identifier: Apache-2.0
#include "policy/custom/pattern.hpp"

#include <re2/re2.h>

namespace tidegate::policy::custom {

Pattern::Pattern(std::string_view expression) {
  re2::RE2::Options options;
  options.set_log_errors(false);  // would go to standard error
  options.set_max_mem(std::int64_t{8} << 20);
  const auto compiled = std::make_shared<const re2::RE2>(
      re2::StringPiece(expression.data(), expression.size()), options);
  if (compiled->ok())
    expression_ = compiled;
  else
    error_ = compiled->error();
}

bool Pattern::matches_whole(std::string_view text) const {
  return expression_ &&
         re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *expression_);
}

}  // namespace tidegate::policy::custom
