// SPDX-License-Identifier: Apache-2.0
#include "automaton/json_spelling.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "automaton/characters.h"
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

const Edge* Find(const std::vector<Edge>& edges, char32_t character) {
  const auto found = std::partition_point(
      edges.begin(), edges.end(), [&](const Edge& edge) { return edge.on.last < character; });
  return found != edges.end() && found->on.first <= character ? &*found : nullptr;
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
      const std::vector<Edge> edges = characters_.Of(between[i]);
      for (const Edge& edge : edges) {
        if (!is_between_[edge.target]) between.push_back(edge.target);
        is_between_[edge.target] = true;
      }
      escapes_[between[i]] = Backslash(edges);
    }
    return Numbered();
  }

 private:
  // States of the result are numbered as those of strings_, then those inside escapes.
  using Bytes = std::vector<ByteEdge>;

  std::uint32_t StateOf(const Bytes& edges) {
    const std::uint32_t state = inside_.StateOf(edges);
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
    return target == kNone ? kNone : StateOf({{byte, byte, target}});
  }

  // Where a backslash leads.
  std::uint32_t Backslash(const std::vector<Edge>& edges) {
    Bytes letters;
    for (const ShortEscape& escape : kShortEscapes) {
      if (!any_ && !escape.canonical) continue;
      const Edge* edge = Find(edges, escape.character);
      if (edge != nullptr) letters.push_back({escape.letter, escape.letter, edge->target});
    }
    const std::uint32_t numeric = Digits(any_ ? InBmp(edges) : Unnamed(edges), kNumDigits);
    if (numeric != kNone) letters.push_back({'u', 'u', numeric});
    return StateOf(letters);
  }

  // The control characters that need a numeric escape.
  static std::vector<Edge> Unnamed(const std::vector<Edge>& edges) {
    std::vector<Edge> out;
    for (char32_t character = 0; character < kFirstPrintable; ++character) {
      const Edge* edge = HasShortEscape(character) ? nullptr : Find(edges, character);
      if (edge != nullptr) out.push_back({{character, character}, edge->target});
    }
    return out;
  }

  // The edges by the four digits behind the first \u: the first half of a pair leads to what its
  // second half decides. Halves that leave the same choice stand together.
  std::vector<Edge> InBmp(const std::vector<Edge>& edges) {
    std::vector<Edge> out = Slice(edges, 0, kHighFirst - 1);
    const std::vector<Edge> pairs = Slice(edges, kMaxBmp + 1, kNone);
    char32_t at = 0;
    for (const Edge& pair : pairs) {
      at = std::max(at, pair.on.first);
      while (at <= pair.on.last) {
        const char32_t high = at >> kBitsPerHalf;
        const char32_t full_end = (pair.on.last + 1) >> kBitsPerHalf;
        const bool is_full = (at & kHalfMask) == 0 && high < full_end;
        const char32_t last = is_full ? full_end - 1 : high;
        const std::vector<Edge> lows =
            Slice(pairs, high << kBitsPerHalf, (high << kBitsPerHalf) | kHalfMask);
        out.push_back({{kHighFirst + high, kHighFirst + last}, SecondHalf(lows)});
        at = (last + 1) << kBitsPerHalf;
      }
    }
    for (Edge edge : Slice(edges, kLowLast + 1, kMaxBmp)) {
      edge.on = {edge.on.first + kLowLast + 1, edge.on.last + kLowLast + 1};
      out.push_back(edge);
    }
    return out;
  }

  std::uint32_t SecondHalf(std::vector<Edge> lows) {
    for (Edge& low : lows) low.on = {kLowFirst + low.on.first, kLowFirst + low.on.last};
    return After('\\', After('u', Digits(lows, kNumDigits)));
  }

  // So many hexadecimal digits, of either case, for numbers within that range.
  std::uint32_t Digits(const std::vector<Edge>& edges, int num_digits) {
    if (edges.empty()) return kNone;
    if (num_digits == 0) return edges[0].target;
    const int shift = kBitsPerDigit * (num_digits - 1);
    const std::uint64_t size = std::uint64_t{1} << (shift + kBitsPerDigit);
    std::array<std::uint32_t, 16> targets;
    targets.fill(kNone);
    if (IsFull(edges, size)) {  // the rest does not depend on the digit
      const auto key = std::make_pair(num_digits, edges[0].target);
      const auto known = full_.find(key);
      if (known != full_.end()) return known->second;
      const auto last = static_cast<char32_t>((size >> kBitsPerDigit) - 1);
      targets.fill(Digits({{{0, last}, edges[0].target}}, num_digits - 1));
      return full_.emplace(key, DigitState(targets)).first->second;
    }
    for (char32_t digit = edges.front().on.first >> shift; digit <= edges.back().on.last >> shift;
         ++digit) {
      const char32_t first = digit << shift;
      targets[digit] =
          Digits(Slice(edges, first, first + (char32_t{1} << shift) - 1), num_digits - 1);
    }
    return DigitState(targets);
  }

  std::uint32_t DigitState(const std::array<std::uint32_t, 16>& targets) {
    Bytes edges;
    const auto add = [&](int first, int last, char zero) {
      for (int digit = first; digit <= last; ++digit) {
        const auto byte = static_cast<std::uint8_t>(zero + digit - first);
        if (targets[static_cast<std::size_t>(digit)] != kNone) {
          edges.push_back({byte, byte, targets[static_cast<std::size_t>(digit)]});
        }
      }
    };
    add(0, 9, '0');
    add(10, 15, 'A');
    add(10, 15, 'a');
    return StateOf(edges);
  }

  // The edges of a state between characters: those of literals, and the backslash.
  Bytes Between(std::uint32_t state) const {
    Bytes edges;
    const std::uint32_t escape = escapes_[state];
    const auto add_until = [&](int end, int begin, const ByteEdge& edge) {
      const int first = std::max<int>(begin, edge.first);
      const int last = std::min<int>(end - 1, edge.last);
      if (first <= last) {
        edges.push_back(
            {static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(last), edge.target});
      }
    };
    const auto spans = strings_.bytes(state);
    for (const ByteEdge& edge : spans) {
      add_until('"', kFirstPrintable, edge);
      add_until('\\', '"' + 1, edge);
    }
    if (escape != kNone) edges.push_back({'\\', '\\', escape});
    for (const ByteEdge& edge : spans) add_until(0x100, '\\' + 1, edge);
    return edges;
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
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::uint32_t state = order[i];
      out.AddState(state < num_strings && strings_.accept(state));
      if (state >= num_strings) {
        for (const ByteEdge& edge : inside_.edges(state)) add(edge);
      } else if (is_between_[state]) {
        for (const ByteEdge& edge : Between(state)) add(edge);
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
