// SPDX-License-Identifier: Apache-2.0
// A strict JSON reader (RFC 8259): no comments, no trailing commas, no NaN, UTF-8 only. Two things
// the RFC leaves open are refused, because their meaning would be a guess: a name that occurs twice
// in an object, and an escaped surrogate without its other half.
#pragma once

#include <cstddef>
#include <string>

#include "frontend/json/value.h"
#include "text/source_text.h"

namespace pushmask::frontend::json {

// Arrays and objects may be nested this deep.
inline constexpr std::size_t kMaxDepth = 500;

// Reads a whole text. Throws SyntaxError with line and column, LimitError ("max_depth") if values
// nest too deep. Cost: linear in the text.
Document Read(const text::SourceText& source);

// The JSON Pointer (RFC 6901) of the innermost value that has the byte at `offset`. Throws and
// costs what Read does.
std::string PointerAt(const text::SourceText& source, std::size_t offset);

}  // namespace pushmask::frontend::json
