// SPDX-License-Identifier: Apache-2.0
// Calls that many rules take part in, made late.
//
// Where many rules that a state can call begin with the same byte, each would get a frame at that
// byte, and every byte after it would be tried in all of them until their texts differ: 500 objects
// that a constant tells apart are 500 positions up to that constant. Instead, the byte leads the
// state's own frame to a *late* state, which remembers where each called rule would stand. It is
// the subset construction, with frames that are not there yet: the late state's slots are those of
// the closure, and its actions open them where few are left, at the place they have come to.
//
//     X  slot 1: a ::= "{" "x" ..        X --"{"--> late {slot 1 after "{", slot 2 after "{", ..}
//        slot 2: b ::= "{" "y" ..        late --"x"--> slot 1 after "{x"
//
// A late state must be able to reach acceptance like any other, so a call waits only if nothing can
// forbid it: guards on registers of fresh frames are decided here, those on the register of the
// state's own frame are not. Rules with a register of their own, wide states, whose tokens are
// looked up, and places where a rule may end do not wait either.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "pda/lower.h"
#include "pda/machine.h"
#include "pda/segment_cutter.h"

namespace pushmask::pda {

class CallDelayer {
 public:
  explicit CallDelayer(Machine* machine)
      : machine_(*machine), budget_(machine->actions_.size() + machine->links_.size()) {}

  void Run() {
    const std::size_t num_states = machine_.states_.size();
    for (std::size_t s = 1; s < num_states; ++s) Delay(StateId(s));
    // Until here late states are made of states as they were.
    for (const auto& [segment, actions] : changed_) {
      machine_.segments_[segment].actions = actions;
      machine_.segments_[segment].is_sure = true;
    }
  }

 private:
  // Adds the slots of a late state to a machine.
  class ClosureMaker {
   public:
    explicit ClosureMaker(Machine& machine) : machine_(machine) {}

    // Takes over those of `slots` that live; renumbers those of `entries`.
    void AddOld(Range slots, const std::vector<bool>& live, std::vector<Action>* entries) {
      std::vector<std::uint32_t> number(live.size());
      for (std::uint32_t slot = 1; slot < live.size(); ++slot) {
        if (live[slot]) number[slot] = AddSlot(kEnd);
      }
      for (std::uint32_t slot = 1; slot < live.size(); ++slot) {
        if (!live[slot]) continue;
        for (CallLink link :
             machine_.Slice(machine_.links_, machine_.slots_[slots.begin + slot - 1])) {
          link.parent = number[link.parent];
          links_[number[slot] - 1].push_back(link);
        }
      }
      for (Action& entry : *entries) entry.slot = number[entry.slot];
    }

    // Adds the calls that the frame of `entry` can make where it stands.
    void AddCallsOf(const Action& entry) {
      const StateId state = entry.target;
      const auto slot_of = [&](std::uint32_t slot) {
        return slot == 0 ? entry.slot : SlotFor(machine_.slot_entry(state, slot));
      };
      for (std::uint32_t slot = 1; slot <= machine_.num_slots(state); ++slot) {
        const std::uint32_t number = slot_of(slot);
        for (CallLink link : machine_.slot_links(state, slot)) {
          link.parent = slot_of(link.parent);
          links_[number - 1].push_back(link);
        }
      }
    }

    Range Finish() {
      Range slots;
      slots.begin = static_cast<std::uint32_t>(machine_.slots_.size());
      for (std::size_t i = 0; i < links_.size(); ++i) {
        std::sort(links_[i].begin(), links_[i].end());
        links_[i].erase(std::unique(links_[i].begin(), links_[i].end()), links_[i].end());
        const auto begin = static_cast<std::uint32_t>(machine_.links_.size());
        machine_.links_.insert(machine_.links_.end(), links_[i].begin(), links_[i].end());
        machine_.slots_.push_back({begin, static_cast<std::uint32_t>(machine_.links_.size())});
        machine_.slot_entries_.push_back(entries_[i]);
        num_links_ += links_[i].size();
      }
      slots.end = static_cast<std::uint32_t>(machine_.slots_.size());
      return slots;
    }
    std::size_t num_links() const { return num_links_; }
    // Of the rules that are called.
    std::unordered_map<StateId, std::uint32_t> TakeSlots() { return std::move(slot_of_rule_); }

   private:
    std::uint32_t AddSlot(StateId entry) {
      links_.emplace_back();
      entries_.push_back(entry);
      return static_cast<std::uint32_t>(links_.size());
    }
    std::uint32_t SlotFor(StateId entry) {
      const auto [known, inserted] = slot_of_rule_.try_emplace(entry, 0);
      if (inserted) known->second = AddSlot(entry);
      return known->second;
    }

    Machine& machine_;
    std::vector<std::vector<CallLink>> links_;  // by slot - 1
    std::vector<StateId> entries_;              // by slot - 1; kEnd: its frame stands further on
    std::unordered_map<StateId, std::uint32_t> slot_of_rule_;
    std::size_t num_links_ = 0;
  };

