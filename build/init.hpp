// SPDX-License-Identifier: Apache-2.0
// `tidegate init`: what the build derives, written down (service.md, section 7).
#pragma once

#include <map>
#include <string>

#include "base/diagnostic.hpp"
#include "flavours/adf_databricks/service.hpp"

namespace tidegate {

struct InitNames {  // as on the command line; empty: derived
  std::string service{}, owner{}, domain{};
};

// tidegate.yaml with every derived value spelled out; `service` was read without manifest.
std::string render_manifest_text(const flavours::adf_databricks::Service& service, const InitNames& names);

// A release is judged more strictly than a look at what is there: codes with an error in `with`, the findings under that
// manifest, and none in `without` are set to warnings, so that nothing fails that passed. "": there is none.
std::string render_severities(const Diagnostics& without, const Diagnostics& with);

// Path -> text of the other files; `ci`: "", "github", "jenkins", "azure".
std::map<std::string, std::string> init_files(const std::string& name, const std::string& ci);

// The section of README.md, between two markers; `title` only for a new README.
std::string readme_section(const std::string& name, const std::string& owner);
inline constexpr char readme_marker[] = "<!-- tidegate -->";

}  // namespace tidegate
