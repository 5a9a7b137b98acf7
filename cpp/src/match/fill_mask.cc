// SPDX-License-Identifier: Apache-2.0
// The mask of a configuration: the union of its positions' partitions, plus the context-dependent
// tokens whose residuals the stack below accepts. Remembered as a row; then it is one copy.
#include <algorithm>
#include <memory>
#include <vector>

#include "mask/trie_walk.h"
#include "match/matcher_state.h"
#include "pushmask/token_mask.h"
#include "stack/lazy_automaton.h"

namespace pushmask::match {
namespace {

using stack::Link;

void ComputeMask(const compile::CompiledGrammar& compiled, const stack::SharedStacks& stacks,
                 std::span<const Link> links, std::span<std::int32_t> mask) {
  std::fill(mask.begin(), mask.end(), 0);
  stack::LazyAutomaton automaton(compiled.machine(), compiled.registers(), &stacks);
  for (const Link& link : automaton.stepper().WithReturns(links)) {
    if (link.state == pda::kEnd) {
      for (const TokenId stop : compiled.vocabulary().stop_tokens()) {
        AllowToken(mask, static_cast<std::size_t>(stop));
      }
      continue;
    }
    const auto partition = compiled.partitions().Get(link.state, link.reg);
    partition->accepted.AddTo(mask);
    const auto below = automaton.scratch().links(link.below);
    mask::WalkTrie(partition->residuals, automaton.Start(below), &automaton,
                   [&](std::uint32_t node, stack::LazyAutomaton::Id) {
                     for (const TokenId token : partition->residuals.tokens(node)) {
                       AllowToken(mask, static_cast<std::size_t>(token));
                     }
                   });
  }
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
    const auto row = rows.row(known);
    std::copy(row.begin(), row.end(), mask.begin());
    return rows.allows_all(known);
  }
  ComputeMask(*compiled_, table_->stacks(), current(), mask);
  if (const auto row = rows.Intern(mask)) table_->RememberRow(id, *row);
  return rows.AllowsAll(mask);
}

}  // namespace pushmask::match
