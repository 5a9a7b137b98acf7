// SPDX-License-Identifier: Apache-2.0
// Masks along a tree of candidate tokens. Every tree node is a step, found from its parent's, so a
// node costs what accepting a token and filling a mask cost, whatever the shape of the tree.
#include <algorithm>
#include <optional>
#include <vector>

#include "match/matcher_state.h"

namespace pushmask::match {

std::vector<bool> MatcherState::FillDraftTree(std::span<const TokenId> tokens,
                                              std::span<const std::int32_t> parents,
                                              MaskRows mask) const {
  MatcherState branch(*this);  // it may need a table of its own
  // steps[i + 1] is where tokens[i] leads: none if it is not allowed.
  std::vector<std::optional<Step>> steps{history_.last()};
  steps.reserve(tokens.size() + 1);
  std::vector<bool> allowed;
  allowed.reserve(tokens.size());
  branch.FillMask(*steps[0], mask.row(0));
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::optional<Step> parent = steps[static_cast<std::size_t>(parents[i] + 1)];
    const auto step = parent ? branch.Next(*parent, tokens[i]) : std::nullopt;
    const auto row = mask.row(i + 1);
    if (step) {
      branch.FillMask(*step, row);
    } else {
      std::fill(row.begin(), row.end(), 0);
    }
    steps.push_back(step);
    allowed.push_back(step.has_value());
  }
  return allowed;
}

}  // namespace pushmask::match
