// SPDX-License-Identifier: Apache-2.0
// The printed form of a grammar: EBNF like the EBNF front end reads, plus what only the IR has:
//   <nothing>                    no string
//   (a & b)   !(a)               intersection, complement
//   <members{2,5} sep; ^a; b!; *c; :0 1 :2; :1 2 :>
//                                a member group with bounds (none, `+` or `{m,}` also): `^` marks
//                                an ordered item, `!` a required one, `*` the rest (`*k : c` if
//                                it begins with keys k that must differ); then the
//                                clauses: with items 0 and 1 comes 2, and 1 excludes 2
//   <automaton 0 [a] 1; 1! [b] 0>   a deterministic automaton: each state by number, `!` if it
//                                accepts, with the classes it reads and where they lead; from 0
//   <json a>   <json~ a>         the spellings in JSON of the strings of a; with ~ every one of
//                                them, otherwise the canonical ones
// Token sets are as in EBNF: <|end|>, !<[5]>, %tokens { ... }.
// Literals are double-quoted bytes with \xHH escapes; classes list code points with \u{H} escapes.
#pragma once

#include <string>

#include "ir/grammar.h"

namespace pushmask::ir {

std::string Print(const Grammar& grammar);

}  // namespace pushmask::ir
