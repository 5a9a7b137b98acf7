// SPDX-License-Identifier: Apache-2.0
// Sets of characters without regard to case: Unicode's simple case folding (CaseFolding.txt, status
// C and S), which ECMA-262 uses for patterns with the flags i and u.
#pragma once

#include "text/codepoint_set.h"

namespace pushmask::text {

// Every character that folds to what a character of `set` folds to. Cost: linear in the ranges of
// `set` and the length of the folding table.
CodepointSet CloseOverCase(const CodepointSet& set);

}  // namespace pushmask::text
