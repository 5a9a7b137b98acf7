// SPDX-License-Identifier: Apache-2.0
#include "stack/configuration_table.h"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

namespace pushmask::stack {
namespace {

constexpr std::size_t kIndexEntryBytes = 40;  // a node of a hash index with its bucket

std::uint64_t TransitionKey(ConfigurationId id, std::int32_t token) {
  return (std::uint64_t{id.value} << 32) | static_cast<std::uint32_t>(token);
}

// The nodes that `links` reach and that `wanted` selects, each after the nodes below it: a node is
// always younger than what it refers to, and scratch ids are larger than shared ones.
template <typename Wanted>
std::vector<NodeId> ReachableNodes(const ScratchStacks& stacks, std::span<const Link> links,
                                   Wanted wanted) {
  std::vector<NodeId> nodes;
  std::unordered_set<NodeId> seen;
  const auto visit = [&](std::span<const Link> from) {
    for (const Link& link : from) {
      if (link.below.valid() && link.below != kBottom && wanted(link.below) &&
          seen.insert(link.below).second) {
        nodes.push_back(link.below);
      }
    }
  };
  visit(links);
  for (std::size_t i = 0; i < nodes.size(); ++i) visit(stacks.links(nodes[i]));
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

}  // namespace

std::span<const Link> ConfigurationTable::links(ConfigurationId id) const {
  const Configuration& configuration = configurations_[id.index()];
  return {configuration.links.get(), configuration.num_links};
}

std::size_t ConfigurationTable::BytesUsed() const {
  return stacks_.memory_bytes() + configuration_bytes_ + index_.memory_bytes() +
         transitions_.size() * (sizeof(std::uint64_t) + kIndexEntryBytes);
}

void ConfigurationTable::CopyNodes(const ScratchStacks& from, Source source,
                                   std::vector<Link>* links) {
  const std::vector<NodeId> nodes = ReachableNodes(from, *links, [&](NodeId id) {
    return source == Source::kEverything || ScratchStacks::IsScratch(id);
  });
  if (nodes.empty()) return;
  std::unordered_map<NodeId, NodeId> copies;
  const auto copy_of = [&](NodeId id) {
    const auto found = copies.find(id);
    return found == copies.end() ? id : found->second;
  };
  std::vector<Link> copy;
  for (const NodeId id : nodes) {
    const auto original = from.links(id);
    copy.assign(original.begin(), original.end());
    for (Link& link : copy) link.below = copy_of(link.below);
    std::sort(copy.begin(), copy.end());
    // A base that was not copied means nothing in this table.
    const NodeId base = from.base(id);
    const bool known =
        base.valid() && (copies.contains(base) || base == kBottom ||
                         (source == Source::kScratchOnly && !ScratchStacks::IsScratch(base)));
    copies.emplace(id, stacks_.Intern(copy, known ? copy_of(base) : NodeId()));
  }
  for (Link& link : *links) link.below = copy_of(link.below);
  std::sort(links->begin(), links->end());
}

std::optional<ConfigurationId> ConfigurationTable::Commit(const ScratchStacks& scratch,
                                                          std::span<const Link> links) {
  std::vector<Link> copy(links.begin(), links.end());
  const std::unique_lock lock(mu_);
  if (BytesUsed() > max_bytes_) return std::nullopt;
  CopyNodes(scratch, Source::kScratchOnly, &copy);
  return Intern(copy);
}

ConfigurationId ConfigurationTable::Import(const ScratchStacks& foreign,
                                           std::span<const Link> links) {
  std::vector<Link> copy(links.begin(), links.end());
  const std::unique_lock lock(mu_);
  CopyNodes(foreign, Source::kEverything, &copy);
  return Intern(copy);
}

ConfigurationId ConfigurationTable::Intern(std::span<const Link> links) {
  const std::uint64_t hash = HashLinks(links);
  const std::uint32_t known = index_.Find(hash, [&](std::uint32_t number) {
    const auto other = this->links(ConfigurationId(number));
    return std::equal(other.begin(), other.end(), links.begin(), links.end());
  });
  if (known != base::HashIndex::kNone) return ConfigurationId(known);
  Configuration configuration{std::make_unique<Link[]>(links.size()),
                              static_cast<std::uint32_t>(links.size()),
                              std::make_unique<std::atomic<std::uint32_t>>(kNoRow)};
  std::copy(links.begin(), links.end(), configuration.links.get());
  configuration_bytes_ += sizeof(Configuration) + links.size() * sizeof(Link);
  const ConfigurationId id(configurations_.push_back(std::move(configuration)));
  index_.Insert(hash, id.value);
  return id;
}

std::uint32_t ConfigurationTable::row(ConfigurationId id) const {
  return configurations_[id.index()].row->load(std::memory_order_acquire);
}

void ConfigurationTable::RememberRow(ConfigurationId id, std::uint32_t row) {
  configurations_[id.index()].row->store(row, std::memory_order_release);
}

std::optional<ConfigurationId> ConfigurationTable::transition(ConfigurationId id,
                                                              std::int32_t token) const {
  const std::shared_lock lock(mu_);
  const auto found = transitions_.find(TransitionKey(id, token));
  if (found == transitions_.end()) return std::nullopt;
  return found->second;
}

void ConfigurationTable::RememberTransition(ConfigurationId id, std::int32_t token,
                                            ConfigurationId next) {
  const std::unique_lock lock(mu_);
  if (BytesUsed() > max_bytes_) return;
  transitions_.emplace(TransitionKey(id, token), next);
}

ConfigurationTable::Stats ConfigurationTable::stats() const {
  const std::shared_lock lock(mu_);
  return {stacks_.num_nodes(), stacks_.num_links(), configurations_.size(), transitions_.size(),
          BytesUsed()};
}

}  // namespace pushmask::stack
