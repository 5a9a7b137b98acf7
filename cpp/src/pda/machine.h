// SPDX-License-Identifier: Apache-2.0
// Machine: the byte-level pushdown automaton of a grammar, frozen into flat arrays.
//
// Every rule is a minimal deterministic automaton over bytes and calls. Before the arrays are
// frozen three things are made true, and everything that steps the machine relies on them:
//   * a call never returns without having consumed a byte (rules match no empty string; a nullable
//     rule is an optional call), and no rule calls itself without consuming a byte first (left
//     recursion is removed). So the calls that can be open before the next byte form a finite
//     acyclic graph: the state's *closure*, computed once, here.
//   * every state can reach acceptance, so "not dead" means "some completion exists".
//   * bounded repetition, bounded length and member groups are rules with a *register* in their
//     frame: a count, or what is known of the members that came. Calls out of such a state (for a
//     length: bytes) are guarded by the register and the next position carries the updated one.
//     Memory does not depend on the bounds. A bound on tokens is such a register too: the number of
//     tokens that ended inside of the rule, which bytes leave as it is (Stepper::EndToken).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/byte_set.h"
#include "base/ids.h"
#include "pda/member_spec.h"

namespace pushmask::pda {

using StateId = base::Id<struct StateTag>;
using RuleId = base::Id<struct MachineRuleTag>;

// The value of a frame's register: 0 on entry. A count, or what a RegisterTable makes of members.
using Register = std::uint32_t;

// State 0 stands for "the root rule has ended": no edges, below every stack.
inline constexpr StateId kEnd{std::size_t{0}};

inline constexpr std::uint32_t kUnbounded = 0xffffffffU;

enum class RegisterKind : std::uint8_t { kNone, kCount, kLength, kTokens, kMembers };

// Of a group with keys (pda/keys.h). By state inside keys, counted from the first one, which comes
// right after the rule's entry.
struct KeyStates {
  static constexpr std::uint32_t kNoEnd = 0xffffffffU;
  std::vector<std::uint32_t> leaf;  // the leaf rule's state with the same texts to come
  std::vector<std::uint32_t> end;   // which end it is like; kNoEnd: no key ends there
  // States that keys end in, one for each set of calls that may follow.
  std::vector<std::uint32_t> ends;
  // A bit for each end that can be reached, num_words() words a state. Empty if there is one end.
  std::vector<std::uint64_t> ends_on;

