// SPDX-License-Identifier: Apache-2.0
#include "automaton/characters.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "automaton/inner_states.h"
#include "base/check.h"

namespace pushmask::automaton {
namespace {

constexpr int kBitsPerByte = 6;  // of a continuation byte
constexpr char32_t kContinuationMask = 0x3F;

// Table 3-6 of the Unicode standard: what a lead byte says.
struct Lead {
  std::uint8_t first;
  std::uint8_t last;
  int num_bytes;  // that follow
  char32_t mask;  // of its own bits
};
constexpr Lead kLeads[] = {
    {0x00, 0x7F, 0, 0x7F}, {0xC0, 0xDF, 1, 0x1F}, {0xE0, 0xEF, 2, 0x0F}, {0xF0, 0xF7, 3, 0x07}};

void Join(CharacterEdges::Edge edge, std::vector<CharacterEdges::Edge>* edges) {
  if (!edges->empty() && edges->back().target == edge.target &&
      edges->back().on.last + 1 == edge.on.first) {
    edges->back().on.last = edge.on.last;
  } else {
    edges->push_back(edge);
  }
}

}  // namespace

void CharacterEdges::Find(std::uint32_t state, std::vector<Edge>* edges) {
  edges->clear();
  for (const ByteEdge& edge : dfa_.bytes(state)) {
    for (const Lead& lead : kLeads) {
      const std::uint8_t first = std::max(edge.first, lead.first);
      const std::uint8_t last = std::min(edge.last, lead.last);
      if (first <= last) Append({first, last, edge.target}, lead.num_bytes, lead.mask, edges);
    }
  }
}

const std::vector<CharacterEdges::Edge>& CharacterEdges::Inside(std::uint32_t state,
                                                                int num_bytes) {
  if (inside_[state].empty()) {
    std::vector<Edge> edges;
    for (const ByteEdge& edge : dfa_.bytes(state)) {
      PUSHMASK_CHECK(edge.first >= 0x80 && edge.last <= 0xBF);
      Append(edge, num_bytes - 1, kContinuationMask, &edges);
    }
    inside_[state] = std::move(edges);
  }
  return inside_[state];
}

// A byte whose own bits are in `mask`, then so many more bytes.
void CharacterEdges::Append(const ByteEdge& edge, int num_bytes, char32_t mask,
                            std::vector<Edge>* out) {
  const char32_t first = edge.first & mask;
  const char32_t last = edge.last & mask;
  if (num_bytes == 0) return Join({{first, last}, edge.target}, out);
  const int shift = num_bytes * kBitsPerByte;
  const char32_t size = char32_t{1} << shift;
  const std::vector<Edge>& inside = Inside(edge.target, num_bytes);
  const bool is_full =
      inside.size() == 1 && inside[0].on.first == 0 && inside[0].on.last == size - 1;
  if (is_full) {
    return Join({{first << shift, (last << shift) + size - 1}, inside[0].target}, out);
  }
  for (char32_t bits = first; bits <= last; ++bits) {
    for (const Edge& rest : inside) {
      Join({{(bits << shift) + rest.on.first, (bits << shift) + rest.on.last}, rest.target}, out);
    }
  }
}

std::span<const CharacterEdges::Edge> CutTo(std::span<const CharacterEdges::Edge> edges,
                                            char32_t first, char32_t last) {
  const auto begin = std::ranges::partition_point(
      edges, [&](const CharacterEdges::Edge& edge) { return edge.on.last < first; });
  const auto end = std::partition_point(
      begin, edges.end(), [&](const CharacterEdges::Edge& edge) { return edge.on.first <= last; });
  return {begin, end};
}

bool IsFull(std::span<const CharacterEdges::Edge> edges, char32_t first, char32_t last) {
  return edges.size() == 1 && edges[0].on.first <= first && edges[0].on.last >= last;
}

namespace {

// By table 3-7 of the Unicode standard.
struct EncodedRange {
  char32_t first;
  char32_t last;
  int num_bytes;  // behind the lead byte
  std::uint8_t marker;
};
constexpr EncodedRange kEncodedRanges[] = {{0, 0x7F, 0, 0x00},
                                           {0x80, 0x7FF, 1, 0xC0},
                                           {0x800, 0xFFFF, 2, 0xE0},
                                           {0x10000, 0x10FFFF, 3, 0xF0}};
constexpr std::uint8_t kContinuation = 0x80;

class ByteBuilder {
 public:
  using Edge = CharacterEdges::Edge;

