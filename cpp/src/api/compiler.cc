// SPDX-License-Identifier: Apache-2.0
#include "pushmask/compiler.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "base/thread_pool.h"
#include "compile/ahead.h"
#include "compile/compiled_grammar.h"
#include "match/dot.h"
#include "pushmask/matcher.h"

namespace pushmask {

Compiler::Compiler(Vocabulary vocabulary, std::size_t num_threads, const Limits& limits)
    : vocabulary_(std::move(vocabulary)), limits_(limits) {
  constexpr std::size_t kMaxThreads = 1024;
  if (num_threads == 0 || num_threads > kMaxThreads) {
    throw std::invalid_argument("num_threads is " + std::to_string(num_threads) +
                                ", not from 1 to " + std::to_string(kMaxThreads));
  }
  if (num_threads > 1) pool_ = std::make_shared<base::ThreadPool>(num_threads - 1);
}

CompiledGrammar Compiler::Compile(const Grammar& grammar, const CompileOptions& options) const {
  const compile::Limits limits{{limits_.max_rules, limits_.max_states, limits_.max_edges,
                                limits_.max_product_states, limits_.max_steps, options.keep_rules},
                               limits_.max_memory_bytes};
  auto compiled = compile::Compile(grammar.ir(), vocabulary_.table(), vocabulary_.shared(), limits);
  if (options.eager) {
    compile::ComputePartitions(*compiled, pool_.get());
  } else if (pool_ != nullptr) {
    compile::ComputePartitionsAhead(compiled, pool_.get());
  }
  return CompiledGrammar(vocabulary_, std::move(compiled));
}

Matcher CompiledGrammar::NewMatcher() const { return Matcher(compiled_); }

CompiledGrammar::Stats CompiledGrammar::stats() const {
  const auto table = compiled_->configurations()->stats();
  return {.states = compiled_->machine().num_states(),
          .stack_nodes = table.stack_nodes,
          .stack_links = table.stack_links,
          .configurations = table.configurations,
          .transitions = table.transitions,
          .partitions = compiled_->partitions().num_partitions(),
          .rows = compiled_->rows().num_rows(),
          .bytes = compiled_->machine().memory_bytes() + compiled_->names().memory_bytes() +
                   table.bytes + compiled_->partitions().memory_bytes() +
                   compiled_->rows().memory_bytes() + compiled_->registers()->memory_bytes()};
}

std::string CompiledGrammar::ToDot(std::size_t max_states) const {
  return match::ToDot(*compiled_, max_states);
}

}  // namespace pushmask
