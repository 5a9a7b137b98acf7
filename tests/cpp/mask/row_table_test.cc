// SPDX-License-Identifier: Apache-2.0
#include "mask/row_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "mask/partition_view.h"
#include "pushmask/token_mask.h"

namespace pushmask::mask {
namespace {

using vocab::TokenId;
using Tokens = std::vector<TokenId>;
using Patches = std::vector<Row::Patch>;

constexpr std::size_t kSize = 1000;

Tokens Range(TokenId first, TokenId last) {
  Tokens tokens;
  for (TokenId token = first; token <= last; ++token) tokens.push_back(token);
  return tokens;
}

DensePtr Dense(const Tokens& tokens) { return MakeDense(tokens, kSize); }

DensePtr SharedDense(const Tokens& tokens) {
  DensePtr dense = Dense(tokens);
  dense->is_shared = true;
  return dense;
}

Tokens TokensOf(const Row& row) {
  std::vector<std::int32_t> mask(NumMaskWords(kSize), -1);
  row.WriteTo(mask);
  Tokens tokens;
  for (std::size_t token = 0; token < kTokensPerWord * mask.size(); ++token) {
    if (IsTokenAllowed(mask, token)) tokens.push_back(static_cast<TokenId>(token));
  }
  EXPECT_EQ(row.count, tokens.size());
  EXPECT_EQ(row.allows_all, tokens.size() == kSize);
  return tokens;
}

class RowBuilderTest : public testing::Test {
 protected:
  SharedPartitions shared_{std::size_t{1} << 20};
  RowBuilder builder_{kSize, &shared_};
};

TEST_F(RowBuilderTest, IsTheUnionOfItsParts) {
  builder_.Add(Dense({1, 2, 99}));
  builder_.Add(Tokens{2, 40});
  builder_.Add(Dense({3, 99}));
  EXPECT_EQ(TokensOf(builder_.Finish()), (Tokens{1, 2, 3, 40, 99}));
}

TEST_F(RowBuilderTest, OfNothingAllowsNothing) { EXPECT_TRUE(TokensOf(builder_.Finish()).empty()); }

TEST_F(RowBuilderTest, KnowsWhenEverythingIsAllowed) {
  const auto add_all_but_five = [](RowBuilder* builder) {
    builder->Add(Dense(Range(0, 900)), Tokens{5, 6});
    builder->Add(Range(901, kSize - 1));
    builder->Add(Tokens{6});
  };
  add_all_but_five(&builder_);
  EXPECT_FALSE(builder_.Finish().allows_all);
  RowBuilder all(kSize, &shared_);
  add_all_but_five(&all);
  all.Add(Tokens{5});
  EXPECT_TRUE(all.Finish().allows_all);
}

TEST_F(RowBuilderTest, KeepsOneSetByReference) {
  const DensePtr dense = Dense(Range(0, 500));
  builder_.Add(dense, Tokens{3, 7});
  builder_.Add(Tokens{7, 8, 600});
  const Row row = builder_.Finish();
  EXPECT_EQ(row.base, dense);
  EXPECT_EQ(row.patches, (Patches{{0, ~(1U << 3)}, {18, 1U << 24}}));
  EXPECT_EQ(row.count, 501);
}

TEST_F(RowBuilderTest, OfTheSameSetTwiceMissesWhatBothMiss) {
  const DensePtr dense = Dense(Range(0, 500));
  builder_.Add(dense, Tokens{1, 2, 3});
  builder_.Add(dense, Tokens{2, 3, 4});
  builder_.Add(dense, Tokens{0, 3});
  const Row row = builder_.Finish();
  EXPECT_EQ(row.base, dense);
  EXPECT_EQ(row.patches, (Patches{{0, ~(1U << 3)}}));
  RowBuilder other(kSize, &shared_);
  other.Add(dense, Tokens{1});
  other.Add(dense);
  EXPECT_TRUE(other.Finish().patches.empty());
}

TEST_F(RowBuilderTest, RemembersUnionsOfSharedSets) {
  const DensePtr low = SharedDense(Range(0, 500));
  const DensePtr high = SharedDense(Range(400, 700));
  builder_.Add(low);
  builder_.Add(high);
  const Row row = builder_.Finish();
  RowBuilder other(kSize, &shared_);
  other.Add(high);
  other.Add(low);
  EXPECT_EQ(other.Finish().base, row.base);
  RowBuilder inside(kSize, &shared_);
  inside.Add(SharedDense(Range(10, 20)));
  inside.Add(low);
  EXPECT_EQ(inside.Finish().base, low);  // a union that is one of its parts
}

TEST_F(RowBuilderTest, MakesASetOfUnionsThatNoOtherGrammarCanMeet) {
  builder_.Add(SharedDense(Range(0, 500)), Tokens{1, 450});
  builder_.Add(Dense(Range(400, 700)), Tokens{450, 600});
  const Row row = builder_.Finish();
  EXPECT_TRUE(row.patches.empty());
  Tokens expected = Range(0, 700);
  std::erase(expected, 1);
  std::erase(expected, 450);
  std::erase(expected, 600);
  EXPECT_EQ(TokensOf(row), expected);
}

TEST(RowBuilder, MakesASetOfTokensInManyWords) {
  constexpr std::size_t kLarge = 20'000;
  SharedPartitions shared(std::size_t{1} << 20);
  const auto built = [&shared](const std::vector<Tokens>& parts) {
    RowBuilder builder(kLarge, &shared);
    for (const Tokens& part : parts) builder.Add(part);
    return builder.Finish();
  };
  const Row row = built({Range(100, 15'000), Range(300, 400)});
  EXPECT_TRUE(row.patches.empty());
  EXPECT_EQ(row.count, 14'901);
  // While the row lives, equal ones share its set.
  EXPECT_EQ(built({Range(250, 15'000), Range(100, 249)}).base, row.base);
  EXPECT_NE(built({Range(100, 14'999)}).base, row.base);
}

TEST_F(RowBuilderTest, SharesEqualUnionsThatNobodyKeeps) {
  const DensePtr own = Dense(Range(0, 500));
  const DensePtr other = Dense(Range(400, 700));
  const auto unite = [&](const DensePtr& first, const DensePtr& second) {
    RowBuilder builder(kSize, &shared_);
    builder.Add(first);
    builder.Add(second);
    return builder.Finish();
  };
  const Row row = unite(own, other);
  EXPECT_EQ(unite(other, own).base, row.base);
  EXPECT_EQ(TokensOf(row), Range(0, 700));
}

TEST(RowBuilder, AgreesWithSetsWhateverIsAdded) {
  std::mt19937 random(7);
  const auto below = [&](std::size_t bound) { return random() % bound; };
  SharedPartitions shared(std::size_t{1} << 20);
  std::vector<DensePtr> bases;
  for (TokenId i = 0; i < 6; ++i) {
    const Tokens tokens = Range(100 * i, 100 * i + 250);
    bases.push_back(i % 2 == 0 ? SharedDense(tokens) : Dense(tokens));
  }
  for (int round = 0; round < 500; ++round) {
    RowBuilder builder(kSize, &shared);
    std::set<TokenId> expected;
    for (std::size_t part = below(6); part > 0; --part) {
      if (below(3) == 0) {
        const auto first = static_cast<TokenId>(below(900));
        const Tokens tokens = Range(first, first + static_cast<TokenId>(below(20)));
        builder.Add(tokens);
        expected.insert(tokens.begin(), tokens.end());
        continue;
      }
      const std::size_t number = below(bases.size());
      Tokens without;
      for (std::size_t i = below(5); i > 0; --i) {
        without.push_back(static_cast<TokenId>(100 * number + 10 * below(26)));
      }
      builder.Add(bases[number], without);
      std::set<TokenId> tokens = mask::TokensOf(*bases[number]);
      for (const TokenId token : without) tokens.erase(token);
      expected.insert(tokens.begin(), tokens.end());
    }
    ASSERT_EQ(TokensOf(builder.Finish()), Tokens(expected.begin(), expected.end())) << round;
  }
}

std::optional<RowId> Intern(RowTable* table, Row row) { return table->Intern(&row); }

TEST(RowTable, InternsEqualRowsUntilTheBudgetIsUsedUp) {
  RowTable table(500);
  const auto base = Dense({1});
  const auto first = Intern(&table, {base, {{0, 2}}});
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(Intern(&table, {base, {{0, 2}}}), first);
  std::size_t kept = 1;
  for (std::uint32_t bits = 3; bits < 50; ++bits) {
    kept += Intern(&table, {base, {{0, bits}}}).has_value() ? 1 : 0;
  }
  EXPECT_LT(kept, 48);
  EXPECT_EQ(table.num_rows(), kept);
  EXPECT_EQ(Intern(&table, {base, {{0, 2}}}), first);
}

TEST(RowTable, TellsRowsApart) {
  RowTable table(std::size_t{1} << 20);
  const auto base = Dense({1, 2});
  std::set<std::optional<RowId>> ids;
  ids.insert(Intern(&table, {nullptr, {}}));
  ids.insert(Intern(&table, {nullptr, {{0, 4}}}));
  ids.insert(Intern(&table, {base, {}}));
  ids.insert(Intern(&table, {base, {{0, 2}}}));
  ids.insert(Intern(&table, {base, {{1, 2}}}));
  ids.insert(Intern(&table, {base, {{0, 2}, {1, 2}}}));
  EXPECT_EQ(ids.size(), 6);
}

}  // namespace
}  // namespace pushmask::mask
