// SPDX-License-Identifier: Apache-2.0
#include "stack/key_table.h"

#include <algorithm>

#include "base/hash.h"
#include "pushmask/error.h"

namespace pushmask::stack {
namespace {

std::uint64_t HashText(KeyTable::Id before, std::uint8_t byte) {
  return base::Combine(before, byte);
}

std::uint64_t HashNode(std::span<const KeyTable::Branch> branches, bool has_empty) {
  std::uint64_t hash = base::Mix(has_empty ? 1 : 2);
  for (const KeyTable::Branch& branch : branches) {
    hash = base::Combine(hash, (std::uint64_t{branch.set} << 8) | branch.byte);
  }
  return hash;
}

}  // namespace

KeyTable::Id KeyTable::MakeId(std::size_t index) const {
  if (index + 1 >= kTopBit) {
    throw LimitError("the keys seen are too long or too many", "max_memory_bytes", kTopBit, index);
  }
  return static_cast<Id>(index + 1) | (below_ != nullptr ? kTopBit : 0);
}

std::span<const KeyTable::Branch> KeyTable::branches(Id set) const {
  if (set == kNone) return {};
  const Node& node = NodeOf(set);
  return TableOf(set).branches_.Range(node.begin, node.num_branches);
}

KeyTable::Id KeyTable::After(Id set, std::uint8_t byte) const {
  const auto all = branches(set);
  const auto found = std::lower_bound(all.begin(), all.end(), byte,
                                      [](const Branch& b, std::uint8_t v) { return b.byte < v; });
  return found != all.end() && found->byte == byte ? found->set : kNone;
}

KeyTable::Id KeyTable::FindTextLocked(Id before, std::uint8_t byte, std::uint64_t hash) const {
  const std::uint32_t id = text_index_.Find(hash, [&](std::uint32_t known) {
    const Text& text = TextOf(known);
    return text.before == before && text.byte == byte;
  });
  return id == base::HashIndex::kNone ? kNone : id;
}

KeyTable::Id KeyTable::Append(Id text, std::uint8_t byte) {
  const std::uint64_t hash = HashText(text, byte);
  if (below_ != nullptr && (text & kTopBit) == 0) {
    const std::lock_guard lock(below_->mu_);
    if (const Id known = below_->FindTextLocked(text, byte, hash); known != kNone) return known;
  }
  const std::lock_guard lock(mu_);
  if (const Id known = FindTextLocked(text, byte, hash); known != kNone) return known;
  const Id id = MakeId(texts_.push_back({text, byte}));
  text_index_.Insert(hash, id);
  return id;
}

KeyTable::Id KeyTable::FindNodeLocked(std::span<const Branch> branches, bool has_empty,
                                      std::uint64_t hash) const {
  const std::uint32_t id = node_index_.Find(hash, [&](std::uint32_t known) {
    return NodeOf(known).has_empty == has_empty &&
           std::ranges::equal(this->branches(known), branches);
  });
  return id == base::HashIndex::kNone ? kNone : id;
}

KeyTable::Id KeyTable::Intern(std::span<const Branch> branches, bool has_empty) {
  const std::uint64_t hash = HashNode(branches, has_empty);
  if (below_ != nullptr) {
    const std::lock_guard lock(below_->mu_);
    const Id known = below_->FindNodeLocked(branches, has_empty, hash);
    if (known != kNone) return known;
  }
  const std::lock_guard lock(mu_);
  if (const Id known = FindNodeLocked(branches, has_empty, hash); known != kNone) return known;
  Node node{.num_branches = static_cast<std::uint32_t>(branches.size()),
            .count = has_empty ? 1U : 0U,
            .has_empty = has_empty};
  node.begin = static_cast<std::uint32_t>(branches_.Append(branches.size()));
  std::ranges::copy(branches, branches_.Range(node.begin, branches.size()).begin());
  for (const Branch& branch : branches) node.count += Count(branch.set);
  const Id id = MakeId(nodes_.push_back(node));
  node_index_.Insert(hash, id);
  return id;
}

KeyTable::Id KeyTable::Insert(Id set, Id text) {
  std::vector<std::uint8_t> bytes;
  for (; text != kNone; text = TextOf(text).before) bytes.push_back(TextOf(text).byte);
  std::vector<Id> sets{set};  // along the text
  for (std::size_t i = bytes.size(); i-- > 0;) sets.push_back(After(sets.back(), bytes[i]));
  Id made = Intern(branches(sets.back()), true);
  std::vector<Branch> changed;
  for (const std::uint8_t byte : bytes) {  // from the last one on
    sets.pop_back();
    const auto before = branches(sets.back());
    changed.assign(before.begin(), before.end());
    const auto at = std::lower_bound(changed.begin(), changed.end(), byte,
                                     [](const Branch& b, std::uint8_t v) { return b.byte < v; });
    if (at != changed.end() && at->byte == byte) {
      at->set = made;
    } else {
      changed.insert(at, {byte, made});
    }
    made = Intern(changed, HasEmpty(sets.back()));
  }
  return made;
}

std::size_t KeyTable::memory_bytes() const {
  const std::lock_guard lock(mu_);
  return texts_.memory_bytes() + nodes_.memory_bytes() + branches_.memory_bytes() +
         text_index_.memory_bytes() + node_index_.memory_bytes();
}

}  // namespace pushmask::stack
