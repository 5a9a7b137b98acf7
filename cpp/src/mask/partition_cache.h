// SPDX-License-Identifier: Apache-2.0
// PartitionCache: token partitions by position, computed on first use. Positions whose registers no
// token can tell apart share a partition. Threads: safe; an entry is published once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "mask/token_partition.h"
#include "pda/machine.h"
#include "stack/register_table.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

class PartitionCache {
 public:
  // All references must outlive the cache. Past `max_bytes` partitions are computed, not kept.
  PartitionCache(const pda::Machine& machine, stack::RegisterTable* registers,
                 const vocab::TokenTrie& trie, std::size_t vocabulary_size, std::size_t max_bytes);

  std::shared_ptr<const TokenPartition> Get(pda::StateId state, pda::Register reg);

  std::size_t num_partitions() const;
  std::size_t memory_bytes() const;

 private:
  using Key = std::pair<std::uint32_t, std::uint64_t>;  // state, register class
  struct KeyHash {
    std::size_t operator()(const Key& key) const { return base::Combine(key.first, key.second); }
  };

  const pda::Machine& machine_;
  stack::RegisterTable* registers_;
  const vocab::TokenTrie& trie_;
  const std::size_t vocabulary_size_;
  const std::size_t max_bytes_;
  mutable std::shared_mutex mu_;
  std::unordered_map<Key, std::shared_ptr<const TokenPartition>, KeyHash> entries_;  // guarded by: mu_
  std::size_t bytes_ = 0;                                                            // guarded by: mu_
};

}  // namespace pushmask::mask
