// SPDX-License-Identifier: Apache-2.0
// RowTable: the distinct masks that the matchers of one compiled grammar have met, by row id. It
// only grows and rows never change, so that a copy elsewhere (on a device) is brought up to date by
// reading what is new.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "pushmask/token_mask.h"

namespace pushmask {

namespace compile {
class CompiledGrammar;
}

// Any thread.
class RowTable {
 public:
  explicit RowTable(std::shared_ptr<const compile::CompiledGrammar> compiled)
      : compiled_(std::move(compiled)) {}

  std::size_t num_rows() const;

  // Writes row `first` and those after it, as many as `mask` has. Throws std::invalid_argument past
  // the last row or for rows of another width.
  void Read(std::size_t first, MaskRows mask) const;

 private:
  std::shared_ptr<const compile::CompiledGrammar> compiled_;
};

}  // namespace pushmask
