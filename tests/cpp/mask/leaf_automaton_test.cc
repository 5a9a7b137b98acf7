// SPDX-License-Identifier: Apache-2.0
#include "mask/leaf_automaton.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "mask/partition_view.h"
#include "mask/trie_walk.h"
#include "stack/lazy_automaton.h"
#include "stack/stack_node.h"
#include "stack/stepper.h"

namespace pushmask::mask {
namespace {

using Visits = std::vector<std::pair<std::uint32_t, bool>>;

template <typename Automaton>
Visits VisitsOf(Automaton automaton, const vocab::TokenTrie& trie, std::uint32_t top,
                pda::StateId state) {
  Visits visits;
  automaton.Walk(
      trie, top, state,
      [&](std::uint32_t node, bool can_end) { visits.emplace_back(node, can_end); },
      [&](std::uint32_t node) {
        for (std::uint32_t below = node + 1; below < trie.subtree_end(node); ++below) {
          visits.emplace_back(below, false);
        }
      });
  return visits;
}

TEST(LeafAutomaton, VisitsWhatAWalkOverStacksVisits) {
  const vocab::TokenTrie trie = MakeTrie(AllStrings("\"\\ab1\xC3\xA9", 4));
  for (const char* grammar : {
           R"(root ::= "\"" ([^"\\\n] | "\\" [ab"\\])* "\"")",
           R"(root ::= "a"* "b"? | [0-9]+)",
           R"(root ::= ([ab] "1")* [^a]?)",
           R"(root ::= [é-ÿ]{2,3} | "\"\"\"\"")",
       }) {
    const pda::Machine machine = LowerEbnf(grammar);
    stack::RegisterTable registers;
    for (std::size_t s = 1; s < machine.num_states(); ++s) {
      const pda::StateId state(s);
      ASSERT_TRUE(machine.state(state).leaf);
      for (const std::uint32_t top : LargeNodes(trie, 40)) {
        stack::ScratchStacks scratch(nullptr);
        stack::Stepper stepper(machine, &registers, &scratch);
        stack::LazyAutomaton automaton(&stepper);
        const stack::Link start{state, 0, stack::kBottom};
        Visits expected;
        WalkTrie(trie, top, automaton.Start({&start, 1}), &automaton,
                 [&](std::uint32_t node, stack::LazyAutomaton::Id id) {
                   expected.emplace_back(node, automaton.can_end(id));
                 });
        ASSERT_EQ(VisitsOf(LeafAutomaton(machine), trie, top, state), expected)
            << grammar << " " << s << " " << top;
        ASSERT_EQ(VisitsOf(LargeLeafAutomaton(machine), trie, top, state), expected)
            << grammar << " " << s << " " << top;
      }
    }
  }
}

}  // namespace
}  // namespace pushmask::mask
