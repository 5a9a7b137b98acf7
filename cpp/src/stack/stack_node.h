// SPDX-License-Identifier: Apache-2.0
// The graph-structured stack (Tomita 1987; Scott and Johnstone, "GLL parsing", 2010).
//
// A stack node is a set of links (return position, node below): all the ways on from the end of a
// rule. Nodes are hash-consed and never change, so sequences share what their stacks share, and
// equal stacks are one node with one id. A configuration is a set of links too: where a sequence
// is.
//
// Normal form, which keeps stacks small and lets a pop look at one level only:
//   * no link returns to a position where its rule must end: the links below it stand in its place
//     (so a tail call pushes nothing);
//   * if a link returns to a position where its rule may end, the node also holds the links below.
//
// Each node remembers one other node whose ways on it includes (`base`), if any is known. Links
// that such knowledge proves redundant are dropped; it keeps ambiguous grammars like S -> S S
// linear here.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/chunked_vector.h"
#include "base/hash_index.h"
#include "base/ids.h"
#include "pda/machine.h"

namespace pushmask::stack {

using pda::Register;
using pda::StateId;
using NodeId = base::Id<struct StackNodeTag>;

// A position (state, register) over a stack node.
struct Link {
  StateId state;
  Register reg = 0;
  NodeId below;  // none only for kEnd
  friend auto operator<=>(const Link&, const Link&) = default;
};

std::uint64_t HashLinks(std::span<const Link> links);

// Of one operation's new nodes together: 48 MiB. Also of all that is looked at for one byte, which
// takes half a second. Repetitions in each other, 200 deep, have as many within three bytes.
inline constexpr std::size_t kMaxStackLinks = std::size_t{1} << 22;

// Throws LimitError ("max_stack_links").
void CheckNumLinks(std::size_t num_links);

// The node below the root rule, the same id in every store: its one link is kEnd.
inline constexpr NodeId kBottom{std::size_t{0}};

// Nodes of a compiled grammar, shared by all its matchers. Reads take no lock.
class SharedStacks {
 public:
  SharedStacks();

  std::span<const Link> links(NodeId id) const;
  NodeId base(NodeId id) const { return nodes_[id.index()].base; }
  std::size_t num_nodes() const { return nodes_.size(); }

  // The caller holds the owner's lock for all below.
  std::size_t num_links() const { return num_links_; }
  std::size_t memory_bytes() const;
  // At least what memory_bytes() grows by if so many nodes with so many links in all are interned.
  std::size_t GrowthFor(std::size_t num_nodes, std::size_t num_links) const;
  // The node with exactly these links (sorted). Find: invalid if there is none.
  NodeId Find(std::span<const Link> links) const { return Find(links, HashLinks(links)); }
  NodeId Intern(std::span<const Link> links, NodeId base);

 private:
  struct Node {
    std::uint32_t begin;  // of its links in links_
    std::uint32_t num_links;
    NodeId base;
  };
  NodeId Find(std::span<const Link> links, std::uint64_t hash) const;

  base::ChunkedVector<Node> nodes_;
  base::ChunkedVector<Link> links_;
  base::HashIndex index_;      // guarded by: the owner's lock
  std::size_t num_links_ = 0;  // guarded by: the owner's lock
};

// Nodes that live as long as one operation, on top of shared ones (or of nothing).
class ScratchStacks {
 public:
  explicit ScratchStacks(const SharedStacks* below) : below_(below) {}

  // Empties the store and puts it on top of other nodes.
  void Rebind(const SharedStacks* below) {
    if (!nodes_.empty()) Clear();
    below_ = below;
  }

  std::span<const Link> links(NodeId id) const;
  // `links` must not lie in this store itself. Throws LimitError ("max_stack_links").
  NodeId Intern(std::span<const Link> links, NodeId base);
  // True if every way on from `inner` is known to be one of `outer`.
  bool Subsumes(NodeId outer, NodeId inner) const;
  // Sorts, removes duplicates and links known to be redundant.
  void Normalize(std::vector<Link>* links) const;
  void Clear();

  std::size_t memory_bytes() const {
    return pool_.capacity() * sizeof(Link) + nodes_.capacity() * sizeof(Node) +
           index_.memory_bytes();
  }

  static bool IsScratch(NodeId id) { return (id.value & kScratchBit) != 0; }
  // Scratch nodes from the oldest on, to copy them elsewhere: parents come before children.
  std::size_t num_nodes() const { return nodes_.size(); }
  static NodeId ScratchId(std::size_t index) { return NodeId(index | kScratchBit); }
  static std::size_t ScratchIndex(NodeId id) { return id.value & ~kScratchBit; }
  NodeId base(NodeId id) const;

 private:
  static constexpr std::uint32_t kScratchBit = 0x80000000U;
  struct Node {
    std::uint32_t begin;
    std::uint32_t end;
    NodeId base;
  };
  const SharedStacks* below_;  // may be null
  std::vector<Link> pool_;
  std::vector<Node> nodes_;
  base::HashIndex index_;  // to indices of nodes_
};

}  // namespace pushmask::stack
