// SPDX-License-Identifier: Apache-2.0
// Sets of characters in a pattern: bracketed classes, the class escapes (\d \w \s \p{..}), and the
// escapes for one character, which are legal inside and outside brackets.
#pragma once

#include <cstddef>
#include <optional>
#include <variant>

#include "text/codepoint_set.h"
#include "text/cursor.h"

namespace pushmask::frontend::regex {

// What `.` matches: everything but the line terminators of ECMA-262.
text::CodepointSet AnyButLineTerminators();

// What \w matches and \b asks for.
text::CodepointSet WordCharacters(bool ignore_case);

// Where an escape stands.
struct EscapeContext {
  bool in_class = false;
  bool ignore_case = false;
};

// Reads an escape after its backslash at `begin`: one code point (which may be a lone surrogate) or
// a set of them.
std::variant<char32_t, text::CodepointSet> ParseEscape(std::size_t begin, EscapeContext context,
                                                       text::Cursor* cursor);

// Reads a class after its '[' at `begin`, to its ']'.
text::CodepointSet ParseClass(std::size_t begin, bool ignore_case, text::Cursor* cursor);

// Steps over as many octal digits as there are, at least `min_digits` and at most three, of a
// number below 256; or over nothing.
std::optional<char32_t> TakeOctal(int min_digits, text::Cursor* cursor);

}  // namespace pushmask::frontend::regex
