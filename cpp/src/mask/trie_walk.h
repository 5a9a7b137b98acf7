// SPDX-License-Identifier: Apache-2.0
// Steps an automaton along a token trie and skips every subtree whose first byte it cannot take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "base/byte_set.h"
#include "stack/lazy_automaton.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

// Calls visit(child) for the children of `node` whose byte is in `bytes`.
template <typename Visit>
void ForEachChild(const vocab::TokenTrie& trie, std::uint32_t node, const base::ByteSet& bytes,
                  Visit visit) {
  if (node == 0) {  // up to 256 children, most of which rarely matter
    bytes.ForEach([&](std::uint8_t byte) {
      if (const std::uint32_t child = trie.child(0, byte); child != 0) visit(child);
    });
    return;
  }
  const auto child_bytes = trie.child_bytes(node);
  const auto children = trie.children(node);
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (bytes.Has(child_bytes[i])) visit(children[i]);
  }
}

// Whether nothing lies below the node: then where it leads is no matter, only whether it does.
inline bool IsLast(const vocab::TokenTrie& trie, std::uint32_t node) {
  return trie.num_children(node) == 0;
}

// Calls visit(node, configuration) for every node below `top` whose bytes, from `top` on, lead from
// `start` to a live configuration, in preorder. With `visit_last`, calls visit_last(node) instead
// where nothing lies below.
template <typename Visit, typename VisitLast = std::nullptr_t>
void WalkTrie(const vocab::TokenTrie& trie, std::uint32_t top, stack::LazyAutomaton::Id start,
              stack::LazyAutomaton* automaton, Visit visit, VisitLast visit_last = nullptr) {
  using Id = stack::LazyAutomaton::Id;
  if (start == stack::LazyAutomaton::kDead) return;
  base::ByteSet first;
  automaton->stepper().FirstBytes(automaton->links(start), &first);
  const std::uint32_t top_depth = trie.depth(top);
  std::vector<Id> path(trie.max_depth() - top_depth + 1);  // configuration at each depth
  path[0] = start;
  ForEachChild(trie, top, first, [&](std::uint32_t child) {
    const std::uint32_t end = trie.subtree_end(child);
    for (std::uint32_t node = child; node < end;) {
      const std::uint32_t depth = trie.depth(node) - top_depth;
      if constexpr (!std::is_same_v<VisitLast, std::nullptr_t>) {
        if (IsLast(trie, node)) {
          if (automaton->LeadsOn(path[depth - 1], trie.byte(node))) visit_last(node);
          ++node;
          continue;
        }
      }
      const Id id = automaton->Next(path[depth - 1], trie.byte(node));
      if (id == stack::LazyAutomaton::kDead) {
        node = trie.subtree_end(node);
        continue;
      }
      path[depth] = id;
      visit(node, id);
      ++node;
    }
  });
}

}  // namespace pushmask::mask
