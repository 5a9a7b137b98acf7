// SPDX-License-Identifier: Apache-2.0
// The substrings of a text that begin and end between its chunks (characters, words, ...), as a
// deterministic automaton over code points.
//
// The substrings of the sequence of chunks are a suffix automaton over chunks (Blumer et al.,
// Theoretical Computer Science 40, 1985): at most two states a chunk. Its transitions are then
// spelt out: each state's chunks as a trie, several states at once where one chunk begins another.
#pragma once

#include <string>
#include <vector>

#include "ir/automaton.h"

namespace pushmask::frontend {

// `chunks` are well-formed UTF-8; empty ones are left out. The empty string is a substring. Throws
// LimitError ("max_automaton_states") if spelling out takes too many states: that is linear in the
// text unless chunks begin each other in many ways.
ir::Automaton Substrings(const std::vector<std::string>& chunks);

}  // namespace pushmask::frontend
