// SPDX-License-Identifier: Apache-2.0
#include "mask/reach_table.h"

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "base/hash.h"

namespace pushmask::mask {
namespace {

constexpr std::size_t kMinSlots = 64;
constexpr std::size_t kEntryBytes = 160;  // with its slots, and what allocations add

std::uint64_t HashExits(std::span<const Exit> exits, ExitMark mark) {
  std::uint64_t hash = base::Combine(exits.size(), mark == ExitMark::kRounds ? 1 : 0);
  for (const Exit& exit : exits) {
    hash = base::Combine(hash, std::hash<std::string>()(exit.residual));
    const auto token = static_cast<std::uint32_t>(exit.token);
    hash = base::Combine(hash, (std::uint64_t{token} << 32) | exit.mark);
  }
  return hash;
}

// Whether `residuals` are those of the exits.
bool AreOf(std::span<const Exit> exits, ExitMark mark, const Residuals& residuals) {
  const auto& marks = mark == ExitMark::kRounds ? residuals.rounds : residuals.exits;
  if (marks.size() != exits.size()) return false;
  bool equal = true;
  ForEachTokenBelow(
      residuals.trie, 0, [&](const std::string& path, vocab::TokenId token, std::uint32_t index) {
        const Exit& exit = exits[index];
        equal = equal && exit.residual == path && exit.token == token && exit.mark == marks[index];
      });
  return equal;
}

}  // namespace

std::shared_ptr<const Residuals> ReachTable::Intern(std::vector<Exit> exits, ExitMark mark) {
  std::sort(exits.begin(), exits.end());
  const std::uint64_t hash = HashExits(exits, mark);
  {
    const std::lock_guard lock(mu_);
    const auto [begin, end] = residuals_.equal_range(hash);
    for (auto it = begin; it != end; ++it) {
      auto known = it->second.lock();
      if (known != nullptr && AreOf(exits, mark, *known)) return known;
    }
  }
  // Two threads may make the same: then what one of them finds out is found out again.
  auto made = MakeResiduals(std::move(exits), mark);
  const std::lock_guard lock(mu_);
  if (residuals_.size() >= residuals_to_purge_) {
    std::erase_if(residuals_, [](const auto& entry) { return entry.second.expired(); });
    residuals_to_purge_ = std::max(kMinSlots, 2 * residuals_.size());
  }
  residuals_.emplace(hash, made);
  return made;
}

std::uint64_t ReachTable::Hash(const Key& key) {
  const std::uint64_t place = (std::uint64_t{key.state.value} << 32) | key.node;
  return base::Combine(place, reinterpret_cast<std::uintptr_t>(key.source));
}

const Reach* ReachTable::Find(const Key& key) const {
  const Slots* slots = slots_.load(std::memory_order_acquire);
  if (slots == nullptr) return nullptr;
  const std::size_t last = slots->entries.size() - 1;
  for (std::size_t i = Hash(key) & last;; i = (i + 1) & last) {
    const Entry* entry = slots->entries[i].load(std::memory_order_acquire);
    if (entry == nullptr) return nullptr;
    if (entry->key == key) return entry->reach.get();
  }
}

void ReachTable::Place(Slots* slots, const Entry* entry) {
  const std::size_t last = slots->entries.size() - 1;
  std::size_t i = Hash(entry->key) & last;
  while (slots->entries[i].load(std::memory_order_relaxed) != nullptr) i = (i + 1) & last;
  slots->entries[i].store(entry, std::memory_order_release);
}

const Reach* ReachTable::Add(const Key& key, std::shared_ptr<const Reach> reach,
                             std::shared_ptr<const void> source) {
  const std::lock_guard lock(mu_);
  if (const Reach* known = Find(key)) return known;
  const std::size_t bytes = kEntryBytes + reach->memory_bytes();
  if (bytes_.load(std::memory_order_relaxed) + bytes > max_bytes_) return nullptr;
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  const Entry& entry = entries_.emplace_back(Entry{key, std::move(reach), std::move(source)});
  size_.store(entries_.size(), std::memory_order_relaxed);
  if (all_slots_.empty() || 2 * entries_.size() > all_slots_.back()->entries.size()) {
    const std::size_t count =
        all_slots_.empty() ? kMinSlots : 2 * all_slots_.back()->entries.size();
    auto grown = std::make_unique<Slots>(count);
    for (const Entry& other : entries_) Place(grown.get(), &other);
    slots_.store(grown.get(), std::memory_order_release);
    all_slots_.push_back(std::move(grown));
  } else {
    Place(all_slots_.back().get(), &entry);
  }
  return entry.reach.get();
}

}  // namespace pushmask::mask
