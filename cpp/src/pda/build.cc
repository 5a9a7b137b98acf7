// SPDX-License-Identifier: Apache-2.0
// Rules to the Machine: a minimal automaton per rule, then every state's closure and its edges,
// flattened.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "automaton/dfa.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/hash_index.h"
#include "pda/lower.h"
#include "pushmask/error.h"

namespace pushmask::pda {

using automaton::ByteEdge;
using automaton::Dfa;
using automaton::SymbolEdge;

class MachineBuilder {
 public:
  MachineBuilder(const RuleSet& rules, const LowerLimits& limits)
      : rules_(rules), limits_(limits) {}

  Machine Run() {
    machine_.states_.emplace_back();  // kEnd
    machine_.states_[0].accept = true;
    machine_.states_[0].rule = static_cast<std::uint32_t>(rules_.rules.size());  // of no rule
    machine_.specs_.emplace_back();
    for (const RuleAutomaton& rule : rules_.rules) AddRule(rule);
    for (std::size_t rule = 0; rule < dfas_.size(); ++rule) {
      for (std::uint32_t s = 0; s < dfas_[rule]->size(); ++s) {
        AddClosure(StateId(entries_[rule] + s));
      }
    }
    if (!dfas_[rules_.root.index()]->empty()) {
      machine_.root_entry_ = StateId(entries_[rules_.root.index()]);
    }
    machine_.root_nullable_ = rules_.root_nullable;
    machine_.rules_.emplace_back();  // of kEnd
    FindFollowers();
    FindWideStates();
    LinkLeafRules();
    FindRulesThatMeetKeys();
    // The machine lives long; half of what the arrays hold may be room to grow.
    machine_.states_.shrink_to_fit();
    machine_.segments_.shrink_to_fit();
    machine_.actions_.shrink_to_fit();
    machine_.slots_.shrink_to_fit();
    machine_.slot_entries_.shrink_to_fit();
    machine_.links_.shrink_to_fit();
    return std::move(machine_);
  }

 private:
  void AddRule(const RuleAutomaton& rule) {
    const automaton::Budget budget{limits_.max_states};
    std::shared_ptr<const Dfa> made = rule.dfa;
    if (made == nullptr) {
      made = std::make_shared<const Dfa>(
          automaton::Minimize(automaton::Determinize(rule.nfa, budget)));
    }
    const Dfa& dfa = *made;
    entries_.push_back(machine_.states_.size());
    if (machine_.states_.size() + dfa.size() > limits_.max_states) {
      throw LimitError("the grammar needs more than " + std::to_string(limits_.max_states) +
                           " states (limit max_states)",
                       "max_states", limits_.max_states, machine_.states_.size() + dfa.size());
    }
    std::uint32_t spec = 0;
    if (rule.spec.kind != RegisterKind::kNone) {
      spec = static_cast<std::uint32_t>(machine_.specs_.size());
      machine_.specs_.push_back(rule.spec);
    }
    const std::vector<bool> leaves = FindLeaves(dfa, spec);
    const bool leaf = spec == 0 && dfa.num_symbol_edges() == 0;
    for (std::uint32_t state = 0; state < dfa.size(); ++state) {
      State out;
      out.rule = static_cast<std::uint32_t>(machine_.rules_.size());
      out.spec = spec;
      out.leaf = leaves[state];
      out.accept = dfa.accept(state);
      if (!rule.num_keys.empty()) out.num_keys = rule.num_keys[state];
      if (rule.measured != nullptr) SetLengths(rule.measured->lengths[state], spec, &out);
      out.final = out.accept && spec == 0 && dfa.bytes(state).empty() && dfa.symbols(state).empty();
      machine_.states_.push_back(out);
      origin_.push_back(
          {static_cast<std::uint32_t>(dfas_.size()),
           static_cast<std::uint32_t>(machine_.states_.size() - 1 - entries_.back())});
    }
    machine_.rules_.push_back({.entry = StateId(entries_.back()),
                               .num_states = static_cast<std::uint32_t>(dfa.size()),
                               .shape = ShapeOf(rule, made, leaf),
                               .shape_bytes = dfa.memory_bytes()});
    dfas_.push_back(std::move(made));
  }

  static std::shared_ptr<const void> ShapeOf(const RuleAutomaton& rule,
                                             const std::shared_ptr<const Dfa>& dfa, bool leaf) {
    if (rule.measured != nullptr) return rule.measured;
    return leaf ? std::static_pointer_cast<const void>(dfa) : nullptr;
  }

