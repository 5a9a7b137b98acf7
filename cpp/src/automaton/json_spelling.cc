// SPDX-License-Identifier: Apache-2.0
#include "automaton/json_spelling.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "automaton/characters.h"
#include "automaton/inner_states.h"
#include "pushmask/error.h"

namespace pushmask::automaton {
namespace {

using Edge = CharacterEdges::Edge;

struct ShortEscape {
  char32_t character;
  std::uint8_t letter;
  bool canonical;  // `/` needs no escape, but may have one
};
constexpr ShortEscape kShortEscapes[] = {
    // by letter
    {'"', '"', true},  {'/', '/', false}, {'\\', '\\', true}, {'\b', 'b', true},
    {'\f', 'f', true}, {'\n', 'n', true}, {'\r', 'r', true},  {'\t', 't', true},
};

constexpr std::uint32_t kNone = InnerStates::kNone;
constexpr char32_t kFirstPrintable = 0x20;
constexpr char32_t kMaxBmp = 0xFFFF;
constexpr int kBitsPerDigit = 4;
constexpr int kNumDigits = 4;
// A supplementary code point less kMaxBmp + 1 is 20 bits: ten in each half of its pair (RFC 8259,
// section 7; Unicode, section 3.9).
constexpr char32_t kHighFirst = 0xD800;
constexpr char32_t kLowFirst = 0xDC00;
constexpr char32_t kLowLast = 0xDFFF;
constexpr int kBitsPerHalf = 10;
constexpr char32_t kHalfMask = (1 << kBitsPerHalf) - 1;

bool HasShortEscape(char32_t character) {
  return std::any_of(std::begin(kShortEscapes), std::end(kShortEscapes),
                     [&](const ShortEscape& e) { return e.canonical && e.character == character; });
}

const Edge* Find(std::span<const Edge> edges, char32_t character) {
  if (edges.empty() || edges.back().on.last < character) return nullptr;
  const auto found = std::ranges::partition_point(
      edges, [&](const Edge& edge) { return edge.on.last < character; });
  return found->on.first <= character ? &*found : nullptr;
}

class Speller {
 public:
  Speller(const Dfa& strings, ir::Spelling spelling, const Budget& budget)
      : strings_(strings),
        any_(spelling == ir::Spelling::kAny),
        budget_(budget),
        characters_(strings),
        escapes_(strings.size(), kNone),
        is_between_(strings.size()),
        inside_(strings.size()) {}

  Dfa Run() {
    std::vector<std::uint32_t> between{0};
    is_between_[0] = true;
    for (std::size_t i = 0; i < between.size(); ++i) {
      characters_.Find(between[i], &edges_);
      for (const Edge& edge : edges_) {
        if (!is_between_[edge.target]) between.push_back(edge.target);
        is_between_[edge.target] = true;
      }
      escapes_[between[i]] = Backslash();
    }
    return Numbered();
  }

 private:
  // States of the result are numbered as those of strings_, then those inside escapes.
  std::uint32_t StateOf(const EdgeList& edges) {
    const std::uint32_t state = inside_.StateOf(edges.edges());
    CheckBudget();
    return state;
  }

  void CheckBudget() const {
    const std::size_t num_states = strings_.size() + inside_.size();
    if (num_states <= budget_.max_states) return;
    throw LimitError("the spellings of a pattern need more than " +
                         std::to_string(budget_.max_states) + " states (limit max_states)",
                     "max_states", budget_.max_states, num_states);
  }

  std::uint32_t After(std::uint8_t byte, std::uint32_t target) {
    EdgeList edges;
    if (target != kNone) edges.Add(byte, byte, target);
    return StateOf(edges);
  }

