// SPDX-License-Identifier: Apache-2.0
// Matcher: one sequence that is being generated. Cheap to make, fork and drop. One thread at a
// time: a call that finds another thread inside throws MatcherStateError.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pushmask/explanation.h"

namespace pushmask {

namespace compile {
class CompiledGrammar;
}
namespace match {
class MatcherState;
}

class Matcher {
 public:
  explicit Matcher(std::shared_ptr<const compile::CompiledGrammar> compiled);
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;
  ~Matcher();

  // Writes the allowed tokens, NumMaskWords(vocabulary size) words (see token_mask.h). True if
  // every token is allowed. Throws std::invalid_argument for a mask of another length.
  bool FillMask(std::span<std::int32_t> mask) const;
  // The same if the mask is known, which is a copy; nullopt, and `mask` as it was, if it would have
  // to be computed.
  std::optional<bool> FillKnownMask(std::span<std::int32_t> mask) const;

  // The current mask's row in CompiledGrammar::rows(). The same mask may have more than one row; a
  // row id stands for the same mask for ever. nullopt if the table's budget is used up.
  std::optional<std::uint32_t> RowId() const;
  // The only allowed token (a stop token too), if there is exactly one.
  std::optional<std::int32_t> ForcedToken() const;

  // Moves past a token, or returns false and stays. Throws VocabularyError for an id outside.
  bool AcceptToken(std::int32_t token);
  // Accepts tokens one by one up to the first rejected; returns how many. Throws VocabularyError,
  // and accepts none, if an id is outside.
  std::size_t AcceptTokens(std::span<const std::int32_t> tokens);
  // Moves past bytes that need not be tokens, all or nothing. Counts as one token for Rollback.
  bool AcceptBytes(std::string_view bytes);
  // How many tokens AcceptTokens would accept. Does not move.
  std::size_t ValidateTokens(std::span<const std::int32_t> tokens) const;

  void Rollback(std::size_t num_tokens);  // throws MatcherStateError past the start
  void Reset();
  Matcher Fork() const;

  // The bytes that must come next: while exactly one byte can follow and the text cannot end.
  std::string JumpForward() const;
  // Tokens that spell these bytes from the first on: greedily the longest one, and none from where
  // a token could run past the end of the forced bytes.
  std::vector<std::int32_t> JumpForwardTokens() const;
  // The bytes that can come next, ascending.
  std::string NextBytes() const;
  // The same for people, in a line: which characters may follow, and whether the text may end.
  std::string Describe() const;
  // Where in which rules the text stands, and whether and why a token, or bytes, cannot come next.
  // Nothing is changed. Throws VocabularyError for an id outside, LimitError ("max_positions") for
  // a text that can be read in too many ways. Cost: linear in the bytes and in the text that the
  // grammar came from; bounded but for that. For people, not for every step.
  Explanation Explain(std::int32_t token) const;
  Explanation Explain(std::string_view bytes) const;

  // What rules with the option `capture` have matched in the text so far, in the order in which
  // they begin. docs/reference/ebnf.md says which where a text can be read in several ways. The
  // text is read again: the cost is linear in it. Throws LimitError ("max_readings").
  struct Capture {
    std::string name;
    std::size_t start;  // in bytes of the accepted text, as is the end
    std::size_t end;
  };
  std::vector<Capture> Captures() const;

  // What the rule option `temperature` says of the next token: that of the innermost rule with one
  // that reads what comes next; of several ways to read on, the highest. nullopt if none has one.
  std::optional<double> Temperature() const;

  bool can_stop() const;    // the text may end here
  bool is_stopped() const;  // a stop token was accepted
  std::size_t num_tokens() const;

  class Use;  // marks the matcher as in use by this thread; of the implementation (src/api)

 private:
  explicit Matcher(std::unique_ptr<match::MatcherState> state);
  void CheckWidth(std::size_t num_words) const;
  std::unique_ptr<match::MatcherState> state_;
  mutable std::atomic<bool> in_use_ = false;
};

}  // namespace pushmask
