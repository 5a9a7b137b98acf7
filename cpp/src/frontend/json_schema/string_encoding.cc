// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/string_encoding.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "text/utf8.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::Expr;
using ir::ExprId;
using ir::ExprKind;
using text::CodepointRange;
using text::CodepointSet;

struct ShortEscape {
  char32_t codepoint;
  std::string_view spelling;
  bool canonical;  // `/` needs no escape, but may have one
};
constexpr ShortEscape kShortEscapes[] = {
    {'"', "\\\"", true}, {'\\', "\\\\", true}, {'/', "\\/", false}, {'\b', "\\b", true},
    {'\f', "\\f", true}, {'\n', "\\n", true},  {'\r', "\\r", true}, {'\t', "\\t", true},
};

constexpr char32_t kFirstPrintable = 0x20;
constexpr char32_t kMaxBmp = 0xFFFF;
constexpr int kBitsPerDigit = 4;
// A supplementary code point less kMaxBmp + 1 is 20 bits: ten in each half of its pair (RFC 8259,
// section 7; Unicode, section 3.9).
constexpr char32_t kHighFirst = 0xD800;
constexpr char32_t kLowFirst = 0xDC00;
constexpr int kBitsPerHalf = 10;
constexpr char32_t kHalfMask = (1 << kBitsPerHalf) - 1;

const CodepointSet& Literals() {
  static const CodepointSet set =
      CodepointSet{{kFirstPrintable, text::kMaxCodepoint}}.Minus({{'"', '"'}, {'\\', '\\'}});
  return set;
}

// Both cases of the hexadecimal digits with these values.
CodepointSet HexSpellings(const std::vector<char32_t>& values) {
  std::vector<CodepointRange> ranges;
  for (const char32_t value : values) {
    if (value < 10) {
      ranges.push_back({'0' + value, '0' + value});
    } else {
      ranges.push_back({'a' + value - 10, 'a' + value - 10});
      ranges.push_back({'A' + value - 10, 'A' + value - 10});
    }
  }
  return CodepointSet(std::move(ranges));
}

std::string_view CanonicalEscape(char32_t codepoint) {
  for (const ShortEscape& escape : kShortEscapes) {
    if (escape.codepoint == codepoint && escape.canonical) return escape.spelling;
  }
  return {};
}

// The numbers of `ranges` from `first` to `last`, less `first`. O(number of ranges).
std::vector<CodepointRange> Slice(const std::vector<CodepointRange>& ranges, char32_t first,
                                  char32_t last) {
  std::vector<CodepointRange> out;
  for (const CodepointRange& range : ranges) {
    const char32_t from = std::max(range.first, first);
    const char32_t to = std::min(range.last, last);
    if (from <= to) out.push_back({from - first, to - first});
  }
  return out;
}

}  // namespace

ExprId StringEncoder::AnyCharacter(Spelling spelling) {
  return Encode(builder_->Class(CodepointSet::All()), spelling);
}

ExprId StringEncoder::EncodeText(std::string_view text, Spelling spelling) {
  std::string plain;
  std::vector<ExprId> parts;
  for (std::size_t i = 0; i < text.size();) {
    const auto decoded = text::DecodeUtf8(text, i);
    PUSHMASK_CHECK(decoded.has_value());
    const std::string_view escape = CanonicalEscape(decoded->codepoint);
    const bool control = decoded->codepoint < kFirstPrintable && escape.empty();
    if (spelling == Spelling::kAny || control) {
      parts.push_back(builder_->Bytes(plain));
      plain.clear();
      parts.push_back(EncodeClass(CodepointSet::Of(decoded->codepoint), spelling));
    } else {
      plain += escape.empty() ? text.substr(i, decoded->length) : escape;
    }
    i += decoded->length;
  }
  parts.push_back(builder_->Bytes(plain));
  return builder_->Seq(parts);
}

ExprId StringEncoder::EncodeQuoted(std::string_view text, Spelling spelling) {
  const ExprId quote = builder_->Bytes("\"");
  return builder_->Seq({quote, EncodeText(text, spelling), quote});
}

ExprId StringEncoder::Encode(ExprId strings, Spelling spelling) {
  auto& encoded = encoded_[static_cast<std::size_t>(spelling)];
  const auto known = encoded.find(strings);
  if (known != encoded.end()) return known->second;
  const Expr node = builder_->expr(strings);  // a copy: encoding adds to the arena
  const ExprId result = EncodeNode(node, spelling);
  encoded.emplace(strings, result);
  return result;
}

ExprId StringEncoder::EncodeNode(const Expr& node, Spelling spelling) {
  std::vector<ExprId> children;
  for (const ExprId child : node.children) children.push_back(Encode(child, spelling));
  switch (node.kind) {
    case ExprKind::kNothing:
      return builder_->Nothing();
    case ExprKind::kBytes:
      return EncodeText(node.bytes, spelling);
    case ExprKind::kClass:
      return EncodeClass(node.codepoints, spelling);
    case ExprKind::kSeq:
      return builder_->Seq(children);
    case ExprKind::kChoice:
      return builder_->Choice(children);
    case ExprKind::kRepeat:
      return builder_->Repeat(children[0], node.min, node.max);
    case ExprKind::kIntersect:
      return builder_->Intersect(children[0], children[1]);
    case ExprKind::kComplement:  // within all well-formed spellings
      return builder_->Difference(builder_->Star(AnyCharacter(spelling)), children[0]);
    case ExprKind::kRuleRef:
      return EncodeRule(node.rule, spelling);
    case ExprKind::kMembers:
    case ExprKind::kAutomaton:
    case ExprKind::kTokenSet:
      break;
  }
  PUSHMASK_CHECK(false && "no language of strings has member groups, automata or tokens");
  return {};
}

