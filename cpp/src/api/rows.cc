// SPDX-License-Identifier: Apache-2.0
#include "pushmask/rows.h"

#include <stdexcept>
#include <string>

#include "compile/compiled_grammar.h"

namespace pushmask {

std::size_t RowTable::num_rows() const { return compiled_->rows().num_rows(); }

void RowTable::Read(std::size_t first, MaskRows mask) const {
  const std::size_t width = NumMaskWords(compiled_->vocabulary().size());
  if (mask.num_rows > 0 && mask.words_per_row() != width) {
    throw std::invalid_argument("the mask's rows have " + std::to_string(mask.words_per_row()) +
                                " words; this vocabulary needs " + std::to_string(width));
  }
  const std::size_t end = num_rows();
  if (first > end || mask.num_rows > end - first) {
    throw std::invalid_argument(std::to_string(mask.num_rows) + " rows from row " +
                                std::to_string(first) + " on were asked for; the table has " +
                                std::to_string(end));
  }
  for (std::size_t i = 0; i < mask.num_rows; ++i) {
    compiled_->rows().row(static_cast<mask::RowId>(first + i)).WriteTo(mask.row(i));
  }
}

}  // namespace pushmask
