// SPDX-License-Identifier: Apache-2.0
// MatcherState: one sequence. Its history is a list of configuration ids, shared by forks, so that
// a fork copies a pointer and a rollback drops ids. One thread at a time.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/byte_set.h"
#include "compile/compiled_grammar.h"
#include "mask/row_table.h"
#include "match/history.h"
#include "match/trace.h"
#include "pushmask/token_mask.h"
#include "stack/configuration_table.h"
#include "stack/register_table.h"
#include "stack/stepper.h"

namespace pushmask::match {

using vocab::TokenId;

// What Explain says.
struct Verdict {
  bool is_allowed = false;
  std::string bytes;                  // that were asked about: of a token, those that it is read as
  std::string note;                   // what bytes and places do not tell; may be empty
  Trace now;                          // where the text stands before them
  std::optional<std::size_t> offset;  // of the first byte that no path takes, if they are refused
  Trace died;                         // where it stood before that byte
};

class MatcherState {
 public:
  explicit MatcherState(std::shared_ptr<const compile::CompiledGrammar> compiled);

  const compile::CompiledGrammar& compiled() const { return *compiled_; }

  // Throws VocabularyError for an id outside the vocabulary.
  void CheckToken(TokenId token) const;

  // Accepting (advance.cc). False leaves the state as it was. Throws as CheckToken does.
  bool AcceptToken(TokenId token);
  bool AcceptBytes(std::string_view bytes);
  // How many of `tokens`, from the first on, would be accepted one after another.
  std::size_t ValidateTokens(std::span<const TokenId> tokens) const;

  // Masks (fill_mask.cc). None of these changes what the state accepts. `mask` has
  // NumMaskWords(size) words and is overwritten. True if every token is allowed.
  bool FillMask(std::span<std::int32_t> mask) const { return FillMask(history_.last(), mask); }
  // Only if the row is known; otherwise nullopt, and nothing is written.
  std::optional<bool> FillKnownMask(std::span<std::int32_t> mask) const;
  // The current mask's row in the compiled grammar's table; nullopt if its budget is used up.
  std::optional<mask::RowId> RowId() const { return Resolve(history_.last()).id; }
  // Whether the row need not be computed any more.
  bool IsRowKnown() const;
  // What the mask depends on: states in the same place have the same one.
  auto place() const {
    const Step step = history_.last();
    return std::tuple(&table(step), step.configuration, step.stopped);
  }
  // The only allowed token, if there is exactly one.
  std::optional<TokenId> ForcedToken() const;

  // Row 0: the mask. Row i + 1: the mask after tokens[i] and those that lead to it from parents[i]
  // < i on, -1 being this state; zero if one of them is not allowed. Returns which are
  // (draft_tree.cc). The tokens are of the vocabulary.
  std::vector<bool> FillDraftTree(std::span<const TokenId> tokens,
                                  std::span<const std::int32_t> parents, MaskRows mask) const;

  // Forced text (jump_forward.cc).
  std::string JumpForward() const { return FindForcedText().bytes; }
  std::vector<TokenId> JumpForwardTokens() const;
  // Bytes that can come next, ascending.
  std::string NextBytes() const;

  // For people (explain.cc). What can come next.
  std::string Describe() const;
  // Whether a token or bytes can come, and why not. A token: throws as CheckToken does.
  Verdict Explain(TokenId token) const;
  Verdict Explain(std::string_view bytes) const;

  // The temperature of the innermost rule with one that reads what comes next; of several ways to
  // read on, the highest. nullopt if none has one (temperature.cc).
  std::optional<double> Temperature() const;

  // What rules with the option `capture` have matched (captures.cc).
  struct Capture {
    std::string name;
    std::size_t start;  // in bytes of the text, as is the end
    std::size_t end;
  };
  std::vector<Capture> Captures() const;

  // History (matcher_state.cc).
  bool can_stop() const { return CanStop(history_.last()); }  // whether the text may end here
  bool is_stopped() const { return history_.last().stopped; }
  std::size_t num_tokens() const { return history_.size(); }
  void Rollback(std::size_t num_tokens);  // throws MatcherStateError past the start
  void Reset() { Rollback(num_tokens()); }

 private:
  // Tables are caches: they grow, but what they answer does not change.
  stack::ConfigurationTable& table(Step step) const {
    return step.own_table ? *own_table_ : *compiled_->configurations();
  }
  std::span<const stack::Link> links(Step step) const {
    return table(step).links(step.configuration);
  }
  stack::RegisterTable& registers() const {
    return own_registers_ != nullptr ? *own_registers_ : *compiled_->registers();
  }
  // The same for steps that are to be committed: a table with room for new registers.
  stack::RegisterTable& RegistersToKeep();
  struct ResolvedRow {
    std::optional<mask::RowId> id;
    const mask::Row* row;
    std::shared_ptr<const mask::Row> uncached;  // holds a row that has no id
  };
  struct ForcedText {
    std::string bytes;
    base::ByteSet after;  // bytes that can follow
  };

  // The row of a step's mask, if it is known; otherwise null.
  const mask::Row* KnownRow(Step step) const {
    if (step.stopped) return nullptr;
    const mask::RowId id = table(step).row(step.configuration);
    return id == stack::ConfigurationTable::kNoRow ? nullptr : &compiled_->rows().row(id);
  }
  // The row of a step's mask: known, or computed and, if there is room, interned.
  ResolvedRow Resolve(Step step) const;
  // The row of all steps that differ from this one in keys seen alone; nullopt if there is none.
  std::optional<mask::RowId> FindSharedRow(Step step) const;
  bool FillMask(Step step, std::span<std::int32_t> mask) const;
  ForcedText FindForcedText() const;
  Trace TraceNow() const;
  // Fills offset and died.
  void ExplainRefusal(Verdict* verdict) const;
  Step Start();
  bool CanStop(Step step) const;
  // Where bounds on the tokens of rules are nearly used up (cut_off.cc). Whether there are tokens
  // that complete what a step leaves unfinished in such rules.
  bool GoesOn(Step step) const;
  // Whether a token may be forbidden because of that alone; the row without those tokens.
  bool MayCutOff(Step step) const;
  mask::Row WithoutCutOff(Step step, const mask::Row& row) const;
  // Where a token leads; nullopt if it is not allowed.
  std::optional<Step> Next(Step from, TokenId token);
  // Interns `links` over `scratch`, which lies over the table of `from`.
  Step Commit(Step from, const stack::ScratchStacks& scratch, std::span<const stack::Link> links);

  std::shared_ptr<const compile::CompiledGrammar> compiled_;
  // For configurations that the compiled grammar's table has no room for. It grows with the text
  // of this matcher and of its forks alone, and no faster: by a configuration, a transition and the
  // stack nodes that are new for each accepted token. Null until it is needed.
  std::shared_ptr<stack::ConfigurationTable> own_table_;
  // The same for registers, on top of those of the compiled grammar.
  std::shared_ptr<stack::RegisterTable> own_registers_;
  History history_;
  // What the steps took, if the grammar has captures.
  std::optional<HistoryOf<Piece>> text_;
};

}  // namespace pushmask::match
