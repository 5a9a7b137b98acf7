// SPDX-License-Identifier: Apache-2.0
#include "stack/forget_keys.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/lease.h"

namespace pushmask::stack {
namespace {

// Of all nodes. Those of a JSON text a few levels deep are a dozen; looking at more would take as
// long as what it saves.
constexpr std::size_t kMaxLinks = 256;

struct Buffers {
  std::vector<NodeId> nodes;
  std::vector<NodeId> copies;

  std::size_t memory_bytes() const {
    return (nodes.capacity() + copies.capacity()) * sizeof(NodeId);
  }
};
using BuffersLease = base::Lease<Buffers>;

class Forgetter {
 public:
  Forgetter(const pda::Machine& machine, RegisterTable* registers, ScratchStacks* scratch)
      : machine_(machine), registers_(*registers), scratch_(*scratch) {}

  bool Run(std::span<const Link> links, std::vector<Link>* out) {
    nodes_.clear();
    copies_.clear();
    if (!Collect(links) || !any_) return false;
    // Nodes lie over those with smaller ids, but for ones of the scratch, of which there are none.
    std::sort(nodes_.begin(), nodes_.end());
    for (const NodeId node : nodes_) {
      if (!Translate(scratch_.links(node), out)) return false;
      copies_.push_back(changed_ ? scratch_.Intern(*out, NodeId()) : node);
    }
    return Translate(links, out);
  }

 private:
  // All nodes that the links reach. False if there are too many.
  bool Collect(std::span<const Link> links) {
    Visit(links);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (num_links_ > kMaxLinks) return false;
      Visit(scratch_.links(nodes_[i]));
    }
    return num_links_ <= kMaxLinks;
  }

  void Visit(std::span<const Link> links) {
    num_links_ += links.size();
    if (num_links_ > kMaxLinks) return;
    for (const Link& link : links) {
      any_ = any_ || RegisterTable::SaysKeys(machine_.spec(link.state), link.reg);
      if (!link.below.valid() || link.below == kBottom) continue;
      const std::uint64_t bit = std::uint64_t{1} << (link.below.value % 64);
      if ((maybe_seen_ & bit) != 0 && std::ranges::find(nodes_, link.below) != nodes_.end())
        continue;
      maybe_seen_ |= bit;
      nodes_.push_back(link.below);
    }
  }

  bool Translate(std::span<const Link> links, std::vector<Link>* out) {
    out->clear();
    changed_ = false;
    for (const Link& link : links) {
      const auto reg = registers_.ForgetKeys(machine_.spec(link.state), link.reg);
      if (!reg) return false;
      const Link& copy = out->emplace_back(Link{link.state, *reg, CopyOf(link.below)});
      changed_ = changed_ || copy != link;
    }
    if (changed_) scratch_.Normalize(out);
    return true;
  }

  NodeId CopyOf(NodeId node) const {
    if (!node.valid() || node == kBottom) return node;
    const auto found = std::lower_bound(nodes_.begin(), nodes_.end(), node);
    return copies_[static_cast<std::size_t>(found - nodes_.begin())];
  }

  const pda::Machine& machine_;
  RegisterTable& registers_;
  ScratchStacks& scratch_;
  const BuffersLease buffers_;
  std::vector<NodeId>& nodes_ = buffers_->nodes;
  std::vector<NodeId>& copies_ = buffers_->copies;  // of nodes_, in order
  std::uint64_t maybe_seen_ = 0;                    // of nodes_
  std::size_t num_links_ = 0;
  bool any_ = false;
  bool changed_ = false;  // by the last translation
};

}  // namespace

bool ForgetKeys(const pda::Machine& machine, RegisterTable* registers, std::span<const Link> links,
                ScratchStacks* scratch, std::vector<Link>* out) {
  return Forgetter(machine, registers, scratch).Run(links, out);
}

}  // namespace pushmask::stack
