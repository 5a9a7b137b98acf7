// SPDX-License-Identifier: Apache-2.0
#include "stack/register_table.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "base/hash.h"
#include "pda/machine.h"

namespace pushmask::stack {

using pda::CallOp;
using pda::Register;
using pda::RegisterKind;
using pda::RegisterSpec;

RegisterTable::Bits RegisterTable::BitsOf(Register reg) const {
  if (reg == 0) return {};
  const Set& set = sets_[reg - 1];
  return words_.Range(set.begin, set.num_words);
}

bool RegisterTable::Contains(const RegisterSpec& spec, Register reg, std::uint32_t item) const {
  if (IsInline(spec)) return ((reg >> item) & 1U) != 0;
  const Bits bits = BitsOf(reg);
  return item / 64 < bits.size() && ((bits[item / 64] >> (item % 64)) & 1U) != 0;
}

std::size_t RegisterTable::Count(const RegisterSpec& spec, Register reg) const {
  if (IsInline(spec)) return static_cast<std::size_t>(std::popcount(reg));
  std::size_t count = 0;
  for (const std::uint64_t word : BitsOf(reg)) {
    count += static_cast<std::size_t>(std::popcount(word));
  }
  return count;
}

Register RegisterTable::Insert(const RegisterSpec& spec, Register reg, std::uint32_t item) {
  if (IsInline(spec)) return reg | (Register{1} << item);
  const Bits old = BitsOf(reg);
  std::vector<std::uint64_t> bits(old.begin(), old.end());
  bits.resize(std::max<std::size_t>(bits.size(), item / 64 + 1));
  bits[item / 64] |= std::uint64_t{1} << (item % 64);
  const std::uint64_t hash = base::VectorHash()(bits);
  const std::lock_guard lock(mu_);
  const std::uint32_t known = index_.Find(
      hash, [&](std::uint32_t number) { return std::ranges::equal(BitsOf(number), bits); });
  if (known != base::HashIndex::kNone) return known;
  const std::size_t begin = words_.Append(bits.size());
  std::ranges::copy(bits, words_.Range(begin, bits.size()).begin());
  const auto added =
      static_cast<Register>(sets_.push_back({static_cast<std::uint32_t>(begin),
                                             static_cast<std::uint32_t>(bits.size())}) +
                            1);
  index_.Insert(hash, added);
  return added;
}

bool RegisterTable::MayEnd(const RegisterSpec& spec, Register reg) const {
  switch (spec.kind) {
    case RegisterKind::kNone:
      return true;
    case RegisterKind::kCount:
      return reg >= spec.min;
    case RegisterKind::kSet:
      return std::all_of(spec.required.begin(), spec.required.end(),
                         [&](std::uint32_t item) { return Contains(spec, reg, item); });
  }
  return false;
}

bool RegisterTable::MayContinue(const RegisterSpec& spec, Register reg) const {
  switch (spec.kind) {
    case RegisterKind::kNone:
      return true;
    case RegisterKind::kCount:
      return reg < spec.max;
    case RegisterKind::kSet:
      return spec.open || Count(spec, reg) < spec.num_items;
  }
  return false;
}

bool RegisterTable::Apply(const RegisterSpec& spec, const pda::CallLink& call, Register* reg) {
  switch (call.op) {
    case CallOp::kKeep:
      return true;
    case CallOp::kCount:
      if (*reg >= spec.max) return false;
      // Without an upper bound nothing beyond `min` can be told apart.
      if (spec.max != pda::kUnbounded || *reg < spec.min) ++*reg;
      return true;
    case CallOp::kInsert:
      if (Contains(spec, *reg, call.item)) return false;
      *reg = Insert(spec, *reg, call.item);
      return true;
    case CallOp::kMore:
      return MayContinue(spec, *reg);
  }
  return false;
}

std::uint64_t RegisterTable::Class(const RegisterSpec& spec, Register reg,
                                   std::uint32_t horizon) const {
  if (spec.kind != RegisterKind::kCount) return reg;
  const std::uint32_t to_min = reg < spec.min ? std::min(spec.min - reg, horizon + 1) : 0;
  const std::uint32_t to_max =
      spec.max == pda::kUnbounded ? horizon + 1 : std::min(spec.max - reg, horizon + 1);
  return (std::uint64_t{to_min} << 32) | to_max;
}

std::size_t RegisterTable::memory_bytes() const {
  const std::lock_guard lock(mu_);
  return sets_.memory_bytes() + words_.memory_bytes() + index_.memory_bytes();
}

}  // namespace pushmask::stack