ExprId StringEncoder::EncodeRule(ir::RuleId rule, Spelling spelling) {
  auto& rules = encoded_rules_[static_cast<std::size_t>(spelling)];
  const auto known = rules.find(rule);
  if (known != rules.end()) return builder_->RuleRef(known->second);
  const ir::RuleId encoded = builder_->AddRule(builder_->name(rule));
  rules.emplace(rule, encoded);  // before the body, which may refer to the rule
  builder_->Define(encoded, Encode(builder_->body(rule), spelling));
  return builder_->RuleRef(encoded);
}

ExprId StringEncoder::EncodeClass(const CodepointSet& set, Spelling spelling) {
  const bool any = spelling == Spelling::kAny;
  std::vector<ExprId> parts{builder_->Class(set.Intersect(Literals()))};
  for (const ShortEscape& escape : kShortEscapes) {
    if (set.Contains(escape.codepoint) && (any || escape.canonical)) {
      parts.push_back(builder_->Bytes(escape.spelling));
    }
  }
  if (any) {
    parts.push_back(NumericEscapes(set));
  } else if (!set.empty() && set.ranges().front().first < kFirstPrintable) {
    parts.push_back(ControlEscapes(set));
  }
  return builder_->Choice(parts);
}

// \u00XX for the control characters of `set` that have no short escape.
ExprId StringEncoder::ControlEscapes(const CodepointSet& set) {
  std::vector<ExprId> parts;
  for (const char32_t high : {0, 1}) {
    std::vector<char32_t> low;
    for (char32_t digit = 0; digit < 16; ++digit) {
      const char32_t codepoint = high * 16 + digit;
      if (set.Contains(codepoint) && CanonicalEscape(codepoint).empty()) low.push_back(digit);
    }
    const ExprId prefix = builder_->Bytes(high == 0 ? "\\u000" : "\\u001");
    parts.push_back(builder_->Seq({prefix, builder_->Class(HexSpellings(low))}));
  }
  return builder_->Choice(parts);
}

// \uXXXX, or two of them, for every character of `set`.
ExprId StringEncoder::NumericEscapes(const CodepointSet& set) {
  const Ranges bmp = Slice(set.ranges(), 0, kMaxBmp);
  return builder_->Seq(
      {builder_->Bytes("\\u"), builder_->Choice({Hexadecimal(bmp, 4), SurrogatePairs(set)})});
}

// What follows the first \u of the supplementary characters of `set`. First halves that go with the
// same second halves are joined; all but the two at the ends of a range go with every second half.
ExprId StringEncoder::SurrogatePairs(const CodepointSet& set) {
  std::map<Ranges, Ranges> highs_by_lows;
  const auto add = [&](char32_t first_high, char32_t last_high, const Ranges& lows) {
    highs_by_lows[lows].push_back({kHighFirst + first_high, kHighFirst + last_high});
  };
  std::map<char32_t, Ranges> partial;  // first half -> second halves
  for (const auto& [first, last] : Slice(set.ranges(), kMaxBmp + 1, text::kMaxCodepoint)) {
    char32_t begin = first >> kBitsPerHalf;
    char32_t end = (last >> kBitsPerHalf) + 1;
    if (begin + 1 == end) {
      partial[begin].push_back({first & kHalfMask, last & kHalfMask});
      continue;
    }
    if ((first & kHalfMask) != 0) partial[begin++].push_back({first & kHalfMask, kHalfMask});
    if ((last & kHalfMask) != kHalfMask) partial[--end].push_back({0, last & kHalfMask});
    if (begin < end) add(begin, end - 1, {{0, kHalfMask}});
  }
  for (const auto& [high, lows] : partial) add(high, high, lows);
  std::vector<ExprId> parts;
  for (auto& [lows, highs] : highs_by_lows) {
    std::sort(highs.begin(), highs.end());
    Ranges shifted = lows;
    for (CodepointRange& range : shifted) range = {kLowFirst + range.first, kLowFirst + range.last};
    parts.push_back(
        builder_->Seq({Hexadecimal(highs, 4), builder_->Bytes("\\u"), Hexadecimal(shifted, 4)}));
  }
  return builder_->Choice(parts);
}

// The spellings of `numbers` in exactly so many hexadecimal digits of either case. First digits
// that leave the same rest are one class, so big sets stay small; equal sets are one expression.
ExprId StringEncoder::Hexadecimal(const Ranges& numbers, int num_digits) {
  if (numbers.empty()) return builder_->Nothing();
  if (num_digits == 0) return builder_->Empty();
  const auto key = std::make_pair(num_digits, numbers);
  if (const auto known = hexadecimal_.find(key); known != hexadecimal_.end()) return known->second;
  const int shift = kBitsPerDigit * (num_digits - 1);
  std::map<Ranges, std::vector<char32_t>> digits_by_rest;
  for (char32_t digit = 0; digit < 16; ++digit) {
    const char32_t first = digit << shift;
    Ranges rest = Slice(numbers, first, first + (1U << shift) - 1);
    if (!rest.empty()) digits_by_rest[std::move(rest)].push_back(digit);
  }
  std::vector<ExprId> parts;
  for (const auto& [rest, digits] : digits_by_rest) {
    parts.push_back(
        builder_->Seq({builder_->Class(HexSpellings(digits)), Hexadecimal(rest, num_digits - 1)}));
  }
  return hexadecimal_.emplace(key, builder_->Choice(parts)).first->second;
}

}  // namespace pushmask::frontend::json_schema
