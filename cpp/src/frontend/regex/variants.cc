// SPDX-License-Identifier: Apache-2.0
#include "frontend/regex/variants.h"

#include <algorithm>

namespace pushmask::frontend::regex {
namespace {

using ir::ExprId;
using ir::ExprKind;

// A variant's empty and non-empty strings apart, the latter restricted at the end that is asked.
struct Split {
  ExprId full;         // the strings whose neighbouring end is allowed
  bool empty = false;  // the empty string is another, and passes conditions on
};

class Joining {
 public:
  explicit Joining(Languages* languages) : languages_(*languages) {}

  void Add(const Variant& first, const Variant& second) {
    const bool asks_second = !first.after.IsAny();
    const bool asks_first = !second.before.IsAny();
    Split left{first.expr};
    Split right{second.expr};
    if (asks_first) {
      left.full = languages_.EndingIn(first.expr, second.before.characters);
      left.empty = languages_.IsNullable(first.expr);
    }
    if (asks_second) {
      right.full = languages_.StartingIn(second.expr, first.after.characters);
      right.empty = languages_.IsNullable(second.expr);
    }
    AddAll(first, second, left, right);
  }

  Variants Take() { return all_.Take(&languages_.builder()); }

 private:
  void AddAll(const Variant& first, const Variant& second, const Split& left, const Split& right) {
    ir::Builder& b = languages_.builder();
    const Neighbor before = first.before.And(second.before);
    const Neighbor after = first.after.And(second.after);
    all_.Add({first.before, b.Seq({left.full, right.full}), second.after});
    if (left.empty) all_.Add({before, right.full, second.after});
    if (right.empty) all_.Add({first.before, left.full, after});
    if (left.empty && right.empty) all_.Add({before, b.Empty(), after});
  }

  Languages& languages_;
  VariantUnion all_;
};

}  // namespace

void VariantUnion::Add(const Variant& variant) {
  if (variant.before.IsNothing() || variant.after.IsNothing()) return;
  for (Entry& entry : entries_) {
    if (entry.before != variant.before || entry.after != variant.after) continue;
    entry.exprs.push_back(variant.expr);
    return;
  }
  entries_.push_back({variant.before, variant.after, {variant.expr}});
}

Variants VariantUnion::Take(ir::Builder* builder) {
  Variants out;
  for (Entry& entry : entries_) {
    const ExprId expr = builder->Choice(entry.exprs);
    if (builder->expr(expr).kind == ExprKind::kNothing) continue;
    out.push_back({std::move(entry.before), expr, std::move(entry.after)});
  }
  entries_.clear();
  return out;
}

Variants Join(const Variants& first, const Variants& second, Languages* languages) {
  Joining joining(languages);
  for (const Variant& a : first) {
    for (const Variant& b : second) joining.Add(a, b);
  }
  return joining.Take();
}

}  // namespace pushmask::frontend::regex
