// SPDX-License-Identifier: Apache-2.0
// The one loop of the mask path: steps an automaton along a token trie and skips every subtree
// whose first byte it cannot take.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stack/lazy_automaton.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

// Calls visit(node, configuration) for every node but the root whose bytes lead from `start` to a
// live configuration, in preorder.
template <typename Visit>
void WalkTrie(const vocab::TokenTrie& trie, stack::LazyAutomaton::Id start,
              stack::LazyAutomaton* automaton, Visit visit) {
  using Id = stack::LazyAutomaton::Id;
  if (start == stack::LazyAutomaton::kDead) return;
  std::bitset<256> first;  // the root has up to 256 children, most of which rarely matter
  automaton->stepper().FirstBytes(automaton->links(start), &first);
  std::vector<Id> path(trie.max_depth() + 1);  // configuration at each depth
  path[0] = start;
  for (std::size_t byte = 0; byte < first.size(); ++byte) {
    const std::uint32_t child = trie.root_child(static_cast<std::uint8_t>(byte));
    if (!first[byte] || child == 0) continue;
    const std::uint32_t end = trie.subtree_end(child);
    for (std::uint32_t node = child; node < end;) {
      const std::uint32_t depth = trie.depth(node);
      const Id id = automaton->Next(path[depth - 1], trie.byte(node));
      if (id == stack::LazyAutomaton::kDead) {
        node = trie.subtree_end(node);
        continue;
      }
      path[depth] = id;
      visit(node, id);
      ++node;
    }
  }
}

}  // namespace pushmask::mask
