// SPDX-License-Identifier: Apache-2.0
// MatcherState: one sequence. Its history is a list of configuration ids, so a fork copies ids and
// a rollback drops them. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compile/compiled_grammar.h"
#include "stack/configuration_table.h"
#include "stack/stepper.h"

namespace pushmask::match {

using vocab::TokenId;

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

  // Masks (fill_mask.cc). `mask` has NumMaskWords(size) words and is overwritten. True if every
  // token is allowed. Does not change what the state accepts.
  bool FillMask(std::span<std::int32_t> mask) const;

  // Forced text (jump_forward.cc).
  std::string JumpForward() const;
  // Bytes that can come next, ascending.
  std::string NextBytes() const;
  // What can come next, for people (describe.cc).
  std::string Describe() const;

  // History (matcher_state.cc).
  bool can_stop() const;  // whether the text may end here
  bool is_stopped() const { return history_.back().stopped; }
  std::size_t num_tokens() const { return history_.size() - 1; }
  void Rollback(std::size_t num_tokens);  // throws MatcherStateError past the start
  void Reset();

 private:
  struct Step {
    stack::ConfigurationId configuration;
    bool stopped = false;
  };

  std::span<const stack::Link> current() const {
    return table_->links(history_.back().configuration);
  }
  // The configuration after `bytes`, in links over `scratch`; empty if there is none.
  std::vector<stack::Link> Advance(std::span<const stack::Link> from, std::string_view bytes,
                                   stack::ScratchStacks* scratch) const;
  // Appends a step to `links`. When the shared table is full this matcher goes on with a table of
  // its own, which grows with its text alone.
  stack::ConfigurationId Commit(const stack::ScratchStacks& scratch,
                                std::span<const stack::Link> links);
  void MoveToOwnTable();

  std::shared_ptr<const compile::CompiledGrammar> compiled_;
  std::shared_ptr<stack::ConfigurationTable> table_;
  bool shares_table_ = true;  // table_ is the compiled grammar's
  std::vector<Step> history_;
};

}  // namespace pushmask::match
