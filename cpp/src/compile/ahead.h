// SPDX-License-Identifier: Apache-2.0
// Ahead-of-time work: the token partitions of a compiled grammar, nearest states first, on a pool
// beside the callers. Masks are the same without it; the first ones only come later.
#pragma once

#include <memory>

#include "base/thread_pool.h"
#include "compile/compiled_grammar.h"

namespace pushmask::compile {

// Returns at once. The work ends early when `compiled` is dropped or its memory is used up.
void ComputePartitionsAhead(const std::shared_ptr<const CompiledGrammar>& compiled,
                            base::ThreadPool* pool);

}  // namespace pushmask::compile
