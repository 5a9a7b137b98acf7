// SPDX-License-Identifier: Apache-2.0
// CountedTokens: what every token does to a bounded repetition or length, whatever the bounds. One
// walk counts the rounds (units) that each token needs; the partition for any distance to the
// bounds is then a selection. So {"maxLength": 50} costs no more than {"maxLength": 50000}, and no
// more near its end than far away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "mask/token_partition.h"
#include "pda/machine.h"
#include "stack/register_table.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

class CountedTokens {
 public:
  // `state` is the state of a counting rule. Null if a token can need different numbers of rounds,
  // or if the byte after the rule's end could also begin another round: then a token that does not
  // fit any more may leave the rule early, which counts do not tell.
  static std::shared_ptr<const CountedTokens> Count(const pda::Machine& machine,
                                                    stack::RegisterTable* registers,
                                                    const TokenRange& range, pda::StateId state);

  // The same for a state of a rule with a length: units needed until the rule's end. Never null.
  static std::shared_ptr<const CountedTokens> CountUnits(const pda::Machine& machine,
                                                         const TokenRange& range,
                                                         pda::StateId state);

  // The partition of a frame that needs `to_min` more rounds and can have `to_max` more. Cheap.
  TokenPartition Select(std::uint32_t to_min, std::uint32_t to_max) const;

  std::size_t memory_bytes() const;

 private:
  CountedTokens() = default;
  static std::shared_ptr<CountedTokens> Make(const TokenRange& range,
                                             std::vector<vocab::TokenId> accepted,
                                             std::vector<std::uint32_t> rounds,
                                             std::vector<Exit> exits);

  std::size_t vocabulary_size_ = 0;
  std::vector<vocab::TokenId> accepted_;    // fewest rounds first
  std::vector<std::uint32_t> rounds_;       // of accepted_, with the one that the token ends in
  std::shared_ptr<const Residuals> exits_;  // null: none
  mutable std::mutex mu_;
  mutable std::map<std::size_t, DensePtr>
      dense_;  // the first so many of accepted_; guarded by: mu_
};

}  // namespace pushmask::mask
