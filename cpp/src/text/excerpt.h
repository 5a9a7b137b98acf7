// SPDX-License-Identifier: Apache-2.0
// A place in a text as people see it: the line, and carets under the place.
//
// The text is anybody's, so what steers a terminal or reorders a line is shown as an escape. Carets
// are aligned by code points: a terminal that draws a character in two cells, or in none, shows
// them off by those.
#pragma once

#include <string>
#include <string_view>

#include "text/source_text.h"

namespace pushmask::text {

// "  line\n  ^^^", both after two spaces; a long line is cut around the place, with "…" at the
// cuts. Of a place over several lines, the first. Empty if the line is blank. `span` must lie
// inside `text`, which need not be well-formed. Cost: constant.
std::string Excerpt(std::string_view text, SourceSpan span);

// A text with control characters, bytes that are not UTF-8, line separators, invisible characters
// and marks of direction as \xHH, \uHHHH or \UHHHHHHHH. Tabs, line feeds too.
std::string Printable(std::string_view text);

}  // namespace pushmask::text
