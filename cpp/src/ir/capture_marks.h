// SPDX-License-Identifier: Apache-2.0
// Captures as a language: the texts of a grammar with a mark in front of each part that a rule with
// RuleMarks::capture matches, and one behind it. Whoever finds where marks fit into a text knows
// what was captured, in which order and how often.
//
// Like references to tokens (ir/token_set.h), marks are spelled by bytes that no text contains
// (base/capture_mark.h).
#pragma once

#include <string>
#include <vector>

#include "ir/grammar.h"

namespace pushmask::ir {

struct MarkedGrammar {
  std::vector<std::string> names;  // by number; of rules in the order of the grammar
  Grammar grammar;                 // of marks in the IR it has max_tokens alone
};

// No names, and no grammar, if no rule has a capture. Throws LimitError ("max_captures").
MarkedGrammar MarkCaptures(const Grammar& grammar);

}  // namespace pushmask::ir