  std::size_t num_words() const { return (ends.size() + 63) / 64; }
  std::size_t memory_bytes() const {
    return (leaf.size() + end.size() + ends.size()) * sizeof(std::uint32_t) +
           ends_on.size() * sizeof(std::uint64_t);
  }
};

// What the register of a rule's frames means.
struct RegisterSpec {
  RegisterKind kind = RegisterKind::kNone;
  std::uint32_t min = 0;  // kCount: fewest repetitions, at least 1
  // kCount: most repetitions, or kUnbounded; kLength: most units; kTokens: most tokens.
  std::uint32_t max = 0;
  base::ByteSet follow = {};  // kCount: bytes that can come right after the rule's end
  std::shared_ptr<const MemberSpec> members = nullptr;  // kMembers
  // kLength: the most units that any state still needs.
  std::uint32_t max_least = 0;
  // kLength, kTokens: the same rule without the bound, a leaf rule with the same states in the same
  // order.
  // kMembers with keys: a leaf rule that reads a key and nothing else.
  StateId leaf = {};
  std::shared_ptr<const KeyStates> keys = nullptr;  // kMembers with keys
};

// What a call does with the register of the frame it is made in.
enum class CallOp : std::uint8_t {
  kKeep,     // no guard; the return position keeps the register
  kCount,    // guard: count < max; the return position counts one more
  kMember,   // guard: member `item` can come; the return position has it
  kMore,     // guard: some member can come; keeps what the register means
  kKeyEnd,   // guard: the key read is a new one, of member `item`; the return position has both
  kKeyMore,  // both, one after the other
};

// One way to be called: from the frame of slot `parent`, returning to `target`.
struct CallLink {
  StateId target;
  CallOp op = CallOp::kKeep;
  std::uint32_t item = 0;    // kMember, kKeyEnd: an item of the group, or MemberSpec::kRest
  std::uint32_t parent = 0;  // slot index within the closure
  friend auto operator<=>(const CallLink&, const CallLink&) = default;
};

// One consequence of reading a byte: the frame of slot `slot` moves to `target`.
struct Action {
  StateId target;
  std::uint32_t slot = 0;  // 0: the state's own frame; others: a called rule's fresh frame
  friend bool operator==(const Action&, const Action&) = default;
};

// A half-open range in one of the machine's arrays.
struct Range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// All bytes in [first, last] have the same actions.
struct Segment {
  std::uint8_t first = 0;
  std::uint8_t last = 0;
  // Some action leads on whatever the registers are. (There may be one where this is not set.)
  bool is_sure = false;
  Range actions;
};

struct State {
  Range segments;          // sorted by byte
  Range slots;             // closure: slot i of the state is slots.begin + i - 1, for i >= 1
  std::uint32_t rule = 0;  // index of the state's rule
  std::uint32_t spec = 0;  // register spec of the state's rule
  // Not 0 if the state is inside a key: how many texts would complete it (pda/keys.h). The register
  // reads along then.
  std::uint32_t num_keys = 0;
  // kLength: fewest units that begin on a non-empty way from here to the rule's end; whether an
  // edge from here begins a unit, unless it leads past them all; whether that is here (see
  // automaton/lengths.h).
  std::uint32_t units_on = 0;
  bool begins_unit = false;
  bool is_past_units = false;
  bool accept = false;  // the rule may end here, if the register allows it
  bool final = false;   // the rule must end here: no way on, whatever the register
  bool leaf = false;    // no call can follow and the rule has no register: a plain DFA
  // Many tokens go on from here, and the same ones wherever the rule is used (a leaf or a
  // repetition that soon reads one of many bytes): masks look them up instead of walking.
  bool wide = false;
  // Frames that its slots open were called some bytes ago (pda/delay_calls.cc).
  bool is_late = false;
  bool calls_wide = false;  // some slot's rule begins in a wide state
};

struct MachineRule {
  StateId entry;  // the rule's states follow each other from here on
  std::uint32_t num_states = 0;
  // That of the innermost rule around with one, or its own.
  std::optional<double> temperature = std::nullopt;
  bool meets_keys = false;  // some frame that it opens, or its own, reads keys that must differ
  // Leaf rules, and rules with a length, with equal pointers have equal automata, whatever the
  // grammar and the bound. May be null.
  std::shared_ptr<const void> shape;
  std::size_t shape_bytes = 0;  // held by what `shape` keeps alive
};

class Machine {
 public:
  const State& state(StateId id) const { return states_[id.index()]; }
  std::size_t num_states() const { return states_.size(); }
  std::span<const Segment> segments(StateId id) const {
    return Slice(segments_, state(id).segments);
  }
  std::span<const Action> actions(const Segment& segment) const {
    return Slice(actions_, segment.actions);
  }
  const MachineRule& rule(StateId id) const { return rules_[state(id).rule]; }
  // By number, as State::rule has it.
  const MachineRule& rule_at(std::uint32_t number) const { return rules_[number]; }
  // The segment that holds `byte`, or nullptr.
  const Segment* FindSegment(StateId id, std::uint8_t byte) const;
  // The calls that lead to slot `slot` (>= 1) of the closure of `id`.
  std::span<const CallLink> slot_links(StateId id, std::uint32_t slot) const {
    return Slice(links_, slots_[state(id).slots.begin + slot - 1]);
  }
  std::uint32_t num_slots(StateId id) const { return state(id).slots.end - state(id).slots.begin; }
  // Where the rule of slot `slot` (>= 1) begins; kEnd if the slot's frame would stand further on.
  StateId slot_entry(StateId id, std::uint32_t slot) const {
    return slot_entries_[state(id).slots.begin + slot - 1];
  }
  const RegisterSpec& spec(StateId id) const { return specs_[state(id).spec]; }
  // Of a state inside a key: its number in KeyStates; the state of the leaf rule; where a byte of
  // the key leads to, invalid if no key goes on with it.
  std::size_t KeyNumber(StateId id) const { return id.index() - rule(id).entry.index() - 1; }
  StateId KeyLeafOf(StateId id) const {
    return StateId(spec(id).leaf.index() + spec(id).keys->leaf[KeyNumber(id)]);
  }
  StateId KeyTarget(StateId id, std::uint8_t byte) const;
  // Which end it is like, KeyStates::kNoEnd if none; the state that end `end` of its keys is.
  std::uint32_t KeyEndOf(StateId id) const { return spec(id).keys->end[KeyNumber(id)]; }
  StateId KeyEnd(StateId id, std::uint32_t end) const {
    return StateId(rule(id).entry.index() + 1 + spec(id).keys->ends[end]);
  }
  // The state of the unbounded rule that a state of a kLength or kTokens rule corresponds to.
  StateId UnboundedOf(StateId id) const {
    return StateId(spec(id).leaf.index() + (id.index() - rule(id).entry.index()));
  }
  // Whether some rule has a temperature.
  bool has_temperatures() const { return has_temperatures_; }
  // The least bound on the tokens of a rule; kUnbounded if there is none.
  std::uint32_t least_max_tokens() const { return least_max_tokens_; }
  bool has_max_tokens() const { return least_max_tokens_ != kUnbounded; }
  // Whether some group's keys must differ.
  bool has_keys() const { return has_keys_; }
  // Where a leaf state's frame goes by the bytes of one of its segments.
  StateId LeafTarget(const Segment& segment) const {
    return actions_[segment.actions.begin].target;
  }
  // The same by one byte; an invalid id if there is no way.
  StateId LeafTarget(StateId id, std::uint8_t byte) const {
    const Segment* segment = FindSegment(id, byte);
    return segment == nullptr ? StateId() : actions_[segment->actions.begin].target;
  }

  // Invalid if the empty string is all that the grammar matches.
  StateId root_entry() const { return root_entry_; }
  bool root_nullable() const { return root_nullable_; }
  // Bytes held by the arrays.
  std::size_t memory_bytes() const;

 private:
  template <typename T>
  static std::span<const T> Slice(const std::vector<T>& array, Range range) {
    return {array.data() + range.begin, range.end - range.begin};
  }

  friend class MachineBuilder;
  friend class CallDelayer;
  std::vector<State> states_;
  std::vector<MachineRule> rules_;
  std::vector<Segment> segments_;
  std::vector<Action> actions_;
  std::vector<Range> slots_;           // into links_
  std::vector<StateId> slot_entries_;  // by slot
  std::vector<CallLink> links_;
  std::vector<RegisterSpec> specs_;  // 0: none
  StateId root_entry_;
  bool root_nullable_ = false;
  bool has_keys_ = false;
  bool has_temperatures_ = false;
  std::uint32_t least_max_tokens_ = kUnbounded;
};

}  // namespace pushmask::pda
