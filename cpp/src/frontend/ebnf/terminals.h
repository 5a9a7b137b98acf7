// SPDX-License-Identifier: Apache-2.0
// The terminals of EBNF: literals, [classes], /regexes/ and #xN.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "text/codepoint_set.h"
#include "text/cursor.h"

namespace pushmask::frontend::ebnf {

// How the characters of a class are written that cannot stand there themselves.
enum class ClassSpelling : std::uint8_t {
  kEscapes,           // \n, \xHH, ... (GBNF)
  kCharacterNumbers,  // #xN (W3C)
};

// Each reads a terminal after its opening character at `begin`, to its closing one.
std::string ParseLiteral(std::size_t begin, text::Cursor* cursor);  // its text, in UTF-8
text::CodepointSet ParseClass(std::size_t begin, ClassSpelling spelling, text::Cursor* cursor);
text::SourceSpan FindRegexBody(std::size_t begin, text::Cursor* cursor);  // without the slashes
// A literal on one line in which nothing is escaped (W3C, ISO).
std::string ParsePlainLiteral(std::size_t begin, char quote, text::Cursor* cursor);

// Reads `#xN`.
char32_t ParseCharacterNumber(text::Cursor* cursor);

}  // namespace pushmask::frontend::ebnf
