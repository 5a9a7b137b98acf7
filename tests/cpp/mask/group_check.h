// SPDX-License-Identifier: Apache-2.0
// Compares matchers of member groups with a reader that knows what the definition says: next bytes,
// masks and ends along random texts. A Reader has `Places`, Start(), Step(places, byte),
// Next(places) and IsDone(places).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "compile/compiled_grammar.h"
#include "match/matcher_state.h"
#include "pushmask/token_mask.h"

namespace pushmask::mask {

class GroupCheck {
 public:
  using Compiled = std::shared_ptr<const compile::CompiledGrammar>;

  // A vocabulary of these texts and a stop token.
  explicit GroupCheck(std::vector<std::string> texts) : texts_(std::move(texts)) {
    std::vector<std::string> tokens = texts_;
    tokens.emplace_back("</s>");
    const auto stop = static_cast<vocab::TokenId>(texts_.size());
    vocabulary_ = std::make_shared<vocab::TokenTable>(tokens, std::vector<vocab::TokenId>{stop},
                                                      std::vector<vocab::TokenId>{}, tokens.size());
  }

  Compiled Compile(const ir::Grammar& grammar, std::size_t max_memory_bytes) const {
    return CompileWith(grammar, MakeCaches(), max_memory_bytes);
  }

  // With the same caches for all.
  std::vector<Compiled> CompileTogether(const std::vector<ir::Grammar>& grammars) const {
    const auto caches = MakeCaches();
    std::vector<Compiled> all;
    for (const ir::Grammar& grammar : grammars) {
      all.push_back(CompileWith(grammar, caches, kRoom));
    }
    return all;
  }

  // With room, with all partitions known, with little room that is used up on the way, and without.
  std::vector<Compiled> CompileVariants(const ir::Grammar& grammar) const {
    constexpr std::size_t kLittleRoom = 30'000;
    std::vector<Compiled> all{Compile(grammar, kRoom), Compile(grammar, kRoom),
                              Compile(grammar, kLittleRoom), Compile(grammar, 0)};
    AskForPartitions(all[1]);
    return all;
  }

  template <typename Reader>
  std::vector<std::int32_t> Expected(Reader* reader, const typename Reader::Places& places) const {
    std::vector<std::int32_t> mask(NumMaskWords(vocabulary_->size()));
    if (Reader::IsDone(places)) AllowToken(mask, texts_.size());
    for (std::size_t token = 0; token < texts_.size(); ++token) {
      auto at = places;
      for (const char byte : texts_[token]) {
        at = reader->Step(at, byte);
        if (at.empty()) break;
      }
      if (!at.empty()) AllowToken(mask, token);
    }
    return mask;
  }

  template <typename Reader>
  void Check(Reader* reader, const std::vector<Compiled>& compiled, std::mt19937* random,
             int num_steps = 12) const {
    for (int walk = 0; walk < 6; ++walk) {
      std::vector<match::MatcherState> states(compiled.begin(), compiled.end());
      auto places = reader->Start();
      std::string text;
      for (int step = 0; step < num_steps; ++step) {
        SCOPED_TRACE("after '" + text + "'");
        const std::string next = reader->Next(places);
        CheckHere(reader, places, &states);
        if (next.empty() || testing::Test::HasFailure()) break;
        // The end of the group is put off, so that walks get far.
        char byte = next[(*random)() % next.size()];
        if (byte == ')' && next.size() > 1 && (*random)() % 4 != 0) byte = next[next[0] == ')'];
        text.push_back(byte);
        places = reader->Step(places, byte);
        for (auto& state : states) ASSERT_TRUE(state.AcceptBytes({&byte, 1}));
      }
    }
  }

  // After every byte of one text.
  template <typename Reader>
  void CheckAlong(Reader* reader, const std::vector<Compiled>& compiled,
                  const std::string& text) const {
    std::vector<match::MatcherState> states(compiled.begin(), compiled.end());
    auto places = reader->Start();
    for (const char byte : text) {
      places = reader->Step(places, byte);
      for (auto& state : states) ASSERT_TRUE(state.AcceptBytes({&byte, 1}));
      CheckHere(reader, places, &states);
    }
  }

  // What a mask allows, to be read.
  std::vector<std::string> Tokens(const std::vector<std::int32_t>& mask) const {
    std::vector<std::string> out;
    for (std::size_t token = 0; token <= texts_.size(); ++token) {
      if (!IsTokenAllowed(mask, token)) continue;
      out.push_back(token == texts_.size() ? "</s>" : texts_[token]);
    }
    return out;
  }

 private:
  template <typename Reader>
  void CheckHere(Reader* reader, const typename Reader::Places& places,
                 std::vector<match::MatcherState>* states) const {
    const std::string next = reader->Next(places);
    const auto expected = Expected(reader, places);
    for (std::size_t i = 0; i < states->size(); ++i) {
      SCOPED_TRACE(i);
      match::MatcherState& state = (*states)[i];
      EXPECT_EQ(state.NextBytes(), next);
      EXPECT_EQ(state.can_stop(), Reader::IsDone(places));
      std::vector<std::int32_t> mask(expected.size(), -1);
      state.FillMask(mask);
      EXPECT_EQ(Tokens(mask), Tokens(expected));
    }
  }

  static constexpr std::size_t kRoom = std::size_t{1} << 22;

  static std::shared_ptr<compile::SharedCaches> MakeCaches() {
    return std::make_shared<compile::SharedCaches>(kRoom, kRoom);
  }

  Compiled CompileWith(const ir::Grammar& grammar, std::shared_ptr<compile::SharedCaches> caches,
                       std::size_t max_memory_bytes) const {
    constexpr pda::LowerLimits kLower{1000, 10'000, 1'000'000, 200'000, 10'000'000};
    return compile::Compile(grammar, vocabulary_, std::move(caches), {kLower, max_memory_bytes});
  }

  // Marks every state as asked for, so that masks come from partitions instead of walks.
  static void AskForPartitions(const Compiled& compiled) {
    for (std::size_t s = 1; s < compiled->machine().num_states(); ++s) {
      std::shared_ptr<const TokenPartition> keep;
      compiled->partitions().Get(pda::StateId(s), 0, 0, &keep);
    }
  }

  std::vector<std::string> texts_;
  std::shared_ptr<const vocab::TokenTable> vocabulary_;
};

}  // namespace pushmask::mask
