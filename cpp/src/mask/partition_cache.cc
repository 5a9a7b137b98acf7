// SPDX-License-Identifier: Apache-2.0
#include "mask/partition_cache.h"

#include <string>
#include <utility>

#include "pda/fragment.h"

namespace pushmask::mask {
namespace {

// Fragments up to this size are looked up among the shared partitions. Strings, numbers and dates
// are smaller; what is larger is the grammar's own.
constexpr std::size_t kMaxSharedStates = 64;

}  // namespace

PartitionCache::PartitionCache(const pda::Machine& machine, stack::RegisterTable* registers,
                               const vocab::TokenTrie& trie, std::size_t vocabulary_size,
                               SharedPartitions* shared, std::size_t max_bytes)
    : machine_(machine),
      registers_(registers),
      trie_(trie),
      vocabulary_size_(vocabulary_size),
      shared_(shared),
      max_bytes_(max_bytes),
      by_state_(machine.num_states()) {}

const TokenPartition& PartitionCache::Get(pda::StateId state, pda::Register reg,
                                          std::shared_ptr<const TokenPartition>* keep) {
  const bool plain = machine_.state(state).spec == 0;
  Key key{state.value, 0};
  if (plain) {
    const TokenPartition* known = by_state_[state.index()].load(std::memory_order_acquire);
    if (known != nullptr) return *known;
  } else {
    key.second = registers_->Class(machine_.spec(state), reg, trie_.max_depth());
    const std::shared_lock lock(mu_);
    const auto known = by_register_.find(key);
    if (known != by_register_.end()) return *known->second;
  }
  // Computed outside the lock: two threads may do the same work once, neither waits.
  Found found = FindOrCompute(state, reg, key.second);
  *keep = found.partition;
  const std::unique_lock lock(mu_);
  const TokenPartition* kept = Keep(std::move(found));
  if (kept == nullptr) return **keep;
  if (!plain) return *by_register_.try_emplace(key, kept).first->second;
  const TokenPartition* expected = nullptr;
  by_state_[state.index()].compare_exchange_strong(expected, kept, std::memory_order_acq_rel);
  return expected != nullptr ? *expected : *kept;
}

PartitionCache::Found PartitionCache::FindOrCompute(pda::StateId state, pda::Register reg,
                                                    std::uint64_t register_class) const {
  const auto compute = [&] {
    return std::make_shared<const TokenPartition>(
        ClassifyTokens(machine_, registers_, trie_, vocabulary_size_, state, reg));
  };
  auto key = pda::FragmentKey(machine_, state, trie_.max_depth(), kMaxSharedStates);
  if (!key) return {compute(), false};
  const bool counts = machine_.spec(state).kind == pda::RegisterKind::kCount;
  // What counting says depends on what can follow the rule.
  if (counts) *key += machine_.spec(state).follow.to_string();
  const std::string counted_key = *key;
  key->append(reinterpret_cast<const char*>(&register_class), sizeof(register_class));
  if (auto known = shared_->Find(*key)) return {std::move(known), true};
  if (!counts) return {shared_->Add(*key, compute()), true};
  const auto counted = CountedFor(counted_key, state);
  if (counted == nullptr) return {shared_->Add(*key, compute()), true};
  const auto to_min = static_cast<std::uint32_t>(register_class >> 32);
  const auto to_max = static_cast<std::uint32_t>(register_class);
  return {
      shared_->Add(*key, std::make_shared<const TokenPartition>(counted->Select(to_min, to_max))),
      true};
}

std::shared_ptr<const CountedTokens> PartitionCache::CountedFor(const std::string& key,
                                                                pda::StateId state) const {
  if (const auto known = shared_->FindCounted(key)) return *known;
  std::shared_ptr<const CountedTokens> counted;
  if (auto tokens = CountedTokens::Count(machine_, registers_, trie_, vocabulary_size_, state)) {
    counted = std::make_shared<const CountedTokens>(std::move(*tokens));
  }
  shared_->AddCounted(key, counted);
  return counted;
}

const TokenPartition* PartitionCache::Keep(Found found) {
  if (bytes_ > max_bytes_) return nullptr;
  if (!found.is_shared) bytes_ += found.partition->memory_bytes();
  bytes_ += sizeof(TokenPartition) + 64;
  kept_.push_back(std::move(found.partition));
  return kept_.back().get();
}

std::size_t PartitionCache::num_partitions() const {
  const std::shared_lock lock(mu_);
  return kept_.size();
}

std::size_t PartitionCache::memory_bytes() const {
  const std::shared_lock lock(mu_);
  return bytes_;
}

}  // namespace pushmask::mask
