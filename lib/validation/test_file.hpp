// SPDX-License-Identifier: Apache-2.0
// A Terraform test file whose providers are all mocked: plans are made, nothing is applied.
// Source: Terraform language, "Tests" and "Test Mocking", JSON syntax.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tidegate::validation {

using Sink = std::function<Status(std::string_view)>;

struct Assertion {
  std::string condition{};  // an expression, without ${ }
  std::string message{};    // plain text
};

struct Assignment {  // of a variable
  std::string name{};
  std::string value{};  // the text itself of a string, else JSON text
  bool is_string = true;
};

struct TestRun {
  std::string name{};                   // letters, digits, '_'
  std::vector<Assignment> variables{};  // besides those of the file
  std::size_t count = 0;
  // The same assertion each time it is asked; made when the file is written, one at a time.
  std::function<Assertion(std::size_t)> make{};
};

struct MockedProvider {
  std::string name{};
  std::string alias{};
};

struct TestFile {
  std::string name{};  // tidegate_bodies.tftest.json
  std::vector<Assignment> variables{};
  std::vector<MockedProvider> providers{};
  std::vector<TestRun> runs{};  // each a plan
};

// The text in pieces; same input, same bytes. Fails only as `sink` does.
Status write_test_file(const TestFile& file, const Sink& sink);

// A string literal of an expression: "a\"b", with $${ for ${.
std::string quoted(std::string_view text);

}  // namespace tidegate::validation
