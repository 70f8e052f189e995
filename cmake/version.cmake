# SPDX-License-Identifier: Apache-2.0
# generated/version.hpp: the version of the tool. The commit of the tool is not compiled in: two
# packagings of one release must build the same artifacts.
file(WRITE ${CMAKE_BINARY_DIR}/version.hpp.tmp
"// SPDX-License-Identifier: Apache-2.0
#pragma once
namespace tidegate { inline constexpr char tool_version[] = \"${PROJECT_VERSION}\"; }
")
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
file(COPY_FILE ${CMAKE_BINARY_DIR}/version.hpp.tmp ${CMAKE_BINARY_DIR}/generated/version.hpp ONLY_IF_DIFFERENT)
