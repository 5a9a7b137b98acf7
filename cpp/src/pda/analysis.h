// SPDX-License-Identifier: Apache-2.0
// What an expression can derive: the empty string, and any other string at all. Least fixpoints
// over the rules of a grammar.
#pragma once

#include <vector>

#include "automaton/thompson.h"
#include "ir/grammar.h"
#include "pda/length_bounds.h"

namespace pushmask::pda {

struct Derivations {
  std::vector<bool> empty;      // by ExprId: derives the empty string
  std::vector<bool> non_empty;  // by ExprId: derives some non-empty string

  bool Any(ir::ExprId id) const { return empty[id.index()] || non_empty[id.index()]; }
};

// `compiler` resolves Boolean operators, whose emptiness only their automaton tells; `bounds`, made
// with the same compiler, those that it knows. Without them such operators are taken to derive
// something: cheap, and wrong only for contradictions between patterns.
Derivations Analyze(const ir::Grammar& grammar, automaton::ExprCompiler* compiler,
                    LengthBounds* bounds);

// Throws EmptyLanguageError if the root derives nothing at all.
void CheckNotEmpty(const ir::Grammar& grammar, const Derivations& derives);

}  // namespace pushmask::pda