  // Where a backslash leads, where edges_ lead.
  std::uint32_t Backslash() {
    EdgeList letters;
    for (const ShortEscape& escape : kShortEscapes) {
      if (!any_ && !escape.canonical) continue;
      const Edge* edge = Find(edges_, escape.character);
      if (edge != nullptr) letters.Add(escape.letter, escape.letter, edge->target);
    }
    units_.clear();
    if (any_) {
      AddBmp();
    } else {
      AddUnnamed();
    }
    const std::uint32_t numeric = Digits(units_, 0, kNumDigits);
    if (numeric != kNone) letters.Add('u', 'u', numeric);
    return StateOf(letters);
  }

  // To units_: the control characters that need a numeric escape.
  void AddUnnamed() {
    for (char32_t character = 0; character < kFirstPrintable; ++character) {
      const Edge* edge = HasShortEscape(character) ? nullptr : Find(edges_, character);
      if (edge != nullptr) units_.push_back({{character, character}, edge->target});
    }
  }

  // To units_: the edges by the four digits behind the first \u. The first half of a pair leads to
  // what its second half decides; halves that leave the same choice stand together.
  void AddBmp() {
    AddUnits(0, kHighFirst - 1);
    const std::span<const Edge> pairs = Within(edges_, kMaxBmp + 1, kNone);
    char32_t at = 0;
    for (const Edge& pair : pairs) {
      at = std::max<char32_t>(at, std::max<char32_t>(pair.on.first, kMaxBmp + 1) - (kMaxBmp + 1));
      const char32_t end = pair.on.last - kMaxBmp;
      while (at < end) {
        const char32_t high = at >> kBitsPerHalf;
        const char32_t full_end = end >> kBitsPerHalf;
        const bool is_full = (at & kHalfMask) == 0 && high < full_end;
        const char32_t last = is_full ? full_end - 1 : high;
        units_.push_back({{kHighFirst + high, kHighFirst + last}, SecondHalf(pairs, high)});
        at = (last + 1) << kBitsPerHalf;
      }
    }
    AddUnits(kLowLast + 1, kMaxBmp);
  }

  void AddUnits(char32_t first, char32_t last) {
    for (const Edge& edge : Within(edges_, first, last)) {
      units_.push_back(
          {{std::max(edge.on.first, first), std::min(edge.on.last, last)}, edge.target});
    }
  }

  std::uint32_t SecondHalf(std::span<const Edge> pairs, char32_t high) {
    const char32_t first = kMaxBmp + 1 + (high << kBitsPerHalf);
    const char32_t last = first | kHalfMask;
    lows_.clear();
    for (const Edge& edge : Within(pairs, first, last)) {
      lows_.push_back({{kLowFirst + (std::max(edge.on.first, first) - first),
                        kLowFirst + (std::min(edge.on.last, last) - first)},
                       edge.target});
    }
    return After('\\', After('u', Digits(lows_, 0, kNumDigits)));
  }

  // So many hexadecimal digits, of either case, for the numbers from `first` on. Every edge takes
  // some of them, if perhaps others as well.
  std::uint32_t Digits(std::span<const Edge> edges, char32_t first, int num_digits) {
    if (edges.empty()) return kNone;
    if (num_digits == 0) return edges[0].target;
    const int shift = kBitsPerDigit * (num_digits - 1);
    const char32_t last = first + (char32_t{1} << (shift + kBitsPerDigit)) - 1;
    DigitTargets targets;
    if (IsFull(edges, first, last)) {  // the rest does not depend on the digit
      const auto key = std::make_pair(num_digits, edges[0].target);
      const auto known = full_.find(key);
      if (known != full_.end()) return known->second;
      targets.fill(Digits(edges, first, num_digits - 1));
      return full_.emplace(key, DigitState(targets, 0, 15)).first->second;
    }
    const char32_t least = (std::max(edges.front().on.first, first) - first) >> shift;
    const char32_t most = (std::min(edges.back().on.last, last) - first) >> shift;
    std::size_t begin = 0;
    for (char32_t digit = least; digit <= most; ++digit) {
      const char32_t begins = first + (digit << shift);
      const char32_t ends = begins + (char32_t{1} << shift);
      while (edges[begin].on.last < begins) ++begin;
      std::size_t end = begin;
      while (end < edges.size() && edges[end].on.first < ends) ++end;
      targets[digit] = Digits(edges.subspan(begin, end - begin), begins, num_digits - 1);
    }
    return DigitState(targets, least, most);
  }

