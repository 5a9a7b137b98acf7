// SPDX-License-Identifier: Apache-2.0
// What can come next, in words: `'a' to 'z'`, `a digit`, `"true"`, `the end of the text`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_set.h"
#include "compile/compiled_grammar.h"
#include "stack/stack_node.h"
#include "stack/stepper.h"

namespace pushmask::match {

// Sets of bytes, as characters as far as they are some.
std::vector<std::string> WordsFor(const base::ByteSet& bytes);
// A text in quotes, with escapes where it is no UTF-8 or not printable.
std::string QuotedText(std::string_view text);
// Bytes of the character (UTF-8) that the text, which is not empty, begins with; 0 if it begins
// with none.
std::size_t CharacterLength(std::string_view text);
// `a, b or c`.
std::string JoinedWords(const std::vector<std::string>& words);

// Of a configuration over the stepper's nodes: literals, characters, references to tokens, the end
// of the text. Exactly what can come, but of a long list of literals only the first. Steps by what
// it lists, which leaves nodes in the scratch (expected.cc).
std::vector<std::string> ExpectedAt(const compile::CompiledGrammar& compiled,
                                    stack::Stepper* stepper, std::span<const stack::Link> links);

}  // namespace pushmask::match
