// SPDX-License-Identifier: Apache-2.0
#include "automaton/dfa_cache.h"

#include <utility>

namespace pushmask::automaton {

std::shared_ptr<const Dfa> DfaCache::Find(const std::string& key) {
  {
    const std::shared_lock lock(mu_);
    const auto found = recent_.find(key);
    if (found != recent_.end()) return found->second;
    if (!old_.contains(key)) return nullptr;
  }
  const std::unique_lock lock(mu_);
  const auto found = old_.find(key);
  if (found == old_.end()) return nullptr;
  const std::shared_ptr<const Dfa> dfa = found->second;
  return Keep(key, dfa);
}

std::shared_ptr<const Dfa> DfaCache::Add(const std::string& key, std::shared_ptr<const Dfa> dfa) {
  const std::unique_lock lock(mu_);
  return Keep(key, std::move(dfa));
}

std::shared_ptr<const Dfa> DfaCache::Keep(const std::string& key, std::shared_ptr<const Dfa> dfa) {
  constexpr std::size_t kEntryBytes = 128;
  const std::size_t bytes = key.size() + dfa->memory_bytes() + kEntryBytes;
  const auto found = recent_.find(key);
  if (found != recent_.end()) return found->second;
  if (bytes > max_bytes_ / 2) return dfa;
  if (bytes_ + bytes > max_bytes_ / 2) {
    old_ = std::move(recent_);
    recent_.clear();
    bytes_ = 0;
  }
  bytes_ += bytes;
  return recent_.emplace(key, std::move(dfa)).first->second;
}

}  // namespace pushmask::automaton
