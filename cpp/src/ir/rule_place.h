// SPDX-License-Identifier: Apache-2.0
// Errors about a rule, at the rule's place: for what is found out only after a front end is done.
#pragma once

#include <string>
#include <string_view>

#include "ir/grammar.h"
#include "pushmask/error.h"

namespace pushmask::ir {

// A problem with the rule `name`, which comes from `place`: line, column and excerpt of its name,
// or the JSON Pointer of the schema it stands for. A rule without a place has that of a rule that
// names it, the root that of the grammar. Cost: linear in the grammar and the source's text.
Diagnostic AtRule(const Grammar& grammar, std::string_view name, Place place, std::string message,
                  std::string hint = {});

}  // namespace pushmask::ir
