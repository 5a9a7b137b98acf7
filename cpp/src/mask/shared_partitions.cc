// SPDX-License-Identifier: Apache-2.0
#include "mask/shared_partitions.h"

#include <mutex>
#include <utility>

namespace pushmask::mask {

std::shared_ptr<const TokenPartition> SharedPartitions::Find(const std::string& key) const {
  const std::shared_lock lock(mu_);
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second;
}

std::shared_ptr<const TokenPartition> SharedPartitions::Add(
    const std::string& key, std::shared_ptr<const TokenPartition> partition) {
  const std::unique_lock lock(mu_);
  const auto found = entries_.find(key);
  if (found != entries_.end()) return found->second;
  constexpr std::size_t kEntryBytes = sizeof(TokenPartition) + 96;
  const std::size_t bytes = partition->memory_bytes() + key.size() + kEntryBytes;
  if (bytes_ + bytes > max_bytes_) return partition;
  bytes_ += bytes;
  return entries_.emplace(key, std::move(partition)).first->second;
}

std::optional<std::shared_ptr<const CountedTokens>> SharedPartitions::FindCounted(
    const std::string& key) const {
  const std::shared_lock lock(mu_);
  const auto found = counted_.find(key);
  if (found == counted_.end()) return std::nullopt;
  return found->second;
}

void SharedPartitions::AddCounted(const std::string& key,
                                  std::shared_ptr<const CountedTokens> tokens) {
  constexpr std::size_t kEntryBytes = sizeof(CountedTokens) + 96;
  const std::size_t bytes =
      key.size() + kEntryBytes + (tokens != nullptr ? tokens->memory_bytes() : 0);
  const std::unique_lock lock(mu_);
  if (bytes_ + bytes > max_bytes_) return;
  if (counted_.try_emplace(key, std::move(tokens)).second) bytes_ += bytes;
}

std::size_t SharedPartitions::memory_bytes() const {
  const std::shared_lock lock(mu_);
  return bytes_;
}

}  // namespace pushmask::mask
