// SPDX-License-Identifier: Apache-2.0
// Grammars out of grammars and strings.
#include <string>
#include <utility>
#include <vector>

#include "pushmask/grammar.h"
#include "pushmask/grammar_builder.h"

namespace pushmask {
namespace {

using Expression = GrammarBuilder::Expression;

Grammar Whole(GrammarBuilder* builder, const GrammarBuilder::Rule& root, const Expression& body,
              const char* source_name) {
  builder->Define(root, body);
  return builder->Finish(root, source_name);
}

std::vector<Expression> Spliced(const std::vector<Grammar>& grammars, GrammarBuilder* builder) {
  std::vector<Expression> parts;
  parts.reserve(grammars.size());
  for (const Grammar& grammar : grammars) parts.push_back(builder->Spliced(grammar));
  return parts;
}

}  // namespace

Grammar Grammar::Union(const std::vector<Grammar>& grammars) {
  GrammarBuilder builder;
  const auto root = builder.AddRule("union");
  return Whole(&builder, root, builder.Choice(Spliced(grammars, &builder)), "<union>");
}

Grammar Grammar::Concat(const std::vector<Grammar>& grammars) {
  GrammarBuilder builder;
  const auto root = builder.AddRule("concat");
  return Whole(&builder, root, builder.Sequence(Spliced(grammars, &builder)), "<concat>");
}

Grammar Grammar::Repeat(std::uint32_t min, std::uint32_t max) const {
  GrammarBuilder builder;
  const auto root = builder.AddRule("repeat");
  return Whole(&builder, root, builder.Repeat(builder.Spliced(*this), min, max), "<repeat>");
}

Grammar Grammar::Choice(std::vector<std::string> strings) {
  GrammarBuilder builder;
  const auto root = builder.AddRule("choice");
  return Whole(&builder, root, builder.OneOf(std::move(strings)), "<choice>");
}

Grammar Grammar::SubstringOf(const std::vector<std::string>& chunks) {
  GrammarBuilder builder;
  const auto root = builder.AddRule("substring");
  return Whole(&builder, root, builder.SubstringOf(chunks), "<substring>");
}

// Of all texts that end in a stop string, those in which no other one ends before.
Grammar Grammar::WithStop(const std::vector<std::string>& stops) const {
  for (const std::string& stop : stops) {
    if (!stop.empty()) continue;
    throw GrammarError(Diagnostic{.message = "a stop string is empty", .source_name = "<stop>"});
  }
  GrammarBuilder builder;
  const auto root = builder.AddRule("with-stop");
  const Expression stop = builder.OneOf(stops);
  const Expression anything = builder.Complement(builder.Nothing());
  const Expression something = builder.Difference(anything, builder.Empty());
  const Expression goes_on = builder.Sequence({anything, stop, something});
  const Expression ends = builder.Sequence({builder.Spliced(*this), stop});
  return Whole(&builder, root, builder.Difference(ends, goes_on), "<stop>");
}

}  // namespace pushmask
