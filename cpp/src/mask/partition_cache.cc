// SPDX-License-Identifier: Apache-2.0
#include "mask/partition_cache.h"

#include <mutex>

namespace pushmask::mask {

PartitionCache::PartitionCache(const pda::Machine& machine, stack::RegisterTable* registers,
                               const vocab::TokenTrie& trie, std::size_t vocabulary_size,
                               std::size_t max_bytes)
    : machine_(machine),
      registers_(registers),
      trie_(trie),
      vocabulary_size_(vocabulary_size),
      max_bytes_(max_bytes) {}

std::shared_ptr<const TokenPartition> PartitionCache::Get(pda::StateId state, pda::Register reg) {
  const Key key{state.value, registers_->Class(machine_.spec(state), reg, trie_.max_depth())};
  {
    const std::shared_lock lock(mu_);
    const auto found = entries_.find(key);
    if (found != entries_.end()) return found->second;
  }
  // Computed outside the lock: two threads may do the same work once, neither waits.
  auto partition = std::make_shared<const TokenPartition>(
      ClassifyTokens(machine_, registers_, trie_, vocabulary_size_, state, reg));
  const std::unique_lock lock(mu_);
  if (bytes_ > max_bytes_) return partition;
  const auto [entry, inserted] = entries_.try_emplace(key, std::move(partition));
  if (inserted) bytes_ += entry->second->memory_bytes() + sizeof(TokenPartition) + 64;
  return entry->second;
}

std::size_t PartitionCache::num_partitions() const {
  const std::shared_lock lock(mu_);
  return entries_.size();
}

std::size_t PartitionCache::memory_bytes() const {
  const std::shared_lock lock(mu_);
  return bytes_;
}

}  // namespace pushmask::mask
