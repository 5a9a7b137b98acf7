// SPDX-License-Identifier: Apache-2.0
// IR expressions to automata: Thompson's construction, with Boolean operators and spellings
// resolved on deterministic automata. What is not regular (rule references, and whatever else the
// caller wants to keep apart) becomes a symbol edge.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "automaton/dfa.h"
#include "automaton/dfa_cache.h"
#include "automaton/nfa.h"
#include "ir/grammar.h"

namespace pushmask::automaton {

// How a sub-expression that is kept apart appears in the automaton. The symbol itself stands for
// the non-empty strings of the sub-expression; `nullable` adds an epsilon edge beside it.
struct SymbolUse {
  std::optional<std::uint32_t>
      symbol;  // absent: matches nothing but, if nullable, the empty string
  bool nullable = false;
};

// Called for every sub-expression; nullopt means "not a symbol, expand it". Of a reference that is
// the rule's body, which must not reach itself.
using SymbolOf = std::function<std::optional<SymbolUse>(ir::ExprId)>;

class ExprCompiler {
 public:
  // `cache` may be null; then marks are text only.
  ExprCompiler(const ir::Grammar& grammar, const Budget& budget, DfaCache* cache)
      : grammar_(grammar), budget_(budget), cache_(cache), minimizer_(budget.steps) {}

  // An automaton for `expr` whose start has no incoming edge and whose accept has no outgoing one.
  Nfa ToNfa(ir::ExprId expr, const SymbolOf& symbol_of);

  // Adds `expr` between two states of `nfa`.
  void Add(ir::ExprId expr, const SymbolOf& symbol_of, std::uint32_t from, std::uint32_t to,
           Nfa* nfa);

  // The automaton of a rule-free expression, minimal but perhaps for differences (WithoutStrings);
  // every state lies on a path to an accepting one. Remembered.
  const Dfa& ToDfa(ir::ExprId expr);

  // The minimal automaton of an expression's non-empty strings, whose symbols are indices in
  // `symbols`; those are what `symbol_of` says.
  std::shared_ptr<const Dfa> ToDfaWithSymbols(ir::ExprId expr, const SymbolOf& symbol_of,
                                              bool is_nullable,
                                              std::vector<std::uint32_t>* symbols);

  const Budget& budget() const { return budget_; }

 private:
  struct Context {
    const SymbolOf& symbol_of;
    Nfa* nfa;
    int depth;
  };
  void AddExpr(ir::ExprId expr, std::uint32_t from, std::uint32_t to, Context context);
  void AddBytes(std::string_view bytes, std::uint32_t from, std::uint32_t to, Nfa* nfa);
  void AddMark(std::string_view text, std::uint32_t from, std::uint32_t to, Nfa* nfa);
  void AddRange(text::CodepointRange range, std::uint32_t from, std::uint32_t to, Nfa* nfa);
  void AddRepeat(const ir::Expr& expr, std::uint32_t from, std::uint32_t to, Context context);
  Dfa Construct(ir::ExprId expr);
  Dfa MinimalOf(const Nfa& nfa) { return minimizer_.Run(determinizer_.Run(nfa, budget_)); }
  Dfa Difference(ir::ExprId a, ir::ExprId b);
  Dfa ConstructSpelled(const Dfa& strings, ir::Spelling spelling);
  Dfa Enclosed(ir::ExprId expr);
  void AddDfa(const Dfa& dfa, std::uint32_t from, std::uint32_t to, Nfa* nfa);
  std::uint32_t NewState(Nfa* nfa);

  const ir::Grammar& grammar_;
  Budget budget_;
  DfaCache* cache_;
  Determinizer determinizer_;
  Minimizer minimizer_;
  std::unordered_map<ir::ExprId, std::shared_ptr<const Dfa>> dfas_;
};

}  // namespace pushmask::automaton
