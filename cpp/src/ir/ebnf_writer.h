// SPDX-License-Identifier: Apache-2.0
// A grammar as text that the EBNF front end reads back to an equal grammar: the same rules over the
// same expressions, so also the same machine. The syntax is docs/reference/ebnf.md.
#pragma once

#include <string>

#include "ir/grammar.h"

namespace pushmask::ir {

// The root comes first, under the name `root`; the other rules keep their names and their order,
// unless one must make way for it. What occurs more than once, and what nests deep, is a `%let`
// above the rule that needs it. Cost: linear in the grammar, however much its expressions share.
std::string WriteEbnf(const Grammar& grammar);

}  // namespace pushmask::ir
