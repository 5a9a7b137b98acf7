// SPDX-License-Identifier: Apache-2.0
// Masks along candidate continuations of a text (speculative decoding), without moving a matcher.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pushmask/matcher.h"
#include "pushmask/token_mask.h"

namespace pushmask {

// Tokens that may follow a matcher's text. parents[i] < i is the token before token i, -1 if that
// comes right after the text.
struct DraftTree {
  std::span<const std::int32_t> tokens;
  std::span<const std::int32_t> parents;
};

// Writes what may come next into row 0 of `mask` and what may follow token i into row i + 1. Entry
// i of the result says whether token i is allowed after the tokens before it; where it is not, its
// row and those of the tokens after it are zero. Throws std::invalid_argument for a tree or a mask
// of the wrong form and VocabularyError for an id outside; then nothing is written.
std::vector<bool> FillDraftTree(const Matcher& matcher, DraftTree tree, MaskRows mask);

// The same for many matchers in one call. The tree of matcher b is the tokens offsets[b] to
// offsets[b + 1] - 1, with parents counted from its own first token; its rows begin at
// offsets[b] + b.
std::vector<bool> FillDraftTrees(std::span<const Matcher* const> matchers, DraftTree trees,
                                 std::span<const std::int32_t> offsets, MaskRows mask);

}  // namespace pushmask
