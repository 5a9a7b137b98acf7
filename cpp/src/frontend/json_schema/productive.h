// SPDX-License-Identifier: Apache-2.0
// Whether a grammar matches anything, as far as that shows without building automata.
#pragma once

#include "ir/grammar.h"

namespace pushmask::frontend::json_schema {

// False only if the root rule matches nothing: a least fixpoint over the rules. Intersections and
// complements count as matching something. Cost: expressions times rules at worst.
bool IsProductive(const ir::Grammar& grammar);

}  // namespace pushmask::frontend::json_schema
