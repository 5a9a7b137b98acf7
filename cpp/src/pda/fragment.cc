// SPDX-License-Identifier: Apache-2.0
#include "pda/fragment.h"

#include <algorithm>
#include <vector>

#include "base/hash.h"
#include "base/hash_index.h"

namespace pushmask::pda {
namespace {

class FragmentWriter {
 public:
  FragmentWriter(const Machine& machine, std::uint32_t horizon, std::size_t max_states)
      : machine_(machine), horizon_(horizon), max_states_(max_states) {}

  std::optional<std::string> Write(StateId start) {
    own_spec_ = machine_.state(start).spec;
    // What names the members that came is one grammar's own. (Of a length the leaf rule is asked.)
    const RegisterKind kind = machine_.spec(start).kind;
    if (kind == RegisterKind::kMembers || kind == RegisterKind::kLength) return std::nullopt;
    key_.reserve(1024);
    NumberOf(start);
    for (std::size_t i = 0; i < order_.size() && !too_large_; ++i) WriteState(order_[i]);
    if (too_large_) return std::nullopt;
    return std::move(key_);
  }

 private:
  void Put(std::uint64_t value) {  // LEB128, so that the key is prefix-free
    for (; value >= 0x80; value >>= 7) key_.push_back(static_cast<char>(0x80 | (value & 0x7F)));
    key_.push_back(static_cast<char>(value));
  }

  std::size_t NumberOf(StateId state) {
    const std::uint64_t hash = base::Mix(state.value);
    const std::uint32_t known =
        numbers_.Find(hash, [&](std::uint32_t number) { return order_[number] == state; });
    if (known != base::HashIndex::kNone) return known;
    numbers_.Insert(hash, static_cast<std::uint32_t>(order_.size()));
    order_.push_back(state);
    if (order_.size() > max_states_) too_large_ = true;
    return order_.size() - 1;
  }

  void WriteSpec(std::uint32_t index, const RegisterSpec& spec) {
    const bool counts_tokens = spec.kind == RegisterKind::kTokens;  // which bytes do not
    Put(static_cast<std::uint64_t>(counts_tokens ? RegisterKind::kNone : spec.kind));
    if (spec.kind == RegisterKind::kNone || counts_tokens) return;
    Put(index == own_spec_ ? 1 : 0);
    if (spec.kind == RegisterKind::kLength) {
      Put(std::min(spec.max, horizon_ + spec.max_least));
      return;
    }
    if (spec.kind == RegisterKind::kCount) {
      if (index == own_spec_) return;
      Put(std::min(spec.min, horizon_ + 1));
      Put(std::min(spec.max, horizon_ + 1));
      return;
    }
    WriteMembers(spec.members->shape());
  }

  // The shape says all about a group that begins within the fragment. Of more members than bytes
  // and items nothing is noticed, so bounds beyond that are alike.
  void WriteMembers(const MemberShape& shape) {
    const std::uint64_t most = std::uint64_t{horizon_} + 1 + shape.num_items();
    Put(shape.num_items());
    for (const bool required : shape.required) Put(required ? 1 : 0);
    Put(shape.num_ordered);
    Put(shape.has_rest ? 1 : 0);
    Put((shape.has_keys ? 1U : 0U) | (shape.has_keyed_items ? 2U : 0U));
    Put(shape.num_keys);
    Put(std::min<std::uint64_t>(shape.min, most));
    Put(std::min<std::uint64_t>(shape.max, most));
    Put(shape.clauses.size());
    for (const auto& clause : shape.clauses) {
      Put(clause.present.size());
      for (const std::uint32_t item : clause.present) Put(item);
      Put(clause.then ? *clause.then + 1 : 0);
    }
  }

  void WriteState(StateId id) {
    const State& state = machine_.state(id);
    Put((state.accept ? 1U : 0U) | (state.final ? 2U : 0U));
    Put(state.num_keys);
    Put(state.units_on);
    Put((state.begins_unit ? 1U : 0U) | (state.is_past_units ? 2U : 0U));
    WriteSpec(state.spec, machine_.spec(id));
    Put(state.segments.end - state.segments.begin);
    for (const Segment& segment : machine_.segments(id)) {
      Put(segment.first);
      Put(segment.last);
      Put(segment.actions.end - segment.actions.begin);
      for (const Action& action : machine_.actions(segment)) {
        Put(NumberOf(action.target));
        Put(action.slot);
        // A fresh frame of the own rule would share its spec but not its register.
        if (action.slot != 0 && own_spec_ != 0 && machine_.state(action.target).spec == own_spec_) {
          too_large_ = true;
        }
      }
      if (too_large_) return;
    }
    const std::uint32_t num_slots = state.slots.end - state.slots.begin;
    Put(num_slots);
    for (std::uint32_t slot = 1; slot <= num_slots && !too_large_; ++slot) {
      const auto links = machine_.slot_links(id, slot);
      Put(links.size());
      for (const CallLink& link : links) {
        Put(NumberOf(link.target));
        Put(static_cast<std::uint64_t>(link.op));
        Put(link.item);
        Put(link.parent);
        if (link.parent != 0 && own_spec_ != 0 && machine_.state(link.target).spec == own_spec_) {
          too_large_ = true;
        }
      }
    }
  }

  const Machine& machine_;
  const std::uint32_t horizon_;
  const std::size_t max_states_;
  std::uint32_t own_spec_ = 0;
  std::vector<StateId> order_;
  base::HashIndex numbers_;  // of order_
  bool too_large_ = false;
  std::string key_;
};

}  // namespace

std::optional<std::string> FragmentKey(const Machine& machine, StateId state, std::uint32_t horizon,
                                       std::size_t max_states) {
  return FragmentWriter(machine, horizon, max_states).Write(state);
}

}  // namespace pushmask::pda
