// SPDX-License-Identifier: Apache-2.0
#include "mask/partition_cache.h"

#include <optional>
#include <utility>

#include "mask/counted_tokens.h"
#include "mask/relative_partition.h"
#include "pda/fragment.h"

namespace pushmask::mask {
namespace {

// Fragments up to this size are looked up among the shared partitions. Strings, numbers and dates
// are smaller; what is larger is the grammar's own, but for rules that need not be written out:
// large patterns and formats.
constexpr std::size_t kMaxSharedStates = 64;
constexpr std::size_t kMaxSharedRuleStates = 4096;

constexpr std::size_t kEntryBytes = 96;  // of the maps here

}  // namespace

PartitionCache::PartitionCache(const pda::Machine& machine, stack::RegisterTable* registers,
                               const vocab::TokenTrie& trie, std::size_t vocabulary_size,
                               SharedPartitions* shared, std::size_t max_bytes)
    : machine_(machine),
      registers_(registers),
      trie_(trie),
      vocabulary_size_(vocabulary_size),
      shared_(shared),
      max_bytes_(max_bytes / 2),
      reaches_(max_bytes / 2),
      by_state_(machine.num_states()),
      num_steps_(machine.num_states()) {}

const TokenPartition& PartitionCache::Get(pda::StateId state, pda::Register reg, std::uint32_t top,
                                          std::shared_ptr<const TokenPartition>* keep) {
  const pda::RegisterSpec& spec = machine_.spec(state);
  const bool is_far = spec.kind == pda::RegisterKind::kLength && IsFarFromEnd(spec, reg);
  if (is_far || spec.kind == pda::RegisterKind::kTokens) {
    return Get(machine_.UnboundedOf(state), 0, top, keep);
  }
  Key key{state.value, top, 0};
  const bool plain = top == 0 && machine_.state(state).spec == 0;
  if (plain) {
    const TokenPartition* known = by_state_[state.index()].load(std::memory_order_acquire);
    if (known != nullptr) return *known;
  } else {
    // Not a partition to use, but it says that this state's are asked for. Only where no partition
    // is ever published: a state without a register may be asked about one subtree first.
    static const TokenPartition kAsked;
    if (top == 0) by_state_[state.index()].store(&kAsked, std::memory_order_relaxed);
    key.register_class = registers_->Class(spec, reg, trie_.max_depth());
    const std::shared_lock lock(mu_);
    const auto known = by_key_.find(key);
    if (known != by_key_.end()) return *known->second;
  }
  // Computed outside the lock: two threads may do the same work once, neither waits.
  Found found = FindOrCompute(key, reg);
  *keep = found.partition;
  if (found.is_cheap) return **keep;
  const std::unique_lock lock(mu_);
  const TokenPartition* kept = Keep(std::move(found));
  if (kept == nullptr) return **keep;
  if (!plain) return *by_key_.try_emplace(key, kept).first->second;
  const TokenPartition* expected = nullptr;
  by_state_[state.index()].compare_exchange_strong(expected, kept, std::memory_order_acq_rel);
  return expected != nullptr ? *expected : *kept;
}

PartitionCache::Found PartitionCache::FindOrCompute(const Key& key, pda::Register reg) {
  const pda::StateId state(key.state);
  const TokenRange range{&trie_, vocabulary_size_, key.top};
  if (machine_.spec(state).kind == pda::RegisterKind::kLength) return WithinLength(key);
  if (machine_.state(state).leaf) {
    const pda::StateId loop = FindLoop(machine_, state);
    if (loop.valid()) {
      std::shared_ptr<const TokenPartition> keep;
      const TokenPartition& plain = Get(loop, 0, key.top, &keep);
      std::size_t steps = 0;
      if (auto partition = ClassifyAgainst(machine_, range, state, loop, plain, &steps)) {
        constexpr std::size_t kFewSteps = 10;
        return {std::make_shared<const TokenPartition>(std::move(*partition)), false,
                steps <= kFewSteps};
      }
    }
  }
  FragmentPartitions* fragment = FragmentOf(state);
  // Next to such a walk, writing out a large fragment is nothing.
  if (fragment == nullptr && key.top == 0) fragment = FindLargeFragment(state);
  if (fragment != nullptr) return FromFragment(fragment, key, reg);
  return {std::make_shared<const TokenPartition>(
              ClassifyTokens(machine_, registers_, range, state, reg)),
          false};
}

bool PartitionCache::IsFarFromEnd(const pda::RegisterSpec& spec, pda::Register reg) const {
  return spec.max - reg >= std::uint64_t{trie_.max_depth()} + spec.max_least;
}

PartitionCache::Found PartitionCache::WithinLength(const Key& key) {
  const pda::StateId state(key.state);
  const auto to_max = static_cast<std::uint32_t>(key.register_class);
  FragmentPartitions* fragment = FragmentOf(state);
  auto counted = fragment != nullptr ? fragment->FindCounted(key.top) : std::nullopt;
  if (!counted) {
    counted = CountedTokens::CountUnits(machine_, {&trie_, vocabulary_size_, key.top}, state);
    if (fragment != nullptr) fragment->AddCounted(key.top, *counted);
  }
  return {std::make_shared<const TokenPartition>((*counted)->Select(0, to_max)), false};
}

PartitionCache::Found PartitionCache::FromFragment(FragmentPartitions* fragment, const Key& key,
                                                   pda::Register reg) {
  const FragmentPartitions::Key shared_key{key.top, key.register_class};
  if (auto known = fragment->Find(shared_key)) return {std::move(known), true};
  const pda::StateId state(key.state);
  const TokenRange range{&trie_, vocabulary_size_, key.top};
  if (machine_.spec(state).kind == pda::RegisterKind::kCount) {
    auto counted = fragment->FindCounted(key.top);
    if (!counted) {
      counted = CountedTokens::Count(machine_, registers_, range, state);
      fragment->AddCounted(key.top, *counted);
    }
    if (*counted != nullptr) {
      const auto to_min = static_cast<std::uint32_t>(key.register_class >> 32);
      const auto to_max = static_cast<std::uint32_t>(key.register_class);
      return {fragment->Add(shared_key, (*counted)->Select(to_min, to_max)), true};
    }
  }
  return {fragment->Add(shared_key, ClassifyTokens(machine_, registers_, range, state, reg)), true};
}

FragmentPartitions* PartitionCache::FragmentOf(pda::StateId state) {
  {
    const std::shared_lock lock(mu_);
    const auto known = fragments_.find(state);
    if (known != fragments_.end()) return known->second;
  }
  FragmentPartitions* fragment = FindFragment(state);
  const std::unique_lock lock(mu_);
  if (bytes_ + kEntryBytes <= max_bytes_ && fragments_.try_emplace(state, fragment).second) {
    bytes_ += kEntryBytes;
  }
  return fragment;
}

std::size_t PartitionCache::TakeSteps(pda::StateId state, std::size_t steps) {
  constexpr std::size_t kMaxSteps = std::size_t{1} << 14;
  const std::unique_lock lock(mu_);
  const auto [taken, is_new] = steps_.try_emplace(state, 0);
  if (is_new) bytes_ += kEntryBytes;
  if (taken->second + steps > kMaxSteps) return 0;
  taken->second += steps;
  return steps;
}

FragmentPartitions* PartitionCache::FindFragment(pda::StateId state) const {
  const pda::MachineRule& rule = machine_.rule(state);
  const SharedPartitions::LeafState leaf{rule.shape, rule.shape_bytes,
                                         state.value - rule.entry.value};
  if (leaf.shape != nullptr) {
    if (FragmentPartitions* known = shared_->Find(leaf)) return known;
    // Loops are written out, for they are the same in rules that differ otherwise.
    const bool is_small = rule.num_states <= kMaxSharedStates;
    const bool is_bounded = machine_.spec(state).kind == pda::RegisterKind::kLength;
    if (is_bounded || (is_small && !IsLoop(machine_, state))) {
      return shared_->Remember(leaf, nullptr);
    }
  }
  const auto key = KeyOf(state, kMaxSharedStates);
  if (!key) {
    const bool is_shared = leaf.shape != nullptr && rule.num_states <= kMaxSharedRuleStates;
    return is_shared ? shared_->Remember(leaf, nullptr) : nullptr;
  }
  FragmentPartitions* fragment = shared_->Fragment(*key);
  if (leaf.shape != nullptr && fragment != nullptr) return shared_->Remember(leaf, fragment);
  return fragment;
}

std::optional<std::string> PartitionCache::KeyOf(pda::StateId state, std::size_t max_states) const {
  auto key = pda::FragmentKey(machine_, state, trie_.max_depth(), max_states);
  // What counting says depends on what can follow the rule.
  const pda::RegisterSpec& spec = machine_.spec(state);
  if (key && spec.kind == pda::RegisterKind::kCount) {
    spec.follow.ForEach([&](std::uint8_t byte) { key->push_back(static_cast<char>(byte)); });
  }
  return key;
}

FragmentPartitions* PartitionCache::FindLargeFragment(pda::StateId state) const {
  const auto key = KeyOf(state, kMaxSharedRuleStates);
  return key ? shared_->Fragment(*key) : nullptr;
}

std::shared_ptr<const PartitionCache::Continuation> PartitionCache::FindContinuation(
    const Residuals* residuals, pda::StateId state) const {
  const std::shared_lock lock(mu_);
  const auto found = continuations_.find({residuals, state.value});
  return found == continuations_.end() ? nullptr : found->second.continuation;
}

void PartitionCache::AddContinuation(const std::shared_ptr<const Residuals>& residuals,
                                     pda::StateId state,
                                     std::shared_ptr<const Continuation> continuation) {
  const std::size_t bytes =
      kEntryBytes + sizeof(Continuation) +
      (continuation->tokens.size() + continuation->exits.size()) * sizeof(std::uint32_t);
  const std::unique_lock lock(mu_);
  if (bytes_ + bytes > max_bytes_) return;
  const ContinuationKey key{residuals.get(), state.value};
  if (!continuations_.try_emplace(key, ContinuationEntry{residuals, std::move(continuation)})
           .second) {
    return;
  }
  bytes_ += bytes;
}

const TokenPartition* PartitionCache::Keep(Found found) {
  const std::size_t bytes = kEntryBytes + (found.is_shared ? 0 : found.partition->memory_bytes());
  if (bytes_ + bytes > max_bytes_) return nullptr;
  bytes_ += bytes;
  kept_.push_back(std::move(found.partition));
  return kept_.back().get();
}

std::size_t PartitionCache::num_partitions() const {
  const std::shared_lock lock(mu_);
  return kept_.size();
}

std::size_t PartitionCache::memory_bytes() const {
  const std::shared_lock lock(mu_);
  return bytes_ + reaches_.memory_bytes();
}

}  // namespace pushmask::mask
