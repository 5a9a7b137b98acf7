// SPDX-License-Identifier: Apache-2.0
// The one loop of the mask path: steps an automaton along a token trie and skips every subtree whose
// first byte it cannot take.
#pragma once

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
  std::vector<Id> path(trie.max_depth() + 1);  // configuration at each depth
  path[0] = start;
  for (std::uint32_t node = 1; node < trie.num_nodes();) {
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

}  // namespace pushmask::mask
