// SPDX-License-Identifier: Apache-2.0
#include "automaton/characters.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "base/check.h"
#include "base/hash.h"

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

std::vector<CharacterEdges::Edge> CharacterEdges::Of(std::uint32_t state) {
  std::vector<Edge> edges;
  for (const ByteEdge& edge : dfa_.bytes(state)) {
    for (const Lead& lead : kLeads) {
      const std::uint8_t first = std::max(edge.first, lead.first);
      const std::uint8_t last = std::min(edge.last, lead.last);
      if (first <= last) Append({first, last, edge.target}, lead.num_bytes, lead.mask, &edges);
    }
  }
  return edges;
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

std::vector<CharacterEdges::Edge> Slice(const std::vector<CharacterEdges::Edge>& edges,
                                        char32_t first, char32_t last) {
  std::vector<CharacterEdges::Edge> out;
  auto edge = std::partition_point(edges.begin(), edges.end(),
                                   [&](const auto& e) { return e.on.last < first; });
  for (; edge != edges.end() && edge->on.first <= last; ++edge) {
    out.push_back({{std::max(edge->on.first, first) - first, std::min(edge->on.last, last) - first},
                   edge->target});
  }
  return out;
}

bool IsFull(const std::vector<CharacterEdges::Edge>& edges, std::uint64_t size) {
  return edges.size() == 1 && edges[0].on.first == 0 && edges[0].on.last == size - 1;
}

std::uint32_t InnerStates::StateOf(const std::vector<ByteEdge>& edges) {
  if (edges.empty()) return kNone;
  std::vector<ByteEdge> joined;
  for (const ByteEdge& edge : edges) {
    if (!joined.empty() && joined.back().target == edge.target &&
        joined.back().last + 1 == edge.first) {
      joined.back().last = edge.last;
    } else {
      joined.push_back(edge);
    }
  }
  std::uint64_t hash = 0;
  for (const ByteEdge& edge : joined) {
    hash = base::Combine(
        hash, (std::uint64_t{edge.target} << 16) | (std::uint64_t{edge.first} << 8) | edge.last);
  }
  std::uint32_t number = index_.Find(hash, [&](std::uint32_t known) {
    return std::equal(joined.begin(), joined.end(), states_[known].begin(), states_[known].end(),
                      [](const ByteEdge& a, const ByteEdge& b) {
                        return a.first == b.first && a.last == b.last && a.target == b.target;
                      });
  });
  if (number == base::HashIndex::kNone) {
    number = static_cast<std::uint32_t>(states_.size());
    states_.push_back(std::move(joined));
    index_.Insert(hash, number);
  }
  return static_cast<std::uint32_t>(num_others_) + number;
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
    std::vector<std::vector<ByteEdge>> edges;
    for (const ir::Automaton::State& state : automaton_.states()) {
      std::vector<ByteEdge>& bytes = edges.emplace_back();
      for (const EncodedRange& range : kEncodedRanges) {
        std::vector<Edge> part = Slice(state.transitions, range.first, range.last);
        for (Edge& edge : part) edge.on = {edge.on.first + range.first, edge.on.last + range.first};
        AddBytes(part, range.num_bytes, range.marker, &bytes);
      }
    }
    Dfa out;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      out.AddState(automaton_.states()[i].accept);
      for (const ByteEdge& edge : edges[i]) out.Add(edge);
    }
    for (std::size_t i = 0; i < inner_.size(); ++i) {
      out.AddState(false);
      const auto state = static_cast<std::uint32_t>(automaton_.size() + i);
      for (const ByteEdge& edge : inner_.edges(state)) out.Add(edge);
    }
    return out;
  }

 private:
  // One byte with this marker above its bits, then so many continuation bytes.
  void AddBytes(const std::vector<Edge>& edges, int num_bytes, std::uint8_t marker,
                std::vector<ByteEdge>* out) {
    if (edges.empty()) return;
    const int shift = num_bytes * kBitsPerByte;
    const char32_t last = edges.back().on.last >> shift;
    for (char32_t bits = edges.front().on.first >> shift; bits <= last; ++bits) {
      const char32_t first = bits << shift;
      const std::vector<Edge> rest = Slice(edges, first, first + (char32_t{1} << shift) - 1);
      if (rest.empty()) continue;
      const auto byte = static_cast<std::uint8_t>(marker | bits);
      out->push_back({byte, byte, Inside(rest, num_bytes)});
    }
  }

  std::uint32_t Inside(const std::vector<Edge>& edges, int num_bytes) {
    if (num_bytes == 0) return edges[0].target;
    const bool is_full = IsFull(edges, std::uint64_t{1} << (num_bytes * kBitsPerByte));
    const auto key = std::make_pair(num_bytes, edges[0].target);
    if (const auto known = is_full ? full_.find(key) : full_.end(); known != full_.end()) {
      return known->second;
    }
    std::vector<ByteEdge> bytes;
    AddBytes(edges, num_bytes - 1, kContinuation, &bytes);
    const std::uint32_t state = inner_.StateOf(bytes);
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
    ir::Automaton::State state{.accept = dfa.accept(order[i]), .transitions = edges.Of(order[i])};
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
