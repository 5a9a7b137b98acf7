// SPDX-License-Identifier: Apache-2.0
#include "pushmask/vocabulary.h"

#include <utility>

#include "compile/compiled_grammar.h"
#include "pushmask/error.h"
#include "vocab/token_table.h"

namespace pushmask {
namespace {

// Room for some thousand partitions of a 128k vocabulary.
constexpr std::size_t kMaxPartitionBytes = std::size_t{128} << 20;
// Room for some ten thousand automata of rules.
constexpr std::size_t kMaxDfaBytes = std::size_t{32} << 20;

ir::SpecialTexts TextsOfSpecialTokens(const vocab::TokenTable& table) {
  std::vector<std::string> texts;
  for (const auto* const ids : {&table.special_tokens(), &table.stop_tokens()}) {
    for (const vocab::TokenId id : *ids) {
      if (static_cast<std::size_t>(id) >= table.num_tokens() || table.bytes(id).empty()) continue;
      texts.emplace_back(table.bytes(id));
    }
  }
  return ir::SpecialTexts(std::move(texts));
}

}  // namespace

Vocabulary::Vocabulary(std::vector<std::string> tokens, std::vector<std::int32_t> stop_token_ids,
                       std::vector<std::int32_t> special_token_ids,
                       std::optional<std::size_t> size) {
  const std::size_t width = size.value_or(tokens.size());
  table_ = std::make_shared<const vocab::TokenTable>(std::move(tokens), std::move(stop_token_ids),
                                                     std::move(special_token_ids), width);
  shared_ = std::make_shared<compile::SharedCaches>(kMaxPartitionBytes, kMaxDfaBytes,
                                                    TextsOfSpecialTokens(*table_));
}

std::size_t Vocabulary::size() const { return table_->size(); }
std::size_t Vocabulary::num_tokens() const { return table_->num_tokens(); }

std::string_view Vocabulary::token_bytes(std::int32_t id) const {
  if (id < 0 || static_cast<std::size_t>(id) >= table_->num_tokens()) {
    throw VocabularyError("token id " + std::to_string(id) + " is not one of the " +
                          std::to_string(table_->num_tokens()) + " tokens");
  }
  return table_->bytes(id);
}

const std::vector<std::int32_t>& Vocabulary::stop_token_ids() const {
  return table_->stop_tokens();
}

const std::vector<std::int32_t>& Vocabulary::special_token_ids() const {
  return table_->special_tokens();
}

}  // namespace pushmask
