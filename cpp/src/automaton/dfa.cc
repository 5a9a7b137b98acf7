// SPDX-License-Identifier: Apache-2.0
#include "automaton/dfa.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "pushmask/error.h"

namespace pushmask::automaton {
namespace {

constexpr std::uint32_t kNone = 0xffffffffU;

// Joins neighbouring edges with the same target. `edges` is sorted and disjoint.
void JoinEdges(std::vector<ByteEdge>* edges) {
  std::vector<ByteEdge> joined;
  for (const ByteEdge& edge : *edges) {
    if (!joined.empty() && joined.back().target == edge.target &&
        joined.back().last + 1 == edge.first) {
      joined.back().last = edge.last;
    } else {
      joined.push_back(edge);
    }
  }
  *edges = std::move(joined);
}

}  // namespace

Dfa Trim(Dfa dfa) {
  const std::size_t n = dfa.states.size();
  std::vector<std::vector<std::uint32_t>> sources(n);
  for (std::uint32_t s = 0; s < n; ++s) {
    for (const auto& edge : dfa.states[s].bytes) sources[edge.target].push_back(s);
    for (const auto& edge : dfa.states[s].symbols) sources[edge.target].push_back(s);
  }
  std::vector<bool> live(n);
  std::vector<std::uint32_t> work;
  for (std::uint32_t s = 0; s < n; ++s) {
    if (dfa.states[s].accept) {
      live[s] = true;
      work.push_back(s);
    }
  }
  while (!work.empty()) {
    const std::uint32_t state = work.back();
    work.pop_back();
    for (const std::uint32_t source : sources[state]) {
      if (live[source]) continue;
      live[source] = true;
      work.push_back(source);
    }
  }
  if (n == 0 || !live[0]) return {};

  // Keep what is live and reachable, in breadth-first order.
  std::vector<std::uint32_t> number(n, kNone);
  std::vector<std::uint32_t> order{0};
  number[0] = 0;
  const auto visit = [&](std::uint32_t target) {
    if (!live[target] || number[target] != kNone) return;
    number[target] = static_cast<std::uint32_t>(order.size());
    order.push_back(target);
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const auto& edge : dfa.states[order[i]].bytes) visit(edge.target);
    for (const auto& edge : dfa.states[order[i]].symbols) visit(edge.target);
  }
  Dfa out;
  out.states.resize(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    Dfa::State& from = dfa.states[order[i]];
    Dfa::State& to = out.states[i];
    to.accept = from.accept;
    for (ByteEdge edge : from.bytes) {
      edge.target = number[edge.target];
      if (edge.target != kNone) to.bytes.push_back(edge);
    }
    for (SymbolEdge edge : from.symbols) {
      edge.target = number[edge.target];
      if (edge.target != kNone) to.symbols.push_back(edge);
    }
    JoinEdges(&to.bytes);
  }
  return out;
}

Dfa Combine(const Dfa& a, const Dfa& b, BooleanOp op, const Budget& budget) {
  if (a.empty()) return {};
  using Pair = std::pair<std::uint32_t, std::uint32_t>;
  struct PairHash {
    std::size_t operator()(const Pair& p) const {
      return base::Mix((std::uint64_t{p.first} << 32) | p.second);
    }
  };
  Dfa out;
  std::unordered_map<Pair, std::uint32_t, PairHash> numbers;
  std::vector<Pair> order;
  const auto number_of = [&](Pair pair) {
    const auto [entry, inserted] = numbers.try_emplace(pair, order.size());
    if (inserted) {
      order.push_back(pair);
      if (order.size() > budget.max_states) {
        throw LimitError("an intersection or difference of patterns needs more than " +
                             std::to_string(budget.max_states) + " states (limit max_states)",
                         "max_states", budget.max_states, order.size());
      }
    }
    return entry->second;
  };
  number_of({0, b.empty() ? kNone : 0});
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto [left, right] = order[i];
    const bool in_b = right != kNone && b.states[right].accept;
    Dfa::State state;
    state.accept = a.states[left].accept && (op == BooleanOp::kAnd ? in_b : !in_b);
    static const std::vector<ByteEdge> kNoEdges;
    const auto& others = right == kNone ? kNoEdges : b.states[right].bytes;
    for (const ByteEdge& edge : a.states[left].bytes) {
      int next = edge.first;
      for (const ByteEdge& other : others) {
        if (other.last < next || other.first > edge.last) continue;
        const int first = std::max<int>(next, other.first);
        const int last = std::min(edge.last, other.last);
        if (first > next && op == BooleanOp::kAndNot) {
          state.bytes.push_back({static_cast<std::uint8_t>(next),
                                 static_cast<std::uint8_t>(first - 1),
                                 number_of({edge.target, kNone})});
        }
        state.bytes.push_back({static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(last),
                               number_of({edge.target, other.target})});
        next = last + 1;
      }
      if (next <= edge.last && op == BooleanOp::kAndNot) {
        state.bytes.push_back(
            {static_cast<std::uint8_t>(next), edge.last, number_of({edge.target, kNone})});
      }
    }
    out.states.push_back(std::move(state));
  }
  return Trim(std::move(out));
}

Dfa AllUtf8() {
  // Table 3-7 of the Unicode standard as an automaton: 1..3 count the continuation bytes to come,
  // 4..7 are the lead bytes whose second byte is restricted.
  Dfa dfa;
  dfa.states.resize(8);
  dfa.states[0].accept = true;
  dfa.states[0].bytes = {{0x00, 0x7F, 0}, {0xC2, 0xDF, 1}, {0xE0, 0xE0, 4},
                         {0xE1, 0xEC, 2}, {0xED, 0xED, 5}, {0xEE, 0xEF, 2},
                         {0xF0, 0xF0, 6}, {0xF1, 0xF3, 3}, {0xF4, 0xF4, 7}};
  dfa.states[1].bytes = {{0x80, 0xBF, 0}};
  dfa.states[2].bytes = {{0x80, 0xBF, 1}};
  dfa.states[3].bytes = {{0x80, 0xBF, 2}};
  dfa.states[4].bytes = {{0xA0, 0xBF, 1}};
  dfa.states[5].bytes = {{0x80, 0x9F, 1}};
  dfa.states[6].bytes = {{0x90, 0xBF, 2}};
  dfa.states[7].bytes = {{0x80, 0x8F, 2}};
  return dfa;
}

}  // namespace pushmask::automaton
