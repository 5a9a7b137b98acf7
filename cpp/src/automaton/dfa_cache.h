// SPDX-License-Identifier: Apache-2.0
// DfaCache: automata by what they were made from. Grammars repeat themselves and each other
// (strings, numbers, whitespace, common property names), so most rules of a new grammar are known.
// Threads: safe.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "automaton/dfa.h"
#include "automaton/lengths.h"
#include "ir/special_texts.h"

namespace pushmask::automaton {

// There are two generations: when the recent one has half of the byte budget it becomes the old
// one, and what is in neither is forgotten; who holds an entry keeps it.
template <typename T>
class RecentlyUsed {
 public:
  explicit RecentlyUsed(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Null if there is none.
  std::shared_ptr<const T> Find(const std::string& key) {
    {
      const std::shared_lock lock(mu_);
      const auto found = recent_.find(key);
      if (found != recent_.end()) return found->second;
      if (!old_.contains(key)) return nullptr;
    }
    const std::unique_lock lock(mu_);
    const auto found = old_.find(key);
    if (found == old_.end()) return nullptr;
    const std::shared_ptr<const T> entry = found->second;
    return Keep(key, entry);
  }

  // Returns the entry to use: `entry`, or that of another thread which was first.
  std::shared_ptr<const T> Add(const std::string& key, std::shared_ptr<const T> entry) {
    const std::unique_lock lock(mu_);
    return Keep(key, std::move(entry));
  }

 private:
  // With the lock held.
  std::shared_ptr<const T> Keep(const std::string& key, std::shared_ptr<const T> entry) {
    constexpr std::size_t kEntryBytes = 128;
    const std::size_t bytes = key.size() + entry->memory_bytes() + kEntryBytes;
    const auto found = recent_.find(key);
    if (found != recent_.end()) return found->second;
    if (bytes > max_bytes_ / 2) return entry;
    if (bytes_ + bytes > max_bytes_ / 2) {
      old_ = std::move(recent_);
      recent_.clear();
      bytes_ = 0;
    }
    bytes_ += bytes;
    return recent_.emplace(key, std::move(entry)).first->second;
  }

  const std::size_t max_bytes_;
  std::shared_mutex mu_;
  std::unordered_map<std::string, std::shared_ptr<const T>> recent_;  // guarded by: mu_
  std::unordered_map<std::string, std::shared_ptr<const T>> old_;     // guarded by: mu_
  std::size_t bytes_ = 0;                                             // of recent_; guarded by: mu_
};

struct DfaCache {
  explicit DfaCache(std::size_t max_bytes, ir::SpecialTexts texts = {})
      : special_texts(std::move(texts)), minimal(max_bytes / 8 * 7), measured(max_bytes / 8) {}

  const ir::SpecialTexts special_texts;  // which the automata read marks with
  RecentlyUsed<Dfa> minimal;
  RecentlyUsed<MeasuredDfa> measured;
};

}  // namespace pushmask::automaton
