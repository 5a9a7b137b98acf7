// SPDX-License-Identifier: Apache-2.0
#include "stack/stepper.h"

#include <algorithm>

#include "base/hash.h"

namespace pushmask::stack {

using pda::Segment;

bool Stepper::MayEnd(StateId state, Register reg) const {
  return machine_.state(state).accept && registers_->MayEnd(Spec(state), reg);
}

bool Stepper::MustEnd(StateId state, Register reg) const {
  const pda::State& s = machine_.state(state);
  if (s.final) return true;
  if (s.spec == 0 || !s.accept) return false;
  const pda::RegisterSpec& spec = Spec(state);
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
  sources_.clear();
  for (const Link& link : from) {
    sources_.push_back(link);
    if (!link.below.valid() || !MayEnd(link.state, link.reg)) continue;
    const auto returns = scratch_->links(link.below);
    sources_.insert(sources_.end(), returns.begin(), returns.end());
  }
  if (sources_.size() > from.size()) scratch_->Normalize(&sources_);
  callers_.clear();
  for (const Link& source : sources_) {
    const Segment* segment = machine_.FindSegment(source.state, byte);
    if (segment == nullptr) continue;
    bool calls = false;
    for (const pda::Action& action : machine_.actions(*segment)) {
      if (action.slot == 0) {
        Arrive(action.target, source.reg, source.below);
      } else {
        calls = true;
      }
    }
    if (calls) callers_.push_back({source, segment, 0});
  }
  if (!callers_.empty()) StepCalls();
  MergePositions(out);
}

void Stepper::StepCalls() {
  FindCallees();
  for (const Caller& caller : callers_) {
    for (const pda::Action& action : machine_.actions(*caller.segment)) {
      if (action.slot == 0) continue;
      const std::uint32_t callee = slot_callees_[caller.first_slot + action.slot - 1];
      if (machine_.state(action.target).final) {  // a call that is over at once needs no node
        NodeId base;
        CollectLinks(callee, out_, &base);
        continue;
      }
      const NodeId node = CalleeNode(callee);
      if (node.valid()) Arrive(action.target, 0, node);
    }
  }
}

void Stepper::FindCallees() {
  callees_.clear();
  uses_.clear();
  slot_callees_.clear();
  const bool single = callers_.size() == 1;  // then every slot is a rule of its own
  if (!single) callee_index_.Clear();
  for (std::uint32_t i = 0; i < callers_.size(); ++i) {
    Caller& caller = callers_[i];
    caller.first_slot = static_cast<std::uint32_t>(slot_callees_.size());
    const std::uint32_t num_slots = machine_.num_slots(caller.link.state);
    for (std::uint32_t slot = 1; slot <= num_slots; ++slot) {
      const std::uint32_t callee =
          single ? AddCallee(StateId()) : CalleeFor(machine_.slot_entry(caller.link.state, slot));
      slot_callees_.push_back(callee);
      uses_.push_back({i, slot, callees_[callee].last_use});
      callees_[callee].last_use = static_cast<std::uint32_t>(uses_.size() - 1);
    }
  }
}

std::uint32_t Stepper::AddCallee(StateId entry) {
  callees_.push_back({.entry = entry});
  return static_cast<std::uint32_t>(callees_.size() - 1);
}

std::uint32_t Stepper::CalleeFor(StateId entry) {
  const std::uint64_t hash = base::Mix(entry.value);
  const std::uint32_t known = callee_index_.Find(
      hash, [&](std::uint32_t number) { return callees_[number].entry == entry; });
  if (known != base::HashIndex::kNone) return known;
  const std::uint32_t callee = AddCallee(entry);
  callee_index_.Insert(hash, callee);
  return callee;
}

void Stepper::Arrive(StateId state, Register reg, NodeId below) {
  if (!MustEnd(state, reg)) {
    out_->push_back({state, reg, below});
    return;
  }
  const auto links = scratch_->links(below);
  out_->insert(out_->end(), links.begin(), links.end());
}

NodeId Stepper::CalleeNode(std::uint32_t callee) {
  if (callees_[callee].known) return callees_[callee].node;
  if (buffers_.size() == depth_) buffers_.emplace_back();
  std::vector<Link>& links = buffers_[depth_++];  // a deque: deeper calls do not move it
  links.clear();
  NodeId base;
  CollectLinks(callee, &links, &base);
  NodeId node;
  if (!links.empty()) {
    scratch_->Normalize(&links);
    node = scratch_->Intern(links, base);
  }
  --depth_;
  callees_[callee].known = true;
  callees_[callee].node = node;
  return node;
}

void Stepper::CollectLinks(std::uint32_t callee, std::vector<Link>* links, NodeId* base) {
  for (std::uint32_t u = callees_[callee].last_use; u != kNoUse; u = uses_[u].next) {
    const Caller& caller = callers_[uses_[u].caller];
    for (const pda::CallLink& call : machine_.slot_links(caller.link.state, uses_[u].slot)) {
      const bool own = call.parent == 0;
      const NodeId parent =
          own ? caller.link.below : CalleeNode(slot_callees_[caller.first_slot + call.parent - 1]);
      if (!parent.valid()) continue;
      Register reg = own ? caller.link.reg : 0;
      if (!registers_->Apply(Spec(call.target), call, &reg)) continue;
      const bool must_end = MustEnd(call.target, reg);
      if (!must_end) links->push_back({call.target, reg, parent});
      if (must_end || MayEnd(call.target, reg)) {
        const auto below = scratch_->links(parent);
        links->insert(links->end(), below.begin(), below.end());
        *base = parent;
      }
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

void Stepper::NextBytes(std::span<const Link> links, std::bitset<256>* bytes) {
  // A guard can forbid a whole action, so every segment is tried by its first byte.
  std::vector<Link> next;
  for (const Link& link : WithReturns(links)) {
    for (const Segment& segment : machine_.segments(link.state)) {
      Step({&link, 1}, segment.first, &next);
      if (next.empty()) continue;
      for (unsigned byte = segment.first; byte <= segment.last; ++byte) bytes->set(byte);
    }
  }
}

}  // namespace pushmask::stack
