// SPDX-License-Identifier: Apache-2.0
// Keys of a member group that must differ (ir::MemberGroup::keyed).
//
// The group's own frame reads the key, byte by byte, so that its register can hold the text so far
// and the keys seen. A key may be gone on with as long as more texts complete it than keys with the
// same beginning were seen: every seen one is among these texts. So a finite number of texts is
// counted, and the guard is exact.
//
// Where several keys are read at one place, each with another rest, one automaton reads them all.
// Its accepting states say which of them the text is.
//
// A key that begins an item is a key of the rest too, and members of the rest are without bound; so
// which member it is need not be known before the key's end, and no key is ever needed for another.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "automaton/dfa.h"
#include "pda/lower.h"

namespace pushmask::pda {

// By state of an automaton without symbols: the number of texts from there to acceptance;
// kUnbounded for infinitely many, and for that many or more.
std::vector<std::uint32_t> NumKeys(const automaton::Dfa& dfa);

struct KeyAutomaton {
  std::shared_ptr<const automaton::Dfa> dfa;  // over bytes
  std::shared_ptr<const KeyStates> states;
  std::shared_ptr<const automaton::Dfa> leaf;  // the smallest one that reads the same texts
  // By end (KeyStates::ends): which keys end there, ascending.
  std::vector<std::vector<std::uint32_t>> keys_of_end;
};

// Of keys' automata: at least one, minimal, not empty, without the empty text. Throws
// LimitError ("max_states").
KeyAutomaton JoinKeys(const std::vector<std::shared_ptr<const automaton::Dfa>>& keys,
                      const automaton::Budget& budget);

// What a group's rule calls, as numbers of RuleSet::symbols.
struct GroupSymbols {
  static constexpr std::uint32_t kNone = 0xffffffffU;
  // After a key: the non-empty rest, if there is one. The symbol says which member it is.
  struct Rest {
    std::uint32_t symbol = kNone;
    bool may_be_empty = false;
  };
  std::vector<std::uint32_t> members;  // item by item
  std::uint32_t separator = kNone;
  std::vector<Rest> rests;                    // key by key
  std::uint32_t separator_after_key = kNone;  // where the rest may be empty
};

// Gives `rule` the automaton of a group with keys: state 0 stands before a member, then come those
// of `key`, and the last one stands after a member.
void SetKeyedAutomaton(const KeyAutomaton& key, const GroupSymbols& symbols, RuleAutomaton* rule);

}  // namespace pushmask::pda
