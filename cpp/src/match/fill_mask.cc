// SPDX-License-Identifier: Apache-2.0
// Writing the mask of a matcher. A configuration's row is remembered; then it is one copy.
#include <algorithm>
#include <span>

#include "mask/row_table.h"
#include "match/compute_row.h"
#include "match/matcher_state.h"

namespace pushmask::match {

bool MatcherState::FillMask(std::span<std::int32_t> mask) const {
  if (is_stopped()) {
    std::fill(mask.begin(), mask.end(), 0);
    return false;
  }
  mask::RowTable& rows = compiled_->rows();
  const stack::ConfigurationId id = history_.back().configuration;
  const mask::RowId known = table_->row(id);
  if (known != stack::ConfigurationTable::kNoRow) {
    const mask::Row& row = rows.row(known);
    row.WriteTo(mask);
    return row.allows_all;
  }
  const mask::Row row = ComputeRow(*compiled_, table_->stacks(), current());
  if (const auto interned = rows.Intern(row)) table_->RememberRow(id, *interned);
  row.WriteTo(mask);
  return row.allows_all;
}

}  // namespace pushmask::match
