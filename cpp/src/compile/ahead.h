// SPDX-License-Identifier: Apache-2.0
// Ahead-of-time work: the token partitions of a compiled grammar, nearest states first. Masks are
// the same without it; the first ones only come later. Of the positions of a state with a register
// (a count, a set) only the first one's partition is computed: where they count alike, the others
// are made from the same counts.
#pragma once

#include <memory>

#include "base/thread_pool.h"
#include "compile/compiled_grammar.h"

namespace pushmask::compile {

// Returns at once. The work ends early when `compiled` is dropped.
void ComputePartitionsAhead(const std::shared_ptr<const CompiledGrammar>& compiled,
                            base::ThreadPool* pool);

// Returns when it is done; the pool (none: null) helps. Throws what computing a partition throws.
void ComputePartitions(const CompiledGrammar& compiled, base::ThreadPool* pool);

}  // namespace pushmask::compile
