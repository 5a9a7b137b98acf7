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
#include "ir/rule_place.h"
#include "pda/lower.h"
#include "pda/rule_errors.h"
#include "pda/segment_cutter.h"
#include "pushmask/error.h"

namespace pushmask::pda {

using automaton::ByteEdge;
using automaton::Dfa;
using automaton::SymbolEdge;

class MachineBuilder {
 public:
  MachineBuilder(const RuleSet& rules, const LowerLimits& limits, automaton::Steps* steps)
      : rules_(rules), limits_(limits), steps_(steps), minimizer_(steps) {}

  Machine Run() {
    machine_.states_.emplace_back();  // kEnd
    machine_.states_[0].accept = true;
    machine_.states_[0].rule = static_cast<std::uint32_t>(rules_.rules.size());  // of no rule
    machine_.specs_.emplace_back();
    ReserveRules();
    for (const RuleAutomaton& rule : rules_.rules) AddRule(rule);
    ReserveEdges();
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
    if (!limits_.keep_rules) DelayCalls(&machine_);
    FindWideCalls();
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
  // Arrays of the right size from the start: growth would write all that they hold twice.
  void ReserveRules() {
    std::size_t num_states = 1;
    for (const RuleAutomaton& rule : rules_.rules) {
      if (rule.dfa != nullptr) num_states += rule.dfa->size();
    }
    machine_.states_.reserve(std::min(num_states, limits_.max_states + 1));
    machine_.rules_.reserve(rules_.rules.size() + 1);
    entries_.reserve(rules_.rules.size());
    dfas_.reserve(rules_.rules.size());
  }

  // Of states without calls; closures add to it.
  void ReserveEdges() {
    std::size_t num_edges = 0;
    for (const auto& dfa : dfas_) num_edges += dfa->num_byte_edges();
    num_edges = std::min(num_edges, limits_.max_edges);
    machine_.segments_.reserve(num_edges);
    machine_.actions_.reserve(num_edges);
  }

  std::shared_ptr<const Dfa> Minimal(const RuleAutomaton& rule) {
    try {
      return std::make_shared<const Dfa>(minimizer_.Run(
          determinizer_.Run(rule.nfa, {limits_.max_states, limits_.max_product_states, steps_})));
    } catch (const LimitError& error) {
      throw WithRule(error, *rules_.grammar, {rule.name, rule.place});
    }
  }

  void AddRule(const RuleAutomaton& rule) {
    std::shared_ptr<const Dfa> made = rule.dfa;
    if (made == nullptr) {
      made = Minimal(rule);
    }
    const Dfa& dfa = *made;
    entries_.push_back(machine_.states_.size());
    if (machine_.states_.size() + dfa.size() > limits_.max_states) {
      FailForSize("states", "max_states", limits_.max_states, machine_.states_.size() + dfa.size());
    }
    std::uint32_t spec = 0;
    if (rule.spec.kind != RegisterKind::kNone) {
      spec = static_cast<std::uint32_t>(machine_.specs_.size());
      machine_.specs_.push_back(rule.spec);
      if (rule.spec.kind == RegisterKind::kTokens) {
        machine_.least_max_tokens_ = std::min(machine_.least_max_tokens_, rule.spec.max);
      }
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
    }
    machine_.rules_.push_back({.entry = StateId(entries_.back()),
                               .num_states = static_cast<std::uint32_t>(dfa.size()),
                               .temperature = rule.temperature,
                               .shape = ShapeOf(rule, made, leaf),
                               .shape_bytes = dfa.memory_bytes()});
    machine_.has_temperatures_ |= rule.temperature.has_value();
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

  // The state of its rule's automaton.
  std::uint32_t LocalOf(StateId id) const {
    return static_cast<std::uint32_t>(id.index() - entries_[machine_.state(id).rule]);
  }
  std::span<const ByteEdge> BytesOf(StateId id) const {
    return dfas_[machine_.state(id).rule]->bytes(LocalOf(id));
  }
  std::span<const SymbolEdge> SymbolsOf(StateId id) const {
    return dfas_[machine_.state(id).rule]->symbols(LocalOf(id));
  }

  const CallSymbol& CallOf(StateId id, std::uint32_t symbol) const {
    const RuleAutomaton& rule = rules_.rules[machine_.state(id).rule];
    return rules_.symbols[rule.dfa != nullptr ? rule.symbols[symbol] : symbol];
  }

  StateId TargetOf(StateId from, std::uint32_t target) const {
    return StateId(entries_[machine_.state(from).rule] + target);
  }

  // Finds all frames that can be opened before the next byte (one slot per called rule) and
  // collects the byte edges of the state and of every slot's entry state.
  void AddClosure(StateId id) {
    if (SymbolsOf(id).empty()) {
      AddPlainSegments(id);
      return;
    }
    entry_of_slot_.assign(1, id);
    calls_.clear();
    cutter_.Clear();
    slot_of_rule_.Clear();
    for (std::uint32_t slot = 0; slot < entry_of_slot_.size(); ++slot) {
      const StateId state = entry_of_slot_[slot];
      for (const ByteEdge& edge : BytesOf(state)) {
        cutter_.Add(edge.first, edge.last, {TargetOf(state, edge.target), slot});
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
    machine_.states_[id.index()].segments = AddSegments(machine_.state(id).spec == 0);
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
    const std::size_t num_slots = entry_of_slot_.size();
    next_of_slot_.assign(num_slots + 1, 0);
    for (const SlotCall& call : calls_) ++next_of_slot_[call.slot + std::size_t{1}];
    const auto first = static_cast<std::uint32_t>(machine_.links_.size());
    for (std::uint32_t slot = 1; slot < num_slots; ++slot) {
      const std::uint32_t begin = next_of_slot_[slot];
      next_of_slot_[slot + std::size_t{1}] += begin;
      machine_.slots_.push_back({first + begin, first + next_of_slot_[slot + std::size_t{1}]});
      machine_.slot_entries_.push_back(entry_of_slot_[slot]);
    }
    machine_.links_.resize(first + calls_.size());
    for (const SlotCall& call : calls_) {
      machine_.links_[first + next_of_slot_[call.slot]++] = call.link;
    }
    state.slots.end = static_cast<std::uint32_t>(machine_.slots_.size());
  }

  // Of a state without calls: its edges are disjoint already.
  void AddPlainSegments(StateId id) {
    State& state = machine_.states_[id.index()];
    state.slots.begin = state.slots.end = static_cast<std::uint32_t>(machine_.slots_.size());
    state.segments.begin = static_cast<std::uint32_t>(machine_.segments_.size());
    const std::size_t entry = entries_[state.rule];
    for (const ByteEdge& edge : BytesOf(id)) {
      const auto action = static_cast<std::uint32_t>(machine_.actions_.size());
      machine_.actions_.push_back({StateId(entry + edge.target), 0});
      machine_.segments_.push_back({edge.first, edge.last, state.spec == 0, {action, action + 1}});
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
      const bool has_same_states =
          spec.kind == RegisterKind::kLength || spec.kind == RegisterKind::kTokens;
      for (std::size_t s = 0; has_same_states && s < rule.dfa->size(); ++s) {
        machine_.states_[entry.index() + s].wide = machine_.states_[spec.leaf.index() + s].wide;
      }
      if (rule.num_keys.empty()) continue;
      machine_.has_keys_ = true;
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

  // A leaf that most bytes end at once (one character) says little: what comes after it counts.
  bool ReadsMany(StateId id) const {
    constexpr std::size_t kMany = 8;
    constexpr std::size_t kManyToEnd = 10;  // digits: where the rule may end more follows that
    std::size_t inside = 0;
    std::size_t ending = 0;
    for (const Segment& segment : machine_.segments(id)) {
      const std::size_t size = segment.last - segment.first + std::size_t{1};
      const bool ends =
          machine_.state(id).leaf && machine_.state(machine_.LeafTarget(segment)).final;
      (ends ? ending : inside) += size;
    }
    return inside >= (machine_.state(id).accept ? kManyToEnd : kMany) && inside > ending;
  }

  void FindWideStates() {
    const auto matters = [this](StateId id) {
      return machine_.state(id).leaf || machine_.spec(id).kind == RegisterKind::kCount;
    };
    std::vector<bool> reads_many(machine_.states_.size());
    for (std::size_t s = 1; s < machine_.states_.size(); ++s) {
      reads_many[s] = matters(StateId(s)) && ReadsMany(StateId(s));
    }
    for (std::size_t s = 1; s < machine_.states_.size(); ++s) {
      State& state = machine_.states_[s];
      state.wide = reads_many[s];
      if (!state.leaf || state.wide) continue;
      // The way to such a state (a quote), unless it is one of several and others let the rule end:
      // after a space that a comment could follow, most tokens are those of what comes after both.
      bool may_end = false;
      for (const Segment& segment : machine_.segments(StateId(s))) {
        const StateId target = machine_.LeafTarget(segment);
        const bool is_many = reads_many[target.index()];
        state.wide |= is_many;
        may_end |= machine_.state(target).accept && !machine_.state(target).final && !is_many;
      }
      state.wide &= !may_end;
    }
  }

  void FindWideCalls() {
    for (State& state : machine_.states_) {
      for (std::uint32_t slot = state.slots.begin; slot < state.slots.end; ++slot) {
        state.calls_wide |= machine_.state(machine_.slot_entries_[slot]).wide;
      }
    }
  }

  // From the edges of the closure at hand. `is_plain`: its own frame has no register.
  Range AddSegments(bool is_plain) {
    const auto begin = static_cast<std::uint32_t>(machine_.segments_.size());
    cutter_.Cut([&](std::uint8_t first, std::uint8_t last, std::span<const Action> cut) {
      const auto actions = static_cast<std::uint32_t>(machine_.actions_.size());
      machine_.actions_.insert(machine_.actions_.end(), cut.begin(), cut.end());
      Spend(cut.size());
      const bool is_sure =
          is_plain && std::any_of(cut.begin(), cut.end(),
                                  [](const Action& action) { return action.slot == 0; });
      machine_.segments_.push_back(
          {first, last, is_sure, {actions, static_cast<std::uint32_t>(machine_.actions_.size())}});
    });
    return {begin, static_cast<std::uint32_t>(machine_.segments_.size())};
  }

  void Spend(std::size_t num_edges) {
    spent_ += num_edges;
    if (spent_ > limits_.max_edges) FailForSize("edges", "max_edges", limits_.max_edges, spent_);
  }

  // The limit is the whole grammar's; the largest rule is where to begin.
  [[noreturn]] void FailForSize(const std::string& parts, const std::string& limit,
                                std::size_t bound, std::size_t reached) const {
    const auto size = [](const RuleAutomaton& rule) {
      return rule.dfa != nullptr ? rule.dfa->size() : rule.nfa.states.size();
    };
    const RuleAutomaton& rule = *std::ranges::max_element(rules_.rules, {}, size);
    throw LimitError(
        ir::AtRule(*rules_.grammar, rule.name, rule.place,
                   "the grammar needs more than " + std::to_string(bound) + " " + parts +
                       " (limit " + limit + ")",
                   "rule '" + rule.name + "' is the largest; or raise " + limit + " in Limits"),
        limit, bound, reached);
  }

  const RuleSet& rules_;
  const LowerLimits& limits_;
  automaton::Steps* const steps_;
  automaton::Determinizer determinizer_;
  automaton::Minimizer minimizer_;
  Machine machine_;
  std::vector<std::shared_ptr<const Dfa>> dfas_;  // by rule
  std::vector<std::size_t> entries_;              // by rule: its first state
  std::size_t spent_ = 0;

  // Of the closure at hand.
  struct SlotCall {
    std::uint32_t slot;
    CallLink link;
  };
  std::vector<StateId> entry_of_slot_;
  base::HashIndex slot_of_rule_;
  std::vector<SlotCall> calls_;
  std::vector<std::uint32_t> next_of_slot_;
  SegmentCutter cutter_;
};

Machine BuildMachine(const RuleSet& rules, const LowerLimits& limits, automaton::Steps* steps) {
  return MachineBuilder(rules, limits, steps).Run();
}

}  // namespace pushmask::pda
