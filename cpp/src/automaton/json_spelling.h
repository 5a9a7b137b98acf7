// SPDX-License-Identifier: Apache-2.0
// From an automaton of strings to one of how JSON spells them (RFC 8259, section 7), between the
// quotes.
//
// Decoding a spelling is a homomorphism, so the spellings of a language are its inverse image: from
// each state between characters a trie of escapes leads where the characters themselves lead.
// States of different tries that have the same edges are one, which keeps the result minimal:
// strings tell the states between characters apart, and their spellings do too.
#pragma once

#include "automaton/dfa.h"
#include "ir/grammar.h"

namespace pushmask::automaton {

// The smallest automaton of the spellings of what `strings` matches, which is minimal and matches
// well-formed UTF-8 only. Throws LimitError ("max_states"). Cost: the characters that each state
// tells apart.
Dfa SpellJson(const Dfa& strings, ir::Spelling spelling, const Budget& budget);

}  // namespace pushmask::automaton
