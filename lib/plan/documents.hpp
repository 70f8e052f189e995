// SPDX-License-Identifier: Apache-2.0
// Parts a stream of JSON documents (`terragrunt run-all`) into its documents, without judging them:
// whatever is no object, and whatever is broken, belongs to the document at hand, whose reader
// refuses it.
#pragma once

#include <functional>
#include <string_view>

namespace tidegate::plan {

class DocumentParter {
 public:
  // `piece`: bytes of the document at hand, never empty. `end`: it is over.
  DocumentParter(std::function<void(std::string_view)> piece, std::function<void()> end)
      : piece_(std::move(piece)), end_(std::move(end)) {}

  void feed(std::string_view bytes);
  void finish();

 private:
  void take(std::string_view bytes);

  std::function<void(std::string_view)> piece_;
  std::function<void()> end_;
  std::size_t depth_ = 0;
  std::size_t seen_ = 0;  // bytes of the stream
  bool open_ = false;     // bytes of a document were handed on
  bool text_ = false;     // inside a string
  bool escape_ = false;
  bool wide_ = false;  // UTF-16: one document
};

}  // namespace tidegate::plan
