// SPDX-License-Identifier: Apache-2.0
// ConfigurationTable: interned configurations with what is remembered about each: the id of its
// mask row and where its tokens lead. Shared by the matchers of a compiled grammar. It grows to a
// byte budget; when that is used up, Commit says so and matchers go on with tables of their own.
//
// Threads: every member is safe to call at any time. Committed configurations never change.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/chunked_vector.h"
#include "base/hash.h"
#include "base/ids.h"
#include "stack/stack_node.h"

namespace pushmask::stack {

using ConfigurationId = base::Id<struct ConfigurationTag>;

class ConfigurationTable {
 public:
  static constexpr std::uint32_t kNoRow = 0xffffffffU;

  explicit ConfigurationTable(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  const SharedStacks& stacks() const { return stacks_; }
  std::span<const Link> links(ConfigurationId id) const;

  // The configuration with these links, whose scratch nodes are copied into the table. nullopt if
  // the budget is used up.
  std::optional<ConfigurationId> Commit(const ScratchStacks& scratch, std::span<const Link> links);

  // The same for links over another table's nodes (`foreign`, with all below it), which are copied
  // too. Ignores the budget: for a table that belongs to one matcher.
  ConfigurationId Import(const ScratchStacks& foreign, std::span<const Link> links);

  // Remembered facts. Remember* does nothing when the budget is used up.
  std::uint32_t row(ConfigurationId id) const;
  void RememberRow(ConfigurationId id, std::uint32_t row);
  std::optional<ConfigurationId> transition(ConfigurationId id, std::int32_t token) const;
  void RememberTransition(ConfigurationId id, std::int32_t token, ConfigurationId next);

  struct Stats {
    std::size_t stack_nodes;
    std::size_t stack_links;
    std::size_t configurations;
    std::size_t transitions;
    std::size_t bytes;
  };
  Stats stats() const;

 private:
  struct Configuration {
    std::unique_ptr<Link[]> links;
    std::uint32_t num_links = 0;
    std::unique_ptr<std::atomic<std::uint32_t>> row;  // published once
  };

  enum class Source : std::uint8_t { kScratchOnly, kEverything };

  // Copies the nodes that `links` needs and makes `links` refer to the copies.
  void CopyNodes(const ScratchStacks& from, Source source, std::vector<Link>* links);
  ConfigurationId Intern(std::span<const Link> links);
  std::size_t BytesUsed() const;

  const std::size_t max_bytes_;
  mutable std::shared_mutex mu_;
  SharedStacks stacks_;                                             // appended to under: mu_
  base::ChunkedVector<Configuration> configurations_;               // appended to under: mu_
  base::HashIndex index_;                                           // guarded by: mu_
  std::unordered_map<std::uint64_t, ConfigurationId> transitions_;  // guarded by: mu_
  std::size_t configuration_bytes_ = 0;                             // guarded by: mu_
};

}  // namespace pushmask::stack
