// SPDX-License-Identifier: Apache-2.0
// RuleNames: what people call the rules of a machine. Lowering makes one machine rule of rules with
// equal right-hand sides, and machine rules of mere parts of a right-hand side (counted repetition,
// member groups), so what a machine rule is called depends on who calls it. Noted while lowering,
// read only when somebody asks where a text stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ir/source.h"

namespace pushmask::pda {

struct RuleName {
  std::string name;
  ir::Place place = {};  // in RuleNames::sources
};

struct RuleNames {
  // A way to call a rule.
  struct Use {
    static constexpr std::uint32_t kOwnName = 0xffffffffU;
    std::uint32_t caller = 0;  // machine rules
    std::uint32_t callee = 0;
    // In `others`: the rules that the grammar names there, each of which is nothing but the next.
    // No name: the callee is a part of the caller's right-hand side. kOwnName: the callee's own.
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  struct Rule {
    RuleName own;          // of a part: of the rule that it was first found in
    bool is_part = false;  // by that first use
  };

  std::vector<Rule> rules;  // by machine rule
  std::vector<Use> uses;    // callers ascending
  std::vector<RuleName> others;
  std::vector<std::shared_ptr<const ir::Source>> sources;

  std::size_t memory_bytes() const {
    return rules.size() * sizeof(Rule) + uses.size() * sizeof(Use) +
           others.size() * sizeof(RuleName);
  }
};

}  // namespace pushmask::pda
