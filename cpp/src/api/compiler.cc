// SPDX-License-Identifier: Apache-2.0
#include "pushmask/compiler.h"

#include "compile/compiled_grammar.h"
#include "pushmask/matcher.h"

namespace pushmask {

CompiledGrammar Compiler::Compile(const Grammar& grammar) const {
  const compile::Limits limits{{limits_.max_rules, limits_.max_states, limits_.max_edges},
                               limits_.max_memory_bytes};
  return CompiledGrammar(vocabulary_,
                         compile::Compile(grammar.ir(), vocabulary_.table(), limits));
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
          .bytes = compiled_->machine().memory_bytes() + table.bytes +
                   compiled_->partitions().memory_bytes() + compiled_->rows().memory_bytes() +
                   compiled_->registers()->memory_bytes()};
}

}  // namespace pushmask
