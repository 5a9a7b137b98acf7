// SPDX-License-Identifier: Apache-2.0
// The printed form of a grammar: EBNF like the EBNF front end reads, plus what only the IR has:
//   <nothing>                    no string
//   (a & b)   !(a)               intersection, complement
//   <unordered sep; a; b!; *c>   members in any order; `!` marks a required item, `*` the rest;
//                                <unordered+ ...> has one member at least
//   <automaton 0 [a] 1; 1! [b] 0>   a deterministic automaton: each state by number, `!` if it
//                                accepts, with the classes it reads and where they lead; from 0
// Literals are double-quoted bytes with \xHH escapes; classes list code points with \u{H} escapes.
#pragma once

#include <string>

#include "ir/grammar.h"

namespace pushmask::ir {

std::string Print(const Grammar& grammar);

}  // namespace pushmask::ir
