// SPDX-License-Identifier: Apache-2.0
// SharedPartitions: what is known of one vocabulary's tokens whatever the grammar: the partitions
// of automaton fragments (pda/fragment.h), the slices of byte classes, and unions of large token
// sets. One per vocabulary, shared by everything compiled for it. Threads: safe; entries are
// published once and never dropped. Past the byte budget answers are computed and not kept.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/byte_set.h"
#include "base/hash.h"
#include "mask/counted_tokens.h"
#include "mask/token_partition.h"
#include "mask/token_slice.h"

namespace pushmask::mask {

// Bytes kept, of all entries of one vocabulary.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  // False, and takes nothing, if the budget does not allow it.
  bool Take(std::size_t bytes) {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= max_bytes_) return true;
    used_.fetch_sub(bytes, std::memory_order_relaxed);
    return false;
  }
  std::size_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  const std::size_t max_bytes_;
  std::atomic<std::size_t> used_ = 0;
};

// The partitions of one fragment's first state: by trie node and register class.
class FragmentPartitions {
 public:
  struct Key {
    std::uint32_t top = 0;
    std::uint64_t register_class = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };

  explicit FragmentPartitions(ByteBudget* budget) : budget_(budget) {}

  // Null if there is none.
  std::shared_ptr<const TokenPartition> Find(const Key& key) const;
  // Keeps `partition`, unless the budget is used up or another thread was first; returns the one
  // to use.
  std::shared_ptr<const TokenPartition> Add(const Key& key, TokenPartition partition);

  // The same for counted tokens. Tokens that cannot be counted are kept as null.
  std::optional<std::shared_ptr<const CountedTokens>> FindCounted(std::uint32_t top) const;
  void AddCounted(std::uint32_t top, std::shared_ptr<const CountedTokens> tokens);

 private:
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return base::Combine(key.top, key.register_class);
    }
  };
  ByteBudget* budget_;
  mutable std::shared_mutex mu_;
  std::unordered_map<Key, std::shared_ptr<const TokenPartition>, KeyHash>
      partitions_;  // guarded by: mu_
  std::unordered_map<std::uint32_t, std::shared_ptr<const CountedTokens>>
      counted_;  // guarded by: mu_
};

class SharedPartitions {
 public:
  explicit SharedPartitions(std::size_t max_bytes) : budget_(max_bytes) {}

  // The entry of a fragment by its key, as long-lived as this. Null if the budget is used up.
  FragmentPartitions* Fragment(const std::string& key);

  // A state of a leaf rule, by the rule's shape (pda::MachineRule).
  struct LeafState {
    std::shared_ptr<const void> shape;
    std::size_t shape_bytes;  // kept alive from then on, so they count
    std::uint32_t state;
  };
  // The entry remembered for the state; null if there is none.
  FragmentPartitions* Find(const LeafState& leaf) const;
  // Remembers `fragment` for the state, or a new entry if that is null. Null past the budget.
  FragmentPartitions* Remember(const LeafState& leaf, FragmentPartitions* fragment);

  std::shared_ptr<const TokenSlice> Slice(const TokenRange& range, const base::ByteSet& bytes);
  DensePtr Union(const DensePtr& a, const DensePtr& b);
  // The set with these words, or one like it that is in use elsewhere and was made with this hash.
  DensePtr Intern(std::vector<std::int32_t> words, std::size_t count, std::uint64_t hash);

  std::size_t memory_bytes() const { return budget_.used(); }

 private:
  struct RuleEntry {
    std::shared_ptr<const void> shape;  // kept alive, so that its address names it
    std::unordered_map<std::uint32_t, FragmentPartitions*> states;
  };
  struct SliceKey {
    std::uint32_t top;
    base::ByteSet bytes;
    friend bool operator==(const SliceKey&, const SliceKey&) = default;
  };
  struct SliceKeyHash {
    std::size_t operator()(const SliceKey& key) const {
      return base::Combine(key.bytes.Hash(), key.top);
    }
  };
  struct UnionEntry {
    DensePtr a, b;  // kept alive, so that their addresses name them
    DensePtr result;
  };
  using UnionKey = std::pair<const DenseTokens*, const DenseTokens*>;
  struct UnionKeyHash {
    std::size_t operator()(const UnionKey& key) const {
      return base::Combine(reinterpret_cast<std::uintptr_t>(key.first),
                           reinterpret_cast<std::uintptr_t>(key.second));
    }
  };

  ByteBudget budget_;
  std::mutex sets_mu_;
  // Sets by the hash of their words, for as long as others hold them.
  std::unordered_multimap<std::uint64_t, std::weak_ptr<const DenseTokens>>
      sets_;                        // guarded by: sets_mu_
  std::size_t sets_to_purge_ = 64;  // guarded by: sets_mu_
  mutable std::shared_mutex mu_;
  std::unordered_map<std::string, std::unique_ptr<FragmentPartitions>>
      fragments_;                                                    // guarded by: mu_
  std::unordered_map<const void*, RuleEntry> rules_;                 // guarded by: mu_
  std::vector<std::unique_ptr<FragmentPartitions>> of_leaf_states_;  // guarded by: mu_
  std::unordered_map<SliceKey, std::shared_ptr<const TokenSlice>, SliceKeyHash>
      slices_;                                                     // guarded by: mu_
  std::unordered_map<UnionKey, UnionEntry, UnionKeyHash> unions_;  // guarded by: mu_
};

}  // namespace pushmask::mask
