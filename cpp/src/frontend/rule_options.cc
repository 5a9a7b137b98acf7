// SPDX-License-Identifier: Apache-2.0
#include "frontend/rule_options.h"

#include <cstddef>
#include <string_view>
#include <vector>

#include "text/codepoint_set.h"

namespace pushmask::frontend {
namespace {

using ir::ExprId;

// The texts t of `body` for which t and then `stop` is the first match of `body` and then `stop`.
// No other match ends inside t, nor inside of the `stop` that follows: that one would begin in t
// with all of `stop` but a border, a beginning of it that is its end too.
ExprId BeforeStop(ExprId body, const std::string& stop, ir::Builder* builder) {
  const ExprId anything = builder->Star(builder->Class(text::CodepointSet::All()));
  std::vector<ExprId> too_late = {builder->Seq({body, builder->Bytes(stop), anything})};
  for (std::size_t length = 1; length < stop.size(); ++length) {
    const std::string_view start(stop.data(), stop.size() - length);
    const bool is_border =
        std::string_view(stop).ends_with(std::string_view(stop).substr(0, length));
    if (is_border) too_late.push_back(builder->Seq({body, builder->Bytes(start)}));
  }
  return builder->Difference(body, builder->Choice(too_late));
}

}  // namespace

std::string_view RuleOptions::RegularOption() const {
  if (max_chars) return "max_chars";
  if (stop) return "stop";
  if (suffix) return "suffix";
  if (marks.max_tokens) return "max_tokens";
  return lazy ? "lazy" : "";
}

ExprId LimitedLanguage(const RuleOptions& options, ExprId body, ir::Builder* builder) {
  const ExprId character = builder->Class(text::CodepointSet::All());
  ExprId language = body;
  if (options.stop || options.suffix) {
    language = BeforeStop(body, options.stop ? *options.stop : *options.suffix, builder);
  } else if (options.lazy) {
    language = builder->Difference(body, builder->Seq({body, builder->Plus(character)}));
  }
  if (!options.max_chars) return language;
  return builder->Intersect(language, builder->Repeat(character, 0, *options.max_chars));
}

void DefineRule(ir::RuleId rule, const RuleOptions& options, ExprId body, ir::Builder* builder) {
  if (!options.marks.any() || !options.suffix) {
    builder->Mark(rule, options.marks);
    builder->Define(rule, WholeLanguage(options, body, builder));
    return;
  }
  const std::string name = builder->name(rule);  // rules may move
  const ir::RuleId marked = builder->AddRule(name);
  builder->Mark(marked, options.marks);
  builder->Define(marked, LimitedLanguage(options, body, builder));
  builder->Define(rule, builder->Seq({builder->RuleRef(marked), builder->Bytes(*options.suffix)}));
}

ExprId WholeLanguage(const RuleOptions& options, ExprId body, ir::Builder* builder) {
  const ExprId language = LimitedLanguage(options, body, builder);
  return options.suffix ? builder->Seq({language, builder->Bytes(*options.suffix)}) : language;
}

}  // namespace pushmask::frontend
