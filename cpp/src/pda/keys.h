// SPDX-License-Identifier: Apache-2.0
// Keys of a member group that must differ (ir::MemberGroup::rest_key).
//
// The group's own frame reads the key, byte by byte, so that its register can hold the text so far
// and the keys seen. A key may be gone on with as long as more texts complete it than keys with the
// same beginning were seen: every seen one is among these texts. So a finite number of texts is
// counted, and the guard is exact.
#pragma once

#include <cstdint>
#include <vector>

#include "automaton/dfa.h"
#include "pda/lower.h"

namespace pushmask::pda {

// By state of an automaton without symbols: the number of texts from there to acceptance;
// kUnbounded for infinitely many, and for that many or more.
std::vector<std::uint32_t> NumKeys(const automaton::Dfa& dfa);

// What a group's rule calls, as numbers of RuleSet::symbols.
struct GroupSymbols {
  static constexpr std::uint32_t kNone = 0xffffffffU;
  std::vector<std::uint32_t> members;  // item by item
  std::uint32_t separator = kNone;
  // After a key: the non-empty rest; the separator, if the rest may be empty.
  std::uint32_t rest = kNone;
  std::uint32_t separator_after_key = kNone;
  bool rest_may_be_empty = false;
};

// Gives `rule` the automaton of a group with keys: state 0 stands before a member, then come those
// of `key` (minimal, not empty, without the empty text), and the last one stands after a member.
void SetKeyedAutomaton(const automaton::Dfa& key, const GroupSymbols& symbols, RuleAutomaton* rule);

}  // namespace pushmask::pda
