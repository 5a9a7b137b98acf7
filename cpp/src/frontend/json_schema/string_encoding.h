// SPDX-License-Identifier: Apache-2.0
// From what a string is to how JSON spells it (RFC 8259, section 7), between the quotes.
//
// A language of strings is spelled as a whole where it can be: its automaton is small, and the
// escapes are added to that. What has rules or counts far is spelled piece by piece, so that the
// rules and counters stay: decoding a spelling is a homomorphism.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ir/builder.h"

namespace pushmask::frontend::json_schema {

using ir::Spelling;

class StringEncoder {
 public:
  explicit StringEncoder(ir::Builder* builder) : builder_(builder) {}

  // One character of a string; always the same expression, so that its automata are shared.
  ir::ExprId AnyCharacter(Spelling spelling);

  // The spellings of one string (UTF-8), with the quotes around it.
  ir::ExprId EncodeQuoted(std::string_view text, Spelling spelling);

  // The spellings of the strings of an expression over code points. Rules that it refers to are
  // encoded as new rules. Remembered. Cost: linear in the expressions.
  ir::ExprId Encode(ir::ExprId strings, Spelling spelling);

 private:
  static constexpr std::size_t kNumSpellings = 2;

  // Of the automaton that an expression would be.
  struct Size {
    std::uint32_t positions;  // roughly
    bool is_whole;            // without rules and long repetitions
  };
  Size SizeOf(ir::ExprId strings);
  ir::ExprId EncodeNode(ir::ExprId strings, Spelling spelling);
  std::vector<ir::ExprId> EncodeChildren(ir::ExprId strings, Spelling spelling);
  ir::ExprId EncodeRule(ir::RuleId rule, Spelling spelling);

  ir::Builder* builder_;
  std::unordered_map<ir::ExprId, Size> sizes_;
  std::array<std::unordered_map<ir::ExprId, ir::ExprId>, kNumSpellings> encoded_;
  std::array<std::unordered_map<ir::RuleId, ir::RuleId>, kNumSpellings> encoded_rules_;
};

}  // namespace pushmask::frontend::json_schema
