// SPDX-License-Identifier: Apache-2.0
#include "mask/row_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "pushmask/token_mask.h"

namespace pushmask::mask {
namespace {

constexpr std::size_t kSize = 100;

std::shared_ptr<const DenseTokens> Dense(const std::vector<vocab::TokenId>& tokens) {
  auto dense = std::make_shared<DenseTokens>();
  dense->words.resize(NumMaskWords(kSize));
  dense->count = tokens.size();
  for (const vocab::TokenId token : tokens) {
    AllowToken(dense->words, static_cast<std::size_t>(token));
  }
  return dense;
}

std::vector<vocab::TokenId> Tokens(const Row& row) {
  std::vector<std::int32_t> mask(NumMaskWords(kSize), -1);
  row.WriteTo(mask);
  std::vector<vocab::TokenId> tokens;
  for (std::size_t token = 0; token < 32 * mask.size(); ++token) {
    if (IsTokenAllowed(mask, token)) tokens.push_back(static_cast<vocab::TokenId>(token));
  }
  return tokens;
}

TEST(RowBuilder, IsTheUnionOfItsParts) {
  RowBuilder builder(kSize);
  builder.Add(Dense({1, 2, 99}));
  builder.Add(std::vector<vocab::TokenId>{2, 40});
  builder.Add(Dense({3, 99}));
  const Row row = builder.Finish();
  EXPECT_EQ(Tokens(row), (std::vector<vocab::TokenId>{1, 2, 3, 40, 99}));
  EXPECT_FALSE(row.allows_all);
}

TEST(RowBuilder, OfNothingAllowsNothing) {
  EXPECT_TRUE(Tokens(RowBuilder(kSize).Finish()).empty());
}

TEST(RowBuilder, KnowsWhenEverythingIsAllowed) {
  RowBuilder builder(kSize);
  std::vector<vocab::TokenId> tokens;
  for (std::size_t token = 0; token < kSize; ++token) {
    tokens.push_back(static_cast<vocab::TokenId>(token));
  }
  builder.Add(tokens);
  EXPECT_TRUE(builder.Finish().allows_all);
}

TEST(RowTable, InternsEqualRowsUntilTheBudgetIsUsedUp) {
  RowTable table(200);
  const auto base = Dense({1});
  const auto first = table.Intern({base, {2}});
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(table.Intern({base, {2}}), first);
  std::size_t kept = 1;
  for (vocab::TokenId token = 3; token < 50; ++token) {
    kept += table.Intern({base, {token}}).has_value() ? 1 : 0;
  }
  EXPECT_LT(kept, 48);
  EXPECT_EQ(table.num_rows(), kept);
  EXPECT_EQ(table.Intern({base, {2}}), first);
}

}  // namespace
}  // namespace pushmask::mask
