// SPDX-License-Identifier: Apache-2.0
// The mask of a configuration, computed: the union of its positions' partitions, plus the
// context-dependent tokens whose residuals the stack below accepts.
#pragma once

#include <span>

#include "compile/compiled_grammar.h"
#include "mask/row_table.h"
#include "stack/register_table.h"
#include "stack/stack_node.h"

namespace pushmask::match {

struct ComputedRow {
  mask::Row row;
  bool is_clear = true;  // false: tokens are left out that depend on keys that are not known
};

// `links`: a configuration over `stacks`, whose registers `registers` knows.
ComputedRow ComputeRow(const compile::CompiledGrammar& compiled, stack::RegisterTable* registers,
                       const stack::SharedStacks& stacks, std::span<const stack::Link> links);

}  // namespace pushmask::match
