// SPDX-License-Identifier: Apache-2.0
// Syntax tree to IR, with anchors removed exactly.
//
// A part with anchors is not one language: what it matches depends on where it stands. It is up to
// four, one for each answer to "must it begin at the start of the text?" and "must it end at the
// end of the text?". A part that must begin at the start leaves no room before it, so whatever
// stands before it matches the empty string or the combination matches nothing; likewise after a
// part that must end at the end. Nearly every node has only the first, unconditional variant.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frontend/regex/ast.h"
#include "frontend/regex/parse.h"
#include "frontend/regex/regex.h"

namespace pushmask::frontend {
namespace {

using ir::ExprId;
using regex::Node;
using regex::NodeId;
using regex::NodeKind;

// Conditions are sets of two bits.
constexpr std::size_t kAnywhere = 0;
constexpr std::size_t kAtStart = 1;
constexpr std::size_t kAtEnd = 2;
constexpr std::size_t kAtBoth = 3;
constexpr std::size_t kNumConditions = 4;

// Joining n parts with variants costs n^2; unanchored parts do not count.
constexpr std::size_t kMaxAnchoredParts = 100;

struct Language {
  ExprId expr;
  bool nullable;  // has the empty string
};

// What a node matches under each condition; absent is nothing.
struct Variants {
  std::array<std::optional<Language>, kNumConditions> by_condition;

  bool IsUnanchored() const {
    return by_condition[kAnywhere] && !by_condition[kAtStart] && !by_condition[kAtEnd] &&
           !by_condition[kAtBoth];
  }
  bool IsNullable(std::size_t condition) const {
    return by_condition[condition] && by_condition[condition]->nullable;
  }
};

Variants Only(std::size_t condition, Language language) {
  Variants out;
  out.by_condition[condition] = language;
  return out;
}

// Collects alternatives under each condition.
class Union {
 public:
  explicit Union(ir::Builder* builder) : builder_(*builder) {}

  void Add(std::size_t condition, Language language) {
    exprs_[condition].push_back(language.expr);
    nullable_[condition] = nullable_[condition] || language.nullable;
  }
  void Add(const Variants& variants) {
    for (std::size_t c = 0; c < kNumConditions; ++c) {
      if (variants.by_condition[c]) Add(c, *variants.by_condition[c]);
    }
  }
  Variants Take() {
    Variants out;
    for (std::size_t c = 0; c < kNumConditions; ++c) {
      if (exprs_[c].empty()) continue;
      out.by_condition[c] = Language{builder_.Choice(exprs_[c]), nullable_[c]};
    }
    return out;
  }

 private:
  ir::Builder& builder_;
  std::array<std::vector<ExprId>, kNumConditions> exprs_;
  std::array<bool, kNumConditions> nullable_ = {};
};

class Lowering {
 public:
  Lowering(const text::SourceText& source, const regex::Ast& ast, ir::Builder* builder)
      : source_(source), ast_(ast), builder_(*builder) {}

  Variants Lower(NodeId id) {
    const Node& node = ast_.node(id);
    switch (node.kind) {
      case NodeKind::kLiteral:
        return Only(kAnywhere, {builder_.Bytes(node.literal), node.literal.empty()});
      case NodeKind::kClass:
        return Only(kAnywhere, {builder_.Class(node.set), false});
      case NodeKind::kTextStart:
        return Only(kAtStart, Empty());
      case NodeKind::kTextEnd:
        return Only(kAtEnd, Empty());
      case NodeKind::kSequence:
        return LowerSequence(node);
      case NodeKind::kAlternation: {
        Union all(&builder_);
        for (const NodeId child : node.children) all.Add(Lower(child));
        return all.Take();
      }
      case NodeKind::kRepeat:
        return LowerRepeat(node);
    }
    return {};
  }

 private:
  Language Empty() { return {builder_.Empty(), true}; }

  Language Sequence(const std::vector<Language>& parts) {
    std::vector<ExprId> exprs;
    bool nullable = true;
    for (const Language& part : parts) {
      exprs.push_back(part.expr);
      nullable = nullable && part.nullable;
    }
    return {builder_.Seq(exprs), nullable};
  }

  // Runs of unanchored parts are joined at once, so that long patterns cost linear time.
  Variants LowerSequence(const Node& node) {
    Variants total = Only(kAnywhere, Empty());
    std::vector<Language> run;
    std::size_t num_anchored = 0;
    for (const NodeId child : node.children) {
      const Variants part = Lower(child);
      if (part.IsUnanchored()) {
        run.push_back(*part.by_condition[kAnywhere]);
        continue;
      }
      if (++num_anchored > kMaxAnchoredParts) FailAnchoredParts(node, num_anchored);
      total = Join(total, Only(kAnywhere, Sequence(run)));
      total = Join(total, part);
      run.clear();
    }
    return Join(total, Only(kAnywhere, Sequence(run)));
  }

