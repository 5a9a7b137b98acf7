// SPDX-License-Identifier: Apache-2.0
// Text that the grammar forces: as long as exactly one byte can follow and the text cannot end.
// As bytes, and as tokens as far as the choice of tokens is forced too.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_set.h"
#include "base/token_bytes.h"
#include "match/byte_walk.h"
#include "match/matcher_state.h"

namespace pushmask::match {
namespace {

// A grammar can force any amount of text ("a"{1000000}); more than this is left to the next call.
constexpr std::size_t kMaxForcedBytes = std::size_t{1} << 20;

// Whether some token goes on from `node` with one of `bytes`.
bool GoesOn(const vocab::TokenTrie& trie, std::uint32_t node, const base::ByteSet& bytes) {
  return std::ranges::any_of(trie.child_bytes(node),
                             [&](std::uint8_t byte) { return bytes.Has(byte); });
}

// Greedy longest tokens of `text`, up to where a token may run past its end, by `after`.
std::vector<TokenId> LongestTokens(const vocab::TokenTrie& trie, std::string_view text,
                                   const base::ByteSet& after) {
  std::vector<TokenId> tokens;
  while (!text.empty()) {
    std::uint32_t node = 0;
    std::uint32_t longest = 0;  // the node of the longest token so far
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      node = trie.child(node, static_cast<std::uint8_t>(text[i]));
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
  const Step now = history_.last();
  const stack::OperationRegisters registers(compiled_->machine(), &this->registers());
  ByteWalk walk(*compiled_, registers.get(), table(now), links(now));
  base::ByteSet bytes;
  walk.stepper().NextBytes(walk.links(), &bytes);
  std::string out;
  bytes.ForEach([&](std::uint8_t byte) {
    if (byte < base::kFirstTokenByte) out.push_back(static_cast<char>(byte));
  });
  return out;
}

MatcherState::ForcedText MatcherState::FindForcedText() const {
  ForcedText forced;
  if (is_stopped()) return forced;
  const Step now = history_.last();
  const stack::OperationRegisters registers(compiled_->machine(), &this->registers());
  ByteWalk walk(*compiled_, registers.get(), table(now), links(now));
  for (;;) {
    forced.after = {};
    walk.stepper().NextBytes(walk.links(), &forced.after);
    if (forced.bytes.size() == kMaxForcedBytes || walk.CanEnd()) return forced;
    if (forced.after.size() != 1 || forced.after.first() >= base::kFirstTokenByte) return forced;
    forced.after.ForEach([&](std::uint8_t byte) { forced.bytes += static_cast<char>(byte); });
    walk.Step(std::string_view(forced.bytes).substr(forced.bytes.size() - 1));
  }
}

std::vector<TokenId> MatcherState::JumpForwardTokens() const {
  const ForcedText forced = FindForcedText();
  auto tokens = LongestTokens(compiled_->vocabulary().trie(), forced.bytes, forced.after);
  // A bound on a rule's tokens can ask for other tokens for the same text.
  if (compiled_->machine().has_max_tokens()) tokens.resize(ValidateTokens(tokens));
  return tokens;
}

}  // namespace pushmask::match
