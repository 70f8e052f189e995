// SPDX-License-Identifier: Apache-2.0
#include "system/terminal.hpp"

#include <unistd.h>

#include <cerrno>

namespace tidegate::system {

namespace {

bool put(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

void StandardTerminal::out(std::string_view text) { good_ = good_ && put(STDOUT_FILENO, text); }
void StandardTerminal::err(std::string_view text) { put(STDERR_FILENO, text); }
bool StandardTerminal::out_is_terminal() const { return ::isatty(STDOUT_FILENO) == 1; }
bool StandardTerminal::err_is_terminal() const { return ::isatty(STDERR_FILENO) == 1; }

}  // namespace tidegate::system
