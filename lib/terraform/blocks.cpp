// SPDX-License-Identifier: Apache-2.0
#include "terraform/blocks.hpp"

#include <functional>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "terraform/hcl.hpp"

namespace tidegate::terraform {

namespace {

using document::Node;

// The text inside the first pair of quotes behind `name` and its sign: { source = "a/b" }.
std::string quoted_after(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    std::string_view rest = text.substr(at + name.size());
    if (rest.starts_with('"')) rest.remove_prefix(1);  // the name itself was quoted
    rest = trim(rest);
    if (!rest.starts_with('=') && !rest.starts_with(':')) continue;
    rest = trim(rest.substr(1));
    if (!rest.starts_with('"')) continue;
    return std::string(rest.substr(1, rest.find('"', 1) - 1));
  }
  return {};
}

std::string unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  return std::string(text.substr(1, text.size() - 2));
}

// azurerm_storage_account -> azurerm; an explicit `azurerm.two` -> azurerm.
std::string local_name(std::string_view type, std::string_view written) {
  if (written.empty()) return std::string(type.substr(0, type.find('_')));
  if (written.starts_with("${")) written = written.substr(2, written.find('}') - 2);
  written = trim(written);
  return std::string(written.substr(0, written.find_first_of(".[")));
}

void read_hcl_resource(const HclBlock& block, std::vector<DeclaredBlock>& blocks) {
  if (block.labels.size() < 2) return;
  DeclaredBlock out{.type = block.labels[0], .name = block.labels[1], .where = block.where};
  const HclArgument* provider = block.find("provider");
  out.provider = local_name(out.type, provider != nullptr ? unquoted(provider->text) : "");
  for (const HclBlock& inner : block.blocks) {
    if (inner.type == "provisioner" && !inner.labels.empty()) {
      out.provisioners.push_back(inner.labels[0]);
    }
    if (inner.type != "lifecycle") continue;
    const HclArgument* guard = inner.find("prevent_destroy");
    out.guarded = guard != nullptr && trim(guard->text) != "false";
  }
  blocks.push_back(std::move(out));
}

void read_hcl(const HclBlock& block, std::vector<DeclaredBlock>& blocks) {
  if (block.type == "terraform") {
    for (const HclBlock& inner : block.blocks) {
      if (inner.type != "required_providers") continue;
      for (const HclArgument& provider : inner.arguments) {
        const bool short_form = trim(provider.text).starts_with('"');  // only a constraint
        blocks.push_back({.kind = BlockKind::required_provider,
                          .name = provider.name,
                          .source = short_form ? "" : quoted_after(provider.text, "source"),
                          .constraint = short_form ? unquoted(provider.text)
                                                   : quoted_after(provider.text, "version"),
                          .where = provider.where});
      }
    }
  } else if ((block.type == "provider" || block.type == "mock_provider") && !block.labels.empty()) {
    const HclArgument* alias = block.find("alias");
    const HclArgument* source = block.find("source");  // of a mock
    blocks.push_back({.kind = BlockKind::provider,
                      .name = block.labels[0],
                      .alias = alias != nullptr ? unquoted(alias->text) : "",
                      .source = source != nullptr ? unquoted(source->text) : "",
                      .where = block.where});
  } else if (block.type == "resource" || block.type == "data" || block.type == "ephemeral") {
    read_hcl_resource(block, blocks);
  } else if (block.type == "module") {
    if (const HclArgument* source = block.find("source")) {
      blocks.push_back(
          {.kind = BlockKind::module, .source = unquoted(source->text), .where = source->where});
    }
  } else if (block.type == "run") {
    for (const HclBlock& inner : block.blocks) read_hcl(inner, blocks);
  }
}

