// SPDX-License-Identifier: Apache-2.0
// KeyLimits: what keys seen take away from the tokens that the inside of a key could read. They are
// found along the keys seen only: two tries, side by side. Elsewhere a key is like any text.
#pragma once

#include <cstdint>
#include <vector>

#include "pda/machine.h"
#include "stack/key_table.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

struct KeyLimits {
  // Nodes of the vocabulary's trie, each list ascending.
  std::vector<std::uint32_t> refused;  // no new key begins so; of their subtrees the tops alone
  std::vector<std::uint32_t> seen;     // the key so far was seen: it may go on, but not end
  // Of `refused`: those with a node above at which the key could end, so that its tokens may leave
  // the key there.
  std::vector<std::uint32_t> unclear;

  // Whether a key may not end at a node.
  bool Forbid(const vocab::TokenTrie& trie, std::uint32_t node) const;
};

// `position`: a state inside a key, its text so far read; `keys`: of those seen, what follows it.
// The limits of the tokens below `top`.
KeyLimits FindKeyLimits(const pda::Machine& machine, const stack::KeyTable& table,
                        const vocab::TokenTrie& trie, std::uint32_t top, pda::StateId position,
                        stack::KeyTable::Id keys);

}  // namespace pushmask::mask
