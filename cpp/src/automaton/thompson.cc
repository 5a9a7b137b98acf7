// SPDX-License-Identifier: Apache-2.0
#include "automaton/thompson.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "automaton/characters.h"
#include "automaton/expr_key.h"
#include "automaton/json_spelling.h"
#include "automaton/utf8_ranges.h"
#include "base/check.h"
#include "pushmask/error.h"

namespace pushmask::automaton {
namespace {

// Thompson automata hold a few states per deterministic one; a budget on the latter bounds both.
constexpr std::size_t kNfaStatesPerState = 8;
// Far deeper than the front ends nest; guards the recursion below against the stack's end.
constexpr int kMaxExprDepth = 10'000;

const SymbolOf kNoSymbols = [](ir::ExprId) { return std::nullopt; };

std::shared_ptr<const Dfa> Kept(Dfa dfa) {
  dfa.ShrinkToFit();
  return std::make_shared<const Dfa>(std::move(dfa));
}

}  // namespace

std::uint32_t ExprCompiler::NewState(Nfa* nfa) {
  if (nfa->states.size() >= budget_.max_states * kNfaStatesPerState) {
    throw LimitError("a rule or pattern is too large: its repetitions unroll to more than " +
                         std::to_string(nfa->states.size()) + " positions (limit max_states)",
                     "max_states", budget_.max_states, nfa->states.size());
  }
  return nfa->AddState();
}

Nfa ExprCompiler::ToNfa(ir::ExprId expr, const SymbolOf& symbol_of) {
  Nfa nfa;
  nfa.start = nfa.AddState();
  nfa.accept = nfa.AddState();
  Add(expr, symbol_of, nfa.start, nfa.accept, &nfa);
  return nfa;
}

void ExprCompiler::Add(ir::ExprId expr, const SymbolOf& symbol_of, std::uint32_t from,
                       std::uint32_t to, Nfa* nfa) {
  AddExpr(expr, from, to, {symbol_of, nfa, 0});
}

const Dfa& ExprCompiler::ToDfa(ir::ExprId expr) {
  const auto known = dfas_.find(expr);
  if (known != dfas_.end()) return *known->second;
  std::string key = "e";
  std::vector<std::uint32_t> symbols;
  // Spellings are large and quickly made, and the rule around them is kept.
  const bool has_key = cache_ != nullptr && grammar_.expr(expr).kind != ir::ExprKind::kSpelled &&
                       AppendExprKey(grammar_, expr, kNoSymbols, &key, &symbols);
  std::shared_ptr<const Dfa> dfa = has_key ? cache_->minimal.Find(key) : nullptr;
  if (dfa == nullptr) {
    dfa = Kept(Construct(expr));
    if (has_key) dfa = cache_->minimal.Add(key, std::move(dfa));
  }
  return *dfas_.emplace(expr, std::move(dfa)).first->second;
}

Dfa ExprCompiler::Construct(ir::ExprId expr) {
  const ir::Expr& node = grammar_.expr(expr);
  if (node.kind == ir::ExprKind::kComplement) {
    return Subtract(AllUtf8(), ToDfa(node.children[0]), budget_);
  }
  if (node.kind == ir::ExprKind::kSpelled) {
    return ConstructSpelled(ToDfa(node.children[0]), node.spelling);
  }
  if (node.kind == ir::ExprKind::kAutomaton) return minimizer_.Run(ToBytes(node.automaton));
  if (node.kind != ir::ExprKind::kIntersect) {
    return MinimalOf(ToNfa(expr, kNoSymbols));
  }
  const ir::Expr& left = grammar_.expr(node.children[0]);
  const ir::Expr& right = grammar_.expr(node.children[1]);
  if (right.kind == ir::ExprKind::kComplement) {
    return Difference(node.children[0], right.children[0]);
  }
  if (left.kind == ir::ExprKind::kComplement) {
    return Difference(node.children[1], left.children[0]);
  }
  const Dfa& a = ToDfa(node.children[0]);
  return minimizer_.Run(Combine(a, ToDfa(node.children[1]), BooleanOp::kAnd, budget_));
}

Dfa ExprCompiler::Difference(ir::ExprId a, ir::ExprId b) {
  const Dfa& language = ToDfa(a);
  const ir::Expr& taken = grammar_.expr(b);
  // "Any other name": all strings but a list of them.
  std::vector<std::string_view> strings;
  const auto add = [&](const ir::Expr& expr) {
    strings.push_back(expr.bytes);
    return expr.kind == ir::ExprKind::kBytes;
  };
  const bool is_list =
      taken.kind == ir::ExprKind::kChoice
          ? std::ranges::all_of(taken.children,
                                [&](ir::ExprId id) { return add(grammar_.expr(id)); })
          : add(taken);
  if (is_list) return WithoutStrings(language, std::move(strings), budget_);
  return Subtract(language, ToDfa(b), budget_);
}

// Escapes are some six states for each of the strings' own. Where all of them are too many the
// strings keep one spelling each; half of the budget is left for the rest of the grammar.
Dfa ExprCompiler::ConstructSpelled(const Dfa& strings, ir::Spelling spelling) {
  if (spelling == ir::Spelling::kAny) {
    try {
      return SpellJson(strings, spelling,
                       {budget_.max_states / 2, budget_.max_product_states, budget_.steps});
    } catch (const LimitError&) {
      spelling = ir::Spelling::kCanonical;
    }
  }
  return SpellJson(strings, spelling, budget_);
}

// What has an automaton of its own between fixed bytes, a quoted pattern say: that automaton with a
// few states more. Empty if `expr` is something else.
Dfa ExprCompiler::Enclosed(ir::ExprId expr) {
  const ir::Expr& node = grammar_.expr(expr);
  if (node.kind != ir::ExprKind::kSeq || node.children.size() != 3) return {};
  const ir::Expr& before = grammar_.expr(node.children[0]);
  const ir::Expr& inside = grammar_.expr(node.children[1]);
  const ir::Expr& after = grammar_.expr(node.children[2]);
  const bool is_whole = inside.kind == ir::ExprKind::kIntersect ||
                        inside.kind == ir::ExprKind::kComplement ||
                        inside.kind == ir::ExprKind::kSpelled;
  if (!is_whole || before.kind != ir::ExprKind::kBytes || before.bytes.empty() ||
      after.kind != ir::ExprKind::kBytes) {
    return {};
  }
  return Enclose(before.bytes, ToDfa(node.children[1]), after.bytes);
}

std::shared_ptr<const Dfa> ExprCompiler::ToDfaWithSymbols(ir::ExprId expr,
                                                          const SymbolOf& symbol_of,
                                                          bool is_nullable,
                                                          std::vector<std::uint32_t>* symbols) {
  std::string key = is_nullable ? "r-" : "r";
  const bool has_key = AppendExprKey(grammar_, expr, symbol_of, &key, symbols) && cache_ != nullptr;
  if (has_key) {
    if (auto known = cache_->minimal.Find(key)) return known;
  }
  if (Dfa enclosed = Enclosed(expr); !enclosed.empty()) {
    auto dfa = Kept(std::move(enclosed));
    return has_key ? cache_->minimal.Add(key, std::move(dfa)) : dfa;
  }
  const SymbolOf local = [&](ir::ExprId id) {
    auto use = symbol_of(id);
    if (use && use->symbol) use->symbol = LocalSymbol(*use->symbol, symbols);
    return use;
  };
  Nfa nfa = ToNfa(expr, local);
  if (is_nullable) RemoveEmptyString(&nfa);
  auto dfa = Kept(MinimalOf(nfa));
  return has_key ? cache_->minimal.Add(key, std::move(dfa)) : dfa;
}

void ExprCompiler::AddExpr(ir::ExprId id, std::uint32_t from, std::uint32_t to, Context context) {
  if (++context.depth > kMaxExprDepth) {
    throw LimitError("the grammar nests deeper than " + std::to_string(kMaxExprDepth) +
                         " levels (limit max_depth)",
                     "max_depth", kMaxExprDepth, kMaxExprDepth + 1);
  }
  Nfa* nfa = context.nfa;
  if (const auto use = context.symbol_of(id)) {
    if (use->symbol) nfa->states[from].symbols.push_back({*use->symbol, to});
    if (use->nullable) nfa->AddEpsilon(from, to);
    return;
  }
  const ir::Expr& node = grammar_.expr(id);
  switch (node.kind) {
    case ir::ExprKind::kNothing:
      return;
    case ir::ExprKind::kBytes:
      AddBytes(node.bytes, from, to, nfa);
      return;
    case ir::ExprKind::kMark:
      AddMark(node.bytes, from, to, nfa);
      return;
    case ir::ExprKind::kTokenSet:
      AddBytes(ir::SpellingOfTokenSet(node.token_set), from, to, nfa);
      return;
    case ir::ExprKind::kClass:
      for (const auto& range : node.codepoints.ranges()) AddRange(range, from, to, nfa);
      return;
    case ir::ExprKind::kSeq: {
      std::uint32_t state = from;
      for (const ir::ExprId child : node.children) {
        const std::uint32_t next = NewState(nfa);
        AddExpr(child, state, next, context);
        state = next;
      }
      nfa->AddEpsilon(state, to);
      return;
    }
    case ir::ExprKind::kChoice:
      for (const ir::ExprId child : node.children) {
        const std::uint32_t start = NewState(nfa);
        nfa->AddEpsilon(from, start);
        AddExpr(child, start, to, context);
      }
      return;
    case ir::ExprKind::kRepeat:
      AddRepeat(node, from, to, context);
      return;
    case ir::ExprKind::kIntersect:
    case ir::ExprKind::kComplement:
    case ir::ExprKind::kSpelled:
      AddDfa(ToDfa(id), from, to, nfa);
      return;
    case ir::ExprKind::kAutomaton:
      AddDfa(ToBytes(node.automaton), from, to, nfa);
      return;
    case ir::ExprKind::kRuleRef:
      AddExpr(grammar_.rule(node.rule).body, from, to, context);
      return;
    case ir::ExprKind::kMembers:
      PUSHMASK_CHECK(false && "member groups are symbols");
  }
}

void ExprCompiler::AddBytes(std::string_view bytes, std::uint32_t from, std::uint32_t to,
                            Nfa* nfa) {
  std::uint32_t state = from;
  for (const char c : bytes) {
    const std::uint32_t next = NewState(nfa);
    const auto byte = static_cast<std::uint8_t>(c);
    nfa->states[state].bytes.push_back({byte, byte, next});
    state = next;
  }
  nfa->AddEpsilon(state, to);
}

void ExprCompiler::AddMark(std::string_view text, std::uint32_t from, std::uint32_t to, Nfa* nfa) {
  std::vector<std::uint32_t> states{from};  // before each byte
  for (const char c : text) {
    states.push_back(NewState(nfa));
    AddBytes({&c, 1}, states[states.size() - 2], states.back(), nfa);
  }
  nfa->AddEpsilon(states.back(), to);
  if (cache_ == nullptr) return;
  for (const auto& place : cache_->special_texts.FindIn(text)) {
    AddBytes(ir::SpellingOfSpecialText(place.number), states[place.begin], states[place.end], nfa);
  }
}

void ExprCompiler::AddRange(text::CodepointRange range, std::uint32_t from, std::uint32_t to,
                            Nfa* nfa) {
  if (range.last < 0x80) {
    nfa->states[from].bytes.push_back(
        {static_cast<std::uint8_t>(range.first), static_cast<std::uint8_t>(range.last), to});
    return;
  }
  for (const ByteRangeSequence& sequence : Utf8Sequences(range)) {
    std::uint32_t state = from;
    for (std::size_t i = 0; i < sequence.size(); ++i) {
      const std::uint32_t next = i + 1 == sequence.size() ? to : NewState(nfa);
      nfa->states[state].bytes.push_back({sequence[i].first, sequence[i].last, next});
      state = next;
    }
  }
}

void ExprCompiler::AddRepeat(const ir::Expr& node, std::uint32_t from, std::uint32_t to,
                             Context context) {
  const ir::ExprId body = node.children[0];
  Nfa* nfa = context.nfa;
  std::uint32_t state = from;
  for (std::uint32_t i = 0; i < node.min; ++i) {
    const std::uint32_t next = NewState(nfa);
    AddExpr(body, state, next, context);
    state = next;
  }
  if (node.max == ir::kUnbounded) {
    const std::uint32_t loop = NewState(nfa);
    const std::uint32_t after = NewState(nfa);
    nfa->AddEpsilon(state, loop);
    AddExpr(body, loop, after, context);
    nfa->AddEpsilon(after, loop);
    nfa->AddEpsilon(loop, to);
    return;
  }
  for (std::uint32_t i = node.min; i < node.max; ++i) {
    nfa->AddEpsilon(state, to);
    const std::uint32_t next = NewState(nfa);
    AddExpr(body, state, next, context);
    state = next;
  }
  nfa->AddEpsilon(state, to);
}

void ExprCompiler::AddDfa(const Dfa& dfa, std::uint32_t from, std::uint32_t to, Nfa* nfa) {
  if (dfa.empty()) return;
  const auto first = static_cast<std::uint32_t>(nfa->states.size());
  for (std::size_t i = 0; i < dfa.size(); ++i) NewState(nfa);
  nfa->AddEpsilon(from, first);
  for (std::uint32_t i = 0; i < dfa.size(); ++i) {
    auto& bytes = nfa->states[first + i].bytes;
    bytes.reserve(dfa.bytes(i).size());
    for (const ByteEdge& edge : dfa.bytes(i)) {
      bytes.push_back({edge.first, edge.last, first + edge.target});
    }
    if (dfa.accept(i)) nfa->AddEpsilon(first + i, to);
  }
}

}  // namespace pushmask::automaton
