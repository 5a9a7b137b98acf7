// SPDX-License-Identifier: Apache-2.0
// Whether a character can occur in the strings of an expression.
#pragma once

#include "ir/builder.h"

namespace pushmask::frontend {

// False only if no string of the expression has the character. Rules and complements are taken to
// have all of them, so true may be wrong. Cost: linear in the expression.
bool MayOccur(const ir::Builder& builder, char32_t character, ir::ExprId strings);

}  // namespace pushmask::frontend