  // Fewer frames cost a mask about a microsecond.
  static constexpr std::size_t kMany = 8;
  // What late states may take, in actions and links of the machine. Looking at a slot is cheaper.
  static constexpr std::size_t kMaxGrowth = 2;
  static constexpr std::size_t kSlotsPerUnit = 8;

  // The slots of a late state.
  struct Closure {
    Range slots;
    std::vector<bool> openable;  // by slot; of the first, the state's own frame
    bool is_old = false;         // no slot's frame stands at its rule's beginning
    std::unordered_map<StateId, std::uint32_t> slot_of_rule = {};  // by its entry, if it is there
  };
  // A late state that has no segments yet.
  struct Late {
    StateId state;
    std::uint32_t closure;        // in closures_
    std::vector<Action> entries;  // where the frame of each slot would stand
  };

  void Delay(StateId id) {
    const State& state = machine_.state(id);
    if (state.slots.end - state.slots.begin < kMany || state.num_keys != 0) return;
    const Range segments = state.segments;
    const auto is_crowded = [&](const Segment& segment) {
      return segment.actions.end - segment.actions.begin >= kMany;
    };
    const auto all = machine_.segments(id);
    if (std::none_of(all.begin(), all.end(), is_crowded)) return;
    origin_ = id;
    closures_.clear();
    known_.clear();
    closures_.push_back({.slots = state.slots, .openable = FindOpenable(state.slots)});
    for (std::uint32_t s = segments.begin; s < segments.end; ++s) {
      const Segment& segment = machine_.segments_[s];
      if (!is_crowded(segment)) continue;
      const auto actions = machine_.actions(segment);
      actions_.assign(actions.begin(), actions.end());
      if (DelayActions(0)) changed_.emplace_back(s, AddActions());
    }
    while (!work_.empty()) {
      const Late late = std::move(work_.back());
      work_.pop_back();
      Build(late);
    }
  }

  // By slot: whether a call chain that no guard can forbid opens its frame.
  std::vector<bool> FindOpenable(Range slots) const {
    std::vector<bool> openable(slots.end - slots.begin + std::size_t{1});
    openable[0] = true;
    for (bool changed = true; changed;) {
      changed = false;
      for (std::uint32_t slot = 1; slot < openable.size(); ++slot) {
        if (openable[slot]) continue;
        const auto links = machine_.Slice(machine_.links_, machine_.slots_[slots.begin + slot - 1]);
        openable[slot] = std::any_of(links.begin(), links.end(), [&](const CallLink& link) {
          return openable[link.parent] && IsFree(link);
        });
        changed |= openable[slot];
      }
    }
    return openable;
  }

  // Whether no guard can forbid the call.
  bool IsFree(const CallLink& link) const {
    if (link.op == CallOp::kKeep) return true;
    if (link.parent == 0) return false;
    const RegisterSpec& spec = machine_.spec(link.target);
    if (link.op == CallOp::kCount) return true;  // the first of at least one
    if (link.op != CallOp::kMember || spec.members->shape().has_keys) return false;
    MemberSpec::State state = spec.members->initial();
    state.rest_left = spec.members->shape().num_rest();
    return spec.members->Take(state, link.item).has_value();
  }

  // Whether the action leads on whatever the registers are.
  bool IsSure(const Closure& closure, const Action& action) const {
    return closure.openable[action.slot] && machine_.state(action.target).spec == 0;
  }

  bool MayWait(const Closure& closure, const Action& action) const {
    const State& state = machine_.state(action.target);
    if (!IsSure(closure, action) || state.accept || state.wide) return false;
    if (action.slot == 0) return true;
    return !machine_.state(machine_.slot_entries_[closure.slots.begin + action.slot - 1]).wide;
  }

  // Lets those of actions_ wait that may, if they are many: their place takes the step of the own
  // frame to the late state.
  bool DelayActions(std::uint32_t closure) {
    const auto waiting = std::stable_partition(
        actions_.begin(), actions_.end(),
        [&](const Action& action) { return !MayWait(closures_[closure], action); });
    const auto num_waiting = static_cast<std::size_t>(actions_.end() - waiting);
    if (num_waiting < kMany) return false;
    std::vector<Action> entries(waiting, actions_.end());
    std::sort(entries.begin(), entries.end(), IsBefore);
    const StateId late = LateFor(closure, std::move(entries));
    if (!late.valid()) return false;
    actions_.erase(waiting, actions_.end());
    actions_.push_back({late, 0});
    return true;
  }

  Range AddActions() {
    const auto begin = static_cast<std::uint32_t>(machine_.actions_.size());
    machine_.actions_.insert(machine_.actions_.end(), actions_.begin(), actions_.end());
    return {begin, static_cast<std::uint32_t>(machine_.actions_.size())};
  }

