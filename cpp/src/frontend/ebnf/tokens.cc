// SPDX-License-Identifier: Apache-2.0
//   mark      := '%mark' literal
//   tokens    := '!'? (reference | '%tokens' '{' (reference | literal)* '}')
//   reference := '<' text '>' | '<[' ids (',' ids)* ']>'
//   ids       := number ('-' number)?
// The text of a token includes the angle brackets, as in llama.cpp.
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "frontend/ebnf/parser.h"
#include "frontend/ebnf/terminals.h"
#include "ir/token_set.h"

namespace pushmask::frontend::ebnf {

NodeId Parser::ParseTokens() {
  const std::size_t begin = cursor_.offset();
  ir::TokenSet tokens;
  tokens.is_negated = cursor_.Take("!");
  const std::size_t block_begin = cursor_.offset();
  if (TakeKeyword("%tokens")) {
    OpenBlock(block_begin);
    while (cursor_.At("<") || cursor_.At("\"")) {
      const std::size_t item_begin = cursor_.offset();
      if (cursor_.At("<")) {
        ParseReference(&tokens);
      } else {
        cursor_.Next();
        std::string text = ParseLiteral(item_begin, &cursor_);
        if (text.empty())
          cursor_.FailSyntax(item_begin, "no token is empty", "leave the empty literal out");
        tokens.items.push_back(
            {.text = std::move(text), .place = source_.At(SpanFrom(item_begin), {})});
      }
      SkipSpace(/*newlines=*/true);
    }
    CloseBlock(block_begin);
    if (tokens.items.empty() && !tokens.is_negated) {
      cursor_.FailSyntax(begin, "there are no tokens in the block",
                         "write %tokens { <name> <[7]> }");
    }
  } else if (cursor_.At("<")) {
    ParseReference(&tokens);
  } else {
    cursor_.FailSyntax(begin, "unexpected '!'", "! stands before <token>; what is not x is ~x");
  }
  ast_.tokens.push_back(std::move(tokens));
  return Add({.kind = NodeKind::kTokens,
              .span = SpanFrom(begin),
              .index = static_cast<std::uint32_t>(ast_.tokens.size() - 1)});
}

NodeId Parser::ParseMark(std::size_t begin) {
  SkipSpace(/*newlines=*/false);
  const std::size_t text_begin = cursor_.offset();
  if (!cursor_.Take("\"")) {
    cursor_.FailSyntax(begin, "expected the text of the mark", "write %mark \"<call>\"");
  }
  std::string text = ParseLiteral(text_begin, &cursor_);
  return Add({.kind = NodeKind::kMark, .span = SpanFrom(begin), .literal = std::move(text)});
}

void Parser::ParseReference(ir::TokenSet* tokens) {
  const std::size_t begin = cursor_.offset();
  if (cursor_.Take("<[")) {
    ParseIds(begin, tokens);
    return;
  }
  while (!cursor_.Take(">")) {
    if (cursor_.AtEnd() || AtNewline()) {
      cursor_.Seek(begin + 1);
      cursor_.FailSyntax(begin, "the token is not closed", "expected '>'");
    }
    cursor_.Next();
  }
  std::string text(cursor_.TextSince(begin));
  if (text == "<>")
    cursor_.FailSyntax(begin, "a token without a name",
                       "write <name> or <[7]>, or \"<>\" for the two characters");
  tokens->items.push_back({.text = std::move(text), .place = source_.At(SpanFrom(begin), {})});
}

void Parser::ParseIds(std::size_t begin, ir::TokenSet* tokens) {
  constexpr std::uint64_t kMaxId = std::numeric_limits<std::int32_t>::max();
  do {
    SkipSpace(/*newlines=*/false);
    const std::size_t item_begin = cursor_.offset();
    const auto first = cursor_.TakeDecimal();
    const auto last = first && cursor_.Take("-") ? cursor_.TakeDecimal() : first;
    if (!first || !last) {
      cursor_.FailSyntax(begin, "expected the number of a token", "write <[7]> or <[7, 10-12]>");
    }
    if (*last > kMaxId || *first > *last) {
      cursor_.FailSyntax(item_begin, "there are no tokens " + cursor_.QuotedSince(item_begin),
                         "the smaller id comes first; ids are below 2^31");
    }
    tokens->items.push_back(
        {.ids = {static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(*last)},
         .place = source_.At(SpanFrom(item_begin), {})});
    SkipSpace(/*newlines=*/false);
  } while (cursor_.Take(","));
  if (!cursor_.Take("]>")) {
    cursor_.FailSyntax(begin, "expected ']>' after the number of a token",
                       "write <[7]> or <[7, 10-12]>");
  }
}

}  // namespace pushmask::frontend::ebnf
