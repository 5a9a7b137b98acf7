// SPDX-License-Identifier: Apache-2.0
// Repetition of a body with conditions on its neighbours. Three ways, the cheapest that applies: no
// condition at all; conditions that only the text's edges meet, for which there is a closed form;
// and Kleene's construction over the variants, cut by the classes of their first and last
// characters so that which of them may follow which is known.
#include <algorithm>
#include <array>

#include "frontend/regex/variants.h"

namespace pushmask::frontend::regex {
namespace {

using ir::ExprId;
using ir::ExprKind;
using text::CodepointSet;

// Kleene's construction multiplies expressions by four for each.
constexpr std::size_t kMaxNodes = 5;
constexpr std::size_t kMaxClasses = 4;
constexpr std::uint32_t kMaxUnrolledRounds = 16;

bool IsAboutEdges(const Neighbor& neighbor) { return neighbor.IsAny() || neighbor.IsEdge(); }

// Conditions as sets of two bits.
constexpr std::size_t kAnywhere = 0;
constexpr std::size_t kAtStart = 1;
constexpr std::size_t kAtEnd = 2;
constexpr std::size_t kAtBoth = 3;

// The closed form where all conditions are about the text's edges. Only the first round that takes
// text can stand at the start, only the last one at the end. All rounds before and after those are
// empty; such padding counts towards `min`, so where an empty round is possible the rounds between
// have no lower bound.
class EdgeRepeat {
 public:
  EdgeRepeat(const Variants& body, std::uint32_t min, std::uint32_t max, Languages* languages)
      : min_(min), max_(max), languages_(*languages) {
    for (const Variant& variant : body) {
      const std::size_t condition =
          (variant.before.IsEdge() ? kAtStart : 0) | (variant.after.IsEdge() ? kAtEnd : 0);
      body_[condition] = variant.expr;
    }
  }

  Variants Run() {
    ir::Builder& b = languages_.builder();
    const auto& [anywhere, at_start, at_end, at_both] = body_;
    const bool pads_start = IsNullable(kAnywhere) || IsNullable(kAtStart);
    const bool pads_end = IsNullable(kAnywhere) || IsNullable(kAtEnd);
    const bool pads = pads_start || pads_end;
    if (anywhere || min_ == 0) Add(kAnywhere, Repeated(min_, max_));
    if (max_ == 0) return all_.Take(&b);
    if (at_start) Add(kAtStart, b.Seq({*at_start, RoundsBetween(1, pads_start)}));
    if (at_end) Add(kAtEnd, b.Seq({RoundsBetween(1, pads_end), *at_end}));
    if (at_both && (min_ <= 1 || pads)) Add(kAtBoth, *at_both);
    if (at_start && at_end && max_ >= 2) {
      Add(kAtBoth, b.Seq({*at_start, RoundsBetween(2, pads), *at_end}));
    }
    // In the empty text every condition holds, so any empty round may fill all of them.
    if (pads || IsNullable(kAtBoth)) Add(kAtBoth, b.Empty());
    return Simplified(all_.Take(&b));
  }

 private:
  bool IsNullable(std::size_t condition) {
    return body_[condition] && languages_.IsNullable(*body_[condition]);
  }

  void Add(std::size_t condition, ExprId expr) {
    all_.Add({(condition & kAtStart) != 0 ? Neighbor::Edge() : Neighbor::Any(), expr,
              (condition & kAtEnd) != 0 ? Neighbor::Edge() : Neighbor::Any()});
  }

  ExprId Repeated(std::uint32_t min, std::uint32_t max) {
    ir::Builder& b = languages_.builder();
    return b.Repeat(body_[kAnywhere].value_or(b.Nothing()), min, max);
  }

  ExprId RoundsBetween(std::uint32_t taken, bool padded) {
    const std::uint32_t max = max_ == ir::kUnbounded ? max_ : max_ - taken;
    return Repeated(padded || min_ < taken ? 0 : min_ - taken, max);
  }

  // Drops what the weaker condition already covers, so that bodies without conditions stay so.
  Variants Simplified(Variants variants) {
    const bool has_empty = std::any_of(variants.begin(), variants.end(), [&](const Variant& v) {
      return v.IsUnconditional() && languages_.IsNullable(v.expr);
    });
    if (!has_empty) return variants;
    std::erase_if(variants, [&](const Variant& v) {
      return !v.IsUnconditional() && v.expr == languages_.builder().Empty();
    });
    return variants;
  }

