// SPDX-License-Identifier: Apache-2.0
#include "automaton/dfa_cache.h"

#include <utility>

namespace pushmask::automaton {

std::shared_ptr<const Dfa> DfaCache::Find(const std::string& key) const {
  const std::shared_lock lock(mu_);
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second;
}

std::shared_ptr<const Dfa> DfaCache::Add(const std::string& key, std::shared_ptr<const Dfa> dfa) {
  constexpr std::size_t kEntryBytes = 128;
  const std::size_t bytes = key.size() + dfa->memory_bytes() + kEntryBytes;
  const std::unique_lock lock(mu_);
  const auto found = entries_.find(key);
  if (found != entries_.end()) return found->second;
  if (bytes > max_bytes_) return dfa;
  if (bytes_ + bytes > max_bytes_) {
    entries_.clear();
    bytes_ = 0;
  }
  bytes_ += bytes;
  return entries_.emplace(key, std::move(dfa)).first->second;
}

}  // namespace pushmask::automaton
