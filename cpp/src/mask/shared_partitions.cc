// SPDX-License-Identifier: Apache-2.0
#include "mask/shared_partitions.h"

#include <algorithm>
#include <cstdint>
#include <mutex>

namespace pushmask::mask {
namespace {

constexpr std::size_t kMapEntryBytes = 64;  // a node of a hash table with its bucket

void MarkShared(const DensePtr& tokens) {
  if (tokens != nullptr) tokens->is_shared.store(true, std::memory_order_relaxed);
}

}  // namespace

std::shared_ptr<const TokenPartition> FragmentPartitions::Find(const Key& key) const {
  const std::shared_lock lock(mu_);
  const auto found = partitions_.find(key);
  return found == partitions_.end() ? nullptr : found->second;
}

std::shared_ptr<const TokenPartition> FragmentPartitions::Add(const Key& key,
                                                              TokenPartition partition) {
  const std::size_t bytes = partition.memory_bytes() + kMapEntryBytes;
  auto shared = std::make_shared<const TokenPartition>(std::move(partition));
  const std::unique_lock lock(mu_);
  const auto found = partitions_.find(key);
  if (found != partitions_.end()) return found->second;
  if (budget_->Take(bytes)) {
    MarkShared(shared->dense);
    partitions_.emplace(key, shared);
  }
  return shared;
}

std::optional<std::shared_ptr<const CountedTokens>> FragmentPartitions::FindCounted(
    std::uint32_t top) const {
  const std::shared_lock lock(mu_);
  const auto found = counted_.find(top);
  if (found == counted_.end()) return std::nullopt;
  return found->second;
}

void FragmentPartitions::AddCounted(std::uint32_t top,
                                    std::shared_ptr<const CountedTokens> tokens) {
  const std::size_t bytes = kMapEntryBytes + (tokens != nullptr ? tokens->memory_bytes() : 0);
  const std::unique_lock lock(mu_);
  if (!counted_.contains(top) && budget_->Take(bytes)) counted_.emplace(top, std::move(tokens));
}

FragmentPartitions* SharedPartitions::Fragment(const std::string& key) {
  {
    const std::shared_lock lock(mu_);
    const auto found = fragments_.find(key);
    if (found != fragments_.end()) return found->second.get();
  }
  const std::unique_lock lock(mu_);
  const auto found = fragments_.find(key);
  if (found != fragments_.end()) return found->second.get();
  if (!budget_.Take(key.size() + sizeof(FragmentPartitions) + kMapEntryBytes)) return nullptr;
  return fragments_.emplace(key, std::make_unique<FragmentPartitions>(&budget_))
      .first->second.get();
}

FragmentPartitions* SharedPartitions::Find(const LeafState& leaf) const {
  const std::shared_lock lock(mu_);
  const auto rule = rules_.find(leaf.shape.get());
  if (rule == rules_.end()) return nullptr;
  const auto found = rule->second.states.find(leaf.state);
  return found == rule->second.states.end() ? nullptr : found->second;
}

FragmentPartitions* SharedPartitions::Remember(const LeafState& leaf,
                                               FragmentPartitions* fragment) {
  const std::unique_lock lock(mu_);
  const std::size_t rule_bytes =
      rules_.contains(leaf.shape.get()) ? 0 : sizeof(RuleEntry) + leaf.shape_bytes;
  if (!budget_.Take(rule_bytes + sizeof(FragmentPartitions) + 2 * kMapEntryBytes)) {
    return fragment;
  }
  RuleEntry& rule = rules_[leaf.shape.get()];
  rule.shape = leaf.shape;
  FragmentPartitions*& known = rule.states[leaf.state];
  if (known != nullptr) return known;
  if (fragment == nullptr) {
    of_leaf_states_.push_back(std::make_unique<FragmentPartitions>(&budget_));
    fragment = of_leaf_states_.back().get();
  }
  known = fragment;
  return known;
}

std::shared_ptr<const TokenSlice> SharedPartitions::Slice(const TokenRange& range,
                                                          const base::ByteSet& bytes) {
  const SliceKey key{range.top, bytes};
  {
    const std::shared_lock lock(mu_);
    const auto found = slices_.find(key);
    if (found != slices_.end()) return found->second;
  }
  auto slice = std::make_shared<const TokenSlice>(range, bytes);
  const std::unique_lock lock(mu_);
  const auto found = slices_.find(key);
  if (found != slices_.end()) return found->second;
  if (budget_.Take(slice->memory_bytes() + kMapEntryBytes)) {
    MarkShared(slice->dense());
    slices_.emplace(key, slice);
  }
  return slice;
}

DensePtr SharedPartitions::Union(const DensePtr& a, const DensePtr& b) {
  if (!a->is_shared.load(std::memory_order_relaxed) ||
      !b->is_shared.load(std::memory_order_relaxed)) {
    return MakeUnion(*a, *b);
  }
  const bool ordered = a.get() < b.get();
  const DensePtr& first = ordered ? a : b;
  const DensePtr& second = ordered ? b : a;
  const UnionKey key{first.get(), second.get()};
  {
    const std::shared_lock lock(mu_);
    const auto found = unions_.find(key);
    if (found != unions_.end()) return found->second.result;
  }
  DensePtr result = MakeUnion(*first, *second);
  // A union that is one of its parts is that part: sets that grow from row to row come to an end.
  if (result->count == first->count) result = first;
  if (result->count == second->count) result = second;
  const std::unique_lock lock(mu_);
  const auto found = unions_.find(key);
  if (found != unions_.end()) return found->second.result;
  const std::size_t bytes = result->words.size() * sizeof(std::int32_t) + kMapEntryBytes;
  if (budget_.Take(bytes)) {
    MarkShared(result);
    unions_.emplace(key, UnionEntry{first, second, result});
  }
  return result;
}

DensePtr SharedPartitions::Intern(std::vector<std::int32_t> words, std::size_t count,
                                  std::uint64_t hash) {
  const std::lock_guard lock(sets_mu_);
  const auto [begin, end] = sets_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    if (auto known = it->second.lock(); known != nullptr && known->words == words) return known;
  }
  if (sets_.size() >= sets_to_purge_) {
    std::erase_if(sets_, [](const auto& entry) { return entry.second.expired(); });
    sets_to_purge_ = std::max<std::size_t>(64, 2 * sets_.size());
  }
  auto tokens = std::make_shared<DenseTokens>();
  tokens->words = std::move(words);
  tokens->count = count;
  sets_.emplace(hash, tokens);
  return tokens;
}

}  // namespace pushmask::mask
