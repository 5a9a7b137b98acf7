// SPDX-License-Identifier: Apache-2.0
// Numeric escapes, which regex and EBNF spell alike.
#pragma once

#include <cstddef>

#include "text/cursor.h"

namespace pushmask::frontend {

// Reads the rest of `\xHH`, `\uHHHH`, `\UHHHHHHHH` or any of them with `{H..}`; `begin` is the
// backslash and the cursor stands after the letter, `kind`. Two \u escapes that form a surrogate
// pair are one code point; the result is a lone surrogate if the escape is. Throws SyntaxError.
char32_t ReadNumericEscape(std::size_t begin, char kind, text::Cursor* cursor);

}  // namespace pushmask::frontend
