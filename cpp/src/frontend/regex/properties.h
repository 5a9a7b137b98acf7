// SPDX-License-Identifier: Apache-2.0
// Unicode properties by name, as \p{..} spells them.
#pragma once

#include <optional>
#include <string_view>

#include "text/codepoint_set.h"

namespace pushmask::frontend::regex {

// The code points of `Letter`, `Lu`, `gc=Lu`, `Script=Greek`, `Alphabetic`, .... Names are compared
// without regard to case and '_' (UAX #44, LM3). Nullopt if the property is not known here.
std::optional<text::CodepointSet> FindProperty(std::string_view text);

}  // namespace pushmask::frontend::regex
