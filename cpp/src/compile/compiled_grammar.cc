// SPDX-License-Identifier: Apache-2.0
#include "compile/compiled_grammar.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "ir/capture_marks.h"

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

// Whether a text that ends with these bytes may end inside of a character. Where the bytes do not
// say what comes before them they may.
bool MayEndInsideCharacter(std::string_view bytes) {
  constexpr std::size_t kMaxLength = 4;
  for (std::size_t length = 1; length <= std::min(bytes.size(), kMaxLength); ++length) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - length]);
    if (byte < 0x80) return length > 1;
    if (byte >= 0xC0) return length < (byte >= 0xF0 ? 4U : byte >= 0xE0 ? 3U : 2U);
  }
  return true;
}

std::vector<vocab::TokenId> CutTokens(const pda::Machine& machine,
                                      const vocab::TokenTable& vocabulary) {
  std::vector<vocab::TokenId> tokens;
  if (!machine.has_max_tokens()) return tokens;
  for (std::size_t i = 0; i < vocabulary.num_tokens(); ++i) {
    const auto id = static_cast<vocab::TokenId>(i);
    if (vocabulary.IsOrdinary(id) && MayEndInsideCharacter(vocabulary.bytes(id))) {
      tokens.push_back(id);
    }
  }
  return tokens;
}

std::unique_ptr<const CaptureGrammar> CompileCaptures(
    const ir::Grammar& grammar, const std::shared_ptr<const vocab::TokenTable>& vocabulary,
    const std::shared_ptr<SharedCaches>& shared, const Limits& limits) {
  auto marked = ir::MarkCaptures(grammar);
  if (marked.names.empty()) return nullptr;
  pda::Machine machine = pda::Lower(marked.grammar, limits.lower, &shared->dfas);
  TokenReferences references(marked.grammar, *vocabulary, shared->dfas.special_texts);
  return std::unique_ptr<const CaptureGrammar>(new CaptureGrammar{
      std::move(marked.names), CompiledGrammar({std::move(machine)}, std::move(references),
                                               vocabulary, shared, 0, nullptr)});
}

}  // namespace

CompiledGrammar::CompiledGrammar(NamedMachine machine, TokenReferences references,
                                 std::shared_ptr<const vocab::TokenTable> vocabulary,
                                 std::shared_ptr<SharedCaches> shared, std::size_t max_memory_bytes,
                                 std::unique_ptr<const CaptureGrammar> captures)
    : machine_(std::move(machine.machine)),
      names_(std::move(machine.names)),
      references_(std::move(references)),
      vocabulary_(std::move(vocabulary)),
      shared_(std::move(shared)),
      cut_tokens_(CutTokens(machine_, *vocabulary_)),
      captures_(std::move(captures)),
      registers_(Share(max_memory_bytes, kRegisterShare)),
      partitions_(machine_, &registers_, vocabulary_->trie(), vocabulary_->size(),
                  &shared_->partitions, Share(max_memory_bytes, kPartitionShare)),
      rows_(Share(max_memory_bytes, kRowShare)),
      configurations_(std::make_shared<stack::ConfigurationTable>(
          Share(max_memory_bytes, kConfigurationShare))) {}

CompiledGrammar::~CompiledGrammar() = default;

std::shared_ptr<const CompiledGrammar> Compile(const ir::Grammar& grammar,
                                               std::shared_ptr<const vocab::TokenTable> vocabulary,
                                               std::shared_ptr<SharedCaches> shared,
                                               const Limits& limits) {
  NamedMachine machine;
  machine.machine = pda::Lower(grammar, limits.lower, &shared->dfas, &machine.names);
  TokenReferences references(grammar, *vocabulary, shared->dfas.special_texts);
  auto captures = CompileCaptures(grammar, vocabulary, shared, limits);
  return std::make_shared<const CompiledGrammar>(std::move(machine), std::move(references),
                                                 std::move(vocabulary), std::move(shared),
                                                 limits.max_memory_bytes, std::move(captures));
}

}  // namespace pushmask::compile
