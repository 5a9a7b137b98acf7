// SPDX-License-Identifier: Apache-2.0
// Compiler: grammars for one vocabulary. CompiledGrammar: what matchers share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "pushmask/grammar.h"
#include "pushmask/rows.h"
#include "pushmask/vocabulary.h"

namespace pushmask {

namespace base {
class ThreadPool;
}
namespace compile {
class CompiledGrammar;
}

class Matcher;

// Budgets for one compiled grammar. Exceeding max_rules, max_states or max_edges throws LimitError;
// when max_memory_bytes is used up matchers stay exact and remember less.
struct Limits {
  std::size_t max_rules = 100'000;
  std::size_t max_states = 200'000;
  std::size_t max_edges = 8'000'000;
  std::size_t max_product_states = 200'000;
  std::size_t max_steps = 80'000'000;
  std::size_t max_memory_bytes = std::size_t{64} << 20;
};

// Immutable but for internal caches, which are safe under threads: share it freely.
class CompiledGrammar {
 public:
  struct Stats {
    std::size_t states;          // of the automaton
    std::size_t stack_nodes;     // interned so far
    std::size_t stack_links;     // in those nodes
    std::size_t configurations;  // interned so far
    std::size_t transitions;     // (configuration, token) pairs remembered
    std::size_t partitions;      // token partitions computed
    std::size_t rows;            // distinct masks
    std::size_t bytes;           // held by all of these
  };

  Matcher NewMatcher() const;
  const Vocabulary& vocabulary() const { return vocabulary_; }
  RowTable rows() const { return RowTable(compiled_); }
  Stats stats() const;
  // The automaton as a graph in the DOT language: a cluster for each rule, an arrow for each set of
  // bytes, a dashed one for each call. Throws LimitError if it has more states.
  std::string ToDot(std::size_t max_states) const;

 private:
  friend class Compiler;
  CompiledGrammar(Vocabulary vocabulary, std::shared_ptr<const compile::CompiledGrammar> compiled)
      : vocabulary_(std::move(vocabulary)), compiled_(std::move(compiled)) {}
  Vocabulary vocabulary_;
  std::shared_ptr<const compile::CompiledGrammar> compiled_;
};

struct CompileOptions {
  // Token partitions are computed before Compile returns, on all threads; otherwise when a mask
  // needs them, or on workers before that.
  bool eager = false;
  // Every rule stays by itself in the machine, so that Matcher::Explain can name it. Otherwise
  // small rules, and those that no recursion reaches, are part of their callers, which is faster.
  bool keep_rules = false;
};

class Compiler {
 public:
  // With more than one thread, `num_threads` - 1 workers compute token partitions ahead of their
  // first use. Throws std::invalid_argument if `num_threads` is 0.
  explicit Compiler(Vocabulary vocabulary, std::size_t num_threads = 1, const Limits& limits = {});

  // Throws EmptyLanguageError, LimitError, UnsupportedError. Any thread.
  CompiledGrammar Compile(const Grammar& grammar, const CompileOptions& options = {}) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const Limits& limits() const { return limits_; }

 private:
  Vocabulary vocabulary_;
  Limits limits_;
  std::shared_ptr<base::ThreadPool> pool_;  // null with one thread
};

}  // namespace pushmask
