// SPDX-License-Identifier: Apache-2.0
// PartitionCache: the token partitions of one compiled grammar, computed on first use or taken from
// the vocabulary's shared ones. Positions whose registers no token can tell apart share a
// partition. Threads: safe; an entry is published once and lives as long as the cache, so that a
// known partition is one load.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "mask/reach_table.h"
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

  // The partition of the tokens below the trie node `top`, alive as long as the cache or, if it is
  // not kept there, as `*keep`.
  const TokenPartition& Get(pda::StateId state, pda::Register reg, std::uint32_t top,
                            std::shared_ptr<const TokenPartition>* keep);

  // Whether a mask should ask for the partition of all tokens rather than walk from this state:
  // either it is at hand, or others have found the walk long.
  bool IsWorthwhile(pda::StateId state) const {
    return machine_.state(state).wide ||
           by_state_[state.index()].load(std::memory_order_relaxed) != nullptr;
  }

  // Whether the state's partitions are those of a fragment, which other grammars know as well.
  bool IsShared(pda::StateId state) { return FragmentOf(state) != nullptr; }
  // Takes `steps` of those that walks from the state may take before its partition is the better
  // choice; 0 if they are used up.
  std::size_t TakeSteps(pda::StateId state, std::size_t steps);

  // The steps that walks from a state took that could have a reach.
  std::size_t NumSteps(pda::StateId state) const {
    return num_steps_[state.index()].load(std::memory_order_relaxed);
  }
  void AddSteps(pda::StateId state, std::size_t steps) {
    // Two threads that add at once lose one of the sums, which is no harm.
    const std::size_t sum = NumSteps(state) + steps;
    num_steps_[state.index()].store(static_cast<std::uint16_t>(std::min<std::size_t>(sum, 0xffff)),
                                    std::memory_order_relaxed);
  }

  // What a plain state (without register) takes of a residual trie, whatever the stack below it.
  struct Continuation {
    std::vector<std::uint32_t> tokens;  // taken: indices in the order of the trie's tokens
    std::vector<std::uint32_t> exits;   // trie nodes below which what lies below the state goes on
  };
  // Null if it is not known.
  std::shared_ptr<const Continuation> FindContinuation(const Residuals* residuals,
                                                       pda::StateId state) const;
  // Keeps it, if the budget allows it.
  void AddContinuation(const std::shared_ptr<const Residuals>& residuals, pda::StateId state,
                       std::shared_ptr<const Continuation> continuation);

  ReachTable& reaches() { return reaches_; }

  const vocab::TokenTrie& trie() const { return trie_; }
  std::size_t vocabulary_size() const { return vocabulary_size_; }
  SharedPartitions* shared() const { return shared_; }

  std::size_t num_partitions() const;
  std::size_t memory_bytes() const;  // without the shared ones

 private:
  struct Key {
    std::uint32_t state;
    std::uint32_t top;
    std::uint64_t register_class;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return base::Combine((std::uint64_t{key.state} << 32) | key.top, key.register_class);
    }
  };
  using ContinuationKey = std::pair<const Residuals*, std::uint32_t>;
  struct ContinuationHash {
    std::size_t operator()(const ContinuationKey& key) const {
      return base::Combine(reinterpret_cast<std::uintptr_t>(key.first), key.second);
    }
  };
  struct Found {
    std::shared_ptr<const TokenPartition> partition;
    bool is_shared;
    bool is_cheap = false;  // as fast to find out again as to keep
  };

  Found FindOrCompute(const Key& key, pda::Register reg);
  // Whether no token can reach the bound of a rule with a length.
  bool IsFarFromEnd(const pda::RegisterSpec& spec, pda::Register reg) const;
  // Of a state of a rule with a length: by the distance to the bound, or of the rule without it.
  Found WithinLength(const Key& key);
  Found FromFragment(FragmentPartitions* fragment, const Key& key, pda::Register reg);
  // The shared entry of the fragment that begins in `state`; null if it is not shared.
  FragmentPartitions* FragmentOf(pda::StateId state);
  FragmentPartitions* FindFragment(pda::StateId state) const;
  std::optional<std::string> KeyOf(pda::StateId state, std::size_t max_states) const;
  // The same of a fragment that takes as long to write out as many masks take.
  FragmentPartitions* FindLargeFragment(pda::StateId state) const;
  // Keeps `found`, if the budget allows it.
  const TokenPartition* Keep(Found found);

  const pda::Machine& machine_;
  stack::RegisterTable* registers_;
  const vocab::TokenTrie& trie_;
  const std::size_t vocabulary_size_;
  SharedPartitions* shared_;
  const std::size_t max_bytes_;  // without the reaches
  ReachTable reaches_;
  // Register 0, all tokens; published once, each.
  std::vector<std::atomic<const TokenPartition*>> by_state_;
  std::vector<std::atomic<std::uint16_t>> num_steps_;  // by state
  mutable std::shared_mutex mu_;
  std::unordered_map<Key, const TokenPartition*, KeyHash> by_key_;   // guarded by: mu_
  std::unordered_map<pda::StateId, FragmentPartitions*> fragments_;  // guarded by: mu_
  std::unordered_map<pda::StateId, std::size_t> steps_;              // guarded by: mu_
  struct ContinuationEntry {
    std::shared_ptr<const Residuals> residuals;  // kept alive, so that its address names it
    std::shared_ptr<const Continuation> continuation;
  };
  std::unordered_map<ContinuationKey, ContinuationEntry, ContinuationHash>
      continuations_;                                       // guarded by: mu_
  std::deque<std::shared_ptr<const TokenPartition>> kept_;  // guarded by: mu_
  std::size_t bytes_ = 0;                                   // guarded by: mu_
};

}  // namespace pushmask::mask
