// SPDX-License-Identifier: Apache-2.0
#include "compile/compiled_grammar.h"

#include <utility>

namespace pushmask::compile {
namespace {

// Shares of max_memory_bytes, in eighths. A partition that is the grammar's own can be 16 KiB for a
// 128k vocabulary; rows are about a kilobyte; a configuration with what leads to it is some 70
// bytes, but a text of counted items has new ones for every token.
constexpr std::size_t kEighths = 8;
constexpr std::size_t kPartitionShare = 3;
constexpr std::size_t kRowShare = 1;
constexpr std::size_t kRegisterShare = 1;
constexpr std::size_t kConfigurationShare = 3;

constexpr std::size_t Share(std::size_t max_memory_bytes, std::size_t eighths) {
  return max_memory_bytes / kEighths * eighths;
}

}  // namespace

CompiledGrammar::CompiledGrammar(pda::Machine machine, pda::RuleNames names,
                                 TokenReferences references,
                                 std::shared_ptr<const vocab::TokenTable> vocabulary,
                                 std::shared_ptr<SharedCaches> shared, std::size_t max_memory_bytes)
    : machine_(std::move(machine)),
      names_(std::move(names)),
      references_(std::move(references)),
      vocabulary_(std::move(vocabulary)),
      shared_(std::move(shared)),
      registers_(Share(max_memory_bytes, kRegisterShare)),
      partitions_(machine_, &registers_, vocabulary_->trie(), vocabulary_->size(),
                  &shared_->partitions, Share(max_memory_bytes, kPartitionShare)),
      rows_(Share(max_memory_bytes, kRowShare)),
      configurations_(std::make_shared<stack::ConfigurationTable>(
          Share(max_memory_bytes, kConfigurationShare))) {}

std::shared_ptr<const CompiledGrammar> Compile(const ir::Grammar& grammar,
                                               std::shared_ptr<const vocab::TokenTable> vocabulary,
                                               std::shared_ptr<SharedCaches> shared,
                                               const Limits& limits) {
  pda::RuleNames names;
  pda::Machine machine = pda::Lower(grammar, limits.lower, &shared->dfas, &names);
  TokenReferences references(grammar, *vocabulary);
  return std::make_shared<const CompiledGrammar>(std::move(machine), std::move(names),
                                                 std::move(references), std::move(vocabulary),
                                                 std::move(shared), limits.max_memory_bytes);
}

}  // namespace pushmask::compile
