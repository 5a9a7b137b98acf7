// SPDX-License-Identifier: Apache-2.0
#include "match/compute_row.h"

#include "mask/token_walk.h"
#include "match/byte_walk.h"

namespace pushmask::match {

ComputedRow ComputeRow(const compile::CompiledGrammar& compiled, stack::RegisterTable* registers,
                       const stack::SharedStacks& stacks, std::span<const stack::Link> links) {
  mask::RowBuilder row(compiled.vocabulary().size(), compiled.partitions().shared());
  mask::TokenWalk walk(compiled.machine(), registers, &compiled.partitions(), &stacks);
  walk.Run(links, &row);
  const compile::TokenReferences& references = compiled.references();
  for (std::size_t set = 0; set < references.size(); ++set) {
    ByteWalk reference(compiled, registers, stacks, links);
    if (!reference.StepReference(set)) continue;
    row.Add(references.tokens(set));
    if (!references.stop_tokens(set).empty() && reference.CanEnd()) {
      row.Add(references.stop_tokens(set));
    }
  }
  if (walk.can_end()) row.Add(compiled.vocabulary().stop_tokens());
  return {.row = row.Finish(), .is_clear = !walk.is_unclear()};
}

}  // namespace pushmask::match
