// SPDX-License-Identifier: Apache-2.0
#include "stack/stack_node.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "base/hash.h"
#include "pushmask/error.h"

namespace pushmask::stack {
namespace {

constexpr Link kEndLink{pda::kEnd, 0, NodeId()};
// How far Subsumes follows `base`. One step is enough for nodes that grew by one push or union.
constexpr int kMaxBaseSteps = 4;

bool Equal(std::span<const Link> a, std::span<const Link> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

std::uint64_t HashLinks(std::span<const Link> links) {
  std::uint64_t seed = links.size();
  for (const Link& link : links) {
    seed = base::Combine(seed, (std::uint64_t{link.state.value} << 32) | link.below.value);
    if (link.reg != 0) seed = base::Combine(seed, link.reg);
  }
  return seed;
}

void CheckNumLinks(std::size_t num_links) {
  if (num_links <= kMaxStackLinks) return;
  throw LimitError("the ways to read the text need more than " + std::to_string(kMaxStackLinks) +
                       " links of stacks (limit max_stack_links)",
                   "max_stack_links", kMaxStackLinks, num_links);
}

SharedStacks::SharedStacks() {
  const NodeId bottom = Intern({&kEndLink, 1}, NodeId());
  PUSHMASK_CHECK(bottom == kBottom);
}

std::span<const Link> SharedStacks::links(NodeId id) const {
  const Node& node = nodes_[id.index()];
  return links_.Range(node.begin, node.num_links);
}

std::size_t SharedStacks::memory_bytes() const {
  return nodes_.memory_bytes() + links_.memory_bytes() + index_.memory_bytes();
}

std::size_t SharedStacks::GrowthFor(std::size_t num_nodes, std::size_t num_links) const {
  return nodes_.GrowthFor(num_nodes) + links_.GrowthFor(2 * num_links) +
         index_.GrowthFor(num_nodes);
}

NodeId SharedStacks::Find(std::span<const Link> links, std::uint64_t hash) const {
  return NodeId(std::size_t{index_.Find(
      hash, [&](std::uint32_t number) { return Equal(this->links(NodeId(number)), links); })});
}

NodeId SharedStacks::Intern(std::span<const Link> links, NodeId base) {
  const std::uint64_t hash = HashLinks(links);
  if (const NodeId known = Find(links, hash); known.valid()) return known;
  const std::size_t begin = links_.Append(links.size());
  std::copy(links.begin(), links.end(), links_.Range(begin, links.size()).begin());
  const NodeId id(nodes_.push_back(
      {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(links.size()), base}));
  PUSHMASK_CHECK(id.value < 0x80000000U);
  index_.Insert(hash, id.value);
  num_links_ += links.size();
  return id;
}

std::span<const Link> ScratchStacks::links(NodeId id) const {
  if (IsScratch(id)) {
    const Node& node = nodes_[ScratchIndex(id)];
    return {pool_.data() + node.begin, node.end - node.begin};
  }
  if (id == kBottom) return {&kEndLink, 1};
  return below_->links(id);
}

NodeId ScratchStacks::base(NodeId id) const {
  if (IsScratch(id)) return nodes_[ScratchIndex(id)].base;
  return below_ != nullptr && id != kBottom ? below_->base(id) : NodeId();
}

NodeId ScratchStacks::Intern(std::span<const Link> links, NodeId base) {
  if (Equal(links, {&kEndLink, 1})) return kBottom;
  const std::uint64_t hash = HashLinks(links);
  const std::uint32_t known = index_.Find(
      hash, [&](std::uint32_t number) { return Equal(this->links(ScratchId(number)), links); });
  if (known != base::HashIndex::kNone) return ScratchId(known);
  CheckNumLinks(pool_.size() + links.size());
  const auto begin = static_cast<std::uint32_t>(pool_.size());
  pool_.insert(pool_.end(), links.begin(), links.end());
  const NodeId id = ScratchId(nodes_.size());
  nodes_.push_back({begin, static_cast<std::uint32_t>(pool_.size()), base});
  index_.Insert(hash, static_cast<std::uint32_t>(nodes_.size() - 1));
  return id;
}

bool ScratchStacks::Subsumes(NodeId outer, NodeId inner) const {
  for (int step = 0; outer.valid(); ++step) {
    if (outer == inner) return true;
    if (step == kMaxBaseSteps) return false;
    outer = base(outer);
  }
  return false;
}

void ScratchStacks::Normalize(std::vector<Link>* links) const {
  if (links->size() < 2) return;
  std::sort(links->begin(), links->end());
  links->erase(std::unique(links->begin(), links->end()), links->end());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < links->size();) {
    const Link first = (*links)[i];
    std::size_t run = i + 1;
    while (run < links->size() && (*links)[run].state == first.state &&
           (*links)[run].reg == first.reg) {
      ++run;
    }
    const NodeId widest = (*links)[run - 1].below;  // the newest node of the run
    for (; i < run; ++i) {
      const Link link = (*links)[i];
      if (i + 1 < run && Subsumes(widest, link.below)) continue;
      (*links)[kept++] = link;
    }
  }
  links->resize(kept);
}

void ScratchStacks::Clear() {
  pool_.clear();
  nodes_.clear();
  index_.Clear();
}

}  // namespace pushmask::stack
