// SPDX-License-Identifier: Apache-2.0
// ConfigurationTable: interned configurations with what is remembered about each: the id of its
// mask row and where its tokens lead. Shared by the matchers of a compiled grammar. It grows to a
// byte budget. Then it remembers what it has and takes in nothing else; Commit says so, and
// matchers go on with tables of their own.
//
// Threads: every member is safe to call at any time. Committed configurations never change, and
// reads of known ones take no lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/chunked_vector.h"
#include "base/hash_index.h"
#include "stack/remembered.h"
#include "stack/stack_node.h"

namespace pushmask::stack {

class ConfigurationTable {
 public:
  static constexpr std::uint32_t kNoRow = Remembered::kNone;

  explicit ConfigurationTable(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  const SharedStacks& stacks() const { return stacks_; }
  std::span<const Link> links(ConfigurationId id) const {
    const Configuration& configuration = configurations_[id.index()];
    return links_.Range(configuration.begin, configuration.num_links);
  }

  // The configuration with these links, whose scratch nodes are copied into the table. nullopt if
  // it is new and the budget does not allow it.
  std::optional<ConfigurationId> Commit(const ScratchStacks& scratch, std::span<const Link> links);

  // The same for links over another table's nodes (`foreign`, with all below it), which are copied
  // too. Ignores the budget: for a table that belongs to one matcher.
  ConfigurationId Import(const ScratchStacks& foreign, std::span<const Link> links);

  // Remembered facts. A transition is forgotten if the budget does not allow it.
  std::uint32_t row(ConfigurationId id) const {
    return configurations_[id.index()].remembered.row.load(std::memory_order_acquire);
  }
  void RememberRow(ConfigurationId id, std::uint32_t row) {
    configurations_[id.index()].remembered.row.store(row, std::memory_order_release);
  }
  std::optional<ConfigurationId> transition(ConfigurationId id, std::int32_t token) const {
    return transitions_.Find(configurations_[id.index()].remembered, token);
  }
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
    Remembered remembered;
    std::uint32_t begin = 0;  // of its links in links_
    std::uint32_t num_links = 0;
  };

  ConfigurationId Find(std::span<const Link> links, std::uint64_t hash) const;
  ConfigurationId Intern(std::span<const Link> links);
  bool HasRoomFor(std::size_t bytes) const { return BytesUsed() + bytes <= max_bytes_; }
  std::size_t BytesUsed() const;

  const std::size_t max_bytes_;
  mutable std::mutex mu_;
  SharedStacks stacks_;                                // appended to under: mu_
  base::ChunkedVector<Configuration> configurations_;  // appended to under: mu_
  base::ChunkedVector<Link> links_;                    // of configurations; appended to under: mu_
  TransitionTables transitions_;                       // appended to under: mu_
  base::HashIndex index_;                              // guarded by: mu_
};

}  // namespace pushmask::stack
