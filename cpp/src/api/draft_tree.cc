// SPDX-License-Identifier: Apache-2.0
#include "pushmask/draft_tree.h"

#include <array>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>

#include "api/matcher_use.h"

namespace pushmask {
namespace {

[[noreturn]] void Refuse(const std::string& message) { throw std::invalid_argument(message); }

// Tree b of many.
DraftTree TreeOf(DraftTree trees, std::span<const std::int32_t> offsets, std::size_t b) {
  const auto begin = static_cast<std::size_t>(offsets[b]);
  const std::size_t size = static_cast<std::size_t>(offsets[b + 1]) - begin;
  return {trees.tokens.subspan(begin, size), trees.parents.subspan(begin, size)};
}

void CheckOffsets(std::span<const std::int32_t> offsets, std::size_t batch,
                  std::size_t num_tokens) {
  if (offsets.size() != batch + 1) {
    Refuse("there are " + std::to_string(offsets.size()) + " offsets for " + std::to_string(batch) +
           " matchers; one more than matchers is needed");
  }
  if (offsets[0] != 0) Refuse("offsets begin with " + std::to_string(offsets[0]) + ", not with 0");
  for (std::size_t b = 0; b < batch; ++b) {
    if (offsets[b + 1] < offsets[b]) Refuse("offset " + std::to_string(b + 1) + " goes down");
  }
  if (static_cast<std::size_t>(offsets[batch]) != num_tokens) {
    Refuse("offsets end with " + std::to_string(offsets[batch]) + "; there are " +
           std::to_string(num_tokens) + " tokens");
  }
}

void CheckTree(const match::MatcherState& state, DraftTree tree) {
  for (const std::int32_t token : tree.tokens) state.CheckToken(token);
  for (std::size_t i = 0; i < tree.parents.size(); ++i) {
    const std::int32_t parent = tree.parents[i];
    if (parent < -1 || (parent >= 0 && static_cast<std::size_t>(parent) >= i)) {
      Refuse("the parent of token " + std::to_string(i) + " is " + std::to_string(parent) +
             "; it must be an earlier token, or -1");
    }
  }
}

void CheckMask(const match::MatcherState& state, MaskRows mask) {
  const std::size_t expected = NumMaskWords(state.compiled().vocabulary().size());
  if (mask.words_per_row() == expected) return;
  Refuse("the mask's rows have " + std::to_string(mask.words_per_row()) +
         " words; this vocabulary needs " + std::to_string(expected));
}

}  // namespace

std::vector<bool> FillDraftTrees(std::span<const Matcher* const> matchers, DraftTree trees,
                                 std::span<const std::int32_t> offsets, MaskRows mask) {
  const std::size_t num_tokens = trees.tokens.size();
  if (trees.parents.size() != num_tokens) {
    Refuse("there are " + std::to_string(num_tokens) + " tokens and " +
           std::to_string(trees.parents.size()) + " parents");
  }
  CheckOffsets(offsets, matchers.size(), num_tokens);
  if (mask.num_rows != num_tokens + matchers.size()) {
    Refuse("the mask has " + std::to_string(mask.num_rows) + " rows; " +
           std::to_string(num_tokens + matchers.size()) + " are needed");
  }
  for (std::size_t b = 0; b < matchers.size(); ++b) {
    const Matcher::Use use(*matchers[b]);
    CheckMask(*use, mask);
    CheckTree(*use, TreeOf(trees, offsets, b));
  }
  std::vector<bool> allowed;
  allowed.reserve(num_tokens);
  for (std::size_t b = 0; b < matchers.size(); ++b) {
    const DraftTree tree = TreeOf(trees, offsets, b);
    const std::size_t first_row = static_cast<std::size_t>(offsets[b]) + b;
    const std::size_t width = mask.words_per_row();
    const std::size_t num_rows = tree.tokens.size() + 1;
    const Matcher::Use use(*matchers[b]);
    const std::vector<bool> of_tree =
        use->FillDraftTree(tree.tokens, tree.parents,
                           {mask.words.subspan(first_row * width, num_rows * width), num_rows});
    allowed.insert(allowed.end(), of_tree.begin(), of_tree.end());
  }
  return allowed;
}

std::vector<bool> FillDraftTree(const Matcher& matcher, DraftTree tree, MaskRows mask) {
  if (tree.tokens.size() > std::size_t{std::numeric_limits<std::int32_t>::max()}) {
    Refuse("a draft tree of " + std::to_string(tree.tokens.size()) + " tokens is too large");
  }
  const std::array<const Matcher*, 1> matchers{&matcher};
  const std::array<std::int32_t, 2> offsets{0, static_cast<std::int32_t>(tree.tokens.size())};
  return FillDraftTrees(matchers, tree, offsets, mask);
}

}  // namespace pushmask
