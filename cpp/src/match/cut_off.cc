// SPDX-License-Identifier: Apache-2.0
// Bounds on the tokens of rules (ir::RuleMarks::max_tokens), where they are nearly used up.
//
// Such a rule may end after each of its characters, so all that can go wrong is a token that ends
// inside of a character: others must complete it, within the bound. A character is at most four
// bytes, so with more than three tokens left, one for each byte, it always can be completed. With
// fewer it is tried, token by token: that is exact for the vocabulary at hand. Only tokens that end
// inside of a character are looked at, and only a few tokens before a bound.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "match/matcher_state.h"
#include "pushmask/token_mask.h"

namespace pushmask::match {
namespace {

constexpr std::uint32_t kMaxBytesToEnd = 3;  // of a character that has begun

}  // namespace

bool MatcherState::GoesOn(Step step) const {
  const pda::Machine& machine = compiled_->machine();
  if (!machine.has_max_tokens()) return true;
  const auto is_in_doubt = [&](const stack::Link& link) {
    const pda::RegisterSpec& spec = machine.spec(link.state);
    return spec.kind == pda::RegisterKind::kTokens && !machine.state(link.state).accept &&
           spec.max - link.reg <= kMaxBytesToEnd;
  };
  if (!std::ranges::all_of(links(step), is_in_doubt)) return true;
  // It ends: each token leaves fewer.
  return Resolve(step).row->count > 0;
}

bool MatcherState::MayCutOff(Step step) const {
  const pda::Machine& machine = compiled_->machine();
  if (!machine.has_max_tokens()) return false;
  constexpr std::uint32_t kLeast = kMaxBytesToEnd + 1;    // with the token itself
  if (machine.least_max_tokens() <= kLeast) return true;  // a token may begin the rule
  return std::ranges::any_of(links(step), [&](const stack::Link& link) {
    const pda::RegisterSpec& spec = machine.spec(link.state);
    return spec.kind == pda::RegisterKind::kTokens && spec.max - link.reg <= kLeast;
  });
}

mask::Row MatcherState::WithoutCutOff(Step step, const mask::Row& row) const {
  const std::size_t num_tokens = compiled_->vocabulary().size();
  std::vector<std::int32_t> words(NumMaskWords(num_tokens));
  row.WriteTo(words);
  const auto has = [&words](std::size_t token) {
    return (static_cast<std::uint32_t>(words[token / kTokensPerWord]) >> token % kTokensPerWord &
            1U) != 0;
  };
  MatcherState branch(*this);  // it may need a table of its own
  std::vector<TokenId> cut_off;
  for (const TokenId token : compiled_->cut_tokens()) {
    if (has(static_cast<std::size_t>(token)) && !branch.Next(step, token)) cut_off.push_back(token);
  }
  if (cut_off.empty()) return row;
  std::vector<TokenId> left;
  for (std::size_t token = 0; token < num_tokens; ++token) {
    const auto id = static_cast<TokenId>(token);
    if (has(token) && !std::ranges::binary_search(cut_off, id)) left.push_back(id);
  }
  mask::RowBuilder builder(num_tokens, compiled_->partitions().shared());
  builder.Add(left);
  return builder.Finish();
}

}  // namespace pushmask::match
