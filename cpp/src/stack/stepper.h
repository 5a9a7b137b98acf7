// SPDX-License-Identifier: Apache-2.0
// Stepper: one byte of the pushdown automaton, from a configuration to the next.
//
// A configuration is a normalised set of links: positions over stack nodes. Per byte and link the
// cost is that of the state's actions for the byte, plus one stack node per called rule.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/byte_set.h"
#include "base/hash_index.h"
#include "pda/machine.h"
#include "stack/register_table.h"
#include "stack/stack_node.h"

namespace pushmask::stack {

// Another meaning for the registers of one rule: that of the states with this spec.
struct SpecOverride {
  std::uint32_t index = 0;  // 0: none
  pda::RegisterSpec spec = {};
};

// What a step needs while it runs. Kept between steps, so that a step seldom allocates.
//
// All callers of a rule in one step share one node: where a rule ends does not depend on who called
// it, and nodes that were made per caller would multiply from step to step.
struct StepBuffers {
  static constexpr std::uint32_t kNoUse = 0xffffffffU;

  struct Caller {
    Link link;
    const pda::Segment* segment;
    std::uint32_t first_slot;  // its slots in slot_callees_
  };
  struct Callee {
    StateId entry = {};  // unless it is one caller's own
    std::uint32_t last_use = kNoUse;
    NodeId node = {};  // of the frame that the call opens; invalid if guards forbid every call
    bool known = false;
    bool is_over = false;  // its links were taken where a call of it ended at once
  };
  struct Use {
    std::uint32_t caller = 0;
    std::uint32_t slot = 0;
    std::uint32_t next = kNoUse;
  };

  std::vector<Link> sources;
  std::vector<Caller> callers;
  std::vector<Callee> callees;
  std::vector<Use> uses;
  std::vector<std::uint32_t> slot_callees;
  base::HashIndex callee_index;
  std::vector<Link> merged;
  std::deque<std::vector<Link>> links;  // one per nested call of CalleeNode

  std::size_t memory_bytes() const {  // of what can grow large
    return (sources.capacity() + merged.capacity()) * sizeof(Link) +
           callees.capacity() * sizeof(Callee) + uses.capacity() * sizeof(Use);
  }
};

class Stepper {
 public:
  // All must outlive the stepper. New nodes go to `scratch`. Without `buffers` it has its own.
  Stepper(const pda::Machine& machine, RegisterTable* registers, ScratchStacks* scratch,
          const SpecOverride* override_spec = nullptr, StepBuffers* buffers = nullptr)
      : machine_(machine),
        registers_(registers),
        scratch_(scratch),
        override_spec_(override_spec),
        own_buffers_(buffers == nullptr ? std::make_unique<StepBuffers>() : nullptr),
        buffers_(buffers == nullptr ? *own_buffers_ : *buffers) {}

  // The configuration after `byte`, empty if there is none. `out` must not alias `from`.
  void Step(std::span<const Link> from, std::uint8_t byte, std::vector<Link>* out);

  // The same for one position, without what lies below it if its rule may end there, and without
  // the frames of the slots i for which skipped[i - 1] is set.
  void StepPosition(const Link& position, std::uint8_t byte, std::span<const std::uint8_t> skipped,
                    std::vector<Link>* out);

  // Counts a token that ends here in the rules that count tokens. A rule whose tokens are used up
  // ends; where it cannot, that way to read the text is over, so `links` may become empty.
  void EndToken(std::vector<Link>* links);

  // True only if `byte` leads somewhere from one of the links. Cheaper than a step, and mostly
  // enough where it does.
  bool SurelyTakes(std::span<const Link> links, std::uint8_t byte) const {
    for (const Link& link : links) {
      const pda::Segment* segment = machine_.FindSegment(link.state, byte);
      if (segment != nullptr && segment->is_sure) return true;
    }
    return false;
  }

  // Makes the links of several steps one configuration.
  void Merge(std::vector<Link>* links) { MergePositions(links); }

  // The node below the frame that slot `slot` (>= 1) of the link's state opens; invalid if guards
  // forbid the call.
  NodeId OpenFrame(const Link& link, std::uint32_t slot);

  // Whether a step since the last call depended on a key that is not known (RegisterTable::EndKey).
  // What it led to on that way was left out.
  bool TakeUnclear() { return std::exchange(met_unclear_, false); }

  // The start of the root rule.
  std::vector<Link> Initial() const;

  // Where the sequence may be without reading a byte: the links themselves and, for links whose
  // rule may end, the links below. Normalised.
  void WithReturns(std::span<const Link> links, std::vector<Link>* out) const;

  // Only what lies below: the links of every rule that may end here. Normalised.
  void Returns(std::span<const Link> links, std::vector<Link>* out) const;

  // Whether the root rule may end here.
  bool CanEnd(std::span<const Link> links) const;

  // Adds every byte that can follow, and perhaps some that a guard forbids. Cheap.
  void FirstBytes(std::span<const Link> links, base::ByteSet* bytes) const;

  // Adds exactly the bytes that can follow. Steps by them, which may leave nodes in the scratch.
  void NextBytes(std::span<const Link> links, base::ByteSet* bytes);

 private:
  const pda::RegisterSpec& Spec(StateId state) const {
    const bool overridden =
        override_spec_ != nullptr && machine_.state(state).spec == override_spec_->index;
    return overridden ? override_spec_->spec : machine_.spec(state);
  }
  // The bytes with which keys seen go on like the key that the position reads or could begin.
  base::ByteSet BytesOfSeenKeys(const Link& link) const;
  void AppendReturns(std::span<const Link> links, std::vector<Link>* out) const;
  bool MayEnd(StateId state, Register reg) const;
  bool MustEnd(StateId state, Register reg) const;
  void Count(std::size_t num_links);
  void Arrive(StateId state, Register reg, NodeId below);
  // By a byte of the frame itself.
  void Read(std::uint8_t byte, StateId from, StateId to, Register reg, NodeId below);

  // The common step, of one position inside its rule. False if there is more to it.
  bool StepInside(const Link& link, std::uint8_t byte, std::vector<Link>* out);
  // One byte from buffers_.sources.
  void StepSources(std::uint8_t byte, std::vector<Link>* out);
  bool IsSkipped(const pda::Action& action) const {
    return !skipped_.empty() && action.slot != 0 && skipped_[action.slot - 1] != 0;
  }
  void StepCalls(std::uint8_t byte);
  void FindCallees();
  // One for each slot of a caller that shares none with others.
  void AddOwnCallees(std::uint32_t caller);
  std::uint32_t AddCallee(StateId entry);
  std::uint32_t CalleeFor(StateId entry);
  NodeId CalleeNode(std::uint32_t callee);
  void CollectLinks(std::uint32_t callee, std::vector<Link>* links, NodeId* base);

  void MergePositions(std::vector<Link>* links);

  const pda::Machine& machine_;
  RegisterTable* registers_;
  ScratchStacks* scratch_;
  const SpecOverride* override_spec_;  // may be null
  std::unique_ptr<StepBuffers> own_buffers_;
  StepBuffers& buffers_;
  std::vector<Link>* out_ = nullptr;
  std::size_t depth_ = 0;
  std::size_t num_links_ = 0;  // looked at for this byte
  std::span<const std::uint8_t> skipped_;
  bool met_unclear_ = false;
};

}  // namespace pushmask::stack
