// SPDX-License-Identifier: Apache-2.0
// Vocabulary: the tokens of a tokenizer, as bytes. An immutable value; copies share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushmask {

namespace compile {
struct SharedCaches;
}
namespace vocab {
class TokenTable;
}

class Vocabulary {
 public:
  // `tokens[id]` is the text of token `id` in bytes; incomplete UTF-8 is fine. Stop tokens end the
  // text; special tokens (and empty ones) are never allowed. `size` is the width of masks in tokens
  // where a model pads its vocabulary. Throws VocabularyError.
  Vocabulary(std::vector<std::string> tokens, std::vector<std::int32_t> stop_token_ids,
             std::vector<std::int32_t> special_token_ids = {},
             std::optional<std::size_t> size = std::nullopt);

  std::size_t size() const;
  std::size_t num_tokens() const;
  std::string_view token_bytes(std::int32_t id) const;  // throws VocabularyError past num_tokens()
  const std::vector<std::int32_t>& stop_token_ids() const;
  const std::vector<std::int32_t>& special_token_ids() const;

  const std::shared_ptr<const vocab::TokenTable>& table() const { return table_; }
  const std::shared_ptr<compile::SharedCaches>& shared() const { return shared_; }

 private:
  std::shared_ptr<const vocab::TokenTable> table_;
  std::shared_ptr<compile::SharedCaches> shared_;  // shared by all copies
};

}  // namespace pushmask
