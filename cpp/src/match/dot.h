// SPDX-License-Identifier: Apache-2.0
// A compiled grammar's machine as a graph in the DOT language
// (https://graphviz.org/doc/info/lang.html), for people.
#pragma once

#include <cstddef>
#include <string>

#include "compile/compiled_grammar.h"

namespace pushmask::match {

// One cluster for each rule, with its states; an arrow for each set of bytes, a dashed one for each
// call. Throws LimitError ("max_states") for a machine with more states.
std::string ToDot(const compile::CompiledGrammar& compiled, std::size_t max_states);

}  // namespace pushmask::match
