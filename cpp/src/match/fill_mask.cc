// SPDX-License-Identifier: Apache-2.0
// The mask of a configuration: the union of its positions' partitions, plus the context-dependent
// tokens whose residuals the stack below accepts. Remembered as a row; then it is one copy.
#include <algorithm>
#include <memory>
#include <span>

#include "mask/row_table.h"
#include "mask/token_partition.h"
#include "mask/trie_walk.h"
#include "match/matcher_state.h"
#include "stack/lazy_automaton.h"

namespace pushmask::match {
namespace {

using stack::Link;

mask::Row ComputeRow(const compile::CompiledGrammar& compiled, const stack::SharedStacks& stacks,
                     std::span<const Link> links) {
  mask::RowBuilder row(compiled.vocabulary().size());
  stack::LazyAutomaton automaton(compiled.machine(), compiled.registers(), &stacks);
  std::shared_ptr<const mask::TokenPartition> keep;
  for (const Link& link : automaton.stepper().WithReturns(links)) {
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

}  // namespace

bool MatcherState::FillMask(std::span<std::int32_t> mask) const {
  if (is_stopped()) {
    std::fill(mask.begin(), mask.end(), 0);
    return false;
  }
  mask::RowTable& rows = compiled_->rows();
  const stack::ConfigurationId id = history_.back().configuration;
  const mask::RowId known = table_->row(id);
  if (known != stack::ConfigurationTable::kNoRow) {
    const mask::Row& row = rows.row(known);
    row.WriteTo(mask);
    return row.allows_all;
  }
  const mask::Row row = ComputeRow(*compiled_, table_->stacks(), current());
  if (const auto interned = rows.Intern(row)) table_->RememberRow(id, *interned);
  row.WriteTo(mask);
  return row.allows_all;
}

}  // namespace pushmask::match
