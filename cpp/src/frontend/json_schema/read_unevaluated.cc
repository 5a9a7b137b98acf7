// SPDX-License-Identifier: Apache-2.0
// unevaluatedProperties and unevaluatedItems (2020-12 core, section 11): they speak about what no
// keyword beside or below them, applied to the same value with success, has looked at.
//
// A schema is split into alternatives, each a condition and what is evaluated when it holds. Where
// more sub-schemas succeed more is evaluated, so an alternative need not say which ones fail: for
// {a, b} under anyOf the alternatives a, b, and both are enough, and all of them are right.
#include <algorithm>
#include <string>

#include "frontend/json_schema/reader.h"
#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

using json::Value;

constexpr std::size_t kMaxAlternatives = 1024;
// $ref inside $ref, each to be split.
constexpr int kMaxDepth = 100;

}  // namespace

FormulaId Reader::ReadUnevaluated(const Keywords& keywords, Context context) {
  std::vector<FormulaId> conditions;
  for (const Alternative& alternative : AlternativesOf(keywords, context)) {
    conditions.push_back(alternative.condition);
  }
  return store_.Any(conditions);
}

Reader::Alternatives Reader::AlternativesOf(const Value& value, Context context) {
  const Place place = library_.Inside(value, context.resource);
  if (place.resource != context.resource) context = Enter(place, context.scope);
  Keywords keywords;
  if (!value.is_object() || !Gather(value, context, &keywords)) return {{Read(value, context), {}}};
  // Remembered, for references may lead here in very many ways.
  const auto key = std::make_tuple(&value, context.resource, context.scope);
  const auto known = alternatives_.find(key);
  if (known != alternatives_.end()) return known->second;
  if (++unevaluated_depth_ > kMaxDepth) {
    throw LimitError(site()
                         .At(value, "references nest deeper than " + std::to_string(kMaxDepth) +
                                        " levels below an unevaluated keyword (limit max_depth)")
                         .ToString(),
                     "max_depth", kMaxDepth, kMaxDepth + 1);
  }
  Alternatives out = AlternativesOf(keywords, context);
  --unevaluated_depth_;
  alternatives_.emplace(key, out);
  return out;
}

Reader::Alternatives Reader::AlternativesOf(const Keywords& keywords, Context context) {
  std::vector<FormulaId> own;
  ReadAssertions(keywords, context, &own);
  if (const Value* negated = keywords[Keyword::kNot]) own.push_back(~Read(*negated, context));
  Alternatives all{{store_.All(own), EvaluatedByOwn(keywords, context)}};
  AddReferences(keywords, context, &all);
  AddCombinators(keywords, context, &all);
  AddConditional(keywords, context, &all);
  AddDependencies(keywords, context, &all);
  AddUnevaluated(keywords, context, &all);
  return Grouped(all);
}

void Reader::AddReferences(const Keywords& keywords, Context context, Alternatives* all) {
  for (const Keyword keyword : {Keyword::kRef, Keyword::kDynamicRef, Keyword::kRecursiveRef}) {
    const auto target = TargetOf(keywords, keyword, context);
    if (!target) continue;
    const Context there{target->place.resource, target->scope};
    Multiply(AlternativesOf(*target->place.schema, there), all, *keywords[keyword]);
  }
}

void Reader::AddCombinators(const Keywords& keywords, Context context, Alternatives* all) {
  if (const Value* list = keywords[Keyword::kAllOf]) {
    CheckList(*list, Keyword::kAllOf);
    for (const Value& element : list->elements) {
      Multiply(AlternativesOf(element, context), all, *list);
    }
  }
  for (const Keyword keyword : {Keyword::kAnyOf, Keyword::kOneOf}) {
    const Value* list = keywords[keyword];
    if (list == nullptr) continue;
    CheckList(*list, keyword);
    Alternatives options;
    for (const Value& element : list->elements) {
      for (const Alternative& option : AlternativesOf(element, context)) options.push_back(option);
    }
    options = Grouped(options);
    if (keyword == Keyword::kAnyOf) {
      options = SubsetsOf(options, *list);
    } else {
      const FormulaId only = store_.ExactlyOne(ReadList(*list, keyword, context));
      for (Alternative& option : options) option.condition = store_.All({option.condition, only});
    }
    Multiply(options, all, *list);
  }
}

void Reader::AddConditional(const Keywords& keywords, Context context, Alternatives* all) {
  const Value* condition = keywords[Keyword::kIf];
  if (condition == nullptr) return;
  const auto part = [&](Keyword keyword) {
    const Value* value = keywords[keyword];
    return value == nullptr ? Alternatives{{}} : AlternativesOf(*value, context);
  };
  Alternatives options = AlternativesOf(*condition, context);
  Multiply(part(Keyword::kThen), &options, *condition);
  Alternatives otherwise{{~Read(*condition, context), {}}};
  Multiply(part(Keyword::kElse), &otherwise, *condition);
  options.insert(options.end(), otherwise.begin(), otherwise.end());
  Multiply(Grouped(options), all, *condition);
}

