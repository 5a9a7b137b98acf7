// SPDX-License-Identifier: Apache-2.0
// DfaCache: minimal automata by what they were made from. Grammars repeat themselves and each other
// (strings, numbers, whitespace, common property names), so most rules of a new grammar are known.
// Threads: safe. There are two generations: when the recent one has half of the byte budget it
// becomes the old one, and what is in neither is forgotten; who holds an automaton keeps it.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "automaton/dfa.h"

namespace pushmask::automaton {

class DfaCache {
 public:
  explicit DfaCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Null if there is none.
  std::shared_ptr<const Dfa> Find(const std::string& key);
  // Returns the automaton to use: `dfa`, or that of another thread which was first.
  std::shared_ptr<const Dfa> Add(const std::string& key, std::shared_ptr<const Dfa> dfa);

 private:
  using Entries = std::unordered_map<std::string, std::shared_ptr<const Dfa>>;

  // With the lock held.
  std::shared_ptr<const Dfa> Keep(const std::string& key, std::shared_ptr<const Dfa> dfa);

  const std::size_t max_bytes_;
  std::shared_mutex mu_;
  Entries recent_;         // guarded by: mu_
  Entries old_;            // guarded by: mu_
  std::size_t bytes_ = 0;  // of recent_; guarded by: mu_
};

}  // namespace pushmask::automaton