  // The late state where frames would stand at `entries`; invalid if there is no budget for it.
  StateId LateFor(std::uint32_t closure, std::vector<Action> entries) {
    Key key = KeyOf(closure, entries);
    const auto found = known_.find(key);
    if (found != known_.end()) return found->second;
    if (spent_ > kMaxGrowth * budget_) return {};
    spent_ += entries.size() + closures_[closure].openable.size() / kSlotsPerUnit;
    const StateId id(machine_.states_.size());
    State state;
    state.rule = machine_.state(origin_).rule;
    state.spec = machine_.state(origin_).spec;
    state.is_late = true;
    machine_.states_.push_back(state);
    known_.emplace(std::move(key), id);
    const std::uint32_t inside = ClosureFor(closure, &entries);
    known_.emplace(KeyOf(inside, entries), id);  // where a byte leads back to it
    work_.push_back({id, inside, std::move(entries)});
    return id;
  }

  // The closure of a late state after `closure`. Renumbers the slots of `entries`.
  std::uint32_t ClosureFor(std::uint32_t closure, std::vector<Action>* entries) {
    const bool calls = std::any_of(entries->begin(), entries->end(), [&](const Action& entry) {
      return machine_.num_slots(entry.target) > 0;
    });
    const std::vector<bool> live = FindLive(closures_[closure].slots, *entries);
    const auto num_live = static_cast<std::size_t>(std::count(live.begin(), live.end(), true));
    if (!calls && closures_[closure].is_old && 2 * num_live > live.size()) return closure;
    ClosureMaker maker(machine_);
    maker.AddOld(closures_[closure].slots, live, entries);
    for (const Action& entry : *entries) maker.AddCallsOf(entry);
    Closure made;
    made.slots = maker.Finish();
    made.openable = FindOpenable(made.slots);
    made.is_old = !calls;
    made.slot_of_rule = maker.TakeSlots();
    spent_ += maker.num_links() + made.openable.size();
    closures_.push_back(std::move(made));
    return static_cast<std::uint32_t>(closures_.size() - 1);
  }

  // By slot: whether an entry stands in it or in a frame above it.
  std::vector<bool> FindLive(Range slots, std::span<const Action> entries) const {
    std::vector<bool> live(slots.end - slots.begin + std::size_t{1});
    live[0] = true;
    std::vector<std::uint32_t> work;
    const auto visit = [&](std::uint32_t slot) {
      if (live[slot]) return;
      live[slot] = true;
      work.push_back(slot);
    };
    for (const Action& entry : entries) visit(entry.slot);
    while (!work.empty()) {
      const Range links = machine_.slots_[slots.begin + work.back() - 1];
      work.pop_back();
      for (const CallLink& link : machine_.Slice(machine_.links_, links)) visit(link.parent);
    }
    return live;
  }

  void Build(const Late& late) {
    cutter_.Clear();
    for (const Action& entry : late.entries) {
      for (const Segment& segment : machine_.segments(entry.target)) {
        for (const Action& action : machine_.actions(segment)) {
          const std::uint32_t slot = action.slot == 0
                                         ? entry.slot
                                         : closures_[late.closure].slot_of_rule.at(
                                               machine_.slot_entry(entry.target, action.slot));
          cutter_.Add(segment.first, segment.last, {action.target, slot});
        }
      }
    }
    Range segments;
    segments.begin = static_cast<std::uint32_t>(machine_.segments_.size());
    cutter_.Cut([&](std::uint8_t first, std::uint8_t last, std::span<const Action> actions) {
      actions_.assign(actions.begin(), actions.end());
      // What two entries call stands in one slot.
      std::sort(actions_.begin(), actions_.end(), IsBefore);
      actions_.erase(std::unique(actions_.begin(), actions_.end()), actions_.end());
      const bool is_sure = std::any_of(actions_.begin(), actions_.end(), [&](const Action& action) {
        return IsSure(closures_[late.closure], action);
      });
      if (actions_.size() >= kMany) DelayActions(late.closure);
      spent_ += actions_.size();
      machine_.segments_.push_back({first, last, is_sure, AddActions()});
    });
    segments.end = static_cast<std::uint32_t>(machine_.segments_.size());
    machine_.states_[late.state.index()].segments = segments;
    machine_.states_[late.state.index()].slots = closures_[late.closure].slots;
  }

  static bool IsBefore(const Action& a, const Action& b) {
    return std::pair(a.slot, a.target) < std::pair(b.slot, b.target);
  }

  // A closure and entries, as a map's key.
  using Key = std::vector<std::uint32_t>;
  static Key KeyOf(std::uint32_t closure, std::span<const Action> entries) {
    Key key{closure};
    for (const Action& entry : entries) {
      key.push_back(entry.slot);
      key.push_back(entry.target.value);
    }
    return key;
  }

  Machine& machine_;
  const std::size_t budget_;
  std::size_t spent_ = 0;
  std::vector<std::pair<std::uint32_t, Range>> changed_;  // actions, by segment
  // Of the state at hand.
  StateId origin_;
  std::vector<Closure> closures_;
  std::unordered_map<Key, StateId, base::VectorHash> known_;  // late states
  std::vector<Late> work_;
  SegmentCutter cutter_;
  std::vector<Action> actions_;
};

void DelayCalls(Machine* machine) { CallDelayer(machine).Run(); }

}  // namespace pushmask::pda