  Variants Join(const Variants& before, const Variants& after) {
    Union all(&builder_);
    for (std::size_t first = 0; first < kNumConditions; ++first) {
      for (std::size_t second = 0; second < kNumConditions; ++second) {
        if (!before.by_condition[first] || !after.by_condition[second]) continue;
        const bool empty_before = (second & kAtStart) != 0;
        const bool empty_after = (first & kAtEnd) != 0;
        if (empty_before && !before.IsNullable(first)) continue;
        if (empty_after && !after.IsNullable(second)) continue;
        all.Add(first | second, Sequence({empty_before ? Empty() : *before.by_condition[first],
                                          empty_after ? Empty() : *after.by_condition[second]}));
      }
    }
    return all.Take();
  }

  Language Repeated(const std::optional<Language>& body, std::uint32_t min, std::uint32_t max) {
    const ExprId expr = body ? body->expr : builder_.Nothing();
    return {builder_.Repeat(expr, min, max), min == 0 || (body && body->nullable)};
  }

  // Only the first round that takes text can stand at the start, only the last one at the end. All
  // rounds before and after those are empty; such padding counts towards `min`, so where an empty
  // round is possible the rounds between have no lower bound.
  Variants LowerRepeat(const Node& node) {
    const Variants body = Lower(node.children[0]);
    const auto& [anywhere, at_start, at_end, at_both] = body.by_condition;
    const bool pads_start = body.IsNullable(kAnywhere) || body.IsNullable(kAtStart);
    const bool pads_end = body.IsNullable(kAnywhere) || body.IsNullable(kAtEnd);
    const bool pads = pads_start || pads_end;
    // Clang before 16 cannot capture a structured binding by name alone.
    const auto rounds_between = [&, &anywhere = anywhere](std::uint32_t taken, bool padded) {
      const std::uint32_t max = node.max == ir::kUnbounded ? node.max : node.max - taken;
      return Repeated(anywhere, padded || node.min < taken ? 0 : node.min - taken, max);
    };

    Union all(&builder_);
    if (anywhere || node.min == 0) all.Add(kAnywhere, Repeated(anywhere, node.min, node.max));
    if (node.max == 0) return all.Take();
    if (at_start) all.Add(kAtStart, Sequence({*at_start, rounds_between(1, pads_start)}));
    if (at_end) all.Add(kAtEnd, Sequence({rounds_between(1, pads_end), *at_end}));
    if (at_both && (node.min <= 1 || pads)) all.Add(kAtBoth, *at_both);
    if (at_start && at_end && node.max >= 2) {
      all.Add(kAtBoth, Sequence({*at_start, rounds_between(2, pads), *at_end}));
    }
    // In the empty text every condition holds, so any empty round may fill all of them.
    if (pads || body.IsNullable(kAtBoth)) all.Add(kAtBoth, Empty());
    return Simplified(all.Take());
  }

  // Drops what the weaker condition already covers, so that unanchored bodies stay unanchored.
  Variants Simplified(Variants variants) {
    const auto& any = variants.by_condition[kAnywhere];
    auto& both = variants.by_condition[kAtBoth];
    if (any && any->nullable && both && both->expr == builder_.Empty()) both.reset();
    return variants;
  }

  [[noreturn]] void FailAnchoredParts(const Node& node, std::size_t reached) const {
    const auto place = source_.At(
        node.span, "more than " + std::to_string(kMaxAnchoredParts) + " anchors in one sequence");
    throw LimitError(place.ToString(), "max_anchors", kMaxAnchoredParts, reached);
  }

  const text::SourceText& source_;
  const regex::Ast& ast_;
  ir::Builder& builder_;
};

// The texts that hold a match: anything may surround one, except where a condition forbids it.
ExprId Search(const Variants& variants, ir::Builder* builder) {
  const ExprId anything = builder->Star(builder->Class(text::CodepointSet::All()));
  std::vector<ExprId> choices;
  for (std::size_t condition = 0; condition < kNumConditions; ++condition) {
    const auto& language = variants.by_condition[condition];
    if (!language) continue;
    if (language->nullable && condition != kAtBoth) return anything;  // "" is in every text
    std::vector<ExprId> parts;
    if ((condition & kAtStart) == 0) parts.push_back(anything);
    parts.push_back(language->expr);
    if ((condition & kAtEnd) == 0) parts.push_back(anything);
    choices.push_back(builder->Seq(parts));
  }
  return builder->Choice(choices);
}

ExprId Full(const Variants& variants, ir::Builder* builder) {
  std::vector<ExprId> choices;
  for (const auto& language : variants.by_condition) {
    if (language) choices.push_back(language->expr);
  }
  return builder->Choice(choices);
}

}  // namespace

ExprId LowerRegex(const text::SourceText& source, text::SourceSpan span, RegexMatch match,
                  ir::Builder* builder) {
  const regex::Ast ast = regex::Parse(source, span);
  const Variants variants = Lowering(source, ast, builder).Lower(ast.root);
  return match == RegexMatch::kSearch ? Search(variants, builder) : Full(variants, builder);
}

ExprId LowerRegex(const text::SourceText& pattern, RegexMatch match, ir::Builder* builder) {
  return LowerRegex(pattern, {0, pattern.text().size()}, match, builder);
}

}  // namespace pushmask::frontend
