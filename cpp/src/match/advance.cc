// SPDX-License-Identifier: Apache-2.0
// Accepting tokens and bytes. Cost of a token seen before in this configuration: two table
// look-ups; of a new one: its bytes, stepped one by one.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "base/token_bytes.h"
#include "match/byte_walk.h"
#include "match/matcher_state.h"
#include "pushmask/error.h"

namespace pushmask::match {

void MatcherState::CheckToken(TokenId token) const {
  const std::size_t size = compiled_->vocabulary().size();
  if (token >= 0 && static_cast<std::size_t>(token) < size) return;
  throw VocabularyError("token id " + std::to_string(token) + " is outside the vocabulary of " +
                        std::to_string(size) + " tokens");
}

std::optional<Step> MatcherState::Next(Step from, TokenId token) {
  // Remembered transitions are of ordinary tokens of the vocabulary.
  if (!from.stopped) {
    if (const auto known = table(from).transition(from.configuration, token)) {
      return Step{.configuration = *known, .own_table = from.own_table};
    }
  }
  CheckToken(token);
  if (from.stopped) return std::nullopt;
  const vocab::TokenTable& vocabulary = compiled_->vocabulary();
  if (vocabulary.IsStop(token)) {
    ByteWalk walk(*compiled_, &registers(), table(from), links(from));
    if (!walk.CanStopBy(token)) return std::nullopt;
    return Step{from.configuration, true, from.own_table};
  }
  ByteWalk walk(*compiled_, &RegistersToKeep(), table(from), links(from));
  if (!walk.StepToken(token)) return std::nullopt;
  const Step next = Commit(from, walk.scratch(), walk.links());
  if (!GoesOn(next)) return std::nullopt;
  if (next.own_table == from.own_table) {
    table(from).RememberTransition(from.configuration, token, next.configuration);
  }
  return next;
}

bool MatcherState::AcceptToken(TokenId token) {
  const auto next = Next(history_.last(), token);
  if (!next) return false;
  history_.Append(*next);
  if (text_) text_->Append({.token = token});
  return true;
}

bool MatcherState::AcceptBytes(std::string_view bytes) {
  if (bytes.empty()) return true;
  if (is_stopped()) return false;
  // In pieces, so that a long text does not hold all its intermediate stack nodes at once.
  constexpr std::size_t kPieceBytes = 64;
  const std::string_view all = bytes;
  Step step = history_.last();
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPieceBytes);
    bytes.remove_prefix(piece.size());
    ByteWalk walk(*compiled_, &RegistersToKeep(), table(step), links(step));
    if (base::HasTokenByte(piece) || !walk.Step(piece)) return false;
    if (bytes.empty() && !walk.EndToken()) return false;
    step = Commit(step, walk.scratch(), walk.links());
  }
  if (!GoesOn(step)) return false;
  history_.Append(step);
  if (text_) text_->Append({.bytes = std::make_shared<const std::string>(all)});
  return true;
}

std::size_t MatcherState::ValidateTokens(std::span<const TokenId> tokens) const {
  const vocab::TokenTable& vocabulary = compiled_->vocabulary();
  for (const TokenId token : tokens) CheckToken(token);
  if (is_stopped()) return 0;
  if (compiled_->machine().has_max_tokens()) {  // which may forbid a token that has a way on
    MatcherState branch(*this);
    const auto refused = std::find_if_not(tokens.begin(), tokens.end(),
                                          [&](TokenId token) { return branch.AcceptToken(token); });
    return static_cast<std::size_t>(refused - tokens.begin());
  }
  const Step now = history_.last();
  const stack::OperationRegisters registers(compiled_->machine(), &this->registers());
  ByteWalk walk(*compiled_, registers.get(), table(now), links(now));
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (vocabulary.IsStop(tokens[i])) return i + (walk.CanStopBy(tokens[i]) ? 1 : 0);
    if (!walk.StepToken(tokens[i])) return i;
  }
  return tokens.size();
}

}  // namespace pushmask::match
