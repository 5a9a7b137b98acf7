// SPDX-License-Identifier: Apache-2.0
#include "pushmask/matcher.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "api/matcher_use.h"
#include "match/matcher_state.h"
#include "pushmask/token_mask.h"

namespace pushmask {

Matcher::Matcher(std::shared_ptr<const compile::CompiledGrammar> compiled)
    : state_(std::make_unique<match::MatcherState>(std::move(compiled))) {}
Matcher::Matcher(std::unique_ptr<match::MatcherState> state) : state_(std::move(state)) {}
Matcher::Matcher(Matcher&& other) noexcept : state_(std::move(other.state_)) {}
Matcher& Matcher::operator=(Matcher&& other) noexcept {
  state_ = std::move(other.state_);
  return *this;
}
Matcher::~Matcher() = default;

bool Matcher::FillMask(std::span<std::int32_t> mask) const {
  CheckWidth(mask.size());
  const Use use(*this);
  return use->FillMask(mask);
}

std::optional<bool> Matcher::FillKnownMask(std::span<std::int32_t> mask) const {
  CheckWidth(mask.size());
  const Use use(*this);
  return use->FillKnownMask(mask);
}

void Matcher::CheckWidth(std::size_t num_words) const {
  const std::size_t expected = NumMaskWords(state_->compiled().vocabulary().size());
  if (num_words == expected) return;
  throw std::invalid_argument("the mask has " + std::to_string(num_words) +
                              " words; this vocabulary needs " + std::to_string(expected));
}

std::optional<std::uint32_t> Matcher::RowId() const {
  const Use use(*this);
  return use->RowId();
}

std::optional<std::int32_t> Matcher::ForcedToken() const {
  const Use use(*this);
  return use->ForcedToken();
}

bool Matcher::AcceptToken(std::int32_t token) {
  const Use use(*this);
  return use->AcceptToken(token);
}

std::size_t Matcher::AcceptTokens(std::span<const std::int32_t> tokens) {
  const Use use(*this);
  for (const std::int32_t token : tokens) use->CheckToken(token);
  std::size_t accepted = 0;
  while (accepted < tokens.size() && use->AcceptToken(tokens[accepted])) ++accepted;
  return accepted;
}

bool Matcher::AcceptBytes(std::string_view bytes) {
  const Use use(*this);
  return use->AcceptBytes(bytes);
}

std::size_t Matcher::ValidateTokens(std::span<const std::int32_t> tokens) const {
  const Use use(*this);
  return use->ValidateTokens(tokens);
}

void Matcher::Rollback(std::size_t num_tokens) {
  const Use use(*this);
  use->Rollback(num_tokens);
}

void Matcher::Reset() {
  const Use use(*this);
  use->Reset();
}

Matcher Matcher::Fork() const {
  const Use use(*this);
  return Matcher(std::make_unique<match::MatcherState>(*state_));
}

std::string Matcher::JumpForward() const {
  const Use use(*this);
  return use->JumpForward();
}

std::vector<std::int32_t> Matcher::JumpForwardTokens() const {
  const Use use(*this);
  return use->JumpForwardTokens();
}

std::string Matcher::NextBytes() const {
  const Use use(*this);
  return use->NextBytes();
}

std::string Matcher::Describe() const {
  const Use use(*this);
  return use->Describe();
}

std::vector<Matcher::Capture> Matcher::Captures() const {
  const Use use(*this);
  std::vector<Capture> captures;
  for (auto& [name, start, end] : use->Captures()) {
    captures.push_back({std::move(name), start, end});
  }
  return captures;
}

std::optional<double> Matcher::Temperature() const {
  const Use use(*this);
  return use->Temperature();
}

bool Matcher::can_stop() const {
  const Use use(*this);
  return use->can_stop();
}

bool Matcher::is_stopped() const {
  const Use use(*this);
  return use->is_stopped();
}

std::size_t Matcher::num_tokens() const {
  const Use use(*this);
  return use->num_tokens();
}

}  // namespace pushmask
