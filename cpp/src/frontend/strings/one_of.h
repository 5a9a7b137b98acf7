// SPDX-License-Identifier: Apache-2.0
// One of many strings, as the minimal deterministic automaton of the set: a hundred thousand of
// them are one expression, with their common beginnings and ends shared.
#pragma once

#include <string>
#include <vector>

#include "ir/automaton.h"

namespace pushmask::frontend {

// `strings` are well-formed UTF-8, in any order, duplicates allowed. Cost: sorting them, then
// linear in their length.
//
// Incremental construction of minimal acyclic automata from sorted strings: Daciuk, Mihov, Watson,
// Watson, Computational Linguistics 26(1), 2000, section 3.
ir::Automaton OneOf(std::vector<std::string> strings);

}  // namespace pushmask::frontend
