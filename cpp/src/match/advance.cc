// SPDX-License-Identifier: Apache-2.0
// Accepting tokens and bytes. Cost of a token seen before in this configuration: two table
// look-ups; of a new one: its bytes, stepped one by one.
#include <string>
#include <utility>
#include <vector>

#include "match/matcher_state.h"
#include "pushmask/error.h"

namespace pushmask::match {

using stack::Link;
using stack::ScratchStacks;

void MatcherState::CheckToken(TokenId token) const {
  const std::size_t size = compiled_->vocabulary().size();
  if (token >= 0 && static_cast<std::size_t>(token) < size) return;
  throw VocabularyError("token id " + std::to_string(token) + " is outside the vocabulary of " +
                        std::to_string(size) + " tokens");
}

std::vector<Link> MatcherState::Advance(std::span<const Link> from, std::string_view bytes,
                                        ScratchStacks* scratch) const {
  stack::Stepper stepper(compiled_->machine(), compiled_->registers(), scratch);
  std::vector<Link> links(from.begin(), from.end());
  std::vector<Link> next;
  for (const char byte : bytes) {
    stepper.Step(links, static_cast<std::uint8_t>(byte), &next);
    if (next.empty()) return {};
    std::swap(links, next);
  }
  return links;
}

bool MatcherState::AcceptToken(TokenId token) {
  const vocab::TokenTable& vocabulary = compiled_->vocabulary();
  CheckToken(token);
  if (is_stopped()) return false;
  const Step step = history_.back();
  if (vocabulary.IsStop(token)) {
    if (!can_stop()) return false;
    history_.push_back({step.configuration, true});
    return true;
  }
  if (!vocabulary.IsOrdinary(token)) return false;
  if (const auto next = table_->transition(step.configuration, token)) {
    history_.push_back({*next});
    return true;
  }
  ScratchStacks scratch(&table_->stacks());
  const std::vector<Link> links = Advance(current(), vocabulary.bytes(token), &scratch);
  if (links.empty()) return false;
  const auto next = Commit(scratch, links);
  table_->RememberTransition(history_.back().configuration, token, next);
  history_.push_back({next});
  return true;
}

bool MatcherState::AcceptBytes(std::string_view bytes) {
  if (bytes.empty()) return true;
  if (is_stopped()) return false;
  // In pieces, so that a long text does not hold all its intermediate stack nodes at once.
  constexpr std::size_t kPieceBytes = 64;
  const std::size_t num_steps = history_.size();
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPieceBytes);
    bytes.remove_prefix(piece.size());
    ScratchStacks scratch(&table_->stacks());
    const std::vector<Link> links = Advance(current(), piece, &scratch);
    if (links.empty()) {
      history_.resize(num_steps);
      return false;
    }
    const auto next = Commit(scratch, links);
    history_.resize(num_steps);
    history_.push_back({next});
  }
  return true;
}

std::size_t MatcherState::ValidateTokens(std::span<const TokenId> tokens) const {
  const vocab::TokenTable& vocabulary = compiled_->vocabulary();
  for (const TokenId token : tokens) CheckToken(token);
  if (is_stopped()) return 0;
  ScratchStacks scratch(&table_->stacks());
  const stack::Stepper stepper(compiled_->machine(), compiled_->registers(), &scratch);
  std::vector<Link> links(current().begin(), current().end());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (vocabulary.IsStop(tokens[i])) return i + (stepper.CanEnd(links) ? 1 : 0);
    if (!vocabulary.IsOrdinary(tokens[i])) return i;
    links = Advance(links, vocabulary.bytes(tokens[i]), &scratch);
    if (links.empty()) return i;
  }
  return tokens.size();
}

}  // namespace pushmask::match