void Reader::AddDependencies(const Keywords& keywords, Context context, Alternatives* all) {
  for (const Keyword keyword :
       {Keyword::kDependentRequired, Keyword::kDependentSchemas, Keyword::kDependencies}) {
    const Value* map = keywords[keyword];
    if (map == nullptr) continue;
    CheckMap(*map, keyword);
    for (const auto& [name, value] : map->members) {
      const bool is_list = keyword == Keyword::kDependentRequired ||
                           (keyword == Keyword::kDependencies && value.is_array());
      Alternatives options = is_list ? Alternatives{{AllRequired(value, keyword), {}}}
                                     : AlternativesOf(value, context);
      for (Alternative& option : options) {
        option.condition = store_.All({store_.Has(name), option.condition});
      }
      options.push_back({store_.Lacks(name), {}});
      Multiply(Grouped(options), all, *map);
    }
  }
}

void Reader::AddUnevaluated(const Keywords& keywords, Context context, Alternatives* all) {
  if (const Value* value = keywords[Keyword::kUnevaluatedProperties]) {
    const FormulaId rest = Read(*value, context);
    for (Alternative& one : *all) {
      one.condition = store_.All({one.condition, store_.Members(~one.evaluated.names, rest)});
      one.evaluated.names = kTrue;
    }
  }
  if (const Value* value = keywords[Keyword::kUnevaluatedItems]) {
    const FormulaId rest = Read(*value, context);
    for (Alternative& one : *all) {
      const Evaluated& seen = one.evaluated;
      if (seen.num_items != ir::kUnbounded) {
        const FormulaId other = store_.Any({seen.items, rest});
        one.condition =
            store_.All({one.condition, store_.Elements(seen.num_items, ir::kUnbounded, other)});
      }
      one.evaluated.num_items = ir::kUnbounded;
    }
  }
}

Reader::Evaluated Reader::EvaluatedByOwn(const Keywords& keywords, Context context) {
  Evaluated out;
  const Formula properties = store_[ReadProperties(keywords, context)];
  std::vector<FormulaId> names;
  for (const std::string_view name : properties.names) names.push_back(store_.Name(name));
  if (properties.kind == FormulaKind::kProperties) {
    for (std::size_t i = 0; i < NumPatterns(properties); ++i) {
      names.push_back(properties.children[properties.names.size() + 2 * i]);
    }
  }
  if (keywords[Keyword::kAdditionalProperties] != nullptr) names.push_back(kTrue);
  out.names = store_.Any(names);

  const Draft draft = library_.resource(context.resource).draft;
  const Value* items = keywords[Keyword::kItems];
  const Value* prefix = keywords[Keyword::kPrefixItems];
  if (draft < Draft::k2020 && items != nullptr && items->is_array()) {
    prefix = items;
    items = keywords[Keyword::kAdditionalItems];
  }
  if (prefix != nullptr) out.num_items = static_cast<std::uint32_t>(prefix->elements.size());
  if (items != nullptr) out.num_items = ir::kUnbounded;
  // Before 2020-12 `contains` evaluated nothing.
  const Value* contains = keywords[Keyword::kContains];
  if (contains != nullptr && draft >= Draft::k2020) out.items = Read(*contains, context);
  return out;
}

Reader::Evaluated Reader::Joined(const Evaluated& a, const Evaluated& b) {
  return {.names = store_.Any({a.names, b.names}),
          .num_items = std::max(a.num_items, b.num_items),
          .items = store_.Any({a.items, b.items})};
}

// Both: every pair.
void Reader::Multiply(const Alternatives& by, Alternatives* alternatives, const Value& at) {
  Alternatives out;
  const std::size_t product = by.size() * alternatives->size();
  if (product > kMaxAlternatives) {
    throw LimitError(site()
                         .At(at, "what is evaluated here depends on more than " +
                                     std::to_string(kMaxAlternatives) +
                                     " combinations of sub-schemas (limit max_branches)")
                         .ToString(),
                     "max_branches", kMaxAlternatives, product);
  }
  for (const Alternative& a : *alternatives) {
    for (const Alternative& b : by) {
      const FormulaId condition = store_.All({a.condition, b.condition});
      if (condition != kFalse) out.push_back({condition, Joined(a.evaluated, b.evaluated)});
    }
  }
  *alternatives = Grouped(out);
}

// At least one: the non-empty subsets.
Reader::Alternatives Reader::SubsetsOf(const Alternatives& options, const Value& at) {
  Alternatives out;
  for (const Alternative& option : options) {
    Alternatives with{option};
    if (!out.empty()) {
      Alternatives more = out;
      Multiply({option}, &more, at);
      with.insert(with.end(), more.begin(), more.end());
    }
    out.insert(out.end(), with.begin(), with.end());
    out = Grouped(out);
    Multiply({{}}, &out, at);
  }
  return out;
}

// Those that evaluate the same are one alternative.
Reader::Alternatives Reader::Grouped(const Alternatives& alternatives) {
  Alternatives out;
  std::vector<std::vector<FormulaId>> conditions;
  for (const Alternative& one : alternatives) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const Alternative& other) {
      return other.evaluated == one.evaluated;
    });
    const auto index = static_cast<std::size_t>(same - out.begin());
    if (same == out.end()) {
      out.push_back(one);
      conditions.emplace_back();
    }
    conditions[index].push_back(one.condition);
  }
  for (std::size_t i = 0; i < out.size(); ++i) out[i].condition = store_.Any(conditions[i]);
  return out;
}

}  // namespace pushmask::frontend::json_schema
