// SPDX-License-Identifier: Apache-2.0
#include "frontend/regex/properties.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <span>
#include <string>

#include "text/unicode_tables.h"

namespace pushmask::frontend::regex {
namespace {

using text::CodepointSet;
using text::CodepointsOf;

std::string Normalize(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '_') out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  return out;
}

// Unions of general categories (UAX #44, table 12): their members start with the first letter,
// except Cased_Letter, which is spelled out.
struct CategoryGroup {
  std::string_view short_name;
  std::string_view long_name;
  std::string_view members;  // short names; empty: all that start with `short_name`
};
constexpr CategoryGroup kGroups[] = {
    {"l", "letter", ""},    {"lc", "casedletter", "lu ll lt"},
    {"m", "mark", ""},      {"m", "combiningmark", ""},
    {"n", "number", ""},    {"p", "punctuation", ""},
    {"p", "punct", ""},     {"s", "symbol", ""},
    {"z", "separator", ""}, {"c", "other", ""},
    {"nd", "digit", "nd"},  {"cc", "cntrl", "cc"},
};

template <typename Wanted>
CodepointSet CategoriesWhere(const Wanted& wanted) {
  return CodepointsOf(text::kGeneralCategory.runs, [&](std::uint32_t value) {
    return wanted(text::kGeneralCategory.values[value].short_name);
  });
}

std::optional<CodepointSet> FindGeneralCategory(const std::string& name) {
  for (const CategoryGroup& group : kGroups) {
    if (name != group.short_name && name != group.long_name) continue;
    return CategoriesWhere([&](std::string_view category) {
      return group.members.empty() ? category.starts_with(group.short_name)
                                   : group.members.find(category) != std::string_view::npos;
    });
  }
  const auto values = text::kGeneralCategory.values;
  const auto found = std::find_if(values.begin(), values.end(), [&](const auto& value) {
    return name == value.short_name || name == value.long_name;
  });
  if (found == values.end()) return std::nullopt;
  return CategoriesWhere([&](std::string_view category) { return category == found->short_name; });
}

std::optional<CodepointSet> FindScript(const std::string& name) {
  const auto values = text::kScript.values;
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    if (name != values[i].short_name && name != values[i].long_name) continue;
    return CodepointsOf(text::kScript.runs, [i](std::uint32_t value) { return value == i; });
  }
  return std::nullopt;
}

CodepointSet Listed(std::span<const std::uint32_t> runs) {
  return CodepointsOf(runs, [](std::uint32_t value) { return value == 1; });
}

CodepointSet WithCategories(std::string_view categories, std::span<const std::uint32_t> others) {
  const auto member = [&](std::string_view category) {
    return categories.find(category) != std::string_view::npos;
  };
  return CategoriesWhere(member).Union(Listed(others));
}

std::optional<CodepointSet> FindBinaryProperty(const std::string& name) {
  if (name == "any") return CodepointSet::All();
  if (name == "ascii") return CodepointSet{{0, 0x7F}};
  if (name == "assigned") {
    return CategoriesWhere([](std::string_view category) { return category != "cn"; });
  }
  if (name == "alphabetic" || name == "alpha") {
    return WithCategories("lu ll lt lm lo nl", text::kOtherAlphabetic);
  }
  if (name == "lowercase" || name == "lower") return WithCategories("ll", text::kOtherLowercase);
  if (name == "uppercase" || name == "upper") return WithCategories("lu", text::kOtherUppercase);
  if (name == "whitespace" || name == "space") {
    // PropList.txt, White_Space; it is not \s, which has U+FEFF and lacks U+0085.
    return CodepointSet{{0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
                        {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
                        {0x205F, 0x205F}, {0x3000, 0x3000}};
  }
  if (name == "asciihexdigit" || name == "ahex") {
    return CodepointSet{{'0', '9'}, {'A', 'F'}, {'a', 'f'}};
  }
  return std::nullopt;
}

}  // namespace

std::optional<CodepointSet> FindProperty(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    const std::string name = Normalize(text);
    if (auto set = FindGeneralCategory(name)) return set;
    return FindBinaryProperty(name);
  }
  const std::string property = Normalize(text.substr(0, equals));
  const std::string value = Normalize(text.substr(equals + 1));
  if (property == "gc" || property == "generalcategory") return FindGeneralCategory(value);
  if (property == "sc" || property == "script") return FindScript(value);
  return std::nullopt;
}

}  // namespace pushmask::frontend::regex