  void SetLengths(const automaton::StateLengths& lengths, std::uint32_t spec, State* state) {
    state->units_on = lengths.on;
    state->begins_unit = lengths.begins_unit;
    state->is_past_units = lengths.is_past;
    std::uint32_t& most = machine_.specs_[spec].max_least;
    most = std::max(most, lengths.least());
  }

  // By state: whether no call can follow. Where that takes long to find out the answer is no.
  static std::vector<bool> FindLeaves(const Dfa& dfa, std::uint32_t spec) {
    std::vector<bool> leaves(dfa.size(), spec == 0);
    if (spec != 0 || dfa.num_symbol_edges() == 0) return leaves;
    constexpr int kMaxPasses = 8;  // states are numbered breadth-first, so few edges lead back
    bool changed = true;
    for (int pass = 0; changed; ++pass) {
      if (pass == kMaxPasses) return std::vector<bool>(dfa.size(), false);
      changed = false;
      for (std::uint32_t s = static_cast<std::uint32_t>(dfa.size()); s-- > 0;) {
        if (!leaves[s]) continue;
        const auto bytes = dfa.bytes(s);
        const bool calls = !dfa.symbols(s).empty() ||
                           std::any_of(bytes.begin(), bytes.end(),
                                       [&](const ByteEdge& edge) { return !leaves[edge.target]; });
        if (calls) leaves[s] = false;
        changed |= calls;
      }
    }
    return leaves;
  }

  std::span<const ByteEdge> BytesOf(StateId id) const {
    const auto [rule, state] = origin_[id.index() - 1];  // kEnd has none
    return dfas_[rule]->bytes(state);
  }
  std::span<const SymbolEdge> SymbolsOf(StateId id) const {
    const auto [rule, state] = origin_[id.index() - 1];
    return dfas_[rule]->symbols(state);
  }

  const CallSymbol& CallOf(StateId id, std::uint32_t symbol) const {
    const RuleAutomaton& rule = rules_.rules[origin_[id.index() - 1].first];
    return rules_.symbols[rule.dfa != nullptr ? rule.symbols[symbol] : symbol];
  }

  StateId TargetOf(StateId from, std::uint32_t target) const {
    return StateId(entries_[origin_[from.index() - 1].first] + target);
  }

  struct LabelledAction {
    std::uint8_t first;
    std::uint8_t last;
    Action action;
  };

  // Finds all frames that can be opened before the next byte (one slot per called rule) and
  // collects the byte edges of the state and of every slot's entry state.
  void AddClosure(StateId id) {
    if (SymbolsOf(id).empty()) {
      AddPlainSegments(id);
      return;
    }
    entry_of_slot_.assign(1, id);
    calls_.clear();
    edges_.clear();
    slot_of_rule_.Clear();
    for (std::uint32_t slot = 0; slot < entry_of_slot_.size(); ++slot) {
      const StateId state = entry_of_slot_[slot];
      for (const ByteEdge& edge : BytesOf(state)) {
        edges_.push_back({edge.first, edge.last, {TargetOf(state, edge.target), slot}});
      }
      for (const SymbolEdge& edge : SymbolsOf(state)) {
        const CallSymbol& symbol = CallOf(state, edge.symbol);
        const std::uint32_t callee_slot = SlotFor(symbol.callee);
        calls_.push_back(
            {callee_slot, {TargetOf(state, edge.target), symbol.op, symbol.item, slot}});
        Spend(1);
      }
      Spend(BytesOf(state).size());
    }
    AddSlots(id);
    machine_.states_[id.index()].segments = AddSegments();
  }

  // The slot of a rule in the closure at hand; a new one if it has none yet.
  std::uint32_t SlotFor(RuleId rule) {
    PUSHMASK_CHECK(!dfas_[rule.index()]->empty());
    const StateId entry(entries_[rule.index()]);
    const std::uint64_t hash = base::Mix(entry.value);
    const std::uint32_t known = slot_of_rule_.Find(
        hash, [&](std::uint32_t slot) { return entry_of_slot_[slot] == entry && slot != 0; });
    if (known != base::HashIndex::kNone) return known;
    const auto slot = static_cast<std::uint32_t>(entry_of_slot_.size());
    entry_of_slot_.push_back(entry);
    slot_of_rule_.Insert(hash, slot);
    return slot;
  }

