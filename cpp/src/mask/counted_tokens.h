// SPDX-License-Identifier: Apache-2.0
// CountedTokens: what every token does to a bounded repetition, whatever the bounds. One walk
// counts the rounds each token needs; the partition for any distance to the bounds is then a
// selection. So
// {"maxLength": 50} costs no more than {"maxLength": 50000}, and no more near its end than far
// away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mask/token_partition.h"
#include "pda/machine.h"
#include "stack/register_table.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

class CountedTokens {
 public:
  // `state` is the state of a counting rule. nullopt if a token can need different numbers of
  // rounds, or if the byte after the rule's end could also begin another round: then a token that
  // does not fit any more may leave the rule early, which counts do not tell.
  static std::optional<CountedTokens> Count(const pda::Machine& machine,
                                            stack::RegisterTable* registers,
                                            const vocab::TokenTrie& trie,
                                            std::size_t vocabulary_size, pda::StateId state);

  // The partition of a frame that needs `to_min` more rounds and can have `to_max` more.
  TokenPartition Select(std::uint32_t to_min, std::uint32_t to_max) const;

  std::size_t memory_bytes() const;

 private:
  struct Accepted {
    std::uint32_t rounds;  // needed, with the one that the token ends in
    vocab::TokenId token;
  };
  struct Exit {
    std::uint32_t rounds;  // made before the token leaves the rule
    std::string residual;
    vocab::TokenId token;
  };

  std::size_t vocabulary_size_ = 0;
  std::vector<Accepted> accepted_;  // fewest rounds first
  std::vector<Exit> exits_;
};

}  // namespace pushmask::mask
