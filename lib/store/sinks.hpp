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
  Status begin(const system::HttpResponse& head) override {
    text_.clear();
    promised_.clear();
    for (const auto& [name, value] : head.headers) {  // x-ms-meta-sha256, x-amz-meta-sha256
      if (ends_with_ignoring_case(name, "-meta-sha256")) promised_ = value;
    }
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
  // The digest that was stored with it; "": none.
  const std::string& promised() const { return promised_; }
  std::string take() { return std::move(text_); }

 private:
  std::string name_;
  std::size_t limit_;
  std::string text_{};
  std::string promised_{};
};

}  // namespace tidegate::store