  void AddSlots(StateId id) {
    State& state = machine_.states_[id.index()];
    state.slots.begin = static_cast<std::uint32_t>(machine_.slots_.size());
    // Calls of one slot in the order in which they were found.
    std::stable_sort(calls_.begin(), calls_.end(),
                     [](const SlotCall& a, const SlotCall& b) { return a.slot < b.slot; });
    std::size_t next = 0;
    for (std::uint32_t slot = 1; slot < entry_of_slot_.size(); ++slot) {
      const auto begin = static_cast<std::uint32_t>(machine_.links_.size());
      for (; next < calls_.size() && calls_[next].slot == slot; ++next) {
        machine_.links_.push_back(calls_[next].link);
      }
      machine_.slots_.push_back({begin, static_cast<std::uint32_t>(machine_.links_.size())});
      machine_.slot_entries_.push_back(entry_of_slot_[slot]);
    }
    state.slots.end = static_cast<std::uint32_t>(machine_.slots_.size());
  }

  // Of a state without calls: its edges are disjoint already.
  void AddPlainSegments(StateId id) {
    State& state = machine_.states_[id.index()];
    state.slots.begin = state.slots.end = static_cast<std::uint32_t>(machine_.slots_.size());
    state.segments.begin = static_cast<std::uint32_t>(machine_.segments_.size());
    for (const ByteEdge& edge : BytesOf(id)) {
      const auto action = static_cast<std::uint32_t>(machine_.actions_.size());
      machine_.actions_.push_back({TargetOf(id, edge.target), 0});
      machine_.segments_.push_back({edge.first, edge.last, {action, action + 1}});
    }
    state.segments.end = static_cast<std::uint32_t>(machine_.segments_.size());
    Spend(2 * BytesOf(id).size());
  }

  // Fills RegisterSpec::follow from every place that a counting rule is called in. Where the caller
  // may end as well, nothing is said: any byte can follow.
  void FindFollowers() {
    for (std::size_t s = 1; s < machine_.states_.size(); ++s) {
      const StateId id(s);
      for (std::uint32_t slot = 1; slot <= machine_.num_slots(id); ++slot) {
        RegisterSpec& spec = machine_.specs_[machine_.state(machine_.slot_entry(id, slot)).spec];
        if (spec.kind != RegisterKind::kCount) continue;
        for (const CallLink& link : machine_.slot_links(id, slot)) {
          if (machine_.state(link.target).accept) spec.follow.AddRange(0, 255);
          for (const Segment& segment : machine_.segments(link.target)) {
            spec.follow.AddRange(segment.first, segment.last);
          }
        }
      }
    }
    // The root is called by nobody here; it may be called by itself.
    if (!machine_.root_entry_.valid()) return;
    machine_.specs_[machine_.state(machine_.root_entry_).spec].follow.AddRange(0, 255);
  }

  void LinkLeafRules() {
    for (std::size_t r = 0; r < rules_.rules.size(); ++r) {
      const RuleAutomaton& rule = rules_.rules[r];
      if (!rule.leaf_rule.valid()) continue;
      const StateId entry = machine_.rules_[r].entry;
      RegisterSpec& spec = machine_.specs_[machine_.state(entry).spec];
      spec.leaf = machine_.rules_[rule.leaf_rule.index()].entry;
      for (std::size_t s = 0; rule.measured != nullptr && s < rule.dfa->size(); ++s) {
        machine_.states_[entry.index() + s].wide = machine_.states_[spec.leaf.index() + s].wide;
      }
      if (rule.num_keys.empty()) continue;
      machine_.has_keys_ = true;
      const Dfa& key = *dfas_[rule.leaf_rule.index()];
      std::uint32_t end = 0;
      while (!key.accept(end)) ++end;
      spec.key_end = StateId(entry.index() + 1 + end);
    }
  }

  // Those of groups with keys, and from there on their callers.
  void FindRulesThatMeetKeys() {
    if (!machine_.has_keys_) return;
    std::vector<std::vector<std::uint32_t>> callers(rules_.rules.size());
    std::vector<std::uint32_t> work;
    for (std::uint32_t r = 0; r < rules_.rules.size(); ++r) {
      const StateId entry = machine_.rules_[r].entry;
      for (std::uint32_t s = 0; s < machine_.rules_[r].num_states; ++s) {
        const StateId state(entry.index() + s);
        for (const SymbolEdge& edge : SymbolsOf(state)) {
          callers[CallOf(state, edge.symbol).callee.index()].push_back(r);
        }
      }
      machine_.rules_[r].meets_keys = !rules_.rules[r].num_keys.empty();
      if (machine_.rules_[r].meets_keys) work.push_back(r);
    }
    while (!work.empty()) {
      const std::uint32_t rule = work.back();
      work.pop_back();
      for (const std::uint32_t caller : callers[rule]) {
        if (machine_.rules_[caller].meets_keys) continue;
        machine_.rules_[caller].meets_keys = true;
        work.push_back(caller);
      }
    }
  }

