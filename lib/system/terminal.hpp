// SPDX-License-Identifier: Apache-2.0
// Where a command writes: results to `out`, everything else to `err`.
#pragma once

#include <string>
#include <string_view>

namespace tidegate::system {

class Terminal {
 public:
  virtual ~Terminal() = default;
  virtual void out(std::string_view text) = 0;
  virtual void err(std::string_view text) = 0;
  virtual bool out_is_terminal() const { return false; }
  virtual bool err_is_terminal() const { return false; }
  // False once a write to standard output has failed (full disk, closed pipe).
  virtual bool good() const { return true; }
};

class StandardTerminal final : public Terminal {
 public:
  void out(std::string_view text) override;
  void err(std::string_view text) override;
  bool out_is_terminal() const override;
  bool err_is_terminal() const override;
  bool good() const override { return good_; }

 private:
  bool good_ = true;
};

class MemoryTerminal final : public Terminal {
 public:
  void out(std::string_view text) override { out_text += text; }
  void err(std::string_view text) override { err_text += text; }
  std::string out_text{};
  std::string err_text{};
};

}  // namespace tidegate::system
