// SPDX-License-Identifier: Apache-2.0
// KeyTable: texts, and sets of texts, each equal one once.
//
// A text is its last byte after the text before. A set is a byte trie whose nodes are shared by all
// sets (hash-consed, like stack nodes): a node is the set of what may follow the bytes that lead to
// it, and knows how many that are. So the subset of the texts that begin like a text read byte by
// byte is one step per byte, and an insertion makes new nodes along one text only.
//
// A table on top of another finds what that one has and makes what it does not; ids that it made
// have their highest bit set and mean nothing elsewhere. Threads: safe; reads take no lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "base/chunked_vector.h"
#include "base/hash_index.h"

namespace pushmask::stack {

class KeyTable {
 public:
  using Id = std::uint32_t;
  static constexpr Id kNone = 0;  // the empty text; the set of no texts

  // A byte that texts of a set go on with, and what may follow it.
  struct Branch {
    std::uint8_t byte = 0;
    Id set = kNone;
    friend bool operator==(const Branch&, const Branch&) = default;
  };

  // `below` may be null; otherwise it must outlive this.
  explicit KeyTable(const KeyTable* below = nullptr) : below_(below) {}

  // The text with one more byte.
  Id Append(Id text, std::uint8_t byte);

  // Whether a table on top of another made some of these ids, put together by |.
  static bool IsOfTopTable(Id ids) { return (ids & kTopBit) != 0; }

  std::uint32_t Count(Id set) const { return set == kNone ? 0 : NodeOf(set).count; }
  // Whether the empty text is in the set.
  bool HasEmpty(Id set) const { return set != kNone && NodeOf(set).has_empty; }
  // Ascending by byte.
  std::span<const Branch> branches(Id set) const;
  // What follows `byte` in texts of the set.
  Id After(Id set, std::uint8_t byte) const;
  // The set with one more text. Cost: its length, times the branches on the way.
  Id Insert(Id set, Id text);

  std::size_t memory_bytes() const;

 private:
  static constexpr Id kTopBit = 0x80000000U;

  struct Text {
    Id before = kNone;
    std::uint8_t byte = 0;
  };
  struct Node {
    std::uint32_t begin = 0;  // of its branches
    std::uint32_t num_branches = 0;
    std::uint32_t count = 0;  // of texts
    bool has_empty = false;
  };

  const KeyTable& TableOf(Id id) const { return (id & kTopBit) != 0 || !below_ ? *this : *below_; }
  const Node& NodeOf(Id set) const { return TableOf(set).nodes_[(set & ~kTopBit) - 1]; }
  const Text& TextOf(Id text) const { return TableOf(text).texts_[(text & ~kTopBit) - 1]; }
  Id MakeId(std::size_t index) const;

  // kNone if there is none. They need the lock.
  Id FindTextLocked(Id before, std::uint8_t byte, std::uint64_t hash) const;
  Id FindNodeLocked(std::span<const Branch> branches, bool has_empty, std::uint64_t hash) const;
  Id Intern(std::span<const Branch> branches, bool has_empty);

  const KeyTable* const below_;
  mutable std::mutex mu_;
  base::ChunkedVector<Text> texts_;       // by id - 1; appended to under: mu_
  base::ChunkedVector<Node> nodes_;       // by id - 1; appended to under: mu_
  base::ChunkedVector<Branch> branches_;  // appended to under: mu_
  base::HashIndex text_index_;            // guarded by: mu_
  base::HashIndex node_index_;            // guarded by: mu_
};

}  // namespace pushmask::stack
