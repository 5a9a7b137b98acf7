// SPDX-License-Identifier: Apache-2.0
// GrammarStructure: a grammar's rules and expressions as plain data, for tools that show them. The
// text that reads back as the grammar is Grammar::ToEbnf.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pushmask {

struct GrammarStructure {
  enum class Kind : std::uint8_t {
    kNothing,       // no text at all
    kText,          // exactly `text`, as EBNF writes it; "" for the empty text
    kClass,         // one character of a class, `text` as EBNF writes it
    kSequence,      // the children one after another
    kChoice,        // one of the children
    kRepeat,        // the child, `min` to `max` times
    kRule,          // the rule `rule`
    kIntersection,  // what is in both children
    kComplement,    // every text but those of the child
    kMembers,       // members with a separator between them; `labels` says what each child is
    kAutomaton,     // what an automaton accepts; `text` says how large it is
    kTokens,        // a token of a set, `text` as EBNF writes it
    kJsonString,    // the child's texts as JSON spells them; `text` says which spellings
  };
  struct Node {
    Kind kind = Kind::kNothing;
    std::string text = {};
    std::vector<std::size_t> children = {};  // nodes, smaller than this one
    std::uint32_t min = 0;
    std::optional<std::uint32_t> max = std::nullopt;  // nullopt: no bound
    std::size_t rule = 0;
    // kMembers: one for each child, the separator first, then one for each further condition.
    std::vector<std::string> labels = {};
    // kMembers: the last children are so many keys, each with what follows it.
    std::size_t num_keys = 0;
  };
  struct Rule {
    std::string name;
    std::size_t node;
  };
  std::vector<Rule> rules;
  std::size_t root = 0;  // a rule
  std::vector<Node> nodes;
};

}  // namespace pushmask
