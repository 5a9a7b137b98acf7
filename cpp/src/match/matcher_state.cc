// SPDX-License-Identifier: Apache-2.0
#include "match/matcher_state.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "match/byte_walk.h"
#include "pushmask/error.h"

namespace pushmask::match {

using stack::ConfigurationTable;
using stack::Link;
using stack::ScratchStacks;

MatcherState::MatcherState(std::shared_ptr<const compile::CompiledGrammar> compiled)
    : compiled_(std::move(compiled)), history_(Start()) {
  if (compiled_->captures() != nullptr) text_.emplace(Piece{});
}

Step MatcherState::Start() {
  ByteWalk walk(*compiled_, compiled_->registers(), *compiled_->configurations(), {});
  return Commit({}, walk.scratch(), walk.stepper().Initial());
}

bool MatcherState::CanStop(Step step) const {
  if (step.stopped) return false;
  return ByteWalk(*compiled_, &registers(), table(step), links(step)).CanEnd();
}

void MatcherState::Rollback(std::size_t num_tokens) {
  if (num_tokens > this->num_tokens()) {
    throw MatcherStateError("cannot roll back " + std::to_string(num_tokens) + " tokens: only " +
                            std::to_string(this->num_tokens()) + " were accepted");
  }
  history_.Drop(num_tokens);
  if (text_) text_->Drop(num_tokens);
}

stack::RegisterTable& MatcherState::RegistersToKeep() {
  if (own_registers_ == nullptr && compiled_->registers()->IsFull()) {
    own_registers_ = std::make_shared<stack::RegisterTable>(compiled_->registers());
  }
  return registers();
}

Step MatcherState::Commit(Step from, const ScratchStacks& scratch, std::span<const Link> links) {
  // Own registers mean nothing to other matchers.
  const bool may_share = own_registers_ == nullptr || own_registers_->IsEmpty();
  if (from.own_table || may_share) {
    if (const auto id = table(from).Commit(scratch, links)) {
      return {.configuration = *id, .own_table = from.own_table};
    }
  }
  // Only the shared table has a budget, so `from` lies there and `scratch` over it.
  if (own_table_ == nullptr) {
    own_table_ = std::make_shared<ConfigurationTable>(std::numeric_limits<std::size_t>::max());
  }
  return {.configuration = own_table_->Import(scratch, links), .own_table = true};
}

}  // namespace pushmask::match
