// SPDX-License-Identifier: Apache-2.0
// ReachTable: the reaches of one compiled grammar, computed on first use. Threads: safe; an entry
// is published once and lives as long as the table, so that finding one takes no lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "mask/reach.h"
#include "pda/machine.h"

namespace pushmask::mask {

class ReachTable {
 public:
  struct Key {
    pda::StateId state;
    std::uint32_t node;  // as OpenTokens has it
    const void* source;
    friend bool operator==(const Key&, const Key&) = default;
  };

  explicit ReachTable(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Null if it is not known. O(1).
  const Reach* Find(const Key& key) const;
  // Keeps `reach`, unless another thread was first, and `source`, whose address the key has (it may
  // be null). Null if the budget does not allow it. Returns the one to use.
  const Reach* Add(const Key& key, std::shared_ptr<const Reach> reach,
                   std::shared_ptr<const void> source);
  // The residuals of these exits, of which there are some. Equal ones are the same as long as
  // somebody holds them, so that what is known of them is found again.
  std::shared_ptr<const Residuals> Intern(std::vector<Exit> exits, ExitMark mark);
  // Whether another reach would likely be kept.
  bool HasRoom() const { return bytes_.load(std::memory_order_relaxed) + kMargin <= max_bytes_; }

  std::size_t size() const { return size_.load(std::memory_order_relaxed); }
  std::size_t memory_bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kMargin = std::size_t{1} << 16;

  struct Entry {
    Key key;
    std::shared_ptr<const Reach> reach;
    std::shared_ptr<const void> source;
  };
  // Open addressing, linear probing, at most half full; a power of two of slots.
  struct Slots {
    explicit Slots(std::size_t count) : entries(count) {}
    std::vector<std::atomic<const Entry*>> entries;
  };

  static std::uint64_t Hash(const Key& key);
  // Into slots that have room. The caller holds the lock or nobody else knows `slots`.
  static void Place(Slots* slots, const Entry* entry);

  const std::size_t max_bytes_;
  std::atomic<const Slots*> slots_ = nullptr;
  std::atomic<std::size_t> bytes_ = 0;
  std::atomic<std::size_t> size_ = 0;
  mutable std::mutex mu_;
  std::unordered_multimap<std::uint64_t, std::weak_ptr<const Residuals>>
      residuals_;                        // by hash of the exits; guarded by: mu_
  std::size_t residuals_to_purge_ = 64;  // guarded by: mu_
  std::deque<Entry> entries_;            // guarded by: mu_; what slots point to never changes
  // The last one is in use; readers may still be in earlier ones, which are smaller together.
  std::vector<std::unique_ptr<Slots>> all_slots_;  // guarded by: mu_
};

}  // namespace pushmask::mask
