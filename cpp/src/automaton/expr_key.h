// SPDX-License-Identifier: Apache-2.0
// An expression written out, so that equal texts mean equal automata in any grammar.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "automaton/thompson.h"
#include "ir/grammar.h"

namespace pushmask::automaton {

// Appends `expr` to `key`. Symbols are written as indices in `symbols`, in the order in which they
// are first met. False if the text becomes too long to be worth keeping.
bool AppendExprKey(const ir::Grammar& grammar, ir::ExprId expr, const SymbolOf& symbol_of,
                   std::string* key, std::vector<std::uint32_t>* symbols);

// The index of `symbol` in `symbols`, which gets it if it is new.
std::uint32_t LocalSymbol(std::uint32_t symbol, std::vector<std::uint32_t>* symbols);

}  // namespace pushmask::automaton
