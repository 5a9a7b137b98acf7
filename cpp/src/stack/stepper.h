// SPDX-License-Identifier: Apache-2.0
// Stepper: one byte of the pushdown automaton, from a configuration to the next.
//
// A configuration is a normalised set of links: positions over stack nodes. Per byte and link the
// cost is that of the state's actions for the byte, plus one stack node per called rule.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "pda/machine.h"
#include "stack/register_table.h"
#include "stack/stack_node.h"

namespace pushmask::stack {

class Stepper {
 public:
  // All three must outlive the stepper. New nodes go to `scratch`.
  Stepper(const pda::Machine& machine, RegisterTable* registers, ScratchStacks* scratch)
      : machine_(machine), registers_(registers), scratch_(scratch) {}

  // The configuration after `byte`, empty if there is none. `out` must not alias `from`.
  void Step(std::span<const Link> from, std::uint8_t byte, std::vector<Link>* out);

  // The start of the root rule.
  std::vector<Link> Initial() const;

  // Where the sequence may be without reading a byte: the links themselves and, for links whose
  // rule may end, the links below. Normalised.
  std::vector<Link> WithReturns(std::span<const Link> links) const;

  // Only what lies below: the links of every rule that may end here. Normalised.
  std::vector<Link> Returns(std::span<const Link> links) const;

  // Whether the root rule may end here.
  bool CanEnd(std::span<const Link> links) const;

  // Adds every byte that can follow, and perhaps some that a guard forbids. Cheap.
  void FirstBytes(std::span<const Link> links, std::bitset<256>* bytes) const;

  // Adds exactly the bytes that can follow.
  void NextBytes(std::span<const Link> links, std::bitset<256>* bytes) const;

  const ScratchStacks& scratch() const { return *scratch_; }

 private:
  bool MayEnd(StateId state, Register reg) const;
  bool MustEnd(StateId state, Register reg) const;
  void StepLink(const Link& link, const pda::Segment& segment);
  void Arrive(StateId state, Register reg, NodeId below);
  // The links of closure slot `slot` of `link`'s state; empty if its guards forbid it.
  void CollectSlot(const Link& link, std::uint32_t slot, std::vector<Link>* links, NodeId* base);
  NodeId SlotNode(const Link& link, std::uint32_t slot);
  void MergePositions(std::vector<Link>* links);

  const pda::Machine& machine_;
  RegisterTable* registers_;
  ScratchStacks* scratch_;
  std::vector<Link>* out_ = nullptr;
  std::vector<NodeId> slot_nodes_;  // of the current link; valid where slot_known_ is set
  std::vector<std::uint8_t> slot_known_;
  std::deque<std::vector<Link>> buffers_;  // one per nested call of SlotNode
  std::size_t depth_ = 0;
};

}  // namespace pushmask::stack
