// SPDX-License-Identifier: Apache-2.0
// A pattern is cut at its slashes, and so is a path: names are compared with names, and only **
// stands for several. So no pattern takes more than names of the pattern times names of the path.
#include "repository/patterns.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace tidegate::repository {

namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

struct Class {
  std::string_view name{};
  bool (*holds)(unsigned char) = nullptr;
};
bool is_lower(unsigned char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(unsigned char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
bool is_letter(unsigned char c) { return is_lower(c) || is_upper(c); }
bool is_graph(unsigned char c) { return c > ' ' && c < 0x7F; }
constexpr std::array classes{
    Class{"alnum", [](unsigned char c) { return is_letter(c) || is_digit(c); }},
    Class{"alpha", is_letter},
    Class{"blank", [](unsigned char c) { return c == ' ' || c == '\t'; }},
    Class{"cntrl", [](unsigned char c) { return c < ' ' || c == 0x7F; }},
    Class{"digit", is_digit},
    Class{"graph", is_graph},
    Class{"lower", is_lower},
    Class{"print", [](unsigned char c) { return c >= ' ' && c < 0x7F; }},
    Class{"punct", [](unsigned char c) { return is_graph(c) && !is_letter(c) && !is_digit(c); }},
    Class{"space", [](unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }},
    Class{"upper", is_upper},
    Class{"xdigit",
          [](unsigned char c) {
            return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
          }},
};

// A set [...] at the start of `glob`, and whether it holds `c`.
class Set {
 public:
  Set(std::string_view glob, unsigned char c) : glob_(glob), c_(c) {
    ++at_;
    const bool negated = peek() == '!' || peek() == '^';
    if (negated) ++at_;
    bool first = true;
    while (sound_ && (first || peek() != ']')) {
      first = false;
      if (at_ >= glob_.size()) {
        sound_ = false;
      } else {
        take();
      }
    }
    if (sound_) ++at_;
    holds_ = holds_ != negated;
  }
  bool sound() const { return sound_; }  // it ends, and knows the names of its classes
  bool holds() const { return holds_; }
  std::size_t size() const { return at_; }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < glob_.size() ? glob_[at_ + ahead] : '\0';
  }

  void take() {
    if (peek() == '[' && peek(1) == ':' && take_class()) return;
    const unsigned char from = character();
    unsigned char to = from;
    if (sound_ && peek() == '-' && at_ + 1 < glob_.size() && peek(1) != ']') {
      ++at_;
      to = character();
    }
    holds_ = holds_ || c_ == from || (c_ > from && c_ <= to);  // of b-a git takes b
  }

  unsigned char character() {
    if (peek() == '\\') ++at_;
    if (at_ >= glob_.size()) {
      sound_ = false;
      return 0;
    }
    return static_cast<unsigned char>(glob_[at_++]);
  }

  // False: what begins like one is none, and counts as characters.
  bool take_class() {
    const std::size_t end = glob_.find(']', at_ + 2);
    if (end == std::string_view::npos) {
      sound_ = false;
      return true;
    }
    if (end < at_ + 3 || glob_[end - 1] != ':') return false;
    const std::string_view name = glob_.substr(at_ + 2, end - 1 - (at_ + 2));
    const auto known = std::find_if(classes.begin(), classes.end(),
                                    [&](const Class& one) { return one.name == name; });
    sound_ = known != classes.end();
    if (sound_) holds_ = holds_ || known->holds(c_);
    at_ = end + 1;
    return true;
  }

  std::string_view glob_;
  unsigned char c_;
  std::size_t at_ = 0;
  bool sound_ = true;
  bool holds_ = false;
};

// How many bytes of `glob` the first of `name` fits; 0: it does not.
std::size_t fitting(std::string_view glob, char c) {
  switch (glob[0]) {
    case '?':
      return 1;
    case '\\':
      return glob.size() > 1 && glob[1] == c ? 2 : 0;
    case '[': {
      const Set set(glob, static_cast<unsigned char>(c));
      return set.sound() && set.holds() ? set.size() : 0;
    }
    default:
      return glob[0] == c ? 1 : 0;
  }
}

// One name. Only the last * is ever gone back to.
bool fits_name(std::string_view glob, std::string_view name) {
  std::size_t g = 0, n = 0, star = none, tried = 0;
  while (n < name.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = ++g;
      tried = n;
      continue;
    }
    const std::size_t size = g < glob.size() ? fitting(glob.substr(g), name[n]) : 0;
    if (size > 0) {
      g += size;
      ++n;
    } else if (star != none) {
      g = star;
      n = ++tried;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

// The end of the segment that begins at `at`: a '/' in a set is none.
std::size_t end_of_segment(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '/') {
    if (text[at] == '\\') {
      at += 2;
    } else if (text[at] == '[') {
      const Set set(text.substr(at), 0);
      at += set.sound() ? set.size() : 1;
    } else {
      ++at;
    }
  }
  return std::min(at, text.size());
}

// Blanks at the end do not count, unless a \ stands before them.
std::string_view without_blanks(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ' ') continue;
    if (line[i] == '\\') ++i;
    end = std::min(i + 1, line.size());
  }
  return line.substr(0, end);
}

}  // namespace

Patterns::Pattern Patterns::parse(std::string_view line) {
  line = without_blanks(line);
  Pattern out;
  out.never = line.empty() || line[0] == '#';
  if (line.starts_with('!')) {
    out.lets_go = true;
    line.remove_prefix(1);
  }
  if (line.ends_with('/')) {
    out.folders_only = true;
    line.remove_suffix(1);
  }
  out.anchored = line.find('/') != std::string_view::npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  out.never = out.never || line.empty();
  out.text = line;
  return out;
}

