// SPDX-License-Identifier: Apache-2.0
#include "artifact/compare_content.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/value_count.hpp"
#include "document/write.hpp"

namespace tidegate::artifact {

namespace {

using document::Decision;
using document::DocumentPtr;
using document::Member;
using document::Take;

enum Tag : int { top, types, names, block };

constexpr std::string_view source_folder = "source/adf/";

bool is_blocks(std::string_view path) {
  return path.starts_with("terraform/") && path.ends_with(".tf.json");
}
bool is_document(std::string_view path) {
  return path.ends_with(".json") && (path.starts_with(source_folder) || is_contract(path));
}

// "source/adf/pipeline/x.json" -> "pipeline x".
std::string object_name(std::string_view path) {
  path.remove_prefix(source_folder.size());
  return std::string(file_name(parent_path(path))) + " " + std::string(file_stem(path));
}

std::uint64_t values_of(std::string_view text) {
  document::ValueCount count;
  count.add(text);
  return count.values();
}

std::string too_large() {
  return "more than " + std::to_string(ContentComparison::max_part >> 20U) + " MiB in one piece";
}

DocumentPtr parse(const std::string& name, std::string_view text) {
  auto parsed = document::parse_json(name, std::string(text));
  return parsed ? *parsed : nullptr;
}

void sort_by_name(std::vector<Change>& changes) {
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.name < b.name; });
}

}  // namespace

ContentComparison::ContentComparison(const Manifest& before, const Manifest& after)
    : before_(before), after_(after), differing_(differing_paths(before, after)) {
  for (const Manifest* manifest : {&before, &after}) {
    for (const ManifestFile& file : manifest->files)
      if (is_document(file.path) && wants(file.path) && file.size > max_part)
        leave(file.path, too_large());
  }
}

bool ContentComparison::wants(std::string_view path) const {
  return (is_blocks(path) || is_document(path)) &&
         std::binary_search(differing_.begin(), differing_.end(), path) &&
         unexplained_.find(std::string(path)) == unexplained_.end();
}

void ContentComparison::leave(const std::string& path, std::string reason) {
  unexplained_.emplace(path, std::move(reason));
  if (is_blocks(path)) all_blocks_ = false;
}

Status ContentComparison::Sink::begin(std::string_view path, bool) {
  path_ = all_.wants(path) ? path : "";
  text_.clear();
  blocks_.reset();
  failed_.reset();
  if (!path_.empty() && is_blocks(path_)) {
    blocks_.emplace(
        document::SplitHandlers{.begin = [this](const Member& member) { return decide(member); },
                                .captured =
                                    [this](int, const Member& member, std::string_view text) {
                                      if (failed_) return;
                                      if (Status taken = all_.take(
                                              side_, true, prefix_ + std::string(member.key), text);
                                          !taken)
                                        failed_ = std::move(taken);
                                    },
                                .closed = [](int) {}},
        max_part);
  }
  return Done{};
}

// {"resource": {TYPE: {NAME: block}}, "variable": {NAME: block}, …}
Decision ContentComparison::Sink::decide(const Member& member) {
  if (addresses_ > max_addresses) return {};
  const bool is_object = member.first == '{';
  switch (member.parent) {
    case document::root_tag:
      return is_object ? Decision{Take::open, top} : Decision{};
    case top:
      if (!is_object) return {};
      data_ = member.key == "data";
      if (data_ || member.key == "resource") return {Take::open, types};
      prefix_ = member.key == "variable" ? "var."
                : member.key == "locals" ? "local."
                                         : std::string(member.key) + ".";
      return {Take::open, names};
    case types:
      if (!is_object) return {};
      prefix_ = (data_ ? "data." : "") + std::string(member.key) + ".";
      return {Take::open, names};
    default:
      ++addresses_;
      return {Take::capture, block};
  }
}

void ContentComparison::Sink::split(std::string_view bytes) {
  const bool read = blocks_->feed(bytes);
  if (addresses_ > max_addresses) {
    all_.leave(path_, "more than " + std::to_string(max_addresses) + " addresses");
  } else if (!read) {
    all_.leave(path_, blocks_->failure()->problem == document::SplitProblem::too_large ? too_large()
                                                                                       : "no JSON");
  } else {
    return;
  }
  path_.clear();
}

