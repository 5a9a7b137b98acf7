// SPDX-License-Identifier: Apache-2.0
#include "compile/compiled_grammar.h"

#include <utility>

namespace pushmask::compile {
namespace {

// Shares of max_memory_bytes. A partition that is the grammar's own can be 16 KiB for a 128k
// vocabulary; rows and configurations are some hundred bytes.
constexpr std::size_t kPartitionShare = 2;
constexpr std::size_t kRowShare = 8;
constexpr std::size_t kRegisterShare = 8;
constexpr std::size_t kConfigurationShare = 4;

}  // namespace

CompiledGrammar::CompiledGrammar(pda::Machine machine, TokenReferences references,
                                 std::shared_ptr<const vocab::TokenTable> vocabulary,
                                 std::shared_ptr<SharedCaches> shared, std::size_t max_memory_bytes)
    : machine_(std::move(machine)),
      references_(std::move(references)),
      vocabulary_(std::move(vocabulary)),
      shared_(std::move(shared)),
      registers_(max_memory_bytes / kRegisterShare),
      partitions_(machine_, &registers_, vocabulary_->trie(), vocabulary_->size(),
                  &shared_->partitions, max_memory_bytes / kPartitionShare),
      rows_(max_memory_bytes / kRowShare),
      configurations_(
          std::make_shared<stack::ConfigurationTable>(max_memory_bytes / kConfigurationShare)) {}

std::shared_ptr<const CompiledGrammar> Compile(const ir::Grammar& grammar,
                                               std::shared_ptr<const vocab::TokenTable> vocabulary,
                                               std::shared_ptr<SharedCaches> shared,
                                               const Limits& limits) {
  pda::Machine machine = pda::Lower(grammar, limits.lower, &shared->dfas);
  TokenReferences references(grammar, *vocabulary);
  return std::make_shared<const CompiledGrammar>(std::move(machine), std::move(references),
                                                 std::move(vocabulary), std::move(shared),
                                                 limits.max_memory_bytes);
}

}  // namespace pushmask::compile
