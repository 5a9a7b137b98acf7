// SPDX-License-Identifier: Apache-2.0
// The minimal automaton of a rule-free expression, so that tests can ask what a language holds,
// Boolean operators included, and how large it is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "automaton/thompson.h"
#include "ir/builder.h"

namespace pushmask::frontend {

class RegularLanguage {
 public:
  explicit RegularLanguage(const std::function<ir::ExprId(ir::Builder*)>& build) {
    ir::Builder builder;
    const ir::RuleId root = builder.AddRule("root");
    builder.Define(root, build(&builder));
    const ir::Grammar grammar = builder.Finish(root, "test");
    automaton::ExprCompiler compiler(grammar, {200'000}, nullptr);
    dfa_ = compiler.ToDfa(grammar.rule(root).body);
  }

  std::size_t num_states() const { return dfa_.size(); }

  bool Has(std::string_view text) const {
    if (dfa_.empty()) return false;
    std::uint32_t state = 0;
    for (const char c : text) {
      const auto byte = static_cast<std::uint8_t>(c);
      const auto edges = dfa_.bytes(state);
      const auto edge = std::find_if(edges.begin(), edges.end(), [&](const auto& e) {
        return e.first <= byte && byte <= e.last;
      });
      if (edge == edges.end()) return false;
      state = edge->target;
    }
    return dfa_.accept(state);
  }

 private:
  automaton::Dfa dfa_;
};

}  // namespace pushmask::frontend
