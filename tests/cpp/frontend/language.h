// SPDX-License-Identifier: Apache-2.0
// The language of a rule-free expression, for tests that ask what it holds.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "automaton/dfa.h"
#include "automaton/thompson.h"
#include "ir/builder.h"

namespace pushmask::frontend {

// What the expression that `build` makes matches.
class Language {
 public:
  explicit Language(const std::function<ir::ExprId(ir::Builder*)>& build) {
    ir::Builder builder;
    const ir::RuleId root = builder.AddRule("root");
    builder.Define(root, build(&builder));
    const ir::Grammar grammar = builder.Finish(root, "test");
    automaton::ExprCompiler compiler(grammar, {100'000}, nullptr);
    dfa_ = compiler.ToDfa(grammar.rule(root).body);
  }

  bool Has(std::string_view text) const {
    std::optional<std::uint32_t> state = Start();
    for (const char c : text) {
      if (!state) return false;
      state = Next(*state, c);
    }
    return state && dfa_.accept(*state);
  }

  // The states of the minimal automaton; nothing where no text of the language goes on so.
  std::optional<std::uint32_t> Start() const {
    return dfa_.empty() ? std::nullopt : std::optional<std::uint32_t>(0);
  }
  std::optional<std::uint32_t> Next(std::uint32_t state, char c) const {
    const auto byte = static_cast<std::uint8_t>(c);
    const auto edges = dfa_.bytes(state);
    const auto edge = std::find_if(edges.begin(), edges.end(), [&](const auto& e) {
      return e.first <= byte && byte <= e.last;
    });
    return edge == edges.end() ? std::nullopt : std::optional<std::uint32_t>(edge->target);
  }
  bool Accepts(std::uint32_t state) const { return dfa_.accept(state); }
  std::size_t size() const { return dfa_.size(); }

 private:
  automaton::Dfa dfa_;
};

}  // namespace pushmask::frontend
