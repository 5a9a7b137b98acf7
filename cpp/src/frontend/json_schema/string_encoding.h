// SPDX-License-Identifier: Apache-2.0
// From what a string is to how JSON spells it (RFC 8259, section 7), between the quotes.
//
// Two spellings exist here. *Any* spelling allows every escape of every character, lone surrogates
// excepted; strings that only their length constrains use it. The *canonical* one is what
// json.dumps(ensure_ascii=False) writes, \u00XX with either case: a character has one spelling, so
// a language of strings can be translated piece by piece, Boolean operators included.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "ir/builder.h"

namespace pushmask::frontend::json_schema {

class StringEncoder {
 public:
  explicit StringEncoder(ir::Builder* builder) : builder_(builder) {}

  // One character of a string; always the same expression, so that its automata are shared.
  ir::ExprId AnyCharacter();
  ir::ExprId CanonicalCharacter();

  // The canonical spelling of one string (UTF-8); with or without the quotes around it.
  ir::ExprId EncodeText(std::string_view text) { return EncodeBetween("", text); }
  ir::ExprId EncodeQuoted(std::string_view text) { return EncodeBetween("\"", text); }

  // The canonical spellings of the strings of a rule-free expression over code points. Remembered.
  ir::ExprId Encode(ir::ExprId strings);
  // Says that no string of `strings` needs an escape: they are their own spelling.
  void MarkPlain(ir::ExprId strings) { encoded_.emplace(strings, strings); }

 private:
  ir::ExprId EncodeBetween(std::string_view quote, std::string_view text);
  ir::ExprId EncodeNode(const ir::Expr& node);
  ir::ExprId EncodeClass(const text::CodepointSet& set);
  ir::ExprId ControlEscapes(const text::CodepointSet& set);

  ir::Builder* builder_;
  ir::ExprId any_character_;
  ir::ExprId canonical_character_;
  std::unordered_map<ir::ExprId, ir::ExprId> encoded_;
};

// Fewest and most characters of the strings of a rule-free expression; an estimate where Boolean
// operators are involved, but never too narrow.
struct LengthRange {
  std::uint64_t min = 0;
  std::uint64_t max = 0;  // kUnboundedLength: no bound
};
inline constexpr std::uint64_t kUnboundedLength = ~std::uint64_t{0};
LengthRange CharacterLengths(const ir::Builder& builder, ir::ExprId strings);

}  // namespace pushmask::frontend::json_schema