Status ContentComparison::Sink::put(std::string_view bytes) {
  if (path_.empty()) return Done{};
  if (blocks_) {
    split(bytes);
  } else {
    text_ += bytes;  // bounded by the manifest, which the verification holds it to
  }
  return failed_ ? *failed_ : Status(Done{});
}

Status ContentComparison::Sink::end() {
  if (path_.empty()) return Done{};
  if (!blocks_) return all_.take(side_, false, path_, text_);
  if (!blocks_->finish()) all_.leave(path_, "no JSON");
  return Done{};
}

Status ContentComparison::keep(Parts& parts, const std::string& name, std::string_view text) {
  const Part part{.begin = spill_.size(), .size = text.size()};
  if (!parts.emplace(name, part).second) return Done{};  // the first of a name counts
  return spill_.put(text);
}

Status ContentComparison::take(Side side, bool is_block, const std::string& name,
                               std::string_view text) {
  if (side == Side::before) return keep(is_block ? blocks_ : documents_, name, text);
  return is_block ? compare_block(name, text) : compare_document(name, text);
}

Result<std::string> ContentComparison::text_of(const Part& part) const {
  std::string text;
  text.reserve(part.size);
  const Status read =
      spill_.read_part(part.begin, part.size, [&](std::string_view piece) -> Status {
        text += piece;
        return Done{};
      });
  if (!read) return read.failure();
  return text;
}

Status ContentComparison::compare_block(const std::string& address, std::string_view text) {
  const auto known = blocks_.find(address);
  if (known == blocks_.end()) {
    addresses_.push_back({.kind = ChangeKind::added, .name = address});
    return Done{};
  }
  if (std::exchange(known->second.met, true)) return Done{};
  const Result<std::string> earlier = text_of(known->second);
  if (!earlier) return earlier.failure();
  if (*earlier == text) return Done{};
  if (values_of(*earlier) > max_values || values_of(text) > max_values) {
    addresses_.push_back({.name = address});
    return Done{};
  }
  const DocumentPtr was = parse(address, *earlier), is = parse(address, text);
  if (was && is && document::equal_values(was->root(), is->root())) return Done{};
  addresses_.push_back(was && is ? changed_at(address, differing_places(was->root(), is->root()))
                                 : Change{.name = address});
  return Done{};
}

Status ContentComparison::compare_document(const std::string& path, std::string_view text) {
  const auto known = documents_.find(path);
  if (known == documents_.end()) return Done{};
  const Result<std::string> earlier = text_of(known->second);
  if (!earlier) return earlier.failure();
  if (values_of(*earlier) > max_values || values_of(text) > max_values) {
    leave(path, "more than " + std::to_string(max_values) + " values");
    return Done{};
  }
  const DocumentPtr was = parse(path, *earlier), is = parse(path, text);
  if (was && is)
    changed_documents_.emplace(path, changed_at(path, differing_places(was->root(), is->root())));
  return Done{};
}

Comparison ContentComparison::finish() {
  Comparison result{.inputs = compare_inputs(before_, after_)};
  for (const std::string& path : differing_) {
    if (path.starts_with("META/")) continue;
    const bool was = find_file(before_, path) != nullptr;
    const bool is = find_file(after_, path) != nullptr;
    const ChangeKind kind = was && is ? ChangeKind::changed
                            : is      ? ChangeKind::added
                                      : ChangeKind::removed;
    const auto inside = changed_documents_.find(path);
    const Change change =
        inside == changed_documents_.end() ? Change{.kind = kind, .name = path} : inside->second;
    if (is_contract(path)) result.contract.push_back(change);
    if (path.starts_with(source_folder) && path.ends_with(".json")) {
      result.objects.push_back(change);
      result.objects.back().name = object_name(path);
    }
    result.files.push_back({.kind = kind, .name = path});
  }
  sort_by_name(result.objects);
  if (all_blocks_) {
    for (const auto& part : blocks_)
      if (!part.second.met) addresses_.push_back({.kind = ChangeKind::removed, .name = part.first});
    sort_by_name(addresses_);
    const auto same_name = [](const Change& a, const Change& b) { return a.name == b.name; };
    addresses_.erase(std::unique(addresses_.begin(), addresses_.end(), same_name),
                     addresses_.end());
    result.addresses = std::move(addresses_);
  }
  result.parameters = compare_parameters(before_, after_);
  for (auto& one : unexplained_) result.unexplained.push_back({one.first, one.second});
  return result;
}

}  // namespace tidegate::artifact
