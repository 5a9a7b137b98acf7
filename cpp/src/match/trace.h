// SPDX-License-Identifier: Apache-2.0
// Trace: where a configuration stands, as people see it: paths of rules that are open, and what may
// come next on each.
//
// Stacks hold what is needed to go on, so they have less than that: a call that is the last thing
// its caller does pushes nothing. Which rules lie between one that waits and one that it led to is
// told by the calls that the machine has. Where several chains of calls lead there, the rules that
// lie on all of them are named and the others are left open.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compile/compiled_grammar.h"
#include "pda/rule_names.h"
#include "stack/stack_node.h"
#include "stack/stepper.h"

namespace pushmask::match {

// A rule that is open. Without a name: some rules that the machine does not know any more.
struct TraceFrame {
  struct Repetition {
    std::uint32_t number = 0;  // of the repetition that has begun last, from 1; 0 before the first
    std::uint32_t min = 0;
    std::uint32_t max = 0;  // pda::kUnbounded for no bound
    friend bool operator==(const Repetition&, const Repetition&) = default;
  };
  std::vector<const pda::RuleName*> names;  // several: rules that are alike
  std::optional<Repetition> repetition;     // of a counted part, the innermost one
  std::optional<std::string> member;        // with a JSON Schema: the name whose value is read

  friend bool operator==(const TraceFrame&, const TraceFrame&) = default;
};

struct TracePath {
  std::vector<TraceFrame> frames;  // outermost first
  bool is_cut = false;             // there are more, further out
  std::vector<std::string> expected;
};

struct Trace {
  static constexpr std::size_t kMaxPaths = 8;
  static constexpr std::size_t kMaxFrames = 64;

  std::vector<TracePath> paths;       // at most kMaxPaths, all different
  bool has_more_paths = false;        // or may have: looking for them was given up
  std::vector<std::string> expected;  // on all paths together
};

// Of a configuration over the stepper's nodes, `scratch`. Cost: bounded but for ExpectedAt, and a
// look at the calls of the machine's rules.
Trace TraceOf(const compile::CompiledGrammar& compiled, stack::Stepper* stepper,
              const stack::ScratchStacks& scratch, std::span<const stack::Link> links);

}  // namespace pushmask::match
