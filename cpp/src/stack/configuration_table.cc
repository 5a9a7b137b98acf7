// SPDX-License-Identifier: Apache-2.0
#include "stack/configuration_table.h"

#include <algorithm>

#include "base/hash.h"
#include "base/lease.h"

namespace pushmask::stack {
namespace {

// A configuration on its way into a table.
struct Copy {
  std::vector<Link> links;
  std::vector<NodeId> nodes;   // to copy
  std::vector<NodeId> copies;  // the same nodes in the table
  std::vector<Link> node_links;
  base::HashIndex seen;

  std::size_t memory_bytes() const {
    return (links.capacity() + node_links.capacity()) * sizeof(Link) +
           (nodes.capacity() + copies.capacity()) * sizeof(NodeId) + seen.memory_bytes();
  }
};

using CopyLease = base::Lease<Copy>;

struct Reached {
  std::size_t nodes = 0;
  std::size_t links = 0;  // of the nodes
};

// Sets copies[i] to an id, any id, where `links` reach scratch node i. A node is always younger
// than what it refers to, so one pass from the youngest on finds all, and in ascending order each
// comes after the nodes below it.
Reached MarkScratchNodes(const ScratchStacks& scratch, std::span<const Link> links,
                         std::vector<NodeId>* copies) {
  Reached reached;
  copies->assign(scratch.num_nodes(), NodeId());
  const auto mark = [copies](std::span<const Link> from) {
    for (const Link& link : from) {
      if (!link.below.valid() || !ScratchStacks::IsScratch(link.below)) continue;
      (*copies)[ScratchStacks::ScratchIndex(link.below)] = kBottom;
    }
  };
  mark(links);
  for (std::size_t i = copies->size(); i-- > 0;) {
    if (!(*copies)[i].valid()) continue;
    const auto below = scratch.links(ScratchStacks::ScratchId(i));
    mark(below);
    ++reached.nodes;
    reached.links += below.size();
  }
  return reached;
}

// All nodes that copy->links reach, but the bottom, of both stores, in ascending order.
void CollectNodes(const ScratchStacks& stacks, Copy* copy) {
  copy->nodes.clear();
  copy->seen.Clear();
  const auto visit = [&](std::span<const Link> from) {
    for (const Link& link : from) {
      if (!link.below.valid() || link.below == kBottom) continue;
      const std::uint64_t hash = base::Mix(link.below.value);
      const auto number = copy->seen.Find(
          hash, [&](std::uint32_t known) { return copy->nodes[known] == link.below; });
      if (number != base::HashIndex::kNone) continue;
      copy->seen.Insert(hash, static_cast<std::uint32_t>(copy->nodes.size()));
      copy->nodes.push_back(link.below);
    }
  };
  visit(copy->links);
  for (std::size_t i = 0; i < copy->nodes.size(); ++i) visit(stacks.links(copy->nodes[i]));
  std::sort(copy->nodes.begin(), copy->nodes.end());
}

// `from` with other nodes below, sorted again.
template <typename CopyOf>
void Translate(std::span<const Link> from, CopyOf copy_of, std::vector<Link>* to) {
  to->assign(from.begin(), from.end());
  for (Link& link : *to) link.below = copy_of(link.below);
  std::sort(to->begin(), to->end());
}

}  // namespace

std::size_t ConfigurationTable::BytesUsed() const {
  return stacks_.memory_bytes() + configurations_.memory_bytes() + links_.memory_bytes() +
         index_.memory_bytes() + transitions_.memory_bytes();
}

std::optional<ConfigurationId> ConfigurationTable::Commit(const ScratchStacks& scratch,
                                                          std::span<const Link> links) {
  const CopyLease copy;
  std::vector<NodeId>& copies = copy->copies;
  const Reached reached = MarkScratchNodes(scratch, links, &copies);
  const auto copy_of = [&copies](NodeId id) {
    const bool is_scratch = id.valid() && ScratchStacks::IsScratch(id);
    return is_scratch ? copies[ScratchStacks::ScratchIndex(id)] : id;
  };
  const std::lock_guard lock(mu_);
  const bool has_room =
      HasRoomFor(stacks_.GrowthFor(reached.nodes, reached.links) + configurations_.GrowthFor(1) +
                 index_.GrowthFor(1) + links_.GrowthFor(2 * links.size()));
  for (std::size_t i = 0; i < copies.size(); ++i) {
    if (!copies[i].valid()) continue;
    const NodeId id = ScratchStacks::ScratchId(i);
    Translate(scratch.links(id), copy_of, &copy->node_links);
    copies[i] = has_room ? stacks_.Intern(copy->node_links, copy_of(scratch.base(id)))
                         : stacks_.Find(copy->node_links);
    if (!copies[i].valid()) return std::nullopt;
  }
  Translate(links, copy_of, &copy->links);
  if (has_room) return Intern(copy->links);
  const ConfigurationId known = Find(copy->links, HashLinks(copy->links));
  return known.valid() ? std::optional(known) : std::nullopt;
}

ConfigurationId ConfigurationTable::Import(const ScratchStacks& foreign,
                                           std::span<const Link> links) {
  const CopyLease copy;
  copy->links.assign(links.begin(), links.end());
  CollectNodes(foreign, &*copy);
  copy->copies.clear();
  // A base that is not copied means nothing in this table.
  const auto copy_of = [&nodes = copy->nodes, &copies = copy->copies](NodeId id) {
    if (id == kBottom) return id;
    const auto found = std::lower_bound(nodes.begin(), nodes.end(), id);
    if (found == nodes.end() || *found != id) return NodeId();
    return copies[static_cast<std::size_t>(found - nodes.begin())];
  };
  const std::lock_guard lock(mu_);
  for (const NodeId id : copy->nodes) {
    Translate(foreign.links(id), copy_of, &copy->node_links);
    copy->copies.push_back(stacks_.Intern(copy->node_links, copy_of(foreign.base(id))));
  }
  Translate(links, copy_of, &copy->links);
  return Intern(copy->links);
}

ConfigurationId ConfigurationTable::Find(std::span<const Link> links, std::uint64_t hash) const {
  return ConfigurationId(std::size_t{index_.Find(hash, [&](std::uint32_t number) {
    const auto other = this->links(ConfigurationId(number));
    return std::equal(other.begin(), other.end(), links.begin(), links.end());
  })});
}

ConfigurationId ConfigurationTable::Intern(std::span<const Link> links) {
  const std::uint64_t hash = HashLinks(links);
  if (const ConfigurationId known = Find(links, hash); known.valid()) return known;
  const std::size_t begin = links_.Append(links.size());
  std::copy(links.begin(), links.end(), links_.Range(begin, links.size()).begin());
  const ConfigurationId id(configurations_.Append(1));
  Configuration& configuration = configurations_[id.index()];
  configuration.begin = static_cast<std::uint32_t>(begin);
  configuration.num_links = static_cast<std::uint32_t>(links.size());
  index_.Insert(hash, id.value);
  return id;
}

void ConfigurationTable::RememberTransition(ConfigurationId id, std::int32_t token,
                                            ConfigurationId next) {
  Remembered& remembered = configurations_[id.index()].remembered;
  const std::lock_guard lock(mu_);
  if (transitions_.Find(remembered, token)) return;  // another thread was first
  const std::size_t growth = transitions_.GrowthForOneMore(remembered);
  if (growth == 0 || HasRoomFor(growth)) transitions_.Add(&remembered, token, next);
}

ConfigurationTable::Stats ConfigurationTable::stats() const {
  const std::lock_guard lock(mu_);
  return {stacks_.num_nodes(), stacks_.num_links(), configurations_.size(), transitions_.size(),
          BytesUsed()};
}

}  // namespace pushmask::stack
