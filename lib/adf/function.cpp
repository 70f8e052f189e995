// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "adf/expression.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

constexpr std::uint8_t any = 255;

// Sorted by name. Source: the function reference of the expression language.
constexpr std::array functions{
    Function{"activity", 1, 1}, Function{"add", 2, 2}, Function{"adddays", 2, 3}, Function{"addhours", 2, 3},
    Function{"addminutes", 2, 3}, Function{"addseconds", 2, 3}, Function{"addtotime", 3, 4}, Function{"and", 2, 2},
    Function{"array", 1, 1}, Function{"base64", 1, 1}, Function{"base64tobinary", 1, 1},
    Function{"base64tostring", 1, 1}, Function{"binary", 1, 1}, Function{"bool", 1, 1}, Function{"coalesce", 1, any},
    Function{"concat", 1, any}, Function{"contains", 2, 2}, Function{"convertfromutc", 2, 3},
    Function{"converttimezone", 3, 4}, Function{"converttoutc", 2, 3}, Function{"createarray", 1, any},
    Function{"dataset", 0, 0}, Function{"datauri", 1, 1}, Function{"datauritobinary", 1, 1},
    Function{"datauritostring", 1, 1}, Function{"dayofmonth", 1, 1}, Function{"dayofweek", 1, 1},
    Function{"dayofyear", 1, 1}, Function{"decodebase64", 1, 1}, Function{"decodedatauri", 1, 1},
    Function{"decodeuricomponent", 1, 1}, Function{"div", 2, 2}, Function{"empty", 1, 1},
    Function{"encodeuricomponent", 1, 1}, Function{"endswith", 2, 2}, Function{"equals", 2, 2}, Function{"first", 1, 1},
    Function{"float", 1, 1}, Function{"formatdatetime", 1, 2}, Function{"getfuturetime", 2, 3},
    Function{"getpasttime", 2, 3}, Function{"greater", 2, 2}, Function{"greaterorequals", 2, 2}, Function{"guid", 0, 1},
    Function{"if", 3, 3}, Function{"indexof", 2, 2}, Function{"int", 1, 1}, Function{"intersection", 1, any},
    Function{"item", 0, 0}, Function{"join", 2, 2}, Function{"json", 1, 1}, Function{"last", 1, 1},
    Function{"lastindexof", 2, 2}, Function{"length", 1, 1}, Function{"less", 2, 2}, Function{"lessorequals", 2, 2},
    Function{"linkedservice", 0, 0}, Function{"max", 1, any}, Function{"min", 1, any}, Function{"mod", 2, 2},
    Function{"mul", 2, 2}, Function{"not", 1, 1}, Function{"or", 2, 2}, Function{"pipeline", 0, 0},
    Function{"rand", 2, 2}, Function{"range", 2, 2}, Function{"replace", 3, 3}, Function{"skip", 2, 2},
    Function{"split", 2, 2}, Function{"startofday", 1, 2}, Function{"startofhour", 1, 2},
    Function{"startofmonth", 1, 2}, Function{"startswith", 2, 2}, Function{"string", 1, 1}, Function{"sub", 2, 2},
    Function{"substring", 3, 3}, Function{"subtractfromtime", 3, 4}, Function{"take", 2, 2}, Function{"ticks", 1, 1},
    Function{"tolower", 1, 1}, Function{"toupper", 1, 1}, Function{"trigger", 0, 0}, Function{"triggerbody", 0, 0},
    Function{"triggeroutputs", 0, 0}, Function{"trim", 1, 1}, Function{"union", 1, any},
    Function{"uricomponent", 1, 1}, Function{"uricomponenttobinary", 1, 1}, Function{"uricomponenttostring", 1, 1},
    Function{"utcnow", 0, 1}, Function{"variables", 1, 1}, Function{"xml", 1, 1}, Function{"xpath", 2, 2},
};

static_assert(std::is_sorted(functions.begin(), functions.end(),
                             [](const Function& a, const Function& b) { return a.name < b.name; }));

}  // namespace

const Function* find_function(std::string_view name) {
  const std::string low = to_lower(name);
  const auto place = std::lower_bound(functions.begin(), functions.end(), low,
                                      [](const Function& row, const std::string& word) { return row.name < word; });
  return place != functions.end() && place->name == low ? &*place : nullptr;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  names.reserve(functions.size());
  for (const Function& row : functions) names.emplace_back(row.name);
  return names;
}

}  // namespace tidegate::adf
