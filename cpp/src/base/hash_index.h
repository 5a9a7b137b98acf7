// SPDX-License-Identifier: Apache-2.0
// HashIndex: from a hash to the numbers stored under it, in one flat array (open addressing, linear
// probing). The numbered things live elsewhere; the caller says which of the candidates is equal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pushmask::base {

class HashIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  // The number stored under `hash` for which equal(number) holds, or kNone.
  template <typename Equal>
  std::uint32_t Find(std::uint64_t hash, Equal equal) const {
    if (slots_.empty()) return kNone;
    const auto tag = Tag(hash);
    for (std::size_t i = tag & mask_; slots_[i].number != kNone; i = (i + 1) & mask_) {
      if (slots_[i].tag == tag && equal(slots_[i].number)) return slots_[i].number;
    }
    return kNone;
  }

  void Insert(std::uint64_t hash, std::uint32_t number) {
    if (IsFull(size_ + 1)) Grow();
    Place({Tag(hash), number});
    ++size_;
  }

  void Clear() {
    if (size_ != 0) slots_.assign(slots_.size(), Slot());
    size_ = 0;
  }

  // The same for what serves again: memory beyond a small size is given back, so that no later use
  // pays for the largest one.
  void Reset() {
    constexpr std::size_t kMaxKept = 1024;
    if (slots_.size() <= kMaxKept) return Clear();
    *this = {};
  }

  std::size_t memory_bytes() const { return slots_.capacity() * sizeof(Slot); }
  // At least what memory_bytes() grows by if `count` numbers are inserted.
  std::size_t GrowthFor(std::size_t count) const {
    return IsFull(size_ + count) ? (kMinSlots + slots_.size() + 3 * count) * sizeof(Slot) : 0;
  }

 private:
  static constexpr std::size_t kMinSlots = 16;
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number = kNone;
  };

  // At most three quarters of the slots are used.
  bool IsFull(std::size_t size) const { return 4 * size > 3 * slots_.size(); }

  static std::uint32_t Tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

  void Place(Slot slot) {
    std::size_t i = slot.tag & mask_;
    while (slots_[i].number != kNone) i = (i + 1) & mask_;
    slots_[i] = slot;
  }

  void Grow() {
    std::vector<Slot> old(slots_.empty() ? kMinSlots : 2 * slots_.size());
    old.swap(slots_);
    mask_ = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.number != kNone) Place(slot);
    }
  }

  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace pushmask::base
