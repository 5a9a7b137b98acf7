// SPDX-License-Identifier: Apache-2.0
// Threads that share a compiled grammar, for ThreadSanitizer (make sanitize SANITIZER=tsan).
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "pushmask/pushmask.h"

namespace pushmask {
namespace {

constexpr std::size_t kThreads = 8;
constexpr int kSteps = 30;
constexpr int kSequences = 4;

Vocabulary SmallVocabulary() {
  std::vector<std::string> tokens{"</s>"};
  for (const char* text :
       {"\"",  "{",   "}",   "[",  "]",  ":",    ",",  "1",  "23", "a",    "bc",
        "\":", "\",", "\"}", "[1", "]]", "{\"a", "1,", "1]", "}}", "\xc3", "\xa9"}) {
    tokens.emplace_back(text);
  }
  return Vocabulary(std::move(tokens), {0});
}

CompiledGrammar CompileJson(const Compiler& compiler) {
  return compiler.Compile(Grammar::FromEbnf(R"(
    root   ::= value
    value  ::= object | "[" (value ("," value){0,5})? "]" | string | [0-9]{1,30}
    object ::= "{" (string ":" value ("," string ":" value)*)? "}"
    string ::= "\"" [^"\\]{0,20} "\""
  )"));
}

// Everything that a walk saw, in one number.
std::uint64_t Walk(const CompiledGrammar& compiled, unsigned seed, std::size_t num_threads) {
  std::mt19937 chooser(seed);
  std::vector<Matcher> matchers;
  std::vector<Matcher*> pointers;
  for (int i = 0; i < kSequences; ++i) matchers.push_back(compiled.NewMatcher());
  for (Matcher& matcher : matchers) pointers.push_back(&matcher);
  MatcherBatch batch(pointers, num_threads);
  const std::size_t width = NumMaskWords(compiled.vocabulary().size());
  std::vector<std::int32_t> words(width * kSequences);
  std::vector<std::int32_t> row(width);
  std::vector<std::int32_t> ids(kSequences);
  std::uint64_t seen = 0;
  for (int step = 0; step < kSteps; ++step) {
    batch.FillMasks({words, kSequences});
    batch.RowIds(ids);
    std::vector<std::int32_t> tokens(kSequences);
    for (std::size_t i = 0; i < kSequences; ++i) {
      const std::span<const std::int32_t> mask(words.data() + i * width, width);
      for (const std::int32_t word : mask) {
        seen = seen * 1'000'003 + static_cast<std::uint32_t>(word);
      }
      if (ids[i] >= 0) {
        compiled.rows().Read(static_cast<std::size_t>(ids[i]), {row, 1});
        EXPECT_TRUE(std::equal(row.begin(), row.end(), mask.begin()));
      }
      std::vector<std::int32_t> choices;
      for (std::size_t token = 0; token < compiled.vocabulary().size(); ++token) {
        if (IsTokenAllowed(mask, token)) choices.push_back(static_cast<std::int32_t>(token));
      }
      if (choices.empty()) {
        matchers[i].Rollback(1);
        choices.push_back(0);
      }
      tokens[i] = choices[chooser() % choices.size()];
    }
    for (const bool accepted : batch.AcceptTokens(tokens)) seen = 2 * seen + (accepted ? 1 : 0);
    const Matcher fork = matchers[0].Fork();
    seen = seen * 31 + fork.JumpForward().size() + fork.JumpForwardTokens().size();
  }
  return seen;
}

void ExpectThreadsToAgreeWithOne(const Limits& limits) {
  const Compiler compiler(SmallVocabulary(), 2, limits);
  const CompiledGrammar alone = CompileJson(compiler);
  std::vector<std::uint64_t> expected;
  for (unsigned seed = 0; seed < kThreads; ++seed) expected.push_back(Walk(alone, seed, 1));

  const CompiledGrammar shared = CompileJson(compiler);
  std::vector<std::uint64_t> found(kThreads);
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < kThreads; ++seed) {
    threads.emplace_back([&, seed] { found[seed] = Walk(shared, seed, 1 + seed % 2); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(found, expected);
}

TEST(Threads, SeeWhatOneThreadSees) { ExpectThreadsToAgreeWithOne({}); }

TEST(Threads, SeeWhatOneThreadSeesWhenNothingCanBeRemembered) {
  ExpectThreadsToAgreeWithOne({.max_memory_bytes = 0});
}

TEST(Threads, ForksOfOneMatcherGoTheirWaysAtOnce) {
  const CompiledGrammar compiled = CompileJson(Compiler(SmallVocabulary()));
  Matcher matcher = compiled.NewMatcher();
  std::vector<Matcher> forks;
  for (std::size_t i = 0; i < kThreads; ++i) {
    ASSERT_TRUE(matcher.AcceptBytes("["));
    forks.push_back(matcher.Fork());
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&fork = forks[i], i] {
      for (int round = 0; round < 100; ++round) {
        for (std::size_t k = 0; k < 40; ++k) ASSERT_TRUE(fork.AcceptBytes(k % 2 == 0 ? "[" : "1,"));
        fork.Rollback(40);
        const Matcher other = fork.Fork();
        ASSERT_EQ(other.num_tokens(), i + 1);
      }
      fork.Reset();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(matcher.num_tokens(), kThreads);
  EXPECT_TRUE(matcher.AcceptBytes(std::string(1, '1') + std::string(kThreads, ']')));
  EXPECT_TRUE(matcher.can_stop());
}

}  // namespace
}  // namespace pushmask
