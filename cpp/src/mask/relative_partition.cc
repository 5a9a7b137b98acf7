// SPDX-License-Identifier: Apache-2.0
#include "mask/relative_partition.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace pushmask::mask {
namespace {

using pda::StateId;
using vocab::TokenId;
using vocab::TokenTrie;

constexpr std::size_t kMostBytes = 64;

// Steps two states of a leaf rule side by side; an invalid id is "died".
class SideBySide {
 public:
  SideBySide(const pda::Machine& machine, const TokenTrie& trie) : machine_(machine), trie_(trie) {}

  // False if the difference cannot be told.
  bool Walk(std::uint32_t top, StateId state, StateId loop) {
    Expand(top, state, loop);
    while (!work_.empty()) {
      const Place at = work_.back();
      work_.pop_back();
      if (!Visit(at)) return false;
    }
    return true;
  }

  std::vector<TokenId> without;        // accepted from `loop` alone
  std::vector<TokenId> also;           // accepted from `state` alone
  std::vector<std::uint32_t> dropped;  // nodes at which only `loop` is left
  std::vector<Exit> exits;             // context-dependent from `state` alone

 private:
  struct Place {
    std::uint32_t node;
    StateId state;
    StateId loop;
  };

  std::span<const pda::Segment> SegmentsOf(StateId state) const {
    return state.valid() ? machine_.segments(state) : std::span<const pda::Segment>();
  }

  // Adds the children of `node` after which the two are not the same. The segments of both states
  // and the bytes of the children are sorted, so one pass over all three finds them.
  void Expand(std::uint32_t node, StateId state, StateId loop) {
    const auto bytes = trie_.child_bytes(node);
    const auto children = trie_.children(node);
    const auto left = SegmentsOf(state);
    const auto right = SegmentsOf(loop);
    std::size_t l = 0;
    std::size_t r = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      while (l < left.size() && left[l].last < bytes[i]) ++l;
      while (r < right.size() && right[r].last < bytes[i]) ++r;
      const bool has_left = l < left.size() && left[l].first <= bytes[i];
      const bool has_right = r < right.size() && right[r].first <= bytes[i];
      const StateId next = has_left ? machine_.LeafTarget(left[l]) : StateId();
      const StateId next_loop = has_right ? machine_.LeafTarget(right[r]) : StateId();
      if (next != next_loop) work_.push_back({children[i], next, next_loop});
    }
  }

  bool Visit(const Place& at) {
    const auto tokens = trie_.tokens(at.node);
    if (!at.state.valid()) without.insert(without.end(), tokens.begin(), tokens.end());
    if (!at.loop.valid()) also.insert(also.end(), tokens.begin(), tokens.end());
    const bool exits_here = at.state.valid() && machine_.state(at.state).accept;
    const bool loop_exits = at.loop.valid() && machine_.state(at.loop).accept;
    // Then a token could be left in several ways, which dropping it from the loop's would not tell.
    if (loop_exits && !machine_.state(at.loop).final) return false;
    if (loop_exits && !exits_here) dropped.push_back(at.node);
    if (exits_here && !loop_exits) {
      AppendExits(trie_, at.node, &exits, [](TokenId) { return true; });
    }
    Expand(at.node, at.state, at.loop);
    return true;
  }

  const pda::Machine& machine_;
  const TokenTrie& trie_;
  std::vector<Place> work_;
};

// The state that most bytes lead to from a leaf's state. An invalid id if they are not many.
StateId TargetOfMost(const pda::Machine& machine, StateId state) {
  std::vector<std::pair<StateId, std::size_t>> counts;
  for (const pda::Segment& segment : machine.segments(state)) {
    const StateId target = machine.LeafTarget(segment);
    const auto found = std::find_if(counts.begin(), counts.end(),
                                    [&](const auto& entry) { return entry.first == target; });
    const std::size_t size = segment.last - segment.first + std::size_t{1};
    if (found != counts.end()) {
      found->second += size;
    } else {
      counts.emplace_back(target, size);
    }
  }
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most != counts.end() && most->second >= kMostBytes ? most->first : StateId();
}

// The bytes on which two states of a leaf both go to `target`.
std::size_t NumShared(const pda::Machine& machine, StateId a, StateId b, StateId target) {
  std::size_t count = 0;
  for (const pda::Segment& segment : machine.segments(a)) {
    if (machine.LeafTarget(segment) != target) continue;
    for (const pda::Segment& other : machine.segments(b)) {
      if (machine.LeafTarget(other) != target) continue;
      const int first = std::max(segment.first, other.first);
      const int last = std::min(segment.last, other.last);
      if (first <= last) count += static_cast<std::size_t>(last - first + 1);
    }
  }
  return count;
}

}  // namespace

bool IsLoop(const pda::Machine& machine, StateId state) {
  return TargetOfMost(machine, state) == state;
}

StateId FindLoop(const pda::Machine& machine, StateId state) {
  const StateId loop = TargetOfMost(machine, state);
  // The loop must be one by the same measure, so that its own partition is told by nothing else:
  // differences of differences would go in circles, or lose one of the two.
  if (!loop.valid() || loop == state || !IsLoop(machine, loop)) return {};
  // Few differences are what makes it cheap.
  return NumShared(machine, state, loop, loop) >= kMostBytes ? loop : StateId();
}

std::optional<TokenPartition> ClassifyAgainst(const pda::Machine& machine, const TokenRange& range,
                                              StateId state, StateId loop,
                                              const TokenPartition& loop_partition) {
  SideBySide walk(machine, *range.trie);
  if (!walk.Walk(range.top, state, loop)) return std::nullopt;
  TokenPartition out = loop_partition;
  if (out.dense == nullptr) {  // a short list: take the tokens out of it
    std::sort(walk.without.begin(), walk.without.end());
    std::erase_if(out.sparse, [&](TokenId token) {
      return std::binary_search(walk.without.begin(), walk.without.end(), token);
    });
  } else {
    out.without = std::move(walk.without);
  }
  out.sparse.insert(out.sparse.end(), walk.also.begin(), walk.also.end());
  out.dropped = std::move(walk.dropped);
  std::sort(out.dropped.begin(), out.dropped.end());
  out.more_residuals = MakeResiduals(std::move(walk.exits), ExitMark::kNode);
  return out;
}

}  // namespace pushmask::mask
