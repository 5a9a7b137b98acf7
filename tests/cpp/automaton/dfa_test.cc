// SPDX-License-Identifier: Apache-2.0
#include "automaton/dfa.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pushmask/error.h"

namespace pushmask::automaton {
namespace {

constexpr Budget kBudget{10'000};

bool Accepts(const Dfa& dfa, std::string_view text) {
  if (dfa.empty()) return false;
  std::uint32_t state = 0;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    bool moved = false;
    for (const ByteEdge& edge : dfa.bytes(state)) {
      if (edge.first <= byte && byte <= edge.last) {
        state = edge.target;
        moved = true;
        break;
      }
    }
    if (!moved) return false;
  }
  return dfa.accept(state);
}

bool Accepts(const Nfa& nfa, std::string_view text) {
  std::vector<bool> current(nfa.states.size());
  current[nfa.start] = true;
  const auto close = [&](std::vector<bool>* set) {
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t s = 0; s < set->size(); ++s) {
        if (!(*set)[s]) continue;
        for (const std::uint32_t target : nfa.states[s].epsilons) {
          changed = changed || !(*set)[target];
          (*set)[target] = true;
        }
      }
    }
  };
  close(&current);
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    std::vector<bool> next(nfa.states.size());
    for (std::size_t s = 0; s < current.size(); ++s) {
      if (!current[s]) continue;
      for (const ByteEdge& edge : nfa.states[s].bytes) {
        if (edge.first <= byte && byte <= edge.last) next[edge.target] = true;
      }
    }
    close(&next);
    current = next;
  }
  return current[nfa.accept];
}

Nfa RandomNfa(std::mt19937* random) {
  const auto pick = [random](std::uint32_t n) {
    return static_cast<std::uint32_t>((*random)() % n);
  };
  Nfa nfa;
  const std::uint32_t n = 2 + pick(6);
  for (std::uint32_t i = 0; i < n; ++i) nfa.AddState();
  nfa.start = 0;
  nfa.accept = 1;
  for (std::uint32_t i = 0; i < 2 * n; ++i) {
    const auto first = static_cast<std::uint8_t>('a' + pick(3));
    const auto last = static_cast<std::uint8_t>(first + pick(2));
    nfa.states[pick(n)].bytes.push_back({first, last, pick(n)});
    if (pick(3) == 0) nfa.AddEpsilon(pick(n), pick(n));
  }
  return nfa;
}

std::vector<std::string> AllTexts(std::size_t max_length) {
  std::vector<std::string> texts{""};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].size() == max_length) continue;
    for (const char c : {'a', 'b', 'c', 'd'}) texts.push_back(texts[i] + c);
  }
  return texts;
}

// Moore's algorithm over the letters that the tests use; a missing edge leads to state n.
std::size_t MinimalSize(const Dfa& dfa) {
  const std::size_t n = dfa.size();
  const std::string letters = "abcdefg";
  const auto next = [&](std::size_t state, char letter) -> std::size_t {
    if (state == n) return n;
    for (const ByteEdge& edge : dfa.bytes(static_cast<std::uint32_t>(state))) {
      if (edge.first <= letter && letter <= edge.last) return edge.target;
    }
    return n;
  };
  std::vector<std::size_t> block(n + 1, 0);
  for (std::size_t s = 0; s < n; ++s) block[s] = dfa.accept(static_cast<std::uint32_t>(s)) ? 1 : 0;
  for (std::size_t count = 0;;) {
    std::map<std::vector<std::size_t>, std::size_t> numbers;
    std::vector<std::size_t> refined(n + 1);
    for (std::size_t s = 0; s <= n; ++s) {
      std::vector<std::size_t> key{block[s]};
      for (const char letter : letters) key.push_back(block[next(s, letter)]);
      refined[s] = numbers.try_emplace(key, numbers.size()).first->second;
    }
    block = refined;
    if (numbers.size() == count) break;
    count = numbers.size();
  }
  // Of what the start reaches, without what is as good as the missing state.
  std::set<std::size_t> blocks;
  std::vector<std::size_t> work{0};
  std::vector<bool> seen(n + 1);
  while (!work.empty()) {
    const std::size_t s = work.back();
    work.pop_back();
    if (seen[s]) continue;
    seen[s] = true;
    if (block[s] != block[n]) blocks.insert(block[s]);
    for (const char letter : letters) work.push_back(next(s, letter));
  }
  return blocks.size();
}

