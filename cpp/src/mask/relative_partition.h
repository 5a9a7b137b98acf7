// SPDX-License-Identifier: Apache-2.0
// Partitions told as differences. "A property name other than these three" reads almost what the
// inside of any string reads, so its partition is that of the plain string but for the few tokens
// that go along one of the three names. Only those are walked.
#pragma once

#include <cstddef>
#include <optional>

#include "mask/token_partition.h"
#include "pda/machine.h"

namespace pushmask::mask {

// Whether most bytes lead from a leaf's state back to it.
bool IsLoop(const pda::Machine& machine, pda::StateId state);
// The loop that most bytes lead to from `state`, of the same leaf rule. An invalid id if there is
// none, or if it is `state` itself. A loop has no other loop.
pda::StateId FindLoop(const pda::Machine& machine, pda::StateId state);

// The partition of `state`, given the one of `loop` for the same tokens. nullopt if the difference
// cannot be told in this form, or is large. Cost: one step per trie node that the two states tell
// apart; adds them to `steps`.
std::optional<TokenPartition> ClassifyAgainst(const pda::Machine& machine, const TokenRange& range,
                                              pda::StateId state, pda::StateId loop,
                                              const TokenPartition& loop_partition,
                                              std::size_t* steps);

}  // namespace pushmask::mask
