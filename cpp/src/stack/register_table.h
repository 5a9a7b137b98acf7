// SPDX-License-Identifier: Apache-2.0
// What a register's value means: counts are themselves; sets of up to 32 members are bit masks;
// larger sets are interned here. Safe under threads: reads take no lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>

#include "base/chunked_vector.h"
#include "base/hash_index.h"
#include "pda/machine.h"

namespace pushmask::stack {

class RegisterTable {
 public:
  // Whether a rule with this register may end; whether members may still follow (kSet).
  bool MayEnd(const pda::RegisterSpec& spec, pda::Register reg) const;
  bool MayContinue(const pda::RegisterSpec& spec, pda::Register reg) const;

  // Applies a call to the register of its frame. False if the guard forbids the call.
  bool Apply(const pda::RegisterSpec& spec, const pda::CallLink& call, pda::Register* reg);

  // A value that behaves as `reg` does for the next `horizon` calls: counts far from both bounds
  // are one class. The same class means the same token partition when no token is longer.
  std::uint64_t Class(const pda::RegisterSpec& spec, pda::Register reg,
                      std::uint32_t horizon) const;

  std::size_t memory_bytes() const;

 private:
  using Bits = std::span<const std::uint64_t>;
  struct Set {
    std::uint32_t begin;  // of its words in words_
    std::uint32_t num_words;
  };

  static bool IsInline(const pda::RegisterSpec& spec) { return spec.num_items <= 32; }
  bool Contains(const pda::RegisterSpec& spec, pda::Register reg, std::uint32_t item) const;
  std::size_t Count(const pda::RegisterSpec& spec, pda::Register reg) const;
  pda::Register Insert(const pda::RegisterSpec& spec, pda::Register reg, std::uint32_t item);

  // The members of an interned set: one bit each, none past the last word.
  Bits BitsOf(pda::Register reg) const;

  mutable std::mutex mu_;
  base::ChunkedVector<Set> sets_;  // by register - 1: 0 is the empty set; appended to under: mu_
  base::ChunkedVector<std::uint64_t> words_;  // appended to under: mu_
  base::HashIndex index_;                     // guarded by: mu_
};

}  // namespace pushmask::stack
