// SPDX-License-Identifier: Apache-2.0
#include "pda/length_bounds.h"

#include <utility>

#include "automaton/expr_key.h"

namespace pushmask::pda {

using automaton::Dfa;
using automaton::MeasuredDfa;
using ir::Expr;
using ir::ExprKind;

namespace {

const automaton::SymbolOf kNoSymbols = [](ir::ExprId) { return std::nullopt; };

}  // namespace

const BoundedLanguage* LengthBounds::Find(ir::ExprId expr) {
  const Expr& node = grammar_.expr(expr);
  if (node.kind != ExprKind::kIntersect) return nullptr;
  auto known = known_.find(expr);
  if (known == known_.end()) {
    std::optional<BoundedLanguage> found;
    if (const auto form = FindForm(node)) found = Measure(*form);
    known = known_.emplace(expr, std::move(found)).first;
  }
  return known->second ? &*known->second : nullptr;
}

std::optional<LengthBounds::Form> LengthBounds::FindForm(const Expr& intersection) const {
  constexpr std::uint32_t kFewUnits = 16;  // a product is as well then
  for (const std::size_t side : {1, 0}) {
    Form form{.language = intersection.children[1 - side]};
    const Expr* bound = &grammar_.expr(intersection.children[side]);
    if (bound->kind == ExprKind::kSeq && bound->children.size() == 3) {
      const Expr& before = grammar_.expr(bound->children[0]);
      const Expr& after = grammar_.expr(bound->children[2]);
      if (before.kind != ExprKind::kBytes || after.kind != ExprKind::kBytes) continue;
      form.before = before.bytes;
      form.after = after.bytes;
      bound = &grammar_.expr(bound->children[1]);
    }
    if (bound->kind != ExprKind::kRepeat || bound->min != 0 || bound->max == ir::kUnbounded ||
        bound->max <= kFewUnits) {
      continue;
    }
    form.unit = bound->children[0];
    form.max = bound->max;
    return form;
  }
  return std::nullopt;
}

std::optional<BoundedLanguage> LengthBounds::Measure(const Form& form) {
  const bool is_enclosed = !form.before.empty() || !form.after.empty();
  const auto accepts_empty = [](const Dfa& dfa) { return !dfa.empty() && dfa.accept(0); };
  BoundedLanguage bounded{.language = form.language, .max = form.max};
  bounded.is_nullable = !is_enclosed && accepts_empty(compiler_.ToDfa(form.language));
  std::string key;
  const bool has_key = cache_ != nullptr && AppendKey(form, &key);
  if (has_key) bounded.measured = cache_->measured.Find(key);
  if (bounded.measured != nullptr) return bounded;
  MeasuredDfa measured;
  std::vector<std::uint32_t> symbols;
  measured.dfa =
      compiler_.ToDfaWithSymbols(form.language, kNoSymbols, bounded.is_nullable, &symbols);
  const Dfa& unit = compiler_.ToDfa(form.unit);
  if (measured.dfa->empty() || unit.empty()) return std::nullopt;
  auto lengths =
      automaton::MeasureLengths(*measured.dfa, automaton::Units{form.before, &unit, form.after});
  if (!lengths) return std::nullopt;
  measured.lengths = *std::move(lengths);
  bounded.measured = std::make_shared<const MeasuredDfa>(std::move(measured));
  if (has_key) bounded.measured = cache_->measured.Add(key, std::move(bounded.measured));
  return bounded;
}

bool LengthBounds::AppendKey(const Form& form, std::string* key) const {
  for (const std::string& text : {form.before, form.after}) {
    *key += std::to_string(text.size()) + ':' + text;
  }
  std::vector<std::uint32_t> symbols;
  return automaton::AppendExprKey(grammar_, form.unit, kNoSymbols, key, &symbols) &&
         automaton::AppendExprKey(grammar_, form.language, kNoSymbols, key, &symbols);
}

}  // namespace pushmask::pda
