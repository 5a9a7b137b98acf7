// SPDX-License-Identifier: Apache-2.0
#include "pushmask/matcher.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "match/matcher_state.h"
#include "pushmask/error.h"
#include "pushmask/token_mask.h"

namespace pushmask {

// One thread at a time, checked: a race would corrupt the history silently.
class Matcher::Use {
 public:
  explicit Use(std::atomic<bool>& in_use) : in_use_(in_use) {
    if (in_use_.exchange(true, std::memory_order_acquire)) {
      throw MatcherStateError("the matcher is in use by another thread; fork it to share it");
    }
  }
  ~Use() { in_use_.store(false, std::memory_order_release); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  std::atomic<bool>& in_use_;
};

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
  const std::size_t expected = NumMaskWords(state_->compiled().vocabulary().size());
  if (mask.size() != expected) {
    throw std::invalid_argument("the mask has " + std::to_string(mask.size()) +
                                " words; this vocabulary needs " + std::to_string(expected));
  }
  const Use use(in_use_);
  return state_->FillMask(mask);
}

bool Matcher::AcceptToken(std::int32_t token) {
  const Use use(in_use_);
  return state_->AcceptToken(token);
}

std::size_t Matcher::AcceptTokens(std::span<const std::int32_t> tokens) {
  const Use use(in_use_);
  for (const std::int32_t token : tokens) state_->CheckToken(token);
  std::size_t accepted = 0;
  while (accepted < tokens.size() && state_->AcceptToken(tokens[accepted])) ++accepted;
  return accepted;
}

bool Matcher::AcceptBytes(std::string_view bytes) {
  const Use use(in_use_);
  return state_->AcceptBytes(bytes);
}

std::size_t Matcher::ValidateTokens(std::span<const std::int32_t> tokens) const {
  const Use use(in_use_);
  return state_->ValidateTokens(tokens);
}

void Matcher::Rollback(std::size_t num_tokens) {
  const Use use(in_use_);
  state_->Rollback(num_tokens);
}

void Matcher::Reset() {
  const Use use(in_use_);
  state_->Reset();
}

Matcher Matcher::Fork() const {
  const Use use(in_use_);
  return Matcher(std::make_unique<match::MatcherState>(*state_));
}

std::string Matcher::JumpForward() const {
  const Use use(in_use_);
  return state_->JumpForward();
}

std::string Matcher::NextBytes() const {
  const Use use(in_use_);
  return state_->NextBytes();
}

std::string Matcher::Describe() const {
  const Use use(in_use_);
  return state_->Describe();
}

bool Matcher::can_stop() const {
  const Use use(in_use_);
  return state_->can_stop();
}

bool Matcher::is_stopped() const {
  const Use use(in_use_);
  return state_->is_stopped();
}

std::size_t Matcher::num_tokens() const {
  const Use use(in_use_);
  return state_->num_tokens();
}

}  // namespace pushmask
