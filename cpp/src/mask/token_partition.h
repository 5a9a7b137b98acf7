// SPDX-License-Identifier: Apache-2.0
// TokenPartition: what one position (state and register) says about the tokens below one node of
// the vocabulary's trie (the root: all tokens), whatever the stack below the position. Accepted
// tokens stay in the position's rule, or end exactly with it; context-dependent tokens run past the
// rule's end and leave a residual: the bytes that what lies below must take.
// (XGrammar, arXiv 2411.15100, section 3.1, calls these the context-independent and -dependent.)
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mask/token_set.h"
#include "pda/machine.h"
#include "stack/register_table.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

// Residual byte strings, with the tokens that leave them.
struct Residuals : std::enable_shared_from_this<Residuals> {
  vocab::TokenTrie trie;
  // By the order of this trie's tokens: for counted tokens the rounds made before the token leaves,
  // and for others the vocabulary's trie node that it leaves at.
  std::vector<std::uint32_t> rounds;
  std::vector<std::uint32_t> exits;
  std::uint32_t least_rounds = 0;  // of `rounds`
  std::uint32_t most_rounds = 0;

  std::size_t memory_bytes() const {
    return trie.memory_bytes() + (rounds.capacity() + exits.capacity()) * sizeof(std::uint32_t);
  }
};

// One token on its way out.
struct Exit {
  std::string residual;
  vocab::TokenId token;
  std::uint32_t mark;  // rounds or node
  friend auto operator<=>(const Exit&, const Exit&) = default;
};

struct TokenPartition {
  // Accepted tokens: those of `dense` that are not in `without`, and those in `sparse`.
  DensePtr dense;
  std::vector<vocab::TokenId> without;
  std::vector<vocab::TokenId> sparse;

  // Context-dependent tokens: those of `residuals` whose rounds lie within the bounds and whose
  // exit is not in `dropped` (sorted), and those of `more_residuals`. Null: none.
  std::shared_ptr<const Residuals> residuals;
  std::vector<std::uint32_t> dropped;
  std::uint32_t min_rounds = 0;
  std::uint32_t max_rounds = pda::kUnbounded;
  std::shared_ptr<const Residuals> more_residuals;

  // Whether all of `residuals` are meant; whether those with a mark are, by the order of the trie's
  // tokens, in `marked`: `residuals`, or others made from them.
  bool MeansAll() const;
  bool Means(const Residuals& marked, std::uint32_t index) const;

  // Of what belongs to this partition alone.
  std::size_t memory_bytes() const;
};

// Where the tokens are counted.
struct TokenRange {
  const vocab::TokenTrie* trie;
  std::size_t vocabulary_size;
  std::uint32_t top = 0;  // the tokens below this node, read from its end on
};

// Walks the trie from a position over an unknown stack. Cost: one step per trie node whose bytes
// the position can follow.
TokenPartition ClassifyTokens(const pda::Machine& machine, stack::RegisterTable* registers,
                              const TokenRange& range, pda::StateId state, pda::Register reg);

// Puts `accepted` into the form that costs less.
void SetAccepted(std::vector<vocab::TokenId> accepted, std::size_t vocabulary_size,
                 TokenPartition* partition);

enum class ExitMark : std::uint8_t { kRounds, kNode };
// Null for no exits.
std::shared_ptr<const Residuals> MakeResiduals(std::vector<Exit> exits, ExitMark mark);

// Calls visit(bytes from `top` on, token, its index) for the tokens below `top`.
template <typename Visit>
void ForEachTokenBelow(const vocab::TokenTrie& trie, std::uint32_t top, Visit visit) {
  std::string path;
  for (std::uint32_t node = top + 1; node < trie.subtree_end(top); ++node) {
    path.resize(trie.depth(node) - trie.depth(top) - 1);
    path.push_back(static_cast<char>(trie.byte(node)));
    std::uint32_t index = trie.token_begin(node);
    for (const vocab::TokenId token : trie.tokens(node)) visit(path, token, index++);
  }
}

// Appends the tokens below `top` that keep(token) selects; they leave the rule there.
template <typename Keep>
void AppendExits(const vocab::TokenTrie& trie, std::uint32_t top, std::vector<Exit>* out,
                 Keep keep) {
  std::string path;
  const std::uint32_t depth = trie.depth(top);
  for (std::uint32_t node = top + 1; node < trie.subtree_end(top); ++node) {
    path.resize(trie.depth(node) - depth - 1);
    path.push_back(static_cast<char>(trie.byte(node)));
    for (const vocab::TokenId token : trie.tokens(node)) {
      if (keep(token)) out->push_back({path, token, top});
    }
  }
}

}  // namespace pushmask::mask
