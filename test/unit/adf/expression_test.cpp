// SPDX-License-Identifier: Apache-2.0
#include "adf/expression.hpp"

#include <algorithm>
#include <random>

#include "base/text.hpp"
#include "document/write.hpp"
#include "findings.hpp"

namespace tidegate::adf {
namespace {

// The terms as text: f(a, b), a.name, a[b], 'string', word.
std::string shown(const ParsedText& text, std::uint32_t index) {
  const Term& term = text.terms.at(index);
  std::string out;
  switch (term.kind) {
    case TermKind::literal:
      return term.is_string ? "'" + term.text + "'" : term.text;
    case TermKind::call:
      for (const std::uint32_t child : term.children)
        out += (out.empty() ? "" : ", ") + shown(text, child);
      return term.text + "(" + out + ")";
    case TermKind::member:
      return shown(text, term.children.at(0)) + "." + term.text;
    case TermKind::index:
      return shown(text, term.children.at(0)) + "[" + shown(text, term.children.at(1)) + "]";
  }
  return out;
}

std::string parsed(std::string_view source) {
  const ParsedText text = parse_expressions(source);
  if (text.error) return "error " + std::to_string(text.error->offset) + ": " + text.error->message;
  std::string out;
  for (const std::uint32_t root : text.roots) out += (out.empty() ? "" : " | ") + shown(text, root);
  return out;
}

struct Row {
  const char* source;
  const char* expected;
};

const std::vector<Row> valid{
    {"", ""},
    {"plain text", ""},
    {"me@example.com", ""},
    {"@@concat(", ""},
    {"@@@{guid()}", "guid()"},
    {"@guid()", "guid()"},
    {"@ guid ( ) ", "guid()"},
    {"@\n concat(\r\n\t'a'\n,\n'b')\n", "concat('a', 'b')"},
    {"@'it''s'", "'it's'"},
    {"@''", "''"},
    {"@''''", "'''"},
    {"@true", "true"},
    {"@NULL", "NULL"},
    {"@1", "1"},
    {"@-1", "-1"},
    {"@+1.50", "+1.50"},
    {"@1e3", "1e3"},
    {"@-1.5E-07", "-1.5E-07"},
    {"@item().a.b", "item().a.b"},
    {"@item()?.a?['b']", "item().a['b']"},
    {"@item()['a'][0]", "item()['a'][0]"},
    {"@item() . a [ 'b' ]", "item().a['b']"},
    {"@item().a-b$c#d@e_1", "item().a-b$c#d@e_1"},
    {"@item().1st", "item().1st"},
    {"@item().\xE3\x82\xB3\xE3\x83\xB3\xE3\x82\xBF", "item().\xE3\x82\xB3\xE3\x83\xB3\xE3\x82\xBF"},
    {"@activity('Look up').output.firstRow['x y']", "activity('Look up').output.firstRow['x y']"},
    {"@array(item())[add(1, 2)].x", "array(item())[add(1, 2)].x"},
    {"a/@{guid()}/@@{b}/@{utcNow()}.csv", "guid() | utcNow()"},
    {"@{guid()}", "guid()"},
    {"@{ concat('}', '{') }", "concat('}', '{')"},
    {"a@{'x'}b@", "'x'"},
    {"@concat('@{a}', '@b')", "concat('@{a}', '@b')"},
    {"@if(equals(1, 2), 'a', null)", "if(equals(1, 2), 'a', null)"},
};

TEST(Parse, takes_every_form_apart) {
  for (const Row& row : valid) EXPECT_EQ(parsed(row.source), row.expected) << row.source;
}

TEST(Parse, names_the_place_of_an_error) {
  const std::string primary = ", expected a function, a string or a number";
  const std::vector<std::pair<const char*, std::string>> broken{
      {"@", "error 1: found the end" + primary},
      {"@  ", "error 3: found the end" + primary},
      {"@,", "error 1: found ','" + primary},
      {"@(1)", "error 1: found '('" + primary},
      {"@\"a\"", "error 1: found '\"'" + primary},
      {"@\xC3\xA9()", "error 1: found '\xC3\xA9'" + primary},
      {"@guid", "error 5: found the end, expected '(' after \"guid\""},
      {"@a.b", "error 2: found '.', expected '(' after \"a\""},
      {"@guid(", "error 6: found the end" + primary},
      {"@concat('a'", "error 11: found the end, expected ',' or ')' in the call of concat"},
      {"@concat('a' 'b')", "error 12: found ''', expected ',' or ')' in the call of concat"},
      {"@concat(,)", "error 8: found ','" + primary},
      {"@concat('a',)", "error 12: found ')'" + primary},
      {"@concat('a'))", "error 12: the expression ends here, but text follows"},
      {"@guid()x", "error 7: the expression ends here, but text follows"},
      {"@greater(1, 2) and true", "error 15: the expression ends here, but text follows"},
      {"@add(1, 2) + 1", "error 11: the expression ends here, but text follows"},
      {"@'a", "error 1: the string that starts here has no closing quote"},
      {"@concat('a', 'b)", "error 13: the string that starts here has no closing quote"},
      {"@'it's'", "error 5: the expression ends here, but text follows"},
      {"@item().", "error 8: found the end, expected a property name after '.'"},
      {"@item()..a", "error 8: found '.', expected a property name after '.'"},
      {"@item().-a", "error 8: found '-', expected a property name after '.'"},
      {"@item()['a'", "error 11: found the end, expected ']'"},
      {"@item()[]", "error 8: found ']'" + primary},
      {"@item()?a", "error 7: the expression ends here, but text follows"},
      {"@1.", "error 3: found the end, expected a digit after '.'"},
      {"@1.x", "error 3: found 'x', expected a digit after '.'"},
      {"@1e", "error 3: found the end, expected a digit in the exponent"},
      {"@1e+", "error 4: found the end, expected a digit in the exponent"},
      {"@-", "error 1: found the end, expected a digit"},
      {"@-a", "error 1: found 'a', expected a digit"},
      {"a@{guid()", "error 9: the interpolation has no closing '}'"},
      {"a@{guid() b}", "error 10: the interpolation has no closing '}'"},
      {"a@{}", "error 3: found '}'" + primary},
      {"@{guid()}@{", "error 11: found the end" + primary},
  };
  for (const auto& row : broken) EXPECT_EQ(parsed(row.first), row.second) << row.first;
}

TEST(Parse, terms_know_their_place) {
  const std::string source = "x@{concat('a', item()?.b[0])}";
  const ParsedText text = parse_expressions(source);
  ASSERT_FALSE(text.error);
  std::string places;
  for (const Term& term : text.terms) places += term.text + "@" + std::to_string(term.offset) + " ";
  EXPECT_EQ(places, "a@10 item@15 b@23 0@25 @24 concat@3 ");
}

TEST(Parse, nests_a_hundred_deep_and_no_deeper) {
  const auto nested = [](std::size_t depth, const std::string& open, const std::string& close) {
    std::string text = "@";
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += "true";
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  EXPECT_FALSE(parse_expressions(nested(100, "not(", ")")).error);
  EXPECT_EQ(parsed(nested(101, "not(", ")")), "error 405: more than 100 nested calls");
  EXPECT_FALSE(parse_expressions(nested(100, "item()[", "]")).error);
  EXPECT_EQ(parsed(nested(101, "item()[", "]")), "error 708: more than 100 nested calls");
  EXPECT_TRUE(parse_expressions(nested(1000000, "not(", "")).error);
  std::string chain = "@item()";
  for (int i = 0; i < 100000; ++i) chain += ".a";
  EXPECT_FALSE(parse_expressions(chain).error);
}

struct Arity {
  std::size_t least;
  std::size_t most;
  const char* names;
};

constexpr std::size_t unlimited = 255;

// The function reference of Data Factory.
const std::vector<Arity> reference_table{
    {0, 1, "guid utcNow"},
    {1, 1,
     "array base64 base64ToBinary base64ToString binary bool dataUri dataUriToBinary "
     "dataUriToString dayOfMonth dayOfWeek dayOfYear "
     "decodeBase64 decodeDataUri decodeUriComponent empty encodeUriComponent first float int json "
     "last length not string ticks toLower "
     "toUpper trim uriComponent uriComponentToBinary uriComponentToString xml"},
    {1, 2, "formatDateTime startOfDay startOfHour startOfMonth"},
    {1, unlimited, "coalesce concat createArray intersection max min union"},
    {2, 2,
     "add and contains div endsWith equals greater greaterOrEquals indexOf join lastIndexOf less "
     "lessOrEquals mod mul or rand range skip "
     "split startsWith sub take xpath"},
    {2, 3,
     "addDays addHours addMinutes addSeconds convertFromUtc convertToUtc getFutureTime "
     "getPastTime"},
    {3, 3, "if replace substring"},
    {3, 4, "addToTime convertTimeZone subtractFromTime"},
};

TEST(Functions, have_the_arity_of_the_reference) {
  std::size_t count = 0;
  for (const Arity& row : reference_table) {
    for (const std::string_view name : split(row.names, ' ')) {
      ++count;
      const Function* function = find_function(name);
      ASSERT_NE(function, nullptr) << name;
      EXPECT_EQ(function->least, row.least) << name;
      EXPECT_EQ(function->most, row.most) << name;
      EXPECT_EQ(find_function(to_lower(name)), function);
    }
  }
  EXPECT_EQ(count, 84U);
  const std::vector<std::string> roots{"pipeline", "activity",    "variables",
                                       "item",     "dataset",     "linkedService",
                                       "trigger",  "triggerBody", "triggerOutputs"};
  for (const std::string& root : roots) EXPECT_NE(find_function(root), nullptr) << root;
  EXPECT_EQ(function_names().size(), count + roots.size());
  EXPECT_EQ(find_function("nope"), nullptr);
  EXPECT_EQ(find_function(""), nullptr);
}

// Whatever the text: indices point at earlier terms, offsets into the text.
void expect_sound(std::string_view source) {
  const ParsedText text = parse_expressions(source);
  if (text.error) {
    ASSERT_LE(text.error->offset, source.size()) << source;
    ASSERT_FALSE(text.error->message.empty()) << source;
  }
  for (std::size_t i = 0; i < text.terms.size(); ++i) {
    ASSERT_LT(text.terms[i].offset, source.size()) << source;
    for (const std::uint32_t child : text.terms[i].children) ASSERT_LT(child, i) << source;
  }
  for (const std::uint32_t root : text.roots) ASSERT_LT(root, text.terms.size()) << source;
}

TEST(Property, every_beginning_of_an_expression_is_sound) {
  for (const Row& row : valid) {
    const std::string_view source = row.source;
    for (std::size_t size = 0; size <= source.size(); ++size) expect_sound(source.substr(0, size));
  }
}

std::string mutated(std::mt19937& random, std::string text) {
  constexpr std::string_view pieces =
      "@{}()[]',.?'-+0e \n\t\xC3\xA9"
      "aZ_";
  const std::size_t changes = 1 + random() % 4;
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = random() % (text.size() + 1);
    switch (random() % 4) {
      case 0:
        text.insert(at, 1, pieces[random() % pieces.size()]);
        break;
      case 1:
        text.erase(at, random() % 3);
        break;
      case 2:
        text.insert(at, text.substr(random() % (text.size() + 1), random() % 12));
        break;
      default:
        if (at < text.size()) text[at] = pieces[random() % pieces.size()];
    }
  }
  return text;
}

TEST(Property, mutated_expressions_are_sound) {
  std::mt19937 random(20260102);  // same sequence everywhere
  for (int round = 0; round < 300; ++round) {
    for (const Row& row : valid) expect_sound(mutated(random, row.source));
  }
}

TEST(Property, checks_survive_mutated_expressions_and_point_into_the_file) {
  std::mt19937 random(20260103);
  for (int round = 0; round < 30; ++round) {
    for (const Row& row : valid) {
      std::string text =
          "{\"name\": \"p\", \"properties\": {\"activities\": [{\"name\": \"a\", \"x\": ";
      const std::string source = mutated(random, row.source);
      if (find_invalid_utf8(source)) continue;
      document::append_json_string(text, source);
      text += "}]}}";
      const Diagnostics found = diagnose({{"pipeline/p.json", text}});
      for (const Diagnostic& item : found.items()) {
        EXPECT_EQ(item.where.line, 1U) << text;
        EXPECT_GE(item.where.column, 1U) << text;
        EXPECT_LE(item.where.column, text.size()) << text;
      }
    }
  }
}

TEST(ConstantSuffix, is_what_every_value_ends_in) {
  for (const auto& [text, suffix] : std::vector<std::pair<std::string, std::string>>{
           {"/a/b", "/a/b"},
           {"", ""},
           {"@@x/y", "@x/y"},
           {"@concat('/Repos/', pipeline().parameters.user, '/sales/load')", "/sales/load"},
           {"@CONCAT(item(), concat('/a', '/b''c'))", "/a/b'c"},
           {"@concat('/a', '/b')", "/a/b"},
           {"@concat('/a', toLower('/B'))", "/a/b"},
           {"@'/a/b'", "/a/b"},
           {"@pipeline().parameters.p", ""},
           {"/a/@{item()}/load", "/load"},
           {"/a/@{concat(item(), '/x')}/load", "/x/load"},
           {"/a/@{item()}", ""},
           {"@{item()}/a@@{b}", "/a@{b}"},
           {"/a/@{item(", ""},
       }) {
    EXPECT_EQ(constant_suffix(text), suffix) << text;
  }
}

TEST(Folding, knows_what_does_not_depend_on_the_run) {
  struct Fold {
    const char* text;
    const char* prefix;
    const char* suffix;
    bool whole;
  };
  for (const Fold& row : {
           Fold{"plain", "plain", "plain", true},
           Fold{"@concat('a', 'b')", "ab", "ab", true},
           Fold{"@toUpper(concat('a', '/b'))", "A/B", "A/B", true},
           Fold{"@trim('  a ')", "a", "a", true},
           Fold{"@replace('a-b-c', '-', '/')", "a/b/c", "a/b/c", true},
           Fold{"@replace('a', '', 'x')", "", "", false},
           Fold{"@replace(item(), '-', '/')", "", "", false},
           Fold{"@toLower(concat('A', item(), 'B'))", "a", "b", false},
           Fold{"@trim(concat(' A', item(), 'B  '))", "A", "B", false},
           Fold{"@trim(concat('  ', item(), ' '))", "", "", false},
           Fold{"@toLower('\xC3\x84')", "", "", false},
           Fold{"raw/@{item()}/x/@{toUpper('y')}", "raw/", "/x/Y", false},
           Fold{"@@{a}@{'b'}", "@{a}b", "@{a}b", true},
           Fold{"@@x@{'b'}", "@xb", "@xb", true},
           Fold{"@1", "", "", false},
           Fold{"@concat(", "", "", false},
       }) {
    const Folded folded = fold_text(row.text);
    EXPECT_EQ(folded.prefix, row.prefix) << row.text;
    EXPECT_EQ(folded.suffix, row.suffix) << row.text;
    EXPECT_EQ(folded.whole, row.whole) << row.text;
  }
}

}  // namespace
}  // namespace tidegate::adf
