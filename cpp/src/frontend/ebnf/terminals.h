// SPDX-License-Identifier: Apache-2.0
// The terminals of EBNF: "literals", [classes] and /regexes/.
#pragma once

#include <cstddef>
#include <string>

#include "text/codepoint_set.h"
#include "text/cursor.h"

namespace pushmask::frontend::ebnf {

// Each reads a terminal after its opening character at `begin`, to its closing one.
std::string ParseLiteral(std::size_t begin, text::Cursor* cursor);  // its text, in UTF-8
text::CodepointSet ParseClass(std::size_t begin, text::Cursor* cursor);
text::SourceSpan FindRegexBody(std::size_t begin, text::Cursor* cursor);  // without the slashes

}  // namespace pushmask::frontend::ebnf
