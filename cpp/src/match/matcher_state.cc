// SPDX-License-Identifier: Apache-2.0
#include "match/matcher_state.h"

#include <limits>
#include <unordered_map>
#include <utility>

#include "base/check.h"

namespace pushmask::match {

using stack::ConfigurationTable;
using stack::Link;
using stack::NodeId;
using stack::ScratchStacks;

MatcherState::MatcherState(std::shared_ptr<const compile::CompiledGrammar> compiled)
    : compiled_(std::move(compiled)), table_(compiled_->configurations()) {
  ScratchStacks scratch(&table_->stacks());
  const stack::Stepper stepper(compiled_->machine(), compiled_->registers(), &scratch);
  const std::vector<Link> initial = stepper.Initial();
  history_.push_back({Commit(scratch, initial)});
}

bool MatcherState::can_stop() const {
  if (is_stopped()) return false;
  ScratchStacks scratch(&table_->stacks());
  const stack::Stepper stepper(compiled_->machine(), compiled_->registers(), &scratch);
  return stepper.CanEnd(current());
}

void MatcherState::Rollback(std::size_t num_tokens) {
  if (num_tokens > this->num_tokens()) {
    throw MatcherStateError("cannot roll back " + std::to_string(num_tokens) + " tokens: only " +
                            std::to_string(this->num_tokens()) + " were accepted");
  }
  history_.resize(history_.size() - num_tokens);
}

void MatcherState::Reset() { history_.resize(1); }

stack::ConfigurationId MatcherState::Commit(const ScratchStacks& scratch,
                                            std::span<const Link> links) {
  if (const auto id = table_->Commit(scratch, links)) return *id;
  PUSHMASK_CHECK(shares_table_);  // a matcher's own table has no budget
  MoveToOwnTable();
  return table_->Import(scratch, links);  // `scratch` still lies over the shared table
}

void MatcherState::MoveToOwnTable() {
  const auto shared = std::exchange(
      table_, std::make_shared<ConfigurationTable>(std::numeric_limits<std::size_t>::max()));
  shares_table_ = false;
  const ScratchStacks stacks(&shared->stacks());
  std::unordered_map<stack::ConfigurationId, stack::ConfigurationId> moved;
  for (Step& step : history_) {
    const auto [entry, inserted] = moved.try_emplace(step.configuration);
    if (inserted) entry->second = table_->Import(stacks, shared->links(step.configuration));
    step.configuration = entry->second;
  }
}

}  // namespace pushmask::match
