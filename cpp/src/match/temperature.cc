// SPDX-License-Identifier: Apache-2.0
// The temperature to sample the next token with. A state of the machine has that of the innermost
// rule around it, so what counts are the states that can read a byte next: those where the text
// stands, and the first ones of the rules that can be called there.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "match/byte_walk.h"
#include "match/matcher_state.h"

namespace pushmask::match {
namespace {

class Search {
 public:
  Search(const pda::Machine& machine, stack::Stepper* stepper)
      : machine_(machine), stepper_(*stepper) {}

  void Visit(const stack::Link& link) {
    const std::uint32_t num_slots = machine_.num_slots(link.state);
    reads_.assign(num_slots + std::size_t{1}, false);
    for (const pda::Segment& segment : machine_.segments(link.state)) {
      for (const pda::Action& action : machine_.actions(segment)) reads_[action.slot] = true;
    }
    if (reads_[0] && ReadsItself(link)) Add(machine_.rule(link.state));
    for (std::uint32_t slot = 1; slot <= num_slots; ++slot) {
      const pda::MachineRule& rule = machine_.rule(machine_.slot_entry(link.state, slot));
      if (!reads_[slot] || !IsHigher(rule)) continue;
      if (stepper_.OpenFrame(link, slot).valid()) Add(rule);
    }
  }

  std::optional<double> highest() const { return highest_; }

 private:
  bool IsHigher(const pda::MachineRule& rule) const {
    return rule.temperature && (!highest_ || *rule.temperature > *highest_);
  }
  void Add(const pda::MachineRule& rule) {
    if (IsHigher(rule)) highest_ = rule.temperature;
  }

  // Whether its own frame can read some byte; a guard may forbid what the state has edges for.
  bool ReadsItself(const stack::Link& link) {
    if (!IsHigher(machine_.rule(link.state))) return false;
    if (machine_.state(link.state).spec == 0) return true;
    const std::vector<std::uint8_t> calls(machine_.num_slots(link.state), 1);
    for (const pda::Segment& segment : machine_.segments(link.state)) {
      for (int byte = segment.first; byte <= segment.last; ++byte) {
        stepper_.StepPosition(link, static_cast<std::uint8_t>(byte), calls, &next_);
        if (!next_.empty()) return true;
      }
    }
    return false;
  }

  const pda::Machine& machine_;
  stack::Stepper& stepper_;
  std::optional<double> highest_;
  std::vector<bool> reads_;  // by slot
  std::vector<stack::Link> next_;
};

}  // namespace

std::optional<double> MatcherState::Temperature() const {
  if (!compiled_->machine().has_temperatures() || is_stopped()) return std::nullopt;
  const Step now = history_.last();
  const stack::OperationRegisters registers(compiled_->machine(), &this->registers());
  ByteWalk walk(*compiled_, registers.get(), table(now), links(now));
  std::vector<stack::Link> positions;
  walk.stepper().WithReturns(walk.links(), &positions);
  Search search(compiled_->machine(), &walk.stepper());
  for (const stack::Link& position : positions) search.Visit(position);
  return search.highest();
}

}  // namespace pushmask::match
