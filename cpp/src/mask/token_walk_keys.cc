// SPDX-License-Identifier: Apache-2.0
// Masks inside keys that must differ. The key's leaf rule says which tokens stay in the key, or end
// with it, and which leave it; the keys seen forbid some of them (KeyLimits). After the key all is
// the same whatever its text, but for other keys of the same group: a token that gets from one key
// into another is stepped byte by byte. There are few.
#include <algorithm>
#include <string>
#include <utility>

#include "mask/token_walk.h"
#include "pushmask/token_mask.h"

namespace pushmask::mask {
namespace {

using stack::Link;
using vocab::TokenId;
using vocab::TokenTrie;

// Appends the bytes from `top` down to `node`.
void AppendPath(const TokenTrie& trie, std::uint32_t top, std::uint32_t node, std::string* bytes) {
  while (top != node) {
    const auto children = trie.children(top);
    top = *(std::upper_bound(children.begin(), children.end(), node) - 1);
    bytes->push_back(static_cast<char>(trie.byte(top)));
  }
}

// The tokens that the limits refuse, ascending.
std::vector<TokenId> RefusedTokens(const TokenTrie& trie, const KeyLimits& limits) {
  std::vector<TokenId> out;
  for (const std::uint32_t node : limits.refused) {
    const auto tokens = trie.subtree_tokens(node);
    out.insert(out.end(), tokens.begin(), tokens.end());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

bool TokenWalk::AddKeys(Node node, const Link& position, std::size_t depth) {
  const TokenPartition& partition =
      PartitionOf({machine_.KeyLeafOf(position.state), 0, position.below}, node);
  WalkBuffers::PendingKey pending{
      &partition, position, node,
      FindKeyLimits(machine_, registers_->keys(), trie_, node, position.state,
                    registers_->KeysFrom(position.reg))};
  AddKeyTokens(partition, pending.limits);
  is_unclear_ = is_unclear_ || registers_->HasEarlierKey(position.reg);
  const bool may_leave = partition.residuals != nullptr || partition.more_residuals != nullptr;
  if (may_leave || !pending.limits.unclear.empty()) {
    buffers_->pending_keys.push_back(std::move(pending));
  }
  // The key may end right here.
  const pda::State& leaf = machine_.state(machine_.KeyLeafOf(position.state));
  if (!leaf.accept || !registers_->IsNewKey(position.reg)) return true;
  Link ended = position;
  ended.reg = registers_->EndKey(position.reg, /*forget=*/false);
  return WalkPosition(node, ended, depth);
}

void TokenWalk::AddKeyTokens(const TokenPartition& partition, const KeyLimits& limits) {
  if (limits.refused.empty()) {
    if (partition.dense != nullptr) row_->Add(partition.dense, partition.without);
    row_->Add(partition.sparse);
    return;
  }
  const std::vector<TokenId> refused = RefusedTokens(trie_, limits);
  const auto is_refused = [&](TokenId token) {
    return std::binary_search(refused.begin(), refused.end(), token);
  };
  if (partition.dense != nullptr) {
    std::vector<TokenId> without = partition.without;
    for (const TokenId token : refused) {
      const auto index = static_cast<std::size_t>(token);
      if (IsTokenAllowed(partition.dense->words, index)) without.push_back(token);
    }
    std::sort(without.begin(), without.end());
    without.erase(std::unique(without.begin(), without.end()), without.end());
    row_->Add(partition.dense, without);
  }
  for (const TokenId token : partition.sparse) {
    if (!is_refused(token)) row_->Add({&token, 1});
  }
}

void TokenWalk::WalkAfterKeys(const WalkBuffers::PendingKey& pending) {
  const TokenPartition& partition = *pending.partition;
  if (partition.residuals != nullptr) {
    WalkResidualsAfterKeys(pending, partition.residuals, partition.dropped);
  }
  if (partition.more_residuals != nullptr) {
    WalkResidualsAfterKeys(pending, partition.more_residuals, {});
  }
  for (const Node node : pending.limits.unclear) TryTokens(pending.top, node, pending.position);
}

// The ends that keys can get to from the position.
std::vector<std::uint32_t> TokenWalk::EndsOn(pda::StateId state) const {
  const pda::KeyStates& keys = *machine_.spec(state).keys;
  std::vector<std::uint32_t> ends;
  const std::size_t first_word = machine_.KeyNumber(state) * keys.num_words();
  for (std::uint32_t end = 0; end < keys.ends.size(); ++end) {
    if (keys.ends.size() == 1 || ((keys.ends_on[first_word + end / 64] >> (end % 64)) & 1U) != 0) {
      ends.push_back(end);
    }
  }
  return ends;
}

// Which end a key gets to from `state` by the bytes from `top` down to `node`.
std::uint32_t TokenWalk::EndAt(pda::StateId state, Node top, Node node) const {
  std::string bytes;
  AppendPath(trie_, top, node, &bytes);
  for (const char byte : bytes) state = machine_.KeyTarget(state, static_cast<std::uint8_t>(byte));
  return machine_.KeyEndOf(state);
}

// Where a sequence is after a key with this end, whatever its text is. What is called next is taken
// as a position of its own, because what such take is remembered.
TokenWalk::Links TokenWalk::AfterKeys(const Link& position, std::uint32_t key_end) {
  const pda::StateId end = machine_.KeyEnd(position.state, key_end);
  const Link ended{end, registers_->EndKey(position.reg, /*forget=*/true), position.below};
  Links links;
  if (machine_.state(end).accept) {
    links.push_back(ended);
    return links;
  }
  for (std::uint32_t slot = 1; slot <= machine_.num_slots(end); ++slot) {
    const auto calls = machine_.slot_links(end, slot);
    const bool is_next =
        std::any_of(calls.begin(), calls.end(), [](const auto& call) { return call.parent == 0; });
    if (!is_next) continue;
    const stack::NodeId below = stepper_.OpenFrame(ended, slot);
    if (below.valid()) links.push_back({machine_.slot_entry(end, slot), 0, below});
  }
  return links;
}

// What comes after a key depends on its end. Where there are several, a token that all of them take
// is taken; of the others it is found out where they leave the key.
void TokenWalk::WalkResidualsAfterKeys(const WalkBuffers::PendingKey& pending,
                                       const std::shared_ptr<const Residuals>& residuals,
                                       std::span<const std::uint32_t> dropped) {
  const TokenTrie& trie = residuals->trie;
  const auto tokens = trie.subtree_tokens(0);
  const auto is_meant = [&](std::uint32_t index) {
    const Node exit = residuals->exits[index];
    return !std::binary_search(dropped.begin(), dropped.end(), exit) &&
           !pending.limits.Forbid(trie_, exit);
  };
  const KeyLimits& limits = pending.limits;
  const bool all = dropped.empty() && limits.refused.empty() && limits.seen.empty();
  const std::vector<std::uint32_t> ends = EndsOn(pending.position.state);
  std::vector<std::uint32_t> num_ends(ends.size() > 1 ? tokens.size() : 0);  // that take a token
  std::vector<std::pair<std::uint32_t, std::uint32_t>> taken;  // by which end, in turn
  NoteUnclear();
  for (const std::uint32_t end : ends) {
    const Links below = AfterKeys(pending.position, end);
    WalkResidualTrie(residuals, below, [&](std::span<const std::uint32_t> indices) {
      for (const std::uint32_t index : indices) {
        if (!all && !is_meant(index)) continue;
        if (ends.size() > 1) {
          taken.emplace_back(index, end);
        } else {
          row_->Add({&tokens[index], 1});
        }
      }
    });
  }
  // An end may take a token in several ways.
  std::sort(taken.begin(), taken.end());
  taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
  for (const auto& [index, end] : taken) ++num_ends[index];
  for (const auto& [index, end] : taken) {
    const bool is_clear = num_ends[index] == ends.size();
    if (is_clear || EndAt(pending.position.state, pending.top, residuals->exits[index]) == end) {
      row_->Add({&tokens[index], 1});
    }
  }
  const std::vector<Node> unclear = std::exchange(buffers_->unclear, {});
  std::string bytes;
  for (const Node first : unclear) {
    for (Node node = first; node < trie.subtree_end(first); ++node) {
      const std::uint32_t begin = trie.token_begin(node);
      for (std::uint32_t i = 0; i < trie.tokens(node).size(); ++i) {
        if (!is_meant(begin + i)) continue;
        bytes.clear();
        AppendPath(trie_, pending.top, residuals->exits[begin + i], &bytes);
        AppendPath(trie, 0, node, &bytes);
        TryToken(bytes, tokens[begin + i], pending.position);
      }
    }
  }
}

void TokenWalk::NoteUnclear() {
  if (stepper_.TakeUnclear() || !buffers_->unclear.empty()) is_unclear_ = true;
  buffers_->unclear.clear();
}

void TokenWalk::TryTokens(Node top, Node node, const Link& position) {
  std::string bytes;
  for (Node at = node; at < trie_.subtree_end(node); ++at) {
    for (const TokenId token : trie_.tokens(at)) {
      bytes.clear();
      AppendPath(trie_, top, at, &bytes);
      TryToken(bytes, token, position);
    }
  }
}

void TokenWalk::TryToken(std::string_view bytes, TokenId token, const Link& position) {
  Links links{position};
  for (const char byte : bytes) {
    stepper_.Step(links, static_cast<std::uint8_t>(byte), &buffers_->next);
    std::swap(links, buffers_->next);
    if (stepper_.TakeUnclear()) is_unclear_ = true;
    if (links.empty()) return;
  }
  row_->Add({&token, 1});
}

}  // namespace pushmask::mask
