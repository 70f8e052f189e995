// SPDX-License-Identifier: Apache-2.0
// How a program that serves another one ends: with the standard input that its parent holds, so
// also when the parent is killed, or by SIGTERM.
#pragma once

namespace tidegate::system {

class StopRequest {
 public:
  // Before any thread is started. SIGINT is ignored from here on: a Ctrl-C of the terminal reaches
  // every program of the foreground, and only the parent decides what it means. SIGPIPE is, too.
  StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;
  ~StopRequest();

  void wait() const;

 private:
  int signals_ = -1;
};

}  // namespace tidegate::system
