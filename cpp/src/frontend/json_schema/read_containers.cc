// SPDX-License-Identifier: Apache-2.0
// Keywords that speak about elements and members.
#include <string>

#include "frontend/json_schema/reader.h"

namespace pushmask::frontend::json_schema {

using json::Kind;
using json::Value;

void Reader::ReadArrays(const Keywords& keywords, Context context, std::vector<FormulaId>* parts) {
  const Value* min = keywords[Keyword::kMinItems];
  const Value* max = keywords[Keyword::kMaxItems];
  if (min != nullptr || max != nullptr) {
    parts->push_back(store_.Atom({.kind = FormulaKind::kItemCount,
                                  .min = ReadCount(keywords, Keyword::kMinItems, 0),
                                  .max = ReadCount(keywords, Keyword::kMaxItems, ir::kUnbounded),
                                  .at = max != nullptr ? max : min}));
  }
  parts->push_back(ReadItems(keywords, context));
  if (const Value* contains = keywords[Keyword::kContains]) {
    parts->push_back(store_.Atom({.kind = FormulaKind::kContains,
                                  .min = ReadCount(keywords, Keyword::kMinContains, 1),
                                  .max = ReadCount(keywords, Keyword::kMaxContains, ir::kUnbounded),
                                  .children = {Read(*contains, context)},
                                  .at = contains}));
  }
  if (const Value* unique = keywords[Keyword::kUniqueItems]) {
    if (!unique->is_bool()) Expected(*unique, Keyword::kUniqueItems, "a boolean");
    if (unique->kind == Kind::kTrue) {
      parts->push_back(store_.Atom({.kind = FormulaKind::kUniqueItems, .at = unique}));
    }
  }
}

// `prefixItems` and `items`; before 2020-12, `items` as an array and `additionalItems`.
FormulaId Reader::ReadItems(const Keywords& keywords, Context context) {
  const Draft draft = library_.resource(context.resource).draft;
  const Value* items = keywords[Keyword::kItems];
  const Value* prefix = keywords[Keyword::kPrefixItems];
  const Value* rest = items;
  if (draft < Draft::k2020 && items != nullptr && items->is_array()) {
    prefix = items;
    rest = keywords[Keyword::kAdditionalItems];
  }
  if (rest != nullptr && rest->is_array()) {
    site().Malformed(*rest, "'items' is one schema, found an array",
                     "since draft 2020-12 a list of schemas is called 'prefixItems'");
  }
  if (prefix == nullptr && rest == nullptr) return kTrue;
  Formula atom{.kind = FormulaKind::kItems, .at = prefix != nullptr ? prefix : rest};
  if (prefix != nullptr) {
    if (!prefix->is_array()) Expected(*prefix, Keyword::kPrefixItems, "an array of schemas");
    for (const Value& element : prefix->elements) atom.children.push_back(Read(element, context));
  }
  atom.children.push_back(rest == nullptr ? kTrue : Read(*rest, context));
  return store_.Atom(std::move(atom));
}

void Reader::ReadObjects(const Keywords& keywords, Context context, std::vector<FormulaId>* parts) {
  parts->push_back(ReadProperties(keywords, context));
  if (const Value* names = keywords[Keyword::kPropertyNames]) {
    parts->push_back(store_.Members(~Read(*names, context), kFalse));
  }
  ReadRequired(keywords, parts);
  const Value* min = keywords[Keyword::kMinProperties];
  const Value* max = keywords[Keyword::kMaxProperties];
  if (min != nullptr || max != nullptr) {
    parts->push_back(
        store_.Atom({.kind = FormulaKind::kMemberCount,
                     .min = ReadCount(keywords, Keyword::kMinProperties, 0),
                     .max = ReadCount(keywords, Keyword::kMaxProperties, ir::kUnbounded),
                     .at = max != nullptr ? max : min}));
  }
}

FormulaId Reader::ReadProperties(const Keywords& keywords, Context context) {
  const Value* declared = keywords[Keyword::kProperties];
  const Value* patterns = keywords[Keyword::kPatternProperties];
  const Value* others = keywords[Keyword::kAdditionalProperties];
  if (declared == nullptr && patterns == nullptr && others == nullptr) return kTrue;
  const Value* at = declared != nullptr ? declared : (patterns != nullptr ? patterns : others);
  Formula atom{.kind = FormulaKind::kProperties, .at = at};
  if (declared != nullptr) {
    CheckMap(*declared, Keyword::kProperties);
    for (const auto& [name, schema] : declared->members) {
      atom.names.push_back(name);
      atom.children.push_back(Read(schema, context, name));
    }
  }
  if (patterns != nullptr) {
    CheckMap(*patterns, Keyword::kPatternProperties);
    for (const auto& [pattern, schema] : patterns->members) {
      atom.children.push_back(Pattern(pattern, &schema));
      atom.children.push_back(Read(schema, context));
    }
  }
  atom.children.push_back(others == nullptr ? kTrue : Read(*others, context));
  return store_.Atom(std::move(atom));
}

FormulaId Reader::AllRequired(const Value& names, Keyword keyword) {
  if (!names.is_array()) Expected(names, keyword, "an array of strings");
  std::vector<FormulaId> all;
  for (const Value& name : names.elements) {
    if (!name.is_string()) {
      site().Malformed(name, "the name of a required property is a string, found " +
                                 std::string(json::Describe(name.kind)));
    }
    all.push_back(store_.Has(name.text));
  }
  return store_.All(all);
}

void Reader::ReadRequired(const Keywords& keywords, std::vector<FormulaId>* parts) {
  const Value* required = keywords[Keyword::kRequired];
  if (required == nullptr) return;
  const FormulaId all = AllRequired(*required, Keyword::kRequired);
  if (all == kTrue) return;
  // A property that must be there implies an object; the keyword does not.
  parts->push_back(store_.Any({store_.Types(static_cast<TypeSet>(~kObjectType)), all}));
}

void Reader::ReadDependencies(const Keywords& keywords, Context context,
                              std::vector<FormulaId>* parts) {
  for (const Keyword keyword :
       {Keyword::kDependentRequired, Keyword::kDependentSchemas, Keyword::kDependencies}) {
    const Value* map = keywords[keyword];
    if (map == nullptr) continue;
    CheckMap(*map, keyword);
    for (const auto& [name, value] : map->members) {
      const bool is_list = keyword == Keyword::kDependentRequired ||
                           (keyword == Keyword::kDependencies && value.is_array());
      const FormulaId then = is_list ? AllRequired(value, keyword) : Read(value, context);
      // Lacks() holds for what is no object, too.
      parts->push_back(store_.Any({store_.Lacks(name), then}));
    }
  }
}

}  // namespace pushmask::frontend::json_schema