  void FindWideStates() {
    constexpr std::size_t kMany = 8;
    constexpr std::size_t kManyToEnd = 10;  // digits: where the rule may end more follows that
    // A leaf that most bytes end at once (one character) says little: what comes after it counts.
    const auto reads_many = [this](StateId id) {
      std::size_t inside = 0;
      std::size_t ending = 0;
      for (const Segment& segment : machine_.segments(id)) {
        const std::size_t size = segment.last - segment.first + std::size_t{1};
        const bool ends =
            machine_.state(id).leaf && machine_.state(machine_.LeafTarget(segment)).final;
        (ends ? ending : inside) += size;
      }
      return inside >= (machine_.state(id).accept ? kManyToEnd : kMany) && inside > ending;
    };
    for (std::size_t s = 1; s < machine_.states_.size(); ++s) {
      const StateId id(s);
      State& state = machine_.states_[s];
      if (!state.leaf && machine_.spec(id).kind != RegisterKind::kCount) continue;
      state.wide = reads_many(id);
      if (!state.leaf || state.wide) continue;
      // The way to such a state (a quote), unless it is one of several and others let the rule end:
      // after a space that a comment could follow, most tokens are those of what comes after both.
      bool may_end = false;
      for (const Segment& segment : machine_.segments(id)) {
        const StateId target = machine_.LeafTarget(segment);
        state.wide |= reads_many(target);
        may_end |=
            machine_.state(target).accept && !machine_.state(target).final && !reads_many(target);
      }
      state.wide &= !may_end;
    }
  }

  // Cuts overlapping edges into segments of bytes that have the same actions.
  Range AddSegments() {
    const auto begin = static_cast<std::uint32_t>(machine_.segments_.size());
    std::stable_sort(edges_.begin(), edges_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    active_.clear();
    std::size_t next = 0;
    int first = edges_.empty() ? 256 : edges_[0].first;
    while (first < 256) {
      std::erase_if(active_, [first](const auto& edge) { return edge.last < first; });
      while (next < edges_.size() && edges_[next].first <= first) active_.push_back(edges_[next++]);
      // The segment goes on until an edge ends or another begins.
      int past = next < edges_.size() ? edges_[next].first : 256;
      for (const LabelledAction& edge : active_) past = std::min(past, edge.last + 1);
      if (!active_.empty()) {
        const auto actions = static_cast<std::uint32_t>(machine_.actions_.size());
        for (const LabelledAction& edge : active_) machine_.actions_.push_back(edge.action);
        Spend(active_.size());
        machine_.segments_.push_back(
            {static_cast<std::uint8_t>(first),
             static_cast<std::uint8_t>(past - 1),
             {actions, static_cast<std::uint32_t>(machine_.actions_.size())}});
      }
      first = past;
    }
    return {begin, static_cast<std::uint32_t>(machine_.segments_.size())};
  }

  void Spend(std::size_t num_edges) {
    spent_ += num_edges;
    if (spent_ > limits_.max_edges) {
      throw LimitError("the grammar needs more than " + std::to_string(limits_.max_edges) +
                           " edges (limit max_edges)",
                       "max_edges", limits_.max_edges, spent_);
    }
  }

  const RuleSet& rules_;
  const LowerLimits& limits_;
  Machine machine_;
  std::vector<std::shared_ptr<const Dfa>> dfas_;                 // by rule
  std::vector<std::size_t> entries_;                             // by rule: its first state
  std::vector<std::pair<std::uint32_t, std::uint32_t>> origin_;  // by state - 1: rule, DFA state
  std::size_t spent_ = 0;

  // Of the closure at hand.
  struct SlotCall {
    std::uint32_t slot;
    CallLink link;
  };
  std::vector<StateId> entry_of_slot_;
  base::HashIndex slot_of_rule_;
  std::vector<SlotCall> calls_;
  std::vector<LabelledAction> edges_;
  std::vector<LabelledAction> active_;
};

Machine BuildMachine(const RuleSet& rules, const LowerLimits& limits) {
  return MachineBuilder(rules, limits).Run();
}

}  // namespace pushmask::pda
