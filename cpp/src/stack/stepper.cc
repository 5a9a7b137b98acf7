// SPDX-License-Identifier: Apache-2.0
#include "stack/stepper.h"

#include <algorithm>

namespace pushmask::stack {

using pda::Segment;

bool Stepper::MayEnd(StateId state, Register reg) const {
  return machine_.state(state).accept && registers_->MayEnd(machine_.spec(state), reg);
}

bool Stepper::MustEnd(StateId state, Register reg) const {
  const pda::State& s = machine_.state(state);
  if (s.final) return true;
  if (s.spec == 0 || !s.accept) return false;
  const pda::RegisterSpec& spec = machine_.spec(state);
  return !registers_->MayContinue(spec, reg) && registers_->MayEnd(spec, reg);
}

std::vector<Link> Stepper::Initial() const {
  std::vector<Link> links;
  if (machine_.root_entry().valid()) links.push_back({machine_.root_entry(), 0, kBottom});
  if (machine_.root_nullable()) links.push_back({pda::kEnd, 0, NodeId()});
  std::sort(links.begin(), links.end());
  return links;
}

void Stepper::Step(std::span<const Link> from, std::uint8_t byte, std::vector<Link>* out) {
  out->clear();
  out_ = out;
  const auto step = [&](const Link& link) {
    const Segment* segment = machine_.FindSegment(link.state, byte);
    if (segment != nullptr) StepLink(link, *segment);
  };
  for (const Link& link : from) {
    step(link);
    if (!link.below.valid() || !MayEnd(link.state, link.reg)) continue;
    // By index: stepping may add nodes, which moves the links of scratch nodes.
    const std::size_t num_returns = scratch_->links(link.below).size();
    for (std::size_t i = 0; i < num_returns; ++i) step(Link(scratch_->links(link.below)[i]));
  }
  MergePositions(out);
}

void Stepper::StepLink(const Link& link, const Segment& segment) {
  const std::size_t num_slots =
      machine_.state(link.state).slots.end - machine_.state(link.state).slots.begin + 1;
  slot_known_.assign(num_slots, 0);
  slot_nodes_.resize(std::max(slot_nodes_.size(), num_slots));
  for (const pda::Action& action : machine_.actions(segment)) {
    if (action.slot == 0) {
      Arrive(action.target, link.reg, link.below);
      continue;
    }
    if (machine_.state(action.target).final) {  // a call that is over at once needs no node
      NodeId base;
      CollectSlot(link, action.slot, out_, &base);
      continue;
    }
    const NodeId node = SlotNode(link, action.slot);
    if (node.valid()) Arrive(action.target, 0, node);
  }
}

void Stepper::Arrive(StateId state, Register reg, NodeId below) {
  if (!MustEnd(state, reg)) {
    out_->push_back({state, reg, below});
    return;
  }
  const auto links = scratch_->links(below);
  out_->insert(out_->end(), links.begin(), links.end());
}

NodeId Stepper::SlotNode(const Link& link, std::uint32_t slot) {
  if (slot_known_[slot] != 0) return slot_nodes_[slot];
  if (buffers_.size() == depth_) buffers_.emplace_back();
  std::vector<Link>& links = buffers_[depth_++];  // a deque: deeper calls do not move it
  links.clear();
  NodeId base;
  CollectSlot(link, slot, &links, &base);
  NodeId node;
  if (!links.empty()) {
    scratch_->Normalize(&links);
    node = scratch_->Intern(links, base);
  }
  --depth_;
  slot_known_[slot] = 1;
  slot_nodes_[slot] = node;
  return node;
}

void Stepper::CollectSlot(const Link& link, std::uint32_t slot, std::vector<Link>* links,
                          NodeId* base) {
  for (const pda::CallLink& call : machine_.slot_links(link.state, slot)) {
    const bool own = call.parent == 0;
    const NodeId parent = own ? link.below : SlotNode(link, call.parent);
    if (!parent.valid()) continue;
    Register reg = own ? link.reg : 0;
    if (!registers_->Apply(machine_.spec(call.target), call, &reg)) continue;
    const bool must_end = MustEnd(call.target, reg);
    if (!must_end) links->push_back({call.target, reg, parent});
    if (must_end || MayEnd(call.target, reg)) {
      const auto below = scratch_->links(parent);
      links->insert(links->end(), below.begin(), below.end());
      *base = parent;
    }
  }
}

// Positions reached in several ways are one position over the union of the stacks.
void Stepper::MergePositions(std::vector<Link>* links) {
  if (links->size() < 2) return;
  scratch_->Normalize(links);
  std::size_t kept = 0;
  std::vector<Link> merged;
  for (std::size_t i = 0; i < links->size();) {
    Link link = (*links)[i];
    std::size_t run = i + 1;
    while (run < links->size() && (*links)[run].state == link.state &&
           (*links)[run].reg == link.reg) {
      ++run;
    }
    if (run - i > 1) {
      merged.clear();
      for (std::size_t k = i; k < run; ++k) {
        const auto below = scratch_->links((*links)[k].below);
        merged.insert(merged.end(), below.begin(), below.end());
      }
      scratch_->Normalize(&merged);
      link.below = scratch_->Intern(merged, (*links)[run - 1].below);
    }
    (*links)[kept++] = link;
    i = run;
  }
  links->resize(kept);
}

std::vector<Link> Stepper::Returns(std::span<const Link> links) const {
  std::vector<Link> out;
  for (const Link& link : links) {
    if (!link.below.valid() || !MayEnd(link.state, link.reg)) continue;
    const auto below = scratch_->links(link.below);
    out.insert(out.end(), below.begin(), below.end());
  }
  scratch_->Normalize(&out);
  return out;
}

std::vector<Link> Stepper::WithReturns(std::span<const Link> links) const {
  std::vector<Link> out = Returns(links);
  out.insert(out.end(), links.begin(), links.end());
  scratch_->Normalize(&out);
  return out;
}

bool Stepper::CanEnd(std::span<const Link> links) const {
  for (const Link& link : links) {
    if (link.state == pda::kEnd) return true;
    if (!MayEnd(link.state, link.reg)) continue;
    for (const Link& below : scratch_->links(link.below)) {
      if (below.state == pda::kEnd) return true;
    }
  }
  return false;
}

void Stepper::FirstBytes(std::span<const Link> links, std::bitset<256>* bytes) const {
  const auto add = [&](StateId state) {
    for (const Segment& segment : machine_.segments(state)) {
      for (unsigned byte = segment.first; byte <= segment.last; ++byte) bytes->set(byte);
    }
  };
  for (const Link& link : links) {
    add(link.state);
    if (!link.below.valid() || !MayEnd(link.state, link.reg)) continue;
    for (const Link& below : scratch_->links(link.below)) add(below.state);
  }
}

void Stepper::NextBytes(std::span<const Link> links, std::bitset<256>* bytes) const {
  // A guard can forbid a whole action, so every byte is tried by its segment.
  ScratchStacks scratch = *scratch_;
  Stepper probe(machine_, registers_, &scratch);
  std::vector<Link> next;
  for (const Link& link : WithReturns(links)) {
    for (const Segment& segment : machine_.segments(link.state)) {
      probe.Step({&link, 1}, segment.first, &next);
      if (next.empty()) continue;
      for (unsigned byte = segment.first; byte <= segment.last; ++byte) bytes->set(byte);
    }
  }
}

}  // namespace pushmask::stack
