// SPDX-License-Identifier: Apache-2.0
#include "stack/stepper.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/hash.h"
#include "pushmask/error.h"

namespace pushmask::stack {

using pda::Segment;

namespace {

// Texts whose members can be read in very many ways (40 equal items in any order have 2^40 sets)
// are given up before they fill the memory. Counts that are open at once are the most that others
// have: some thousands.
void CheckNumPositions(std::size_t num_positions) {
  constexpr std::size_t kMaxPositions = std::size_t{1} << 16;
  if (num_positions <= kMaxPositions) return;
  throw LimitError("the text can be read in more than " + std::to_string(kMaxPositions) +
                       " ways (limit max_positions)",
                   "max_positions", kMaxPositions, num_positions);
}

}  // namespace

bool Stepper::MayEnd(StateId state, Register reg) const {
  return machine_.state(state).accept && registers_->MayEnd(Spec(state), reg);
}

bool Stepper::MustEnd(StateId state, Register reg) const {
  const pda::State& s = machine_.state(state);
  if (s.final) return true;
  if (s.spec == 0 || !s.accept) return false;
  const pda::RegisterSpec& spec = Spec(state);
  if (spec.kind == pda::RegisterKind::kLength) return s.units_on > spec.max - reg;
  return registers_->MustEnd(spec, reg);
}

std::vector<Link> Stepper::Initial() const {
  std::vector<Link> links;
  if (machine_.root_entry().valid()) links.push_back({machine_.root_entry(), 0, kBottom});
  if (machine_.root_nullable()) links.push_back({pda::kEnd, 0, NodeId()});
  std::sort(links.begin(), links.end());
  return links;
}

void Stepper::Step(std::span<const Link> from, std::uint8_t byte, std::vector<Link>* out) {
  if (from.size() == 1 && StepInside(from[0], byte, out)) return;
  buffers_.sources.assign(from.begin(), from.end());
  AppendReturns(from, &buffers_.sources);
  if (buffers_.sources.size() > from.size()) scratch_->Normalize(&buffers_.sources);
  StepSources(byte, out);
}

bool Stepper::StepInside(const Link& link, std::uint8_t byte, std::vector<Link>* out) {
  if (MayEnd(link.state, link.reg)) return false;
  out->clear();
  const Segment* segment = machine_.FindSegment(link.state, byte);
  if (segment == nullptr) return true;
  const auto actions = machine_.actions(*segment);
  if (actions.size() != 1 || actions[0].slot != 0) return false;
  out_ = out;
  num_links_ = 0;
  Read(byte, link.state, actions[0].target, link.reg, link.below);
  return true;
}

void Stepper::StepPosition(const Link& position, std::uint8_t byte,
                           std::span<const std::uint8_t> skipped, std::vector<Link>* out) {
  buffers_.sources.assign(1, position);
  skipped_ = skipped;
  StepSources(byte, out);
  skipped_ = {};
}

void Stepper::StepSources(std::uint8_t byte, std::vector<Link>* out) {
  num_links_ = 0;
  out->clear();
  out_ = out;
  buffers_.callers.clear();
  for (const Link& source : buffers_.sources) {
    const Segment* segment = machine_.FindSegment(source.state, byte);
    if (segment == nullptr) continue;
    bool calls = false;
    for (const pda::Action& action : machine_.actions(*segment)) {
      if (action.slot == 0) {
        Read(byte, source.state, action.target, source.reg, source.below);
      } else {
        calls |= !IsSkipped(action);
      }
    }
    if (calls) buffers_.callers.push_back({source, segment, 0});
  }
  if (!buffers_.callers.empty()) StepCalls(byte);
  MergePositions(out);
  CheckNumPositions(out->size());
}

NodeId Stepper::OpenFrame(const Link& link, std::uint32_t slot) {
  num_links_ = 0;
  buffers_.callers.assign(1, {link, nullptr, 0});
  FindCallees();
  return CalleeNode(buffers_.slot_callees[slot - 1]);
}

void Stepper::StepCalls(std::uint8_t byte) {
  FindCallees();
  for (const StepBuffers::Caller& caller : buffers_.callers) {
    for (const pda::Action& action : machine_.actions(*caller.segment)) {
      if (action.slot == 0 || IsSkipped(action)) continue;
      const std::uint32_t callee = buffers_.slot_callees[caller.first_slot + action.slot - 1];
      if (machine_.state(action.target).final) {  // a call that is over at once needs no node
        if (std::exchange(buffers_.callees[callee].is_over, true)) continue;
        NodeId base;
        CollectLinks(callee, out_, &base);
        continue;
      }
      const NodeId node = CalleeNode(callee);
      if (!node.valid()) continue;
      Read(byte, machine_.slot_entry(caller.link.state, action.slot), action.target, 0, node);
    }
  }
}

void Stepper::FindCallees() {
  buffers_.callees.clear();
  buffers_.uses.clear();
  buffers_.slot_callees.clear();
  const bool single = buffers_.callers.size() == 1;  // then every slot is a rule of its own
  if (!single) buffers_.callee_index.Clear();
  for (std::uint32_t i = 0; i < buffers_.callers.size(); ++i) {
    StepBuffers::Caller& caller = buffers_.callers[i];
    caller.first_slot = static_cast<std::uint32_t>(buffers_.slot_callees.size());
    // A late state's frames were called earlier than others that are opened by this byte.
    if (single || machine_.state(caller.link.state).is_late) {
      AddOwnCallees(i);
      continue;
    }
    const std::uint32_t num_slots = machine_.num_slots(caller.link.state);
    for (std::uint32_t slot = 1; slot <= num_slots; ++slot) {
      const std::uint32_t callee = CalleeFor(machine_.slot_entry(caller.link.state, slot));
      buffers_.slot_callees.push_back(callee);
      buffers_.uses.push_back({i, slot, buffers_.callees[callee].last_use});
      buffers_.callees[callee].last_use = static_cast<std::uint32_t>(buffers_.uses.size() - 1);
    }
  }
}

void Stepper::AddOwnCallees(std::uint32_t caller) {
  const std::uint32_t num_slots = machine_.num_slots(buffers_.callers[caller].link.state);
  auto callee = static_cast<std::uint32_t>(buffers_.callees.size());
  auto use = static_cast<std::uint32_t>(buffers_.uses.size());
  buffers_.callees.resize(callee + num_slots);
  buffers_.uses.resize(use + num_slots);
  buffers_.slot_callees.resize(buffers_.slot_callees.size() + num_slots);
  std::uint32_t* slot_callee = buffers_.slot_callees.data() + buffers_.callers[caller].first_slot;
  for (std::uint32_t slot = 1; slot <= num_slots; ++slot, ++callee, ++use) {
    slot_callee[slot - 1] = callee;
    buffers_.uses[use] = {caller, slot, StepBuffers::kNoUse};
    buffers_.callees[callee].last_use = use;
  }
}

std::uint32_t Stepper::AddCallee(StateId entry) {
  buffers_.callees.push_back({.entry = entry});
  return static_cast<std::uint32_t>(buffers_.callees.size() - 1);
}

std::uint32_t Stepper::CalleeFor(StateId entry) {
  const std::uint64_t hash = base::Mix(entry.value);
  const std::uint32_t known = buffers_.callee_index.Find(
      hash, [&](std::uint32_t number) { return buffers_.callees[number].entry == entry; });
  if (known != base::HashIndex::kNone) return known;
  const std::uint32_t callee = AddCallee(entry);
  buffers_.callee_index.Insert(hash, callee);
  return callee;
}

void Stepper::Arrive(StateId state, Register reg, NodeId below) {
  if (!MustEnd(state, reg)) {
    out_->push_back({state, reg, below});
    return;
  }
  const auto links = scratch_->links(below);
  out_->insert(out_->end(), links.begin(), links.end());
  Count(links.size());
}

void Stepper::Count(std::size_t num_links) {
  num_links_ += num_links;
  CheckNumLinks(num_links_);
}

void Stepper::Read(std::uint8_t byte, StateId from, StateId to, Register reg, NodeId below) {
  const pda::State& target = machine_.state(to);
  if (target.num_keys != 0) {
    const bool may_end = machine_.KeyEndOf(to) != pda::KeyStates::kNoEnd;
    const auto reading = registers_->ReadKeyByte(Spec(to), byte, target.num_keys, may_end, &reg);
    met_unclear_ |= reading == RegisterTable::Reading::kUnclear;
    if (reading != RegisterTable::Reading::kRead) return;
  } else if (target.spec != 0 && Spec(to).kind == pda::RegisterKind::kLength) {
    if (machine_.state(from).begins_unit && !target.is_past_units) ++reg;
    const std::uint32_t least = target.accept ? 0 : target.units_on;
    const std::uint32_t max = Spec(to).max;
    if (reg > max || least > max - reg) return;
  }
  Arrive(to, reg, below);
}

void Stepper::EndToken(std::vector<Link>* links) {
  if (!machine_.has_max_tokens()) return;
  buffers_.sources.assign(links->begin(), links->end());
  links->clear();
  for (Link link : buffers_.sources) {
    const pda::RegisterSpec& spec = Spec(link.state);
    if (spec.kind != pda::RegisterKind::kTokens) {
      links->push_back(link);
    } else if (++link.reg < spec.max) {
      links->push_back(link);
    } else if (machine_.state(link.state).accept) {
      const auto below = scratch_->links(link.below);
      links->insert(links->end(), below.begin(), below.end());
    }
  }
  MergePositions(links);
}

NodeId Stepper::CalleeNode(std::uint32_t callee) {
  if (buffers_.callees[callee].known) return buffers_.callees[callee].node;
  if (buffers_.links.size() == depth_) buffers_.links.emplace_back();
  std::vector<Link>& links = buffers_.links[depth_++];  // a deque: deeper calls do not move it
  links.clear();
  NodeId base;
  CollectLinks(callee, &links, &base);
  NodeId node;
  if (!links.empty()) {
    scratch_->Normalize(&links);
    node = scratch_->Intern(links, base);
  }
  --depth_;
  buffers_.callees[callee].known = true;
  buffers_.callees[callee].node = node;
  return node;
}

void Stepper::CollectLinks(std::uint32_t callee, std::vector<Link>* links, NodeId* base) {
  for (std::uint32_t u = buffers_.callees[callee].last_use; u != StepBuffers::kNoUse;
       u = buffers_.uses[u].next) {
    const StepBuffers::Caller& caller = buffers_.callers[buffers_.uses[u].caller];
    for (const pda::CallLink& call :
         machine_.slot_links(caller.link.state, buffers_.uses[u].slot)) {
      const bool own = call.parent == 0;
      const NodeId parent =
          own ? caller.link.below
              : CalleeNode(buffers_.slot_callees[caller.first_slot + call.parent - 1]);
      if (!parent.valid()) continue;
      Register reg = own ? caller.link.reg : 0;
      if (!registers_->Apply(Spec(call.target), call, &reg)) continue;
      const bool must_end = MustEnd(call.target, reg);
      if (!must_end) links->push_back({call.target, reg, parent});
      if (must_end || MayEnd(call.target, reg)) {
        const auto below = scratch_->links(parent);
        links->insert(links->end(), below.begin(), below.end());
        Count(below.size());
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
  std::vector<Link>& merged = buffers_.merged;
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
        Count(below.size());
      }
      scratch_->Normalize(&merged);
      link.below = scratch_->Intern(merged, (*links)[run - 1].below);
    }
    (*links)[kept++] = link;
    i = run;
  }
  links->resize(kept);
}

void Stepper::Returns(std::span<const Link> links, std::vector<Link>* out) const {
  out->clear();
  AppendReturns(links, out);
  scratch_->Normalize(out);
}

void Stepper::WithReturns(std::span<const Link> links, std::vector<Link>* out) const {
  out->assign(links.begin(), links.end());
  AppendReturns(links, out);
  scratch_->Normalize(out);
}

void Stepper::AppendReturns(std::span<const Link> links, std::vector<Link>* out) const {
  for (const Link& link : links) {
    if (!link.below.valid() || !MayEnd(link.state, link.reg)) continue;
    const auto below = scratch_->links(link.below);
    out->insert(out->end(), below.begin(), below.end());
    CheckNumLinks(out->size());
  }
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

void Stepper::FirstBytes(std::span<const Link> links, base::ByteSet* bytes) const {
  const auto add = [&](StateId state) {
    for (const Segment& segment : machine_.segments(state)) {
      bytes->AddRange(segment.first, segment.last);
    }
  };
  for (const Link& link : links) {
    add(link.state);
    if (!link.below.valid() || !MayEnd(link.state, link.reg)) continue;
    for (const Link& below : scratch_->links(link.below)) add(below.state);
  }
}

void Stepper::NextBytes(std::span<const Link> links, base::ByteSet* bytes) {
  // A guard can forbid a whole action, so every segment is tried by its first byte. Bytes with
  // which keys seen go on are tried one by one.
  std::vector<Link> next;
  std::vector<Link> positions;
  WithReturns(links, &positions);
  for (const Link& link : positions) {
    const auto is_allowed = [&](std::uint8_t byte) {
      Step({&link, 1}, byte, &next);
      return !next.empty();
    };
    const base::ByteSet singles = BytesOfSeenKeys(link);
    for (const Segment& segment : machine_.segments(link.state)) {
      base::ByteSet all;
      all.AddRange(segment.first, segment.last);
      const base::ByteSet alike = all.Without(singles);
      all.Without(alike).ForEach([&](std::uint8_t byte) {
        if (is_allowed(byte)) bytes->AddRange(byte, byte);
      });
      if (!alike.empty() && is_allowed(alike.first())) bytes->AddAll(alike);
    }
  }
}

base::ByteSet Stepper::BytesOfSeenKeys(const Link& link) const {
  base::ByteSet bytes;
  const pda::RegisterSpec& spec = machine_.spec(link.state);
  if (spec.kind != pda::RegisterKind::kMembers || !spec.leaf.valid()) return bytes;
  for (const auto& branch : registers_->keys().branches(registers_->KeysFrom(link.reg))) {
    bytes.AddRange(branch.byte, branch.byte);
  }
  return bytes;
}

}  // namespace pushmask::stack