TEST(Dfa, MinimizeGivesTheSmallestAutomaton) {
  std::mt19937 random(3);
  Determinizer determinizer;  // these serve again and again
  Minimizer minimizer;
  for (int round = 0; round < 2000; ++round) {
    const Dfa dfa = determinizer.Run(RandomNfa(&random), kBudget);
    const Dfa other = determinizer.Run(RandomNfa(&random), kBudget);
    ASSERT_EQ(minimizer.Run(dfa).size(), MinimalSize(dfa)) << round;
    const Dfa product = Combine(dfa, other, BooleanOp::kAndNot, kBudget);
    ASSERT_EQ(minimizer.Run(product).size(), MinimalSize(product)) << round;
    const Dfa difference = Subtract(minimizer.Run(dfa), minimizer.Run(other), kBudget);
    ASSERT_EQ(difference.size(), MinimalSize(product)) << round;
    const Dfa enclosed = Enclose("x", difference, "xy");
    ASSERT_EQ(enclosed.size(), difference.empty() ? 0 : difference.size() + 3) << round;
    ASSERT_EQ(Minimize(enclosed).size(), enclosed.size()) << round;
  }
}

TEST(Dfa, MinimizeMergesEqualCyclesInDifferentPlaces) {
  // x(ab)*c | y(ab)*c with a copy of the cycle each, the second entered in its middle: y b...
  Dfa dfa;
  const auto add = [&](std::vector<ByteEdge> edges, bool accept = false) {
    dfa.AddState(accept);
    for (const ByteEdge& edge : edges) dfa.Add(edge);
  };
  add({{'x', 'x', 1}, {'y', 'y', 4}});
  add({{'a', 'a', 2}, {'c', 'c', 5}});
  add({{'b', 'b', 1}});
  add({{'a', 'a', 4}, {'c', 'c', 5}});
  add({{'b', 'b', 3}});
  add({}, true);
  EXPECT_EQ(Minimize(dfa).size(), 4);
}

TEST(Dfa, DeterminizeAndMinimizeKeepTheLanguage) {
  std::mt19937 random(7);
  const auto texts = AllTexts(4);
  for (int round = 0; round < 200; ++round) {
    const Nfa nfa = RandomNfa(&random);
    const Dfa dfa = Determinize(nfa, kBudget);
    const Dfa minimal = Minimize(dfa);
    EXPECT_LE(minimal.size(), dfa.size());
    EXPECT_EQ(Minimize(minimal).size(), minimal.size());
    for (const std::string& text : texts) {
      const bool expected = Accepts(nfa, text);
      ASSERT_EQ(Accepts(dfa, text), expected) << text;
      ASSERT_EQ(Accepts(minimal, text), expected) << text;
    }
  }
}

TEST(Dfa, EqualLanguagesHaveEqualMinimalSize) {
  // a(b|c) and ab|ac, built apart.
  Nfa left;
  for (int i = 0; i < 3; ++i) left.AddState();
  left.accept = 2;
  left.states[0].bytes = {{'a', 'a', 1}};
  left.states[1].bytes = {{'b', 'c', 2}};
  Nfa right;
  for (int i = 0; i < 4; ++i) right.AddState();
  right.accept = 3;
  right.states[0].bytes = {{'a', 'a', 1}, {'a', 'a', 2}};
  right.states[1].bytes = {{'b', 'b', 3}};
  right.states[2].bytes = {{'c', 'c', 3}};
  EXPECT_EQ(Minimize(Determinize(left, kBudget)).size(), 3);
  EXPECT_EQ(Minimize(Determinize(right, kBudget)).size(), 3);
}

