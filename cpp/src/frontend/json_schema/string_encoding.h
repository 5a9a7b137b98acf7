// SPDX-License-Identifier: Apache-2.0
// From what a string is to how JSON spells it (RFC 8259, section 7), between the quotes.
//
// Decoding a spelling is a homomorphism, so the spellings of a language of strings are its inverse
// image: they are found piece by piece, Boolean operators included, for either set of spellings.
// Strings are Unicode scalar values: an escaped lone surrogate, which RFC 8259 leaves to chance,
// spells nothing here.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ir/builder.h"
#include "text/codepoint_set.h"

namespace pushmask::frontend::json_schema {

enum class Spelling : std::uint8_t {
  // One for each character, what json.dumps(ensure_ascii=False) writes; only the hexadecimal digits
  // of \u00XX for a control character may be of either case.
  kCanonical,
  // Every one: the character itself where that is legal, its short escape, \uXXXX.
  kAny,
};

class StringEncoder {
 public:
  explicit StringEncoder(ir::Builder* builder) : builder_(builder) {}

  // One character of a string; always the same expression, so that its automata are shared.
  ir::ExprId AnyCharacter(Spelling spelling = Spelling::kAny);

  // The spellings of one string (UTF-8); with or without the quotes around it.
  ir::ExprId EncodeText(std::string_view text, Spelling spelling = Spelling::kCanonical);
  ir::ExprId EncodeQuoted(std::string_view text, Spelling spelling = Spelling::kCanonical);

  // The spellings of the strings of an expression over code points. Rules that it refers to are
  // encoded as new rules. Remembered. Cost: linear in the expressions; a class costs its ranges.
  ir::ExprId Encode(ir::ExprId strings, Spelling spelling = Spelling::kCanonical);

 private:
  using Ranges = std::vector<text::CodepointRange>;  // of numbers; sorted
  static constexpr std::size_t kNumSpellings = 2;

  ir::ExprId EncodeNode(const ir::Expr& node, Spelling spelling);
  ir::ExprId EncodeRule(ir::RuleId rule, Spelling spelling);
  ir::ExprId EncodeClass(const text::CodepointSet& set, Spelling spelling);
  ir::ExprId ControlEscapes(const text::CodepointSet& set);
  ir::ExprId NumericEscapes(const text::CodepointSet& set);
  ir::ExprId SurrogatePairs(const text::CodepointSet& set);
  ir::ExprId Hexadecimal(const Ranges& numbers, int num_digits);

  ir::Builder* builder_;
  std::array<std::unordered_map<ir::ExprId, ir::ExprId>, kNumSpellings> encoded_;
  std::array<std::unordered_map<ir::RuleId, ir::RuleId>, kNumSpellings> encoded_rules_;
  std::map<std::pair<int, Ranges>, ir::ExprId> hexadecimal_;
};

}  // namespace pushmask::frontend::json_schema
