// SPDX-License-Identifier: Apache-2.0
// PartitionCache: the token partitions of one compiled grammar by position, computed on first use
// or taken from the vocabulary's shared ones. Positions whose registers no token can tell apart
// share a partition. Threads: safe; an entry is published once and lives as long as the cache, so
// that a known partition is one load.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "mask/counted_tokens.h"
#include "mask/shared_partitions.h"
#include "mask/token_partition.h"
#include "pda/machine.h"
#include "stack/register_table.h"
#include "vocab/token_trie.h"

namespace pushmask::mask {

class PartitionCache {
 public:
  // All references must outlive the cache. Past `max_bytes` partitions are computed, not kept.
  PartitionCache(const pda::Machine& machine, stack::RegisterTable* registers,
                 const vocab::TokenTrie& trie, std::size_t vocabulary_size,
                 SharedPartitions* shared, std::size_t max_bytes);

  // The partition, alive as long as the cache or, if the budget is used up, as `*keep`.
  const TokenPartition& Get(pda::StateId state, pda::Register reg,
                            std::shared_ptr<const TokenPartition>* keep);

  std::size_t num_partitions() const;
  std::size_t memory_bytes() const;  // without the shared ones

 private:
  using Key = std::pair<std::uint32_t, std::uint64_t>;  // state, register class
  struct KeyHash {
    std::size_t operator()(const Key& key) const { return base::Combine(key.first, key.second); }
  };
  struct Found {
    std::shared_ptr<const TokenPartition> partition;
    bool is_shared;
  };

  Found FindOrCompute(pda::StateId state, pda::Register reg, std::uint64_t register_class) const;
  // Null if the tokens of this repetition cannot be counted.
  std::shared_ptr<const CountedTokens> CountedFor(const std::string& key, pda::StateId state) const;
  // Keeps `found`, if the budget allows it.
  const TokenPartition* Keep(Found found);

  const pda::Machine& machine_;
  stack::RegisterTable* registers_;
  const vocab::TokenTrie& trie_;
  const std::size_t vocabulary_size_;
  SharedPartitions* shared_;
  const std::size_t max_bytes_;
  std::vector<std::atomic<const TokenPartition*>> by_state_;  // register 0; published once, each
  mutable std::shared_mutex mu_;
  std::unordered_map<Key, const TokenPartition*, KeyHash> by_register_;  // guarded by: mu_
  std::deque<std::shared_ptr<const TokenPartition>> kept_;               // guarded by: mu_
  std::size_t bytes_ = 0;                                                // guarded by: mu_
};

}  // namespace pushmask::mask
