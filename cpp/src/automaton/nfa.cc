// SPDX-License-Identifier: Apache-2.0
#include "automaton/nfa.h"

namespace pushmask::automaton {

std::vector<std::uint32_t> EpsilonClosure(const Nfa& nfa, std::uint32_t state) {
  std::vector<bool> seen(nfa.states.size());
  std::vector<std::uint32_t> closure{state};
  seen[state] = true;
  for (std::size_t i = 0; i < closure.size(); ++i) {
    for (const std::uint32_t target : nfa.states[closure[i]].epsilons) {
      if (seen[target]) continue;
      seen[target] = true;
      closure.push_back(target);
    }
  }
  return closure;
}

void RemoveEmptyString(Nfa* nfa) {
  const auto closure = EpsilonClosure(*nfa, nfa->start);
  const std::uint32_t start = nfa->AddState();
  for (const std::uint32_t s : closure) {
    const Nfa::State from = nfa->states[s];
    Nfa::State& to = nfa->states[start];
    to.bytes.append(from.bytes.begin(), from.bytes.end());
    to.symbols.append(from.symbols.begin(), from.symbols.end());
  }
  nfa->start = start;
}

}  // namespace pushmask::automaton