// In JSON every level of labels may be an object or a list of objects.
void each_labelled(const Node& node, std::size_t labels,
                   const std::function<void(const std::vector<Node>&)>& take,
                   std::vector<Node> path = {}) {
  if (node.is_array()) {
    for (const Node element : node) each_labelled(element, labels, take, path);
    return;
  }
  if (!node.is_object()) return;
  if (labels == 0) {
    path.push_back(node);
    take(path);
    return;
  }
  for (const Node member : node) {
    std::vector<Node> deeper = path;
    deeper.push_back(member);
    if (labels == 1 && !member.is_array() && !member.is_object()) {
      take(deeper);
    } else if (labels == 1) {
      const auto body = [&](const Node& one) {
        deeper.back() = one;
        take(deeper);
      };
      if (member.is_object()) {
        body(member);
      } else {
        for (const Node one : member) body(one);
      }
    } else {
      each_labelled(member, labels - 1, take, deeper);
    }
  }
}

std::string key_of(Node node) {
  if (node.key().empty()) node = node.parent();  // one of a list
  return std::string(node.key());
}

void read_json_resource(const std::vector<Node>& path, std::vector<DeclaredBlock>& blocks) {
  const Node body = path.back();
  DeclaredBlock out{.type = key_of(path.front()), .name = key_of(body), .where = body.location()};
  out.provider = local_name(out.type, body["provider"].as_string());
  each_labelled(body["lifecycle"], 0, [&](const std::vector<Node>& inner) {
    const Node guard = inner.back()["prevent_destroy"];
    out.guarded = guard.exists() && !(guard.is_boolean() && !guard.as_boolean());
  });
  each_labelled(body["provisioner"], 1, [&](const std::vector<Node>& inner) {
    out.provisioners.push_back(key_of(inner.back()));
  });
  blocks.push_back(std::move(out));
}

void read_json(const Node& root, std::vector<DeclaredBlock>& blocks) {
  each_labelled(root["terraform"], 0, [&](const std::vector<Node>& settings) {
    each_labelled(settings.back()["required_providers"], 0, [&](const std::vector<Node>& inner) {
      for (const Node provider : inner.back()) {
        blocks.push_back(
            {.kind = BlockKind::required_provider,
             .name = std::string(provider.key()),
             .source = std::string(provider["source"].as_string()),
             .constraint = std::string(provider.is_string() ? provider.as_string()
                                                            : provider["version"].as_string()),
             .where = provider.location()});
      }
    });
  });
  for (const char* kind : {"provider", "mock_provider"}) {
    each_labelled(root[kind], 1, [&](const std::vector<Node>& path) {
      blocks.push_back({.kind = BlockKind::provider,
                        .name = key_of(path.back()),
                        .alias = std::string(path.back()["alias"].as_string()),
                        .source = std::string(path.back()["source"].as_string()),
                        .where = path.back().location()});
    });
  }
  for (const char* kind : {"resource", "data", "ephemeral"}) {
    each_labelled(root[kind], 2,
                  [&](const std::vector<Node>& path) { read_json_resource(path, blocks); });
  }
  const auto module = [&](const std::vector<Node>& path) {
    const Node source = path.back()["source"];
    if (!source.is_string()) return;
    blocks.push_back({.kind = BlockKind::module,
                      .source = std::string(source.as_string()),
                      .where = source.location()});
  };
  each_labelled(root["module"], 1, module);
  each_labelled(root["run"], 1, [&](const std::vector<Node>& path) {
    each_labelled(path.back()["module"], 0, module);
  });
}

}  // namespace

bool is_configuration(std::string_view path) {
  return path.ends_with(".tf") || path.ends_with(".tf.json");
}

bool is_override(std::string_view path) {
  std::string_view name = file_name(path);
  if (name.ends_with(".json")) name.remove_suffix(5);
  return name == "override.tf" || name.ends_with("_override.tf");
}

bool is_test(std::string_view path) {
  return path.ends_with(".tftest.hcl") || path.ends_with(".tftest.json");
}

void read_blocks(const std::string& file, std::string_view text,
                 std::vector<DeclaredBlock>& blocks) {
  if (file.ends_with(".json")) {
    const auto parsed = document::parse_json(file, std::string(text));
    if (parsed) read_json((*parsed)->root(), blocks);
    return;
  }
  const auto parsed = parse_hcl(file, text);
  if (!parsed) return;
  for (const HclBlock& block : parsed->blocks) read_hcl(block, blocks);
}

}  // namespace tidegate::terraform
