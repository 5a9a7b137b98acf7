// SPDX-License-Identifier: Apache-2.0
#include "frontend/strings/one_of.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/hash_index.h"
#include "ir/builder.h"
#include "pushmask/error.h"
#include "text/utf8.h"

namespace pushmask::frontend {
namespace {

using State = ir::Automaton::State;

std::uint64_t Hash(const State& state) {
  std::uint64_t hash = state.accept ? 1 : 0;
  for (const ir::Automaton::Transition& transition : state.transitions) {
    hash = base::Combine(hash, transition.on.first);
    hash = base::Combine(hash, transition.target);
  }
  return hash;
}

class Construction {
 public:
  // Strings in increasing order.
  void Add(const std::u32string& text) {
    const auto differs = std::mismatch(text.begin(), text.end(), last_.begin(), last_.end());
    const auto shared = static_cast<std::size_t>(differs.first - text.begin());
    Freeze(shared);
    for (std::size_t i = shared; i < text.size(); ++i) {
      path_.back().transitions.push_back({{text[i], text[i]}, kOpen});
      path_.emplace_back();
    }
    path_.back().accept = true;
    last_ = text;
  }

  ir::Automaton Finish() {
    Freeze(0);
    states_[0] = std::move(path_[0]);
    return ir::Automaton(std::move(states_));
  }

 private:
  static constexpr std::uint32_t kOpen = 0;  // nothing leads to the start

  // States after the first `length` characters of the last string are final: equal ones are one.
  void Freeze(std::size_t length) {
    while (path_.size() > length + 1) {
      const std::uint32_t state = StateFor(std::move(path_.back()));
      path_.pop_back();
      path_.back().transitions.back().target = state;
    }
  }

  std::uint32_t StateFor(State state) {
    const std::uint64_t hash = Hash(state);
    const std::uint32_t known =
        index_.Find(hash, [&](std::uint32_t number) { return states_[number] == state; });
    if (known != base::HashIndex::kNone) return known;
    const auto number = static_cast<std::uint32_t>(states_.size());
    if (number >= ir::Builder::kMaxAutomatonStates) {
      throw LimitError("the strings to choose from need more than " +
                           std::to_string(ir::Builder::kMaxAutomatonStates) +
                           " states (limit max_automaton_states)",
                       "max_automaton_states", ir::Builder::kMaxAutomatonStates, number + 1);
    }
    states_.push_back(std::move(state));
    index_.Insert(hash, number);
    return number;
  }

  std::vector<State> states_{1};  // the first is the start, which comes last
  std::vector<State> path_{1};    // along the last string
  std::u32string last_;
  base::HashIndex index_;
};

}  // namespace

ir::Automaton OneOf(std::vector<std::string> strings) {
  if (strings.empty()) return {};
  std::sort(strings.begin(), strings.end());  // that is the order of code points, too
  Construction construction;
  for (const std::string& text : strings) construction.Add(text::Decoded(text));
  return construction.Finish();
}

}  // namespace pushmask::frontend