  using DigitTargets = std::array<std::uint32_t, 16>;

  // The state whose digits, those from `least` to `most`, have these targets.
  std::uint32_t DigitState(const DigitTargets& targets, char32_t least, char32_t most) {
    EdgeList edges;
    const auto add = [&](char32_t first, char32_t last, char zero) {
      for (char32_t digit = std::max(first, least); digit <= std::min(last, most); ++digit) {
        const auto byte = static_cast<std::uint8_t>(zero + static_cast<int>(digit - first));
        if (targets[digit] != kNone) edges.Add(byte, byte, targets[digit]);
      }
    };
    add(0, 9, '0');
    add(10, 15, 'A');
    add(10, 15, 'a');
    return StateOf(edges);
  }

  // Hands the edges of a state between characters to `add`: those of literals, and the backslash.
  template <typename Add>
  void Between(std::uint32_t state, const Add& add) const {
    const auto add_until = [&](int end, int begin, const ByteEdge& edge) {
      const int first = std::max<int>(begin, edge.first);
      const int last = std::min<int>(end - 1, edge.last);
      if (first > last) return;
      add({static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(last), edge.target});
    };
    const auto spans = strings_.bytes(state);
    for (const ByteEdge& edge : spans) {
      add_until('"', kFirstPrintable, edge);
      add_until('\\', '"' + 1, edge);
    }
    if (escapes_[state] != kNone) add({'\\', '\\', escapes_[state]});
    for (const ByteEdge& edge : spans) add_until(0x100, '\\' + 1, edge);
  }

  // The result, numbered breadth-first.
  Dfa Numbered() const {
    Dfa out;
    const auto num_strings = static_cast<std::uint32_t>(strings_.size());
    std::vector<std::uint32_t> number(num_strings + inside_.size(), kNone);
    std::vector<std::uint32_t> order{0};
    number[0] = 0;
    const auto add = [&](ByteEdge edge) {
      std::uint32_t& target = number[edge.target];
      if (target == kNone) {
        target = static_cast<std::uint32_t>(order.size());
        order.push_back(edge.target);
      }
      edge.target = target;
      out.Add(edge);
    };
    order.reserve(number.size());
    out.Reserve(number.size(), inside_.num_edges() + 2 * strings_.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::uint32_t state = order[i];
      out.AddState(state < num_strings && strings_.accept(state));
      if (state >= num_strings) {
        for (const ByteEdge& edge : inside_.edges(state)) add(edge);
      } else if (is_between_[state]) {
        Between(state, add);
      } else {
        for (const ByteEdge& edge : strings_.bytes(state)) add(edge);
      }
    }
    return out;
  }

  const Dfa& strings_;
  const bool any_;
  const Budget& budget_;
  CharacterEdges characters_;
  std::vector<Edge> edges_;             // of the state at hand
  std::vector<Edge> units_;             // the same by UTF-16 code unit
  std::vector<Edge> lows_;              // the same by second half, behind one first half
  std::vector<std::uint32_t> escapes_;  // by state between characters: where a backslash leads
  std::vector<bool> is_between_;
  InnerStates inside_;                                           // escapes
  std::map<std::pair<int, std::uint32_t>, std::uint32_t> full_;  // any digits, by number and target
};

}  // namespace

Dfa SpellJson(const Dfa& strings, ir::Spelling spelling, const Budget& budget) {
  if (strings.empty()) return {};
  return Speller(strings, spelling, budget).Run();
}

}  // namespace pushmask::automaton