  explicit ByteBuilder(const ir::Automaton& automaton)
      : automaton_(automaton), inner_(automaton.size()) {}

  Dfa Run() {
    Dfa out;
    for (const ir::Automaton::State& state : automaton_.states()) {
      EdgeList bytes;
      for (const EncodedRange& range : kEncodedRanges) {
        AddBytes(state.transitions, {range.first, range.last}, range.num_bytes, range.marker,
                 &bytes);
      }
      out.AddState(state.accept);
      for (const ByteEdge& edge : bytes.edges()) out.Add(edge);
    }
    for (std::size_t i = 0; i < inner_.size(); ++i) {
      out.AddState(false);
      const auto state = static_cast<std::uint32_t>(automaton_.size() + i);
      for (const ByteEdge& edge : inner_.edges(state)) out.Add(edge);
    }
    return out;
  }

 private:
  // For the characters within `range` one byte with this marker above its bits, then so many
  // continuation bytes.
  void AddBytes(std::span<const Edge> edges, text::CodepointRange range, int num_bytes,
                std::uint8_t marker, EdgeList* out) {
    edges = Within(edges, range.first, range.last);
    if (edges.empty()) return;
    const int shift = num_bytes * kBitsPerByte;
    const char32_t end = std::min(edges.back().on.last, range.last) >> shift;
    for (char32_t block = std::max(edges.front().on.first, range.first) >> shift; block <= end;
         ++block) {
      const char32_t first = block << shift;
      const char32_t last = first + (char32_t{1} << shift) - 1;
      const std::uint32_t target =
          Inside(edges, {std::max(first, range.first), std::min(last, range.last)}, num_bytes);
      const char32_t bits = marker == kContinuation ? block & kContinuationMask : block;
      const auto byte = static_cast<std::uint8_t>(marker | bits);
      if (target != InnerStates::kNone) out->Add(byte, byte, target);
    }
  }

  // Behind bytes that leave the characters within `range`.
  std::uint32_t Inside(std::span<const Edge> edges, text::CodepointRange range, int num_bytes) {
    edges = Within(edges, range.first, range.last);
    if (edges.empty()) return InnerStates::kNone;
    if (num_bytes == 0) return edges[0].target;
    const bool is_full =
        range.last - range.first == (char32_t{1} << (num_bytes * kBitsPerByte)) - 1 &&
        IsFull(edges, range.first, range.last);
    const auto key = std::make_pair(num_bytes, edges[0].target);
    if (const auto known = is_full ? full_.find(key) : full_.end(); known != full_.end()) {
      return known->second;
    }
    EdgeList bytes;
    AddBytes(edges, range, num_bytes - 1, kContinuation, &bytes);
    const std::uint32_t state = inner_.StateOf(bytes.edges());
    if (is_full) full_.emplace(key, state);
    return state;
  }

  const ir::Automaton& automaton_;
  InnerStates inner_;
  std::map<std::pair<int, std::uint32_t>, std::uint32_t> full_;  // any bytes, by number and target
};

}  // namespace

Dfa ToBytes(const ir::Automaton& automaton) { return ByteBuilder(automaton).Run(); }

ir::Automaton ToCharacters(const Dfa& dfa) {
  if (dfa.empty()) return {};
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  CharacterEdges edges(dfa);
  std::vector<std::uint32_t> number(dfa.size(), kNone);
  std::vector<std::uint32_t> order{0};
  number[0] = 0;
  std::vector<ir::Automaton::State> states;
  for (std::size_t i = 0; i < order.size(); ++i) {
    ir::Automaton::State state{.accept = dfa.accept(order[i])};
    edges.Find(order[i], &state.transitions);
    for (ir::Automaton::Transition& transition : state.transitions) {
      std::uint32_t& target = number[transition.target];
      if (target == kNone) {
        target = static_cast<std::uint32_t>(order.size());
        order.push_back(transition.target);
      }
      transition.target = target;
    }
    states.push_back(std::move(state));
  }
  return ir::Automaton(std::move(states));
}

}  // namespace pushmask::automaton
