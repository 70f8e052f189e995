// SPDX-License-Identifier: Apache-2.0
// Where bodies go to. Private to this module.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "system/http.hpp"

namespace tidegate::store {

class TextSink final : public system::BodySink {  // in memory, at most `limit` bytes
 public:
  TextSink(std::string name, std::size_t limit) : name_(std::move(name)), limit_(limit) {}
  Status begin(const system::HttpResponse&) override {
    text_.clear();
    return Done{};
  }
  Status write(std::string_view piece) override {
    if (text_.size() + piece.size() > limit_) {
      return Diagnostic{
          .code = "store.invalid-answer",
          .where = {.file = printable(name_)},
          .message = "is longer than " + std::to_string(limit_) +
                     " bytes, which is more than expected here",
          .hint = "look at what lies there: nobody but tidegate should write to a store",
          .exit = ExitCode::store_failed};
    }
    text_ += piece;
    return Done{};
  }
  std::string take() { return std::move(text_); }

 private:
  std::string name_;
  std::size_t limit_;
  std::string text_{};
};

}  // namespace tidegate::store
