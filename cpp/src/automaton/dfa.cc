// SPDX-License-Identifier: Apache-2.0
#include "automaton/dfa.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/hash_index.h"
#include "pushmask/error.h"

namespace pushmask::automaton {
namespace {

constexpr std::uint32_t kNone = 0xffffffffU;
constexpr std::size_t kStepsPerEdge = 3;

class Product {
 public:
  Product(const Dfa& a, const Dfa& b, BooleanOp op, const Budget& budget)
      : a_(a), b_(b), op_(op), budget_(budget) {}

  Dfa Run(std::vector<std::pair<std::uint32_t, std::uint32_t>>* kept) {
    NumberOf(0, b_.empty() ? kNone : 0);
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const auto [left, right] = pairs_[i];
      const bool in_b = right != kNone && b_.accept(right);
      out_.AddState(a_.accept(left) && (op_ == BooleanOp::kAnd ? in_b : !in_b));
      AddEdges(left, right);
      CountSteps(out_.bytes(static_cast<std::uint32_t>(i)).size());
      if (kept != nullptr && right == kNone) {
        kept->emplace_back(static_cast<std::uint32_t>(i), left);
      }
    }
    return std::move(out_);
  }

 private:
  void AddEdges(std::uint32_t left, std::uint32_t right) {
    const auto others = right == kNone ? std::span<const ByteEdge>() : b_.bytes(right);
    std::size_t from = 0;
    for (const ByteEdge& edge : a_.bytes(left)) {
      int next = edge.first;
      while (from < others.size() && others[from].last < edge.first) ++from;
      for (std::size_t i = from; i < others.size() && others[i].first <= edge.last; ++i) {
        const int first = std::max<int>(next, others[i].first);
        const int last = std::min(edge.last, others[i].last);
        if (first > next) AddOutside(next, first - 1, edge.target);
        out_.Add(ByteEdge{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(last),
                          NumberOf(edge.target, others[i].target)});
        next = last + 1;
      }
      if (next <= edge.last) AddOutside(next, edge.last, edge.target);
    }
  }

  void CountSteps(std::size_t num_edges) const {
    if (budget_.steps != nullptr) budget_.steps->Use(kStepsPerEdge * (1 + num_edges));
  }

  // Bytes that `b` does not take.
  void AddOutside(int first, int last, std::uint32_t target) {
    if (op_ == BooleanOp::kAnd) return;
    out_.Add(ByteEdge{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(last),
                      NumberOf(target, kNone)});
  }

  std::uint32_t NumberOf(std::uint32_t left, std::uint32_t right) {
    const std::uint64_t hash = base::Mix((std::uint64_t{left} << 32) | right);
    const std::pair pair(left, right);
    const std::uint32_t known =
        index_.Find(hash, [&](std::uint32_t number) { return pairs_[number] == pair; });
    if (known != base::HashIndex::kNone) return known;
    const auto number = static_cast<std::uint32_t>(pairs_.size());
    pairs_.push_back(pair);
    index_.Insert(hash, number);
    if (pairs_.size() > budget_.max_product_states) {
      throw LimitError("an intersection or difference of patterns needs more than " +
                           std::to_string(budget_.max_product_states) +
                           " states (limit max_product_states)",
                       "max_product_states", budget_.max_product_states, pairs_.size());
    }
    return number;
  }

  const Dfa& a_;
  const Dfa& b_;
  const BooleanOp op_;
  const Budget& budget_;
  Dfa out_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs_;  // by state of out_
  base::HashIndex index_;
};

}  // namespace

Dfa Combine(const Dfa& a, const Dfa& b, BooleanOp op, const Budget& budget,
            std::vector<std::pair<std::uint32_t, std::uint32_t>>* kept) {
  if (a.empty()) return {};
  return Product(a, b, op, budget).Run(kept);
}

Dfa Enclose(std::string_view before, const Dfa& inside, std::string_view after) {
  if (inside.empty() || after.empty()) return {};
  const auto next = static_cast<std::uint8_t>(after[0]);
  for (std::uint32_t s = 0; s < inside.size(); ++s) {
    if (!inside.accept(s)) continue;
    for (const ByteEdge& edge : inside.bytes(s)) {
      if (edge.first <= next && next <= edge.last) return {};
    }
  }
  // Numbered in the order of the text, which need not be breadth-first.
  Dfa out;
  const auto add_byte = [&](char c, std::uint32_t target) {
    const auto byte = static_cast<std::uint8_t>(c);
    out.Add(ByteEdge{byte, byte, target});
  };
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::uint32_t state = out.AddState(false);
    add_byte(before[i], state + 1);
  }
  const auto first = static_cast<std::uint32_t>(before.size());
  const auto behind = first + static_cast<std::uint32_t>(inside.size());
  for (std::uint32_t s = 0; s < inside.size(); ++s) {
    out.AddState(false);
    bool added = !inside.accept(s);
    for (const ByteEdge& edge : inside.bytes(s)) {
      if (!added && next < edge.first) {
        add_byte(after[0], behind);
        added = true;
      }
      out.Add(ByteEdge{edge.first, edge.last, first + edge.target});
    }
    if (!added) add_byte(after[0], behind);
  }
  for (std::size_t i = 1; i < after.size(); ++i) {
    const std::uint32_t state = out.AddState(false);
    add_byte(after[i], state + 1);
  }
  out.AddState(true);
  return out;
}

Dfa AllUtf8() {
  // Table 3-7 of the Unicode standard as an automaton: 1..3 count the continuation bytes to come,
  // 4..7 are the lead bytes whose second byte is restricted.
  Dfa dfa;
  dfa.AddState(true);
  for (const ByteEdge& edge : std::vector<ByteEdge>{{0x00, 0x7F, 0},
                                                    {0xC2, 0xDF, 1},
                                                    {0xE0, 0xE0, 4},
                                                    {0xE1, 0xEC, 2},
                                                    {0xED, 0xED, 5},
                                                    {0xEE, 0xEF, 2},
                                                    {0xF0, 0xF0, 6},
                                                    {0xF1, 0xF3, 3},
                                                    {0xF4, 0xF4, 7}}) {
    dfa.Add(edge);
  }
  for (const ByteEdge& edge : std::vector<ByteEdge>{{0x80, 0xBF, 0},
                                                    {0x80, 0xBF, 1},
                                                    {0x80, 0xBF, 2},
                                                    {0xA0, 0xBF, 1},
                                                    {0x80, 0x9F, 1},
                                                    {0x90, 0xBF, 2},
                                                    {0x80, 0x8F, 2}}) {
    dfa.AddState(false);
    dfa.Add(edge);
  }
  return dfa;
}

}  // namespace pushmask::automaton
