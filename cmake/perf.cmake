# SPDX-License-Identifier: Apache-2.0
# bin/perf-generate writes the input of test/perf/bench.sh.
add_executable(perf-generate test/perf/generate.cpp)
target_link_libraries(perf-generate PRIVATE tidegate_settings fmt::fmt ZLIB::ZLIB)
