// SPDX-License-Identifier: Apache-2.0
// Sets of characters in a pattern: bracketed classes, the class escapes (\d \w \s \p{..}), and the
// escapes for one character, which are legal inside and outside brackets.
#pragma once

#include <cstddef>
#include <variant>

#include "text/codepoint_set.h"
#include "text/cursor.h"

namespace pushmask::frontend::regex {

// What `.` matches: everything but the line terminators of ECMA-262.
text::CodepointSet AnyButLineTerminators();

// Reads an escape after its backslash at `begin`: one code point (which may be a lone surrogate) or
// a set of them.
std::variant<char32_t, text::CodepointSet> ParseEscape(std::size_t begin, bool in_class,
                                                       text::Cursor* cursor);

// Reads a class after its '[' at `begin`, to its ']'.
text::CodepointSet ParseClass(std::size_t begin, text::Cursor* cursor);

}  // namespace pushmask::frontend::regex
