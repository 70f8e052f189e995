// SPDX-License-Identifier: Apache-2.0
// `--format F[=FILE]`, repeatable: what the programs that write reports have in common.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::commandline {

template <class Format>
struct Output {
  const Format* format = nullptr;
  std::string file{};  // empty: standard output
};

template <class Format>
struct Outputs {
  std::vector<Output<Format>> list{};
  std::string fault{};  // what is wrong with the words; empty: nothing
  std::string hint{};
};

struct FormatWords {
  struct Word {
    std::size_t format = 0;  // index of its name
    std::string file{};
  };
  std::vector<Word> list{};
  std::string fault{};
  std::string hint{};
};

// One output at most goes to standard output; the first format does when none is said to.
FormatWords read_format_words(std::span<const std::string> names,
                              std::span<const std::string> words);

template <class Format>
std::vector<std::string> names_of(std::span<const Format> formats) {
  std::vector<std::string> names;
  for (const Format& format : formats) names.emplace_back(format.name);
  return names;
}

// `words` as they stand on the command line, `formats` with their `name`.
template <class Format>
Outputs<Format> choose_outputs(std::span<const Format> formats,
                               std::span<const std::string> words) {
  FormatWords read = read_format_words(names_of(formats), words);
  Outputs<Format> out{.fault = std::move(read.fault), .hint = std::move(read.hint)};
  for (FormatWords::Word& word : read.list) {
    out.list.push_back({&formats[word.format], std::move(word.file)});
  }
  return out;
}

}  // namespace tidegate::commandline
