// SPDX-License-Identifier: Apache-2.0
// Text that the grammar forces: as long as exactly one byte can follow and the text cannot end.
// As bytes, and as tokens as far as the choice of tokens is forced too.
#include <algorithm>
#include <bitset>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "match/matcher_state.h"

namespace pushmask::match {
namespace {

// A grammar can force any amount of text ("a"{1000000}); more than this is left to the next call.
constexpr std::size_t kMaxForcedBytes = std::size_t{1} << 20;

using NextByteSet = std::bitset<256>;

// The child of a trie node for a byte, or 0.
std::uint32_t ChildFor(const vocab::TokenTrie& trie, std::uint32_t node, std::uint8_t byte) {
  if (node == 0) return trie.root_child(byte);
  const std::uint32_t end = trie.subtree_end(node);
  for (std::uint32_t child = node + 1; child < end; child = trie.subtree_end(child)) {
    if (trie.byte(child) == byte) return child;
  }
  return 0;
}

// Whether some token goes on from `node` with one of `bytes`.
bool GoesOn(const vocab::TokenTrie& trie, std::uint32_t node, const NextByteSet& bytes) {
  const std::uint32_t end = trie.subtree_end(node);
  for (std::uint32_t child = node + 1; child < end; child = trie.subtree_end(child)) {
    if (bytes[trie.byte(child)]) return true;
  }
  return false;
}

// Greedy longest tokens of `text`, up to where a token may run past its end, by `after`.
std::vector<TokenId> LongestTokens(const vocab::TokenTrie& trie, std::string_view text,
                                   const NextByteSet& after) {
  std::vector<TokenId> tokens;
  while (!text.empty()) {
    std::uint32_t node = 0;
    std::uint32_t longest = 0;  // the node of the longest token so far
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      node = ChildFor(trie, node, static_cast<std::uint8_t>(text[i]));
      if (node == 0) break;
      if (trie.tokens(node).empty()) continue;
      longest = node;
      length = i + 1;
    }
    if (longest == 0 || (node != 0 && GoesOn(trie, node, after))) break;
    tokens.push_back(*std::ranges::min_element(trie.tokens(longest)));
    text.remove_prefix(length);
  }
  return tokens;
}

}  // namespace

std::string MatcherState::NextBytes() const {
  if (is_stopped()) return {};
  stack::ScratchStacks scratch(&table(history_.last()).stacks());
  stack::Stepper stepper(compiled_->machine(), compiled_->registers(), &scratch);
  NextByteSet bytes;
  stepper.NextBytes(links(history_.last()), &bytes);
  std::string out;
  for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
    if (bytes[byte]) out.push_back(static_cast<char>(byte));
  }
  return out;
}

MatcherState::ForcedText MatcherState::FindForcedText() const {
  ForcedText forced;
  if (is_stopped()) return forced;
  stack::ScratchStacks scratch(&table(history_.last()).stacks());
  stack::Stepper stepper(compiled_->machine(), compiled_->registers(), &scratch);
  const auto now = links(history_.last());
  std::vector<stack::Link> at(now.begin(), now.end());
  std::vector<stack::Link> next;
  for (;;) {
    forced.after.reset();
    stepper.NextBytes(at, &forced.after);
    if (forced.bytes.size() == kMaxForcedBytes || stepper.CanEnd(at)) return forced;
    if (forced.after.count() != 1) return forced;
    std::size_t byte = 0;
    while (!forced.after[byte]) ++byte;
    stepper.Step(at, static_cast<std::uint8_t>(byte), &next);
    std::swap(at, next);
    forced.bytes.push_back(static_cast<char>(byte));
  }
}

std::vector<TokenId> MatcherState::JumpForwardTokens() const {
  const ForcedText forced = FindForcedText();
  return LongestTokens(compiled_->vocabulary().trie(), forced.bytes, forced.after);
}

}  // namespace pushmask::match
