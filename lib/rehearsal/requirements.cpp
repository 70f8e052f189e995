// SPDX-License-Identifier: Apache-2.0
// Both syntaxes of Terraform become the same few facts (DeclaredBlock), so that what a fact means
// is said once.
#include "rehearsal/requirements.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "terraform/blocks.hpp"

namespace tidegate::rehearsal {

namespace {

using terraform::BlockKind;
using terraform::DeclaredBlock;

constexpr std::array<std::string_view, 2> default_hosts{"registry.terraform.io/",
                                                        "registry.opentofu.org/"};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

void add_words(std::string_view text, std::set<std::string>& words) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    bool underscore = false;
    while (at < text.size() && is_word(text[at])) underscore = text[at++] == '_' || underscore;
    if (underscore) words.emplace(text.substr(begin, at - begin));
    if (at == begin) ++at;
  }
}

// "a/b/../c" -> "a/c"; "" when it leads outside.
std::string normal_path(const std::string& path) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.emplace_back(part);
    } else if (parts.empty()) {
      return {};
    } else {
      parts.pop_back();
    }
  }
  return join(parts, "/");
}

class Reader {
 public:
  explicit Reader(const system::FileTree& tree) : tree_(tree) {}

  Result<Requirements> run(const std::string& folder) {
    if (Status status = read_module(folder, true); !status) return status.failure();
    for (auto& need : needs_) out_.providers.push_back(std::move(need.second));
    return std::move(out_);
  }

 private:
  // The blocks of one module: its own files, of a root module also its tests.
  Status read_module(const std::string& folder, bool root) {
    if (!visited_.insert(folder).second) return Done{};
    std::vector<DeclaredBlock> blocks;
    for (const system::Entry& entry : tree_.entries()) {
      const std::string_view parent = parent_path(entry.path);
      const bool own = parent == folder && terraform::is_configuration(entry.path);
      const bool test = root && (parent == folder || parent == folder + "/tests") &&
                        terraform::is_test(entry.path);
      if (!own && !test) continue;
      const Result<std::string> text = tree_.read(entry.path);
      if (!text) return text.failure();
      add_words(*text, out_.words);
      terraform::read_blocks(entry.path, *text, blocks);
    }
    std::map<std::string, const DeclaredBlock*> required;
    for (const bool overriding : {false, true}) {  // an entry replaces the one before, whole
      for (const DeclaredBlock& block : blocks) {
        if (block.kind != BlockKind::required_provider) continue;
        if (terraform::is_override(block.where.file) == overriding) required[block.name] = &block;
      }
    }
    for (const DeclaredBlock& block : blocks) {
      if (Status status = take(block, folder, required); !status) return status;
    }
    return Done{};
  }

  Status take(const DeclaredBlock& block, const std::string& folder,
              const std::map<std::string, const DeclaredBlock*>& required) {
    switch (block.kind) {
      case BlockKind::required_provider:
      case BlockKind::provider:
        need(block.name, block.where, required);
        return Done{};
      case BlockKind::resource:
        need(block.provider, block.where, required);
        if (block.guarded) out_.guarded.push_back({folder, block.type, block.name});
        for (const std::string& kind : block.provisioners) {
          out_.provisioners.push_back({kind, block.type + "." + block.name, block.where});
        }
        return Done{};
      case BlockKind::module:
        return follow(block, folder);
    }
    return Done{};
  }

  Status follow(const DeclaredBlock& block, const std::string& folder) {
    const bool local = block.source.starts_with("./") || block.source.starts_with("../");
    const std::string target = local ? normal_path(join_path(folder, block.source)) : std::string();
    if (!target.empty()) return read_module(target, false);
    out_.refused.push_back(
        {.code = "rehearsal.remote-module",
         .where = block.where,
         .message = "module source \"" + block.source + "\" is not in the artifact",
         .hint = "put the module below terraform/ and name it with a path that starts with ./",
         .exit = ExitCode::unsupported});
    return Done{};
  }

  void need(const std::string& local, const Location& where,
            const std::map<std::string, const DeclaredBlock*>& required) {
    const auto found = required.find(local);
    std::string source = found != required.end() ? found->second->source : std::string();
    if (source.empty()) {
      if (local == "terraform" || local.empty()) return;  // built in
      source = "hashicorp/" + local;
    }
    if (source.starts_with("terraform.io/builtin/")) return;
    ProviderNeed one{.spelled = source,
                     .where = found != required.end() ? found->second->where : where};
    std::string address = to_lower(source);
    for (const std::string_view host : default_hosts) {
      if (address.starts_with(host)) address.erase(0, host.size());
    }
    if (address.find('/') == std::string::npos) address = "hashicorp/" + address;
    one.address = address;
    ProviderNeed& known = needs_.try_emplace(address, std::move(one)).first->second;
    if (found == required.end()) return;
    const std::string& constraint = found->second->constraint;
    if (constraint.empty() || known.constraint.find(constraint) != std::string::npos) return;
    known.constraint += (known.constraint.empty() ? "" : ", ") + constraint;
  }

  const system::FileTree& tree_;
  std::set<std::string> visited_{};
  std::map<std::string, ProviderNeed> needs_{};
  Requirements out_{};
};

}  // namespace

Result<Requirements> read_requirements(const system::FileTree& tree, const std::string& folder) {
  return Reader(tree).run(folder);
}

Requirements merged(const Requirements& a, const Requirements& b) {
  Requirements out = a;
  for (const ProviderNeed& need : b.providers) {
    const auto known = std::ranges::find(out.providers, need.address, &ProviderNeed::address);
    if (known == out.providers.end()) {
      out.providers.push_back(need);
    }
  }
  std::ranges::sort(out.providers, {}, &ProviderNeed::address);
  out.words.insert(b.words.begin(), b.words.end());
  out.refused.insert(out.refused.end(), b.refused.begin(), b.refused.end());
  out.guarded.insert(out.guarded.end(), b.guarded.begin(), b.guarded.end());
  out.provisioners.insert(out.provisioners.end(), b.provisioners.begin(), b.provisioners.end());
  return out;
}

}  // namespace tidegate::rehearsal
