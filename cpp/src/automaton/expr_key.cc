// SPDX-License-Identifier: Apache-2.0
#include "automaton/expr_key.h"

#include <algorithm>
#include <optional>

namespace pushmask::automaton {
namespace {

constexpr std::size_t kMaxKeyBytes = std::size_t{1} << 16;
constexpr int kMaxDepth = 1000;

class KeyWriter {
 public:
  KeyWriter(const ir::Grammar& grammar, const SymbolOf& symbol_of, std::string* key,
            std::vector<std::uint32_t>* symbols)
      : grammar_(grammar), symbol_of_(symbol_of), key_(*key), symbols_(symbols) {}

  // `is_whole`: inside an operator on whole automata, where nothing is kept apart.
  bool Write(ir::ExprId id, int depth, bool is_whole) {
    if (depth > kMaxDepth || key_.size() > kMaxKeyBytes) return false;
    const auto use = is_whole ? std::nullopt : symbol_of_(id);
    if (use) {
      key_.push_back(use->nullable ? 'n' : 's');
      Put(use->symbol ? LocalSymbol(*use->symbol, symbols_) + 1 : 0);
      return true;
    }
    const ir::Expr& node = grammar_.expr(id);
    if (node.kind == ir::ExprKind::kRuleRef) {
      return Write(grammar_.rule(node.rule).body, depth + 1, is_whole);
    }
    key_.push_back(static_cast<char>('A' + static_cast<int>(node.kind)));
    switch (node.kind) {
      case ir::ExprKind::kBytes:
      case ir::ExprKind::kMark:
        Put(node.bytes.size());
        key_ += node.bytes;
        break;
      case ir::ExprKind::kClass:
        Put(node.codepoints.ranges().size());
        for (const auto& range : node.codepoints.ranges()) {
          Put(range.first);
          Put(range.last);
        }
        break;
      case ir::ExprKind::kRepeat:
        Put(node.min);
        Put(node.max);
        break;
      case ir::ExprKind::kTokenSet:
        Put(node.token_set);
        break;
      case ir::ExprKind::kAutomaton:
        return WriteAutomaton(node.automaton);
      case ir::ExprKind::kSpelled:
        Put(static_cast<std::uint64_t>(node.spelling));
        break;
      default:
        break;
    }
    Put(node.children.size());
    is_whole = is_whole || node.kind == ir::ExprKind::kIntersect ||
               node.kind == ir::ExprKind::kComplement || node.kind == ir::ExprKind::kSpelled;
    return std::all_of(node.children.begin(), node.children.end(),
                       [&](ir::ExprId child) { return Write(child, depth + 1, is_whole); });
  }

 private:
  bool WriteAutomaton(const ir::Automaton& automaton) {
    if (automaton.number() != 0) {  // no automaton is empty
      Put(0);
      Put(automaton.number());
      return true;
    }
    Put(automaton.size());
    for (const ir::Automaton::State& state : automaton.states()) {
      if (key_.size() > kMaxKeyBytes) return false;
      Put((state.transitions.size() << 1) | (state.accept ? 1 : 0));
      for (const ir::Automaton::Transition& transition : state.transitions) {
        Put(transition.on.first);
        Put(transition.on.last - transition.on.first);
        Put(transition.target);
      }
    }
    return true;
  }

  void Put(std::uint64_t value) {  // LEB128, so that the text is prefix-free
    for (; value >= 0x80; value >>= 7) key_.push_back(static_cast<char>(0x80 | (value & 0x7F)));
    key_.push_back(static_cast<char>(value));
  }

  const ir::Grammar& grammar_;
  const SymbolOf& symbol_of_;
  std::string& key_;
  std::vector<std::uint32_t>* symbols_;
};

}  // namespace

bool AppendExprKey(const ir::Grammar& grammar, ir::ExprId expr, const SymbolOf& symbol_of,
                   std::string* key, std::vector<std::uint32_t>* symbols) {
  return KeyWriter(grammar, symbol_of, key, symbols).Write(expr, 0, false);
}

std::uint32_t LocalSymbol(std::uint32_t symbol, std::vector<std::uint32_t>* symbols) {
  const auto found = std::find(symbols->begin(), symbols->end(), symbol);
  const auto index = static_cast<std::uint32_t>(found - symbols->begin());
  if (found == symbols->end()) symbols->push_back(symbol);
  return index;
}

}  // namespace pushmask::automaton
