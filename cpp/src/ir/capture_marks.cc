// SPDX-License-Identifier: Apache-2.0
#include "ir/capture_marks.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/capture_mark.h"
#include "ir/builder.h"
#include "ir/copier.h"
#include "ir/rule_place.h"
#include "pushmask/error.h"

namespace pushmask::ir {
namespace {

constexpr std::size_t kMaxCaptures = 4096;  // rules; a mark's number has 16 bits

}  // namespace

MarkedGrammar MarkCaptures(const Grammar& grammar) {
  MarkedGrammar marked;
  std::unordered_map<RuleId, std::uint32_t> numbers;
  for (std::size_t i = 0; i < grammar.rules().size(); ++i) {
    const auto& capture = grammar.rules()[i].marks.capture;
    if (!capture) continue;
    numbers.emplace(RuleId(i), static_cast<std::uint32_t>(marked.names.size()));
    marked.names.push_back(*capture);
    if (marked.names.size() <= kMaxCaptures) continue;
    const Rule& rule = grammar.rules()[i];
    throw LimitError(AtRule(grammar, rule.name, rule.place,
                            "more than " + std::to_string(kMaxCaptures) +
                                " rules have a capture (limit max_captures)",
                            "give names to fewer of them"),
                     "max_captures", kMaxCaptures, marked.names.size());
  }
  if (marked.names.empty()) return marked;
  Builder builder;
  Copier copier(grammar, grammar.source_name(), &builder);
  copier.DefineWith([&](RuleId from, RuleId copy, ExprId body) {
    const RuleMarks marks{.max_tokens = grammar.rule(from).marks.max_tokens};
    const auto number = numbers.find(from);
    if (number == numbers.end()) {
      builder.Mark(copy, marks);
      builder.Define(copy, body);
      return;
    }
    if (marks.any()) {  // the marks are no part of a token
      const std::string name = builder.name(copy);
      const RuleId inside = builder.AddRule(name);
      builder.Mark(inside, marks);
      builder.Define(inside, body);
      body = builder.RuleRef(inside);
    }
    const ExprId begin = builder.Bytes(base::SpellingOf({number->second, false}));
    const ExprId end = builder.Bytes(base::SpellingOf({number->second, true}));
    builder.Define(copy, builder.Seq({begin, body, end}));
  });
  const RuleId root = copier.Copy(grammar.root());
  marked.grammar = builder.Finish(root, grammar.source_name());
  return marked;
}

}  // namespace pushmask::ir