TEST(Dfa, BooleanOperatorsAgreeWithTheirDefinition) {
  std::mt19937 random(11);
  const auto texts = AllTexts(4);
  for (int round = 0; round < 100; ++round) {
    const Dfa a = Determinize(RandomNfa(&random), kBudget);
    const Dfa b = Determinize(RandomNfa(&random), kBudget);
    const Dfa minimal_difference = Subtract(Minimize(a), Minimize(b), kBudget);
    const Dfa enclosed = Enclose("x", minimal_difference, "x");
    const Dfa both = Combine(a, b, BooleanOp::kAnd, kBudget);
    const Dfa difference = Combine(a, b, BooleanOp::kAndNot, kBudget);
    for (const std::string& text : texts) {
      ASSERT_EQ(Accepts(both, text), Accepts(a, text) && Accepts(b, text)) << text;
      ASSERT_EQ(Accepts(difference, text), Accepts(a, text) && !Accepts(b, text)) << text;
      ASSERT_EQ(Accepts(minimal_difference, text), Accepts(difference, text)) << text;
      ASSERT_EQ(Accepts(enclosed, "x" + text + "x"), Accepts(difference, text)) << text;
    }
  }
}

TEST(Dfa, AllUtf8TakesWellFormedTextOnly) {
  const Dfa dfa = AllUtf8();
  EXPECT_TRUE(Accepts(dfa, "a\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80"));
  for (const char* bad :
       {"\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xE0\x80\x80"}) {
    EXPECT_FALSE(Accepts(dfa, bad));
  }
}

TEST(Dfa, BudgetsThrow) {
  // (a|b)*a(a|b)^12 needs 2^13 deterministic states.
  Nfa nfa;
  for (int i = 0; i < 14; ++i) nfa.AddState();
  nfa.accept = 13;
  nfa.states[0].bytes = {{'a', 'b', 0}, {'a', 'a', 1}};
  for (std::uint32_t i = 1; i < 13; ++i) nfa.states[i].bytes = {{'a', 'b', i + 1}};
  EXPECT_THROW(Determinize(nfa, Budget{1000}), LimitError);
}

// Taking out a list is subtracting the automaton of the list, by a shorter way.
TEST(DfaTest, WithoutStringsIsSubtractionOfThem) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    // A language of words over {a, b, c}, and a list of such words.
    const auto word = [&](std::size_t max) {
      std::string text;
      for (std::size_t i = random() % (max + 1); i > 0; --i)
        text += static_cast<char>('a' + random() % 3);
      return text;
    };
    Nfa nfa;
    for (int s = 0; s < 4; ++s) nfa.AddState();
    nfa.start = 0;
    nfa.accept = 3;
    for (int e = 0; e < 8; ++e) {
      const auto first = static_cast<std::uint8_t>('a' + random() % 3);
      const auto last = static_cast<std::uint8_t>(std::min<unsigned>('c', first + random() % 3));
      nfa.states[random() % 4].bytes.push_back(
          {first, last, static_cast<std::uint32_t>(random() % 4)});
    }
    const Dfa language = Minimize(Determinize(nfa, kBudget));
    std::vector<std::string> words;
    for (std::size_t i = random() % 12; i > 0; --i) words.push_back(word(5));
    const Dfa rest = WithoutStrings(language, {words.begin(), words.end()}, kBudget);
    for (int t = 0; t < 200; ++t) {
      const std::string text =
          t % 2 == 0 || words.empty() ? word(7) : words[random() % words.size()];
      const bool taken = std::find(words.begin(), words.end(), text) != words.end();
      EXPECT_EQ(Accepts(rest, text), Accepts(language, text) && !taken) << text;
    }
    // Every state is reached, and leads to acceptance.
    std::set<std::uint32_t> reached{0};
    for (std::vector<std::uint32_t> work{0}; !work.empty() && !rest.empty();) {
      const std::uint32_t state = work.back();
      work.pop_back();
      for (const ByteEdge& edge : rest.bytes(state)) {
        if (reached.insert(edge.target).second) work.push_back(edge.target);
      }
    }
    EXPECT_EQ(reached.size(), std::max<std::size_t>(rest.size(), 1));
    std::vector<bool> leads_on(rest.size());
    for (bool changed = true; changed;) {
      changed = false;
      for (std::uint32_t s = 0; s < rest.size(); ++s) {
        bool leads = rest.accept(s);
        for (const ByteEdge& edge : rest.bytes(s)) leads |= leads_on[edge.target];
        changed |= leads && !leads_on[s];
        leads_on[s] = leads_on[s] || leads;
      }
    }
    EXPECT_TRUE(std::find(leads_on.begin(), leads_on.end(), false) == leads_on.end());
  }
}

}  // namespace
}  // namespace pushmask::automaton
