// SPDX-License-Identifier: Apache-2.0
// Everything that is asked of the current mask: its words, its row id, its only token. A
// configuration's row is remembered; then it is one look-up.
#include <bit>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "mask/row_table.h"
#include "match/compute_row.h"
#include "match/matcher_state.h"
#include "pushmask/token_mask.h"
#include "stack/forget_keys.h"
#include "stack/workspace.h"

namespace pushmask::match {
namespace {

// The token of a row that has exactly one.
std::optional<TokenId> OnlyToken(const mask::Row& row, std::size_t num_words) {
  if (row.count != 1) return std::nullopt;
  std::vector<std::int32_t> words(num_words);
  row.WriteTo(words);
  std::size_t i = 0;
  while (words[i] == 0) ++i;
  return static_cast<TokenId>(i * kTokensPerWord + static_cast<std::size_t>(std::countr_zero(
                                                       static_cast<std::uint32_t>(words[i]))));
}

}  // namespace

MatcherState::ResolvedRow MatcherState::Resolve(Step step) const {
  mask::RowTable& rows = compiled_->rows();
  if (!step.stopped) {
    const mask::RowId known = table(step).row(step.configuration);
    if (known != stack::ConfigurationTable::kNoRow) return {known, &rows.row(known), nullptr};
    if (const auto shared = FindSharedRow(step)) return {*shared, &rows.row(*shared), nullptr};
  }
  // After a stop token nothing is allowed: the row without tokens.
  mask::Row row;
  if (!step.stopped) {
    const stack::OperationRegisters registers(compiled_->machine(), &this->registers());
    row = ComputeRow(*compiled_, registers.get(), table(step).stacks(), links(step)).row;
    if (MayCutOff(step)) row = WithoutCutOff(step, row);
  }
  if (const auto id = rows.Intern(&row)) {
    if (!step.stopped) table(step).RememberRow(step.configuration, *id);
    return {*id, &rows.row(*id), nullptr};
  }
  const auto uncached = std::make_shared<const mask::Row>(std::move(row));
  return {std::nullopt, uncached.get(), uncached};
}

std::optional<mask::RowId> MatcherState::FindSharedRow(Step step) const {
  const pda::Machine& machine = compiled_->machine();
  // References to tokens and bounds on them are looked at step by step.
  if (!machine.has_keys() || machine.has_max_tokens() || !compiled_->references().empty())
    return {};
  if (step.own_table || registers().IsOnTop() || registers().IsFull()) return {};
  constexpr std::uint32_t kNotShared = stack::ConfigurationTable::kNoRow - 1;
  stack::ConfigurationTable& table = this->table(step);
  const stack::WorkspaceLease workspace;
  workspace->scratch.Rebind(&table.stacks());
  std::vector<stack::Link> links;
  if (!ForgetKeys(machine, &registers(), this->links(step), &workspace->scratch, &links)) return {};
  const auto common = table.Commit(workspace->scratch, links);
  if (!common) return {};
  std::uint32_t id = table.row(*common);
  if (id == stack::ConfigurationTable::kNoRow) {
    const stack::OperationRegisters top(machine, &registers());
    ComputedRow computed = ComputeRow(*compiled_, top.get(), table.stacks(), table.links(*common));
    const auto interned =
        computed.is_clear ? compiled_->rows().Intern(&computed.row) : std::nullopt;
    id = interned.value_or(kNotShared);
    table.RememberRow(*common, id);
  }
  if (id == kNotShared) return {};
  table.RememberRow(step.configuration, id);
  return id;
}

bool MatcherState::FillMask(Step step, std::span<std::int32_t> mask) const {
  const ResolvedRow resolved = Resolve(step);
  resolved.row->WriteTo(mask);
  return resolved.row->allows_all;
}

std::optional<bool> MatcherState::FillKnownMask(std::span<std::int32_t> mask) const {
  const mask::Row* row = KnownRow(history_.last());
  if (row == nullptr) return std::nullopt;
  row->WriteTo(mask);
  return row->allows_all;
}

bool MatcherState::IsRowKnown() const {
  const Step step = history_.last();
  return step.stopped || table(step).row(step.configuration) != stack::ConfigurationTable::kNoRow;
}

std::optional<TokenId> MatcherState::ForcedToken() const {
  const ResolvedRow resolved = Resolve(history_.last());
  return OnlyToken(*resolved.row, NumMaskWords(compiled_->vocabulary().size()));
}

}  // namespace pushmask::match
