// SPDX-License-Identifier: Apache-2.0
#include "match/compute_row.h"

#include <memory>

#include "mask/token_partition.h"
#include "mask/trie_walk.h"
#include "stack/lazy_automaton.h"

namespace pushmask::match {

mask::Row ComputeRow(const compile::CompiledGrammar& compiled, const stack::SharedStacks& stacks,
                     std::span<const stack::Link> links) {
  mask::RowBuilder row(compiled.vocabulary().size());
  stack::LazyAutomaton automaton(compiled.machine(), compiled.registers(), &stacks);
  std::shared_ptr<const mask::TokenPartition> keep;
  for (const stack::Link& link : automaton.stepper().WithReturns(links)) {
    if (link.state == pda::kEnd) {
      row.Add(compiled.vocabulary().stop_tokens());
      continue;
    }
    const mask::TokenPartition& partition = compiled.partitions().Get(link.state, link.reg, &keep);
    if (partition.dense != nullptr) row.Add(partition.dense);
    row.Add(partition.sparse);
    if (partition.residuals.num_nodes() == 1) continue;
    const auto below = automaton.scratch().links(link.below);
    mask::WalkTrie(partition.residuals, automaton.Start(below), &automaton,
                   [&](std::uint32_t node, stack::LazyAutomaton::Id) {
                     row.Add(partition.residuals.tokens(node));
                   });
  }
  return row.Finish();
}

}  // namespace pushmask::match
