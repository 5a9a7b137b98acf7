// SPDX-License-Identifier: Apache-2.0
// SharedPartitions: the token partitions of one vocabulary that do not depend on the grammar they
// were met in, by the fragment of the automaton they belong to (pda/fragment.h). One per
// vocabulary, shared by everything compiled for it. Threads: safe; an entry is published once.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "mask/counted_tokens.h"
#include "mask/token_partition.h"

namespace pushmask::mask {

class SharedPartitions {
 public:
  explicit SharedPartitions(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Null if there is none.
  std::shared_ptr<const TokenPartition> Find(const std::string& key) const;
  // Keeps `partition`, unless the budget is used up or another thread was first; returns the one
  // to use.
  std::shared_ptr<const TokenPartition> Add(const std::string& key,
                                            std::shared_ptr<const TokenPartition> partition);

  // The same for counted tokens. A fragment whose tokens cannot be counted is kept as null.
  std::optional<std::shared_ptr<const CountedTokens>> FindCounted(const std::string& key) const;
  void AddCounted(const std::string& key, std::shared_ptr<const CountedTokens> tokens);

  std::size_t memory_bytes() const;

 private:
  const std::size_t max_bytes_;
  mutable std::shared_mutex mu_;
  std::unordered_map<std::string, std::shared_ptr<const TokenPartition>>
      entries_;  // guarded by: mu_
  std::unordered_map<std::string, std::shared_ptr<const CountedTokens>>
      counted_;            // guarded by: mu_
  std::size_t bytes_ = 0;  // guarded by: mu_
};

}  // namespace pushmask::mask
