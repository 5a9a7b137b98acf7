// SPDX-License-Identifier: Apache-2.0
// CompiledGrammar: a grammar's machine together with a vocabulary, and the caches that its matchers
// share. Everything but the caches is immutable; the caches are safe under threads and bounded.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "automaton/dfa_cache.h"
#include "compile/token_references.h"
#include "mask/partition_cache.h"
#include "mask/row_table.h"
#include "mask/shared_partitions.h"
#include "pda/lower.h"
#include "pda/machine.h"
#include "pda/rule_names.h"
#include "stack/configuration_table.h"
#include "stack/register_table.h"
#include "vocab/token_table.h"

namespace pushmask::compile {

struct Limits {
  pda::LowerLimits lower;
  std::size_t max_memory_bytes;  // for the caches of one compiled grammar
};

// What the grammars compiled for one vocabulary have in common. Safe under threads, bounded.
struct SharedCaches {
  SharedCaches(std::size_t max_partition_bytes, std::size_t max_dfa_bytes,
               ir::SpecialTexts special_texts = {})
      : partitions(max_partition_bytes), dfas(max_dfa_bytes, std::move(special_texts)) {}

  mask::SharedPartitions partitions;
  automaton::DfaCache dfas;
};

struct CaptureGrammar;

// A grammar in the form that is stepped, and what is known of its rules by name.
struct NamedMachine {
  pda::Machine machine;
  pda::RuleNames names = {};
};

class CompiledGrammar {
 public:
  CompiledGrammar(NamedMachine machine, TokenReferences references,
                  std::shared_ptr<const vocab::TokenTable> vocabulary,
                  std::shared_ptr<SharedCaches> shared, std::size_t max_memory_bytes,
                  std::unique_ptr<const CaptureGrammar> captures);
  ~CompiledGrammar();

  const pda::Machine& machine() const { return machine_; }
  const pda::RuleNames& names() const { return names_; }
  const TokenReferences& references() const { return references_; }
  const vocab::TokenTable& vocabulary() const { return *vocabulary_; }
  // To find what rules have captured; null if no rule does.
  const CaptureGrammar* captures() const { return captures_.get(); }
  // The ordinary tokens that can end inside of a character, ascending; none if no rule bounds its
  // tokens.
  const std::vector<vocab::TokenId>& cut_tokens() const { return cut_tokens_; }

  // The caches. They change, but what they answer does not.
  stack::RegisterTable* registers() const { return &registers_; }
  mask::PartitionCache& partitions() const { return partitions_; }
  mask::RowTable& rows() const { return rows_; }
  const std::shared_ptr<stack::ConfigurationTable>& configurations() const {
    return configurations_;
  }

 private:
  const pda::Machine machine_;
  const pda::RuleNames names_;
  const TokenReferences references_;
  const std::shared_ptr<const vocab::TokenTable> vocabulary_;
  const std::shared_ptr<SharedCaches> shared_;
  const std::vector<vocab::TokenId> cut_tokens_;
  const std::unique_ptr<const CaptureGrammar> captures_;
  mutable stack::RegisterTable registers_;
  mutable mask::PartitionCache partitions_;
  mutable mask::RowTable rows_;
  const std::shared_ptr<stack::ConfigurationTable> configurations_;
};

// The grammar in which marks stand around each text that a rule captures (ir/capture_marks.h), so
// that reading a text with marks wherever they fit says what was captured. It has no room for
// caches.
struct CaptureGrammar {
  std::vector<std::string> names;  // by number of the capture
  CompiledGrammar compiled;
};

// `shared` belongs to `vocabulary`. Throws what pda::Lower and TokenReferences throw.
std::shared_ptr<const CompiledGrammar> Compile(const ir::Grammar& grammar,
                                               std::shared_ptr<const vocab::TokenTable> vocabulary,
                                               std::shared_ptr<SharedCaches> shared,
                                               const Limits& limits);

}  // namespace pushmask::compile
