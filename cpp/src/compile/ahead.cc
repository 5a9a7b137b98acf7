// SPDX-License-Identifier: Apache-2.0
#include "compile/ahead.h"

#include <cstddef>
#include <exception>
#include <utility>
#include <vector>

namespace pushmask::compile {
namespace {

// The states whose partitions masks look up, in breadth-first order from the root: those that a
// text meets first, first.
std::vector<pda::StateId> NearestFirst(const pda::Machine& machine) {
  std::vector<pda::StateId> order;
  std::vector<bool> seen(machine.num_states());
  const auto visit = [&](pda::StateId state) {
    if (seen[state.index()]) return;
    seen[state.index()] = true;
    order.push_back(state);
  };
  if (machine.root_entry().valid()) visit(machine.root_entry());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const pda::StateId state = order[i];
    if (machine.state(state).num_keys != 0) visit(machine.KeyLeafOf(state));
    const pda::RegisterKind kind = machine.spec(state).kind;
    if (kind == pda::RegisterKind::kLength || kind == pda::RegisterKind::kTokens) {
      visit(machine.UnboundedOf(state));
    }
    for (const pda::Segment& segment : machine.segments(state)) {
      for (const pda::Action& action : machine.actions(segment)) visit(action.target);
    }
    const pda::Range slots = machine.state(state).slots;
    for (std::uint32_t slot = 1; slot <= slots.end - slots.begin; ++slot) {
      visit(machine.slot_entry(state, slot));
      for (const pda::CallLink& call : machine.slot_links(state, slot)) visit(call.target);
    }
  }
  // Masks walk from the other states.
  std::erase_if(order, [&](pda::StateId state) { return !machine.state(state).wide; });
  return order;
}

void ComputePartition(const CompiledGrammar& compiled, pda::StateId state) {
  std::shared_ptr<const mask::TokenPartition> keep;
  compiled.partitions().Get(state, 0, 0, &keep);
}

// One state per turn of the queue, so that grammars share the pool and a pool can end soon.
void Continue(std::weak_ptr<const CompiledGrammar> weak, std::vector<pda::StateId> states,
              std::size_t next, base::ThreadPool* pool) {
  if (next == states.size()) return;
  const auto compiled = weak.lock();
  if (compiled == nullptr) return;
  try {
    ComputePartition(*compiled, states[next]);
  } catch (const std::exception&) {
    return;  // out of memory, say: whoever needs the partition will hear of it
  }
  pool->Submit([weak = std::move(weak), states = std::move(states), next, pool]() mutable {
    Continue(std::move(weak), std::move(states), next + 1, pool);
  });
}

}  // namespace

void ComputePartitionsAhead(const std::shared_ptr<const CompiledGrammar>& compiled,
                            base::ThreadPool* pool) {
  pool->Submit([weak = std::weak_ptr(compiled), pool] {
    const auto alive = weak.lock();
    if (alive != nullptr) Continue(weak, NearestFirst(alive->machine()), 0, pool);
  });
}

void ComputePartitions(const CompiledGrammar& compiled, base::ThreadPool* pool) {
  const std::vector<pda::StateId> states = NearestFirst(compiled.machine());
  const auto compute = [&](std::size_t i) { ComputePartition(compiled, states[i]); };
  if (pool != nullptr) {
    pool->ParallelFor(states.size(), compute);
  } else {
    for (std::size_t i = 0; i < states.size(); ++i) compute(i);
  }
}

}  // namespace pushmask::compile
