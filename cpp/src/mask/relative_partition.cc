// SPDX-License-Identifier: Apache-2.0
#include "mask/relative_partition.h"

#include <algorithm>
#include <array>
#include <cstdint>
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

  // The bytes after which the two are not the same.
  base::ByteSet Differences(StateId a, StateId b) const {
    static constexpr std::array<pda::Segment, 0> kNone = {};
    const auto left = a.valid() ? machine_.segments(a) : std::span<const pda::Segment>(kNone);
    const auto right = b.valid() ? machine_.segments(b) : std::span<const pda::Segment>(kNone);
    base::ByteSet bytes;
    const auto add = [&](StateId from, std::span<const pda::Segment> segments, StateId other) {
      for (const pda::Segment& segment : segments) {
        const StateId target = machine_.LeafTarget(from, segment.first);
        for (unsigned byte = segment.first; byte <= segment.last;) {
          // Up to the end of the other's segment, or of the gap before its next one.
          unsigned last = segment.last;
          StateId other_target;
          if (other.valid()) {
            const auto all = machine_.segments(other);
            const auto next = std::lower_bound(
                all.begin(), all.end(), byte,
                [](const pda::Segment& s, unsigned value) { return s.last < value; });
            if (next != all.end() && next->first <= byte) {
              last = std::min<unsigned>(last, next->last);
              other_target = machine_.LeafTarget(other, next->first);
            } else if (next != all.end()) {
              last = std::min<unsigned>(last, next->first - 1U);
            }
          }
          if (target != other_target) {
            bytes.AddRange(static_cast<std::uint8_t>(byte), static_cast<std::uint8_t>(last));
          }
          byte = last + 1;
        }
      }
    };
    add(a, left, b);
    add(b, right, a);
    return bytes;
  }

  void Expand(std::uint32_t node, StateId state, StateId loop) {
    if (trie_.subtree_end(node) == node + 1) return;
    ForEachChild(trie_, node, Differences(state, loop), [&](std::uint32_t child) {
      const std::uint8_t byte = trie_.byte(child);
      work_.push_back({child, state.valid() ? machine_.LeafTarget(state, byte) : StateId(),
                       loop.valid() ? machine_.LeafTarget(loop, byte) : StateId()});
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
    if (exits_here && !loop_exits) AppendExits(trie_, at.node, &exits);
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
    const StateId target = machine.LeafTarget(state, segment.first);
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
    if (machine.LeafTarget(a, segment.first) != target) continue;
    for (const pda::Segment& other : machine.segments(b)) {
      if (machine.LeafTarget(b, other.first) != target) continue;
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