  std::array<std::optional<ExprId>, 4> body_;  // by condition; absent is nothing
  const std::uint32_t min_;
  const std::uint32_t max_;
  Languages& languages_;
  VariantUnion all_;
};

// Divides all characters so that every condition of `body` holds all or nothing of each class.
std::vector<CodepointSet> CharacterClasses(const Variants& body) {
  std::vector<CodepointSet> classes = {CodepointSet::All()};
  const auto cut = [&](const CodepointSet& set) {
    std::vector<CodepointSet> finer;
    for (const CodepointSet& part : classes) {
      for (CodepointSet piece : {part.Intersect(set), part.Minus(set)}) {
        if (!piece.empty()) finer.push_back(std::move(piece));
      }
    }
    classes = std::move(finer);
  };
  for (const Variant& variant : body) {
    cut(variant.before.characters);
    cut(variant.after.characters);
    if (classes.size() > kMaxClasses) break;
  }
  return classes;
}

// Any number of rounds of a body with conditions on characters. Rounds that take no text can be
// left out, whatever their conditions.
class Star {
 public:
  explicit Star(Languages* languages) : languages_(*languages) {}

  std::optional<Variants> Of(const Variants& body) {
    classes_ = CharacterClasses(body);
    if (classes_.size() > kMaxClasses || !AddNodes(body)) return std::nullopt;
    ConnectNodes();
    ir::Builder& b = languages_.builder();
    VariantUnion all;
    all.Add(Unconditional(b.Empty()));
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      for (std::size_t j = 0; j < nodes_.size(); ++j) {
        const ExprId rest = i == j ? b.Choice({paths_[i][j], b.Empty()}) : paths_[i][j];
        all.Add(
            {nodes_[i].variant->before, b.Seq({nodes_[i].expr, rest}), nodes_[j].variant->after});
      }
    }
    return all.Take(&b);
  }

 private:
  struct Node {
    const Variant* variant;
    ExprId expr;  // begins with a character of `first`, ends with one of `last`
    const CodepointSet* first;
    const CodepointSet* last;
  };

  bool AddNodes(const Variants& body) {
    for (const Variant& variant : body) {
      for (const CodepointSet& first : classes_) {
        for (const CodepointSet& last : classes_) {
          const ExprId expr = languages_.EndingIn(languages_.StartingIn(variant.expr, first), last);
          if (languages_.builder().expr(expr).kind == ExprKind::kNothing) continue;
          if (nodes_.size() == kMaxNodes) return false;
          nodes_.push_back({&variant, expr, &first, &last});
        }
      }
    }
    return true;
  }

  bool MayFollow(const Node& node, const Node& next) const {
    return next.variant->before.characters.Contains(node.last->ranges()[0].first) &&
           node.variant->after.characters.Contains(next.first->ranges()[0].first);
  }

  // paths_[i][j]: what may be read after node i, up to the end of node j (Kleene 1956).
  void ConnectNodes() {
    ir::Builder& b = languages_.builder();
    const std::size_t n = nodes_.size();
    paths_.assign(n, std::vector<ExprId>(n, b.Nothing()));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (MayFollow(nodes_[i], nodes_[j])) paths_[i][j] = nodes_[j].expr;
      }
    }
    for (std::size_t via = 0; via < n; ++via) {
      const std::vector<std::vector<ExprId>> before = paths_;
      const ExprId loop = b.Star(before[via][via]);
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
          paths_[i][j] = b.Choice({before[i][j], b.Seq({before[i][via], loop, before[via][j]})});
        }
      }
    }
  }

  Languages& languages_;
  std::vector<CodepointSet> classes_;
  std::vector<Node> nodes_;
  std::vector<std::vector<ExprId>> paths_;
};

// `rounds` rounds one after another.
std::optional<Variants> Power(const Variants& body, std::uint32_t rounds, Languages* languages) {
  Variants total = Unconditional(languages->builder().Empty());
  for (std::uint32_t i = 0; i < rounds; ++i) {
    total = Join(total, body, languages);
    if (total.size() > kMaxVariants) return std::nullopt;
  }
  return total;
}

}  // namespace

std::optional<Variants> RepeatVariants(const Variants& body, std::uint32_t min, std::uint32_t max,
                                       Languages* languages) {
  ir::Builder& b = languages->builder();
  if (body.size() == 1 && body[0].IsUnconditional()) {
    return Unconditional(b.Repeat(body[0].expr, min, max));
  }
  if (std::all_of(body.begin(), body.end(), [](const Variant& v) {
        return IsAboutEdges(v.before) && IsAboutEdges(v.after);
      })) {
    return EdgeRepeat(body, min, max, languages).Run();
  }
  // Rounds without text, assertions alone: one says as much as many.
  if (std::all_of(body.begin(), body.end(),
                  [&](const Variant& v) { return v.expr == b.Empty(); })) {
    return min == 0 ? Unconditional(b.Empty()) : body;
  }
  const bool bounded = max != ir::kUnbounded;
  if ((bounded ? max : min) > kMaxUnrolledRounds) return std::nullopt;
  const auto required = Power(body, min, languages);
  VariantUnion once_or_not;
  once_or_not.Add(Unconditional(b.Empty()));
  once_or_not.Add(body);
  const auto optional =
      bounded ? Power(once_or_not.Take(&b), max - min, languages) : Star(languages).Of(body);
  if (!required || !optional) return std::nullopt;
  return Join(*required, *optional, languages);
}

}  // namespace pushmask::frontend::regex
