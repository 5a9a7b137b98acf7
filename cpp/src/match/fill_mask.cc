// SPDX-License-Identifier: Apache-2.0
// Everything that is asked of the current mask: its words, its row id, its only token. A
// configuration's row is remembered; then it is one look-up.
#include <algorithm>
#include <bit>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "mask/row_table.h"
#include "match/compute_row.h"
#include "match/matcher_state.h"
#include "pushmask/token_mask.h"

namespace pushmask::match {
namespace {

// The first token of a set that is not empty.
TokenId FirstToken(const mask::DenseTokens& tokens) {
  std::size_t i = 0;
  while (tokens.words[i] == 0) ++i;
  const auto word = static_cast<std::uint32_t>(tokens.words[i]);
  return static_cast<TokenId>(i * kTokensPerWord +
                              static_cast<std::size_t>(std::countr_zero(word)));
}

// The token of a row that has exactly one. `also` may repeat tokens, its own and those of `base`.
std::optional<TokenId> OnlyToken(const mask::Row& row) {
  const std::size_t in_base = row.base == nullptr ? 0 : row.base->count;
  if (in_base > 1 || (in_base == 0 && row.also.empty())) return std::nullopt;
  const TokenId token = in_base == 1 ? FirstToken(*row.base) : row.also.front();
  const bool alone = std::all_of(row.also.begin(), row.also.end(),
                                 [token](TokenId other) { return other == token; });
  return alone ? std::optional(token) : std::nullopt;
}

}  // namespace

MatcherState::ResolvedRow MatcherState::Resolve(Step step) const {
  mask::RowTable& rows = compiled_->rows();
  if (!step.stopped) {
    const mask::RowId known = table(step).row(step.configuration);
    if (known != stack::ConfigurationTable::kNoRow) return {known, &rows.row(known), nullptr};
  }
  // After a stop token nothing is allowed: the row without tokens.
  mask::Row row;
  if (!step.stopped) {
    const stack::OperationRegisters registers(compiled_->machine(), &this->registers());
    row = ComputeRow(*compiled_, registers.get(), table(step).stacks(), links(step));
  }
  if (const auto id = rows.Intern(row)) {
    if (!step.stopped) table(step).RememberRow(step.configuration, *id);
    return {*id, &rows.row(*id), nullptr};
  }
  const auto uncached = std::make_shared<const mask::Row>(std::move(row));
  return {std::nullopt, uncached.get(), uncached};
}

bool MatcherState::FillMask(Step step, std::span<std::int32_t> mask) const {
  const ResolvedRow resolved = Resolve(step);
  resolved.row->WriteTo(mask);
  return resolved.row->allows_all;
}

bool MatcherState::IsRowKnown() const {
  const Step step = history_.last();
  return step.stopped || table(step).row(step.configuration) != stack::ConfigurationTable::kNoRow;
}

std::optional<TokenId> MatcherState::ForcedToken() const {
  return OnlyToken(*Resolve(history_.last()).row);
}

}  // namespace pushmask::match
