// SPDX-License-Identifier: Apache-2.0
#include "mask/key_limits.h"

#include <algorithm>

namespace pushmask::mask {
namespace {

using pda::StateId;
using stack::KeyTable;
using vocab::TokenTrie;

struct Place {
  std::uint32_t node;
  StateId state;
  KeyTable::Id keys;
  bool ended_above;  // the key could end at a node before
};

}  // namespace

bool KeyLimits::Forbid(const TokenTrie& trie, std::uint32_t node) const {
  if (std::binary_search(seen.begin(), seen.end(), node)) return true;
  const auto after = std::upper_bound(refused.begin(), refused.end(), node);
  return after != refused.begin() && node < trie.subtree_end(*(after - 1));
}

KeyLimits FindKeyLimits(const pda::Machine& machine, const KeyTable& table, const TokenTrie& trie,
                        std::uint32_t top, StateId position, KeyTable::Id keys) {
  KeyLimits limits;
  std::vector<Place> work{{top, position, keys, false}};
  while (!work.empty()) {
    const Place at = work.back();
    work.pop_back();
    for (const KeyTable::Branch& branch : table.branches(at.keys)) {
      const std::uint32_t child = trie.child(at.node, branch.byte);
      if (child == 0) continue;
      const StateId state = machine.KeyTarget(at.state, branch.byte);
      if (table.Count(branch.set) >= machine.state(state).num_keys) {
        limits.refused.push_back(child);
        if (at.ended_above) limits.unclear.push_back(child);
        continue;
      }
      const bool is_seen = table.HasEmpty(branch.set);
      if (is_seen) limits.seen.push_back(child);
      const bool may_end = machine.KeyEndOf(state) != pda::KeyStates::kNoEnd && !is_seen;
      work.push_back({child, state, branch.set, at.ended_above || may_end});
    }
  }
  std::sort(limits.refused.begin(), limits.refused.end());
  std::sort(limits.seen.begin(), limits.seen.end());
  return limits;
}

}  // namespace pushmask::mask