Patterns::Patterns(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) patterns_.push_back(parse(line));
  for (Pattern& one : patterns_) {  // they do not move any more
    const std::string_view text = one.text;
    std::size_t begin = 0;
    for (;;) {
      const std::size_t end = one.anchored ? end_of_segment(text, begin) : text.size();
      Segment segment{.text = text.substr(begin, end - begin)};
      segment.literal = segment.text.find_first_of("*?[\\") == std::string_view::npos;
      segment.any_folders = one.anchored && segment.text.size() > 1 &&
                            segment.text.find_first_not_of('*') == std::string_view::npos;
      one.segments.push_back(segment);
      if (end >= text.size()) break;
      begin = end + 1;
    }
  }
}

// Which beginnings of the pattern fit the names so far: one bit of `open` for each.
bool Patterns::fits(const Pattern& pattern, std::string_view path, bool folder) {
  if (pattern.never || (pattern.folders_only && !folder)) return false;
  const auto fits_one = [](const Segment& segment, std::string_view name) {
    return segment.literal ? segment.text == name : fits_name(segment.text, name);
  };
  const std::vector<Segment>& all = pattern.segments;
  if (!pattern.anchored) return fits_one(all.front(), path.substr(path.rfind('/') + 1));
  if (const Segment& first = all.front(); first.literal && !path.starts_with(first.text))
    return false;
  std::vector<bool> open(all.size() + 1), next(all.size() + 1);
  open[0] = true;
  // ** between two others stands for no folder as well; at the end it stands for something.
  const auto pass_over = [&](std::vector<bool>& marks) {
    for (std::size_t i = 0; i + 1 < all.size(); ++i)
      if (marks[i] && all[i].any_folders) marks[i + 1] = true;
  };
  pass_over(open);
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    std::fill(next.begin(), next.end(), false);
    bool alive = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!open[i]) continue;
      if (all[i].any_folders) {
        next[i] = alive = true;
        if (i + 1 == all.size()) next[i + 1] = true;
      } else if (fits_one(all[i], name)) {
        next[i + 1] = alive = true;
      }
    }
    if (!alive) return false;
    pass_over(next);
    open.swap(next);
    begin = end + 1;
  }
  return open[all.size()];
}

std::size_t Patterns::find_last(std::string_view path, bool folder, std::size_t end) const {
  for (std::size_t i = end; i-- > 0;)
    if (fits(patterns_[i], path, folder)) return i;
  return end;
}

// Folders of the path before, from the top.
class Patterns::Walk {
 public:
  explicit Walk(const Patterns& patterns)
      : patterns_(patterns), effects_(patterns.patterns_.size(), Effect::fits_none) {}

  std::vector<Effect> take_effects() { return std::move(effects_); }

  std::optional<Decision> next(std::string_view path) {
    const bool folder = path.ends_with('/');
    if (folder) path.remove_suffix(1);
    while (!folders_.empty() &&
           !(path.size() > folders_.back().path.size() && path.starts_with(folders_.back().path) &&
             path[folders_.back().path.size()] == '/'))
      folders_.pop_back();
    for (;;) {
      if (!folders_.empty() && folders_.back().decision && folders_.back().decision->taken)
        return folders_.back().decision;
      const std::size_t begin = folders_.empty() ? 0 : folders_.back().path.size() + 1;
      const std::size_t end = path.find('/', begin);
      if (end == std::string_view::npos) return ask(path, folder);
      const std::string_view inner = path.substr(0, end);
      folders_.push_back({inner, ask(inner, true)});
    }
  }

 private:
  struct Folder {
    std::string_view path{};
    std::optional<Decision> decision{};
  };

  std::optional<Decision> ask(std::string_view path, bool folder) {
    const std::size_t count = patterns_.patterns_.size();
    const std::size_t last = patterns_.find_last(path, folder, count);
    if (last == count) return std::nullopt;
    const bool taken = !patterns_.patterns_[last].lets_go;
    if (taken || effects_[last] == Effect::decides || would_be_taken(path, folder, last))
      effects_[last] = Effect::decides;
    return Decision{last, taken};
  }

  bool would_be_taken(std::string_view path, bool folder, std::size_t without) const {
    const std::size_t before = patterns_.find_last(path, folder, without);
    return before != without && !patterns_.patterns_[before].lets_go;
  }

  const Patterns& patterns_;
  std::vector<Folder> folders_{};
  std::vector<Effect> effects_;
};

std::optional<Patterns::Decision> Patterns::decide(std::string_view path) const {
  return Walk(*this).next(path);
}

bool Patterns::fits(std::size_t pattern, std::string_view path) const {
  const bool folder = path.ends_with('/');
  if (folder) path.remove_suffix(1);
  for (std::size_t end = path.find('/'); end != std::string_view::npos;
       end = path.find('/', end + 1))
    if (fits(patterns_[pattern], path.substr(0, end), true)) return true;
  return fits(patterns_[pattern], path, folder);
}

Patterns::Selection Patterns::select(const std::vector<std::string_view>& paths) const {
  Selection out;
  out.taken.resize(paths.size());
  if (patterns_.empty()) return out;
  Walk walk(*this);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::optional<Decision> decision = walk.next(paths[i]);
    out.taken[i] = decision && decision->taken;
  }
  out.effects = walk.take_effects();
  for (std::size_t i = 0; i < out.effects.size(); ++i) {
    if (out.effects[i] == Effect::decides) continue;
    if (std::any_of(paths.begin(), paths.end(),
                    [&](std::string_view path) { return fits(i, path); }))
      out.effects[i] = Effect::overruled;
  }
  return out;
}

}  // namespace tidegate::repository
