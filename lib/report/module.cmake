# SPDX-License-Identifier: Apache-2.0
# docs/codes/*.md -> generated/report/pages.inc: every page as a raw text, sorted by code.
file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/codes/*.*.md)
set(page_rows "")
foreach(page IN LISTS pages)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page})
  get_filename_component(code ${page} NAME)
  string(REGEX REPLACE "\\.md$" "" code "${code}")
  file(READ ${page} text)
  string(APPEND page_rows "{\"${code}\", R\"page(${text})page\"},\n")
endforeach()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/report)
file(WRITE ${CMAKE_BINARY_DIR}/pages.inc.tmp "${page_rows}")
file(COPY_FILE ${CMAKE_BINARY_DIR}/pages.inc.tmp ${CMAKE_BINARY_DIR}/generated/report/pages.inc ONLY_IF_DIFFERENT)
