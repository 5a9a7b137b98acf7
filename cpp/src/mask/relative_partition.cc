// SPDX-License-Identifier: Apache-2.0
#include "mask/relative_partition.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_set.h"
#include "mask/trie_walk.h"

namespace pushmask::mask {
namespace {

using pda::StateId;
using vocab::TokenId;
using vocab::TokenTrie;

// More differences than this take as long as a partition that tells all by itself and, unlike a
// difference, is known to the next grammar.
constexpr std::size_t kMaxSteps = std::size_t{1} << 14;
constexpr std::size_t kMaxExits = 2048;

// Fewer than this many other targets can reach as many bytes.
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
      if (++steps > kMaxSteps || !Visit(at)) return false;
    }
    return true;
  }

  std::size_t steps = 0;
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

  // The bytes after which the two are not the same: one pass over both lists of segments.
  base::ByteSet Differences(std::span<const pda::Segment> left,
                            std::span<const pda::Segment> right) const {
    base::ByteSet bytes;
    std::size_t l = 0;
    std::size_t r = 0;
    for (unsigned byte = 0; l < left.size() || r < right.size();) {
      const bool in_left = l < left.size() && left[l].first <= byte;
      const bool in_right = r < right.size() && right[r].first <= byte;
      // Nothing changes up to where a segment ends or begins.
      unsigned last = 255;
      if (l < left.size()) last = std::min(last, in_left ? left[l].last : left[l].first - 1U);
      if (r < right.size()) last = std::min(last, in_right ? right[r].last : right[r].first - 1U);
      const StateId next = in_left ? machine_.LeafTarget(left[l]) : StateId();
      const StateId next_loop = in_right ? machine_.LeafTarget(right[r]) : StateId();
      if (next != next_loop) {
        bytes.AddRange(static_cast<std::uint8_t>(byte), static_cast<std::uint8_t>(last));
      }
      if (in_left && left[l].last == last) ++l;
      if (in_right && right[r].last == last) ++r;
      byte = last + 1;
    }
    return bytes;
  }

  void Expand(std::uint32_t node, StateId state, StateId loop) {
    if (trie_.num_children(node) == 0) return;
    const auto left = SegmentsOf(state);
    const auto right = SegmentsOf(loop);
    std::size_t l = 0;
    std::size_t r = 0;
    ForEachChild(trie_, node, Differences(left, right), [&](std::uint32_t child) {
      const std::uint8_t byte = trie_.byte(child);
      while (l < left.size() && left[l].last < byte) ++l;
      while (r < right.size() && right[r].last < byte) ++r;
      const bool in_left = l < left.size() && left[l].first <= byte;
      const bool in_right = r < right.size() && right[r].first <= byte;
      work_.push_back({child, in_left ? machine_.LeafTarget(left[l]) : StateId(),
                       in_right ? machine_.LeafTarget(right[r]) : StateId()});
    });
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
      if (exits.size() > kMaxExits) return false;
    }
    Expand(at.node, at.state, at.loop);
    return true;
  }

  const pda::Machine& machine_;
  const TokenTrie& trie_;
  std::vector<Place> work_;
};

// The state that many bytes lead to from a leaf's state, the first of such. An invalid id if there
// is none.
StateId TargetOfMost(const pda::Machine& machine, StateId state) {
  const auto segments = machine.segments(state);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const StateId target = machine.LeafTarget(segments[i]);
    std::size_t count = 0;
    for (std::size_t k = i; k < segments.size(); ++k) {
      if (machine.LeafTarget(segments[k]) != target) continue;
      count += segments[k].last - segments[k].first + std::size_t{1};
    }
    if (count >= kMostBytes) return target;
  }
  return {};
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
                                              const TokenPartition& loop_partition,
                                              std::size_t* steps) {
  SideBySide walk(machine, *range.trie);
  const bool told = walk.Walk(range.top, state, loop);
  *steps += walk.steps;
  if (!told) return std::nullopt;
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
