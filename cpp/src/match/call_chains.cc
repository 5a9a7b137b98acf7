// SPDX-License-Identifier: Apache-2.0
#include "match/call_chains.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace pushmask::match {

using pda::StateId;

// Visits every call that the states of `rule` make: where, whom, and where it goes on.
template <typename Visit>
void CallChains::ForEachCall(std::uint32_t rule, Visit visit) {
  const pda::MachineRule& all = machine_.rule_at(rule);
  for (std::uint32_t s = 0; s < all.num_states; ++s) {
    const StateId state(all.entry.index() + s);
    for (std::uint32_t slot = 1; slot <= machine_.num_slots(state); ++slot) {
      if (++num_calls_ > kMaxCalls) return;
      for (const pda::CallLink& link : machine_.slot_links(state, slot)) {
        ++num_calls_;
        if (link.parent != 0) continue;  // made by a rule that this one calls
        visit(state, machine_.state(machine_.slot_entry(state, slot)).rule, link.target);
      }
    }
  }
}

std::vector<std::uint32_t> CallChains::CalleesAt(StateId target) {
  const auto [entry, inserted] = callees_.try_emplace(target);
  if (!inserted) return entry->second;
  std::vector<std::uint32_t>& callees = entry->second;
  if (target == pda::kEnd) {
    callees.push_back(machine_.state(machine_.root_entry()).rule);
  } else {
    ForEachCall(machine_.state(target).rule, [&](StateId, std::uint32_t callee, StateId to) {
      if (to == target) callees.push_back(callee);
    });
  }
  return callees;
}

bool CallChains::Calls(StateId target, std::uint32_t rule) {
  const std::vector<std::uint32_t> callees = CalleesAt(target);
  return std::find(callees.begin(), callees.end(), rule) != callees.end();
}

std::vector<StateId> CallChains::CallsTo(StateId target, std::uint32_t callee) {
  std::vector<StateId> states;
  ForEachCall(machine_.state(target).rule, [&](StateId from, std::uint32_t called, StateId to) {
    if (called == callee && to == target) states.push_back(from);
  });
  return states;
}

std::vector<StateId> CallChains::LastCalls(std::uint32_t rule, std::uint32_t callee) {
  std::vector<StateId> states;
  ForEachCall(rule, [&](StateId from, std::uint32_t called, StateId to) {
    if (called == callee && machine_.state(to).accept) states.push_back(from);
  });
  return states;
}

// Rules that `rule` may call as the last thing it does.
const std::vector<std::uint32_t>& CallChains::LastCallees(std::uint32_t rule) {
  const auto [entry, inserted] = last_callees_.try_emplace(rule);
  if (!inserted) return entry->second;
  std::vector<std::uint32_t>& callees = entry->second;
  ForEachCall(rule, [&](StateId, std::uint32_t callee, StateId to) {
    if (machine_.state(to).accept) callees.push_back(callee);
  });
  std::sort(callees.begin(), callees.end());
  callees.erase(std::unique(callees.begin(), callees.end()), callees.end());
  return callees;
}

std::vector<std::uint32_t> CallChains::Shortest(const std::vector<std::uint32_t>& from,
                                                std::uint32_t to, std::uint32_t avoided) {
  std::unordered_map<std::uint32_t, std::uint32_t> before;
  std::deque<std::uint32_t> work;
  const auto reach = [&](std::uint32_t rule, std::uint32_t caller) {
    if (rule != avoided && before.try_emplace(rule, caller).second) work.push_back(rule);
  };
  for (const std::uint32_t rule : from) reach(rule, kNone);
  while (!work.empty() && !before.contains(to)) {
    const std::uint32_t rule = work.front();
    work.pop_front();
    for (const std::uint32_t callee : LastCallees(rule)) reach(callee, rule);
    if (++num_calls_ > kMaxCalls) return {};
  }
  std::vector<std::uint32_t> chain;
  if (!before.contains(to)) return chain;
  for (std::uint32_t rule = to; rule != kNone; rule = before.at(rule)) chain.push_back(rule);
  std::reverse(chain.begin(), chain.end());
  return chain;
}

const CallChains::Chain& CallChains::Between(StateId target, std::uint32_t rule) {
  const auto [entry, inserted] = chains_.try_emplace({target, rule});
  Chain& between = entry->second;
  if (!inserted || Calls(target, rule)) return between;
  const std::vector<std::uint32_t> from = CalleesAt(target);
  const std::vector<std::uint32_t> shortest = Shortest(from, rule, kNone);
  // Where left recursion was removed there need be no such call.
  if (shortest.empty()) between.push_back(std::nullopt);
  // Parts of the rule that waits are no rules of their own.
  const bool are_parts = std::all_of(
      from.begin(), from.end(), [&](std::uint32_t callee) { return names_.rules[callee].is_part; });
  if (are_parts && shortest.size() == 2 && Shortest(from, rule, shortest[0]).size() == 2) {
    return between;
  }
  for (std::size_t i = 0; i + 1 < shortest.size(); ++i) {
    const bool is_certain = Shortest(from, rule, shortest[i]).empty() && num_calls_ <= kMaxCalls;
    if (is_certain) {
      between.push_back(shortest[i]);
    } else if (between.empty() || between.back()) {
      between.push_back(std::nullopt);
    }
  }
  return between;
}

}  // namespace pushmask::match
