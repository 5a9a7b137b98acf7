// SPDX-License-Identifier: Apache-2.0
#include "ir/automaton.h"

#include <atomic>
#include <limits>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "base/hash_index.h"

namespace pushmask::ir {
namespace {

using State = Automaton::State;
using Transition = Automaton::Transition;

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kSelf = kNone - 1;  // a transition to its own state

void CheckWellFormed(const std::vector<State>& states) {
  for (const State& state : states) {
    const Transition* before = nullptr;
    for (const Transition& transition : state.transitions) {
      PUSHMASK_CHECK(transition.target < states.size());
      PUSHMASK_CHECK(transition.on.first <= transition.on.last);
      PUSHMASK_CHECK(before == nullptr || before->on.last < transition.on.first);
      before = &transition;
    }
  }
}

// Whether an accepting state can be reached, by state.
std::vector<bool> FindLive(const std::vector<State>& states) {
  std::vector<std::vector<std::uint32_t>> sources(states.size());
  std::vector<bool> live(states.size());
  std::vector<std::uint32_t> work;
  for (std::uint32_t s = 0; s < states.size(); ++s) {
    for (const Transition& transition : states[s].transitions) {
      sources[transition.target].push_back(s);
    }
    if (states[s].accept) work.push_back(s);
    live[s] = states[s].accept;
  }
  while (!work.empty()) {
    const std::uint32_t state = work.back();
    work.pop_back();
    for (const std::uint32_t source : sources[state]) {
      if (!live[source]) work.push_back(source);
      live[source] = true;
    }
  }
  return live;
}

std::uint64_t Hash(const State& state) {
  std::uint64_t hash = (state.transitions.size() << 1) | (state.accept ? 1 : 0);
  for (const Transition& transition : state.transitions) {
    hash = base::Combine(hash, (std::uint64_t{transition.on.first} << 32) | transition.on.last);
    hash = base::Combine(hash, transition.target);
  }
  return hash;
}

// Each state's number in what is left when dead states are dropped (kNone) and equal ones are one.
// A state is compared with those behind it once their targets have been replaced, so that chains
// that end alike fold up in one pass from the end; what takes more than that stays.
std::vector<std::uint32_t> Fold(std::vector<State>* states) {
  const std::vector<bool> live = FindLive(*states);
  std::vector<std::uint32_t> number(states->size(), kNone);
  base::HashIndex index;
  for (std::uint32_t s = 0; s < states->size(); ++s) number[s] = live[s] ? s : kNone;
  for (std::size_t i = states->size(); i-- > 0;) {
    if (!live[i]) continue;
    State& state = (*states)[i];
    std::vector<Transition> kept;
    for (Transition transition : state.transitions) {
      const std::uint32_t target = number[transition.target];
      if (target == kNone) continue;
      transition.target = target == i ? kSelf : target;
      const bool is_next = !kept.empty() && kept.back().target == transition.target &&
                           kept.back().on.last + 1 == transition.on.first;
      if (is_next) {
        kept.back().on.last = transition.on.last;
      } else {
        kept.push_back(transition);
      }
    }
    state.transitions = std::move(kept);
    const std::uint64_t hash = Hash(state);
    const std::uint32_t known =
        index.Find(hash, [&](std::uint32_t other) { return (*states)[other] == state; });
    if (known != base::HashIndex::kNone) {
      number[i] = known;
    } else {
      index.Insert(hash, static_cast<std::uint32_t>(i));
    }
  }
  return number;
}

// What the start reaches, numbered breadth-first.
std::vector<State> Reduced(std::vector<State> states) {
  std::vector<State> out;
  if (states.empty()) return out;
  const std::vector<std::uint32_t> folded = Fold(&states);
  if (folded[0] == kNone) return out;
  std::vector<std::uint32_t> number(states.size(), kNone);
  std::vector<std::uint32_t> order{folded[0]};
  number[folded[0]] = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    State& state = out.emplace_back(std::move(states[order[i]]));
    for (Transition& transition : state.transitions) {
      const std::uint32_t target =
          transition.target == kSelf ? order[i] : folded[transition.target];
      if (number[target] == kNone) {
        number[target] = static_cast<std::uint32_t>(order.size());
        order.push_back(target);
      }
      transition.target = number[target];
    }
  }
  return out;
}

std::uint64_t Hash(const std::vector<State>& states) {
  std::uint64_t hash = states.size();
  for (const State& state : states) hash = base::Combine(hash, Hash(state));
  return hash;
}

}  // namespace

Automaton::Automaton(std::vector<State> states) {
  CheckWellFormed(states);
  std::vector<State> reduced = Reduced(std::move(states));
  if (reduced.empty()) return;
  const std::uint64_t hash = Hash(reduced);
  storage_ = std::make_shared<const Storage>(Storage{std::move(reduced), hash});
}

Automaton Automaton::Numbered() const {
  static std::atomic<std::uint32_t> last = 0;
  Automaton numbered;
  if (storage_ == nullptr) return numbered;
  numbered.storage_ =
      std::make_shared<const Storage>(Storage{storage_->states, storage_->hash, ++last});
  return numbered;
}

bool operator==(const Automaton& a, const Automaton& b) {
  if (a.storage_ == b.storage_) return true;
  if (a.storage_ == nullptr || b.storage_ == nullptr) return false;
  return a.storage_->hash == b.storage_->hash && a.storage_->states == b.storage_->states;
}

}  // namespace pushmask::ir
