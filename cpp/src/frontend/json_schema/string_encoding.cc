// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/string_encoding.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/check.h"
#include "text/codepoint_set.h"
#include "text/utf8.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::Expr;
using ir::ExprId;
using ir::ExprKind;
using text::CodepointSet;

struct ShortEscape {
  char32_t codepoint;
  std::string_view spelling;
};
constexpr ShortEscape kShortEscapes[] = {
    {'"', "\\\""}, {'\\', "\\\\"}, {'\b', "\\b"}, {'\f', "\\f"},
    {'\n', "\\n"}, {'\r', "\\r"},  {'\t', "\\t"},
};

constexpr char32_t kFirstPrintable = 0x20;

const CodepointSet& Literals() {
  static const CodepointSet set =
      CodepointSet{{kFirstPrintable, text::kMaxCodepoint}}.Minus({{'"', '"'}, {'\\', '\\'}});
  return set;
}

const CodepointSet& HexDigits() {
  static const CodepointSet set{{'0', '9'}, {'A', 'F'}, {'a', 'f'}};
  return set;
}

// Both cases of the hexadecimal digits with these values.
CodepointSet HexSpellings(const std::vector<char32_t>& values) {
  std::vector<text::CodepointRange> ranges;
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

std::string_view ShortSpelling(char32_t codepoint) {
  for (const ShortEscape& escape : kShortEscapes) {
    if (escape.codepoint == codepoint) return escape.spelling;
  }
  return {};
}

}  // namespace

ExprId StringEncoder::AnyCharacter() {
  if (any_character_.valid()) return any_character_;
  ir::Builder& b = *builder_;
  const ExprId hex = b.Class(HexDigits());
  const ExprId d = b.Class({{'D', 'D'}, {'d', 'd'}});
  const ExprId low_half = b.Class({{'0', '7'}});
  const ExprId not_surrogate =
      b.Choice({b.Seq({b.Class(HexDigits().Minus({{'D', 'D'}, {'d', 'd'}})), hex, hex, hex}),
                b.Seq({d, low_half, hex, hex})});
  const ExprId pair = b.Seq({d, b.Class({{'8', '9'}, {'A', 'B'}, {'a', 'b'}}), hex, hex,
                             b.Bytes("\\u"), d, b.Class({{'C', 'F'}, {'c', 'f'}}), hex, hex});
  const ExprId letter = b.Class({{'"', '"'},
                                 {'/', '/'},
                                 {'\\', '\\'},
                                 {'b', 'b'},
                                 {'f', 'f'},
                                 {'n', 'n'},
                                 {'r', 'r'},
                                 {'t', 't'}});
  const ExprId escape = b.Choice({letter, b.Seq({b.Bytes("u"), b.Choice({not_surrogate, pair})})});
  any_character_ = b.Choice({b.Class(Literals()), b.Seq({b.Bytes("\\"), escape})});
  return any_character_;
}

ExprId StringEncoder::CanonicalCharacter() {
  if (!canonical_character_.valid()) canonical_character_ = EncodeClass(CodepointSet::All());
  return canonical_character_;
}

ExprId StringEncoder::EncodeBetween(std::string_view quote, std::string_view text) {
  std::string plain(quote);
  std::vector<ExprId> parts;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const std::string_view spelling = ShortSpelling(byte);
    if (byte >= kFirstPrintable && spelling.empty()) {
      plain.push_back(c);
    } else if (!spelling.empty()) {
      plain += spelling;
    } else {
      parts.push_back(builder_->Bytes(plain));
      plain.clear();
      parts.push_back(ControlEscapes(CodepointSet::Of(byte)));
    }
  }
  plain += quote;
  if (parts.empty()) return builder_->Bytes(plain);
  parts.push_back(builder_->Bytes(plain));
  return builder_->Seq(parts);
}

ExprId StringEncoder::Encode(ExprId strings) {
  const auto known = encoded_.find(strings);
  if (known != encoded_.end()) return known->second;
  const Expr node = builder_->expr(strings);  // a copy: encoding adds to the arena
  const ExprId encoded = EncodeNode(node);
  encoded_.emplace(strings, encoded);
  return encoded;
}

ExprId StringEncoder::EncodeNode(const Expr& node) {
  std::vector<ExprId> children;
  for (const ExprId child : node.children) children.push_back(Encode(child));
  switch (node.kind) {
    case ExprKind::kNothing:
      return builder_->Nothing();
    case ExprKind::kBytes:
      return EncodeText(node.bytes);
    case ExprKind::kClass:
      return EncodeClass(node.codepoints);
    case ExprKind::kSeq:
      return builder_->Seq(children);
    case ExprKind::kChoice:
      return builder_->Choice(children);
    case ExprKind::kRepeat:
      return builder_->Repeat(children[0], node.min, node.max);
    case ExprKind::kIntersect:
      return builder_->Intersect(children[0], children[1]);
    case ExprKind::kComplement:
      return builder_->Difference(builder_->Star(CanonicalCharacter()), children[0]);
    case ExprKind::kRuleRef:
    case ExprKind::kMembers:
    case ExprKind::kAutomaton:
      break;
  }
  PUSHMASK_CHECK(false && "neither rules nor automata are encoded");
  return {};
}

ExprId StringEncoder::EncodeClass(const CodepointSet& set) {
  std::vector<ExprId> parts{builder_->Class(set.Intersect(Literals()))};
  if (set.ranges().front().first < kFirstPrintable || set.Contains('"') || set.Contains('\\')) {
    for (const ShortEscape& escape : kShortEscapes) {
      if (set.Contains(escape.codepoint)) parts.push_back(builder_->Bytes(escape.spelling));
    }
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
      if (set.Contains(codepoint) && ShortSpelling(codepoint).empty()) low.push_back(digit);
    }
    const ExprId prefix = builder_->Bytes(high == 0 ? "\\u000" : "\\u001");
    parts.push_back(builder_->Seq({prefix, builder_->Class(HexSpellings(low))}));
  }
  return builder_->Choice(parts);
}

namespace {

std::uint64_t Add(std::uint64_t a, std::uint64_t b) {
  return a > kUnboundedLength - b ? kUnboundedLength : a + b;
}

std::uint64_t Times(std::uint64_t length, std::uint32_t count) {
  if (length == 0 || count == 0) return 0;
  if (length == kUnboundedLength || count == ir::kUnbounded) return kUnboundedLength;
  return length > kUnboundedLength / count ? kUnboundedLength : length * count;
}

std::uint64_t CountCharacters(std::string_view utf8) {
  return static_cast<std::uint64_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // not a continuation byte
  }));
}

class Measure {
 public:
  explicit Measure(const ir::Builder& builder) : builder_(builder) {}

  LengthRange Of(ExprId id) {
    const auto known = known_.find(id);
    if (known != known_.end()) return known->second;
    const LengthRange range = Compute(builder_.expr(id));
    known_.emplace(id, range);
    return range;
  }

 private:
  LengthRange Compute(const Expr& node) {
    switch (node.kind) {
      case ExprKind::kBytes: {
        const std::uint64_t length = CountCharacters(node.bytes);
        return {length, length};
      }
      case ExprKind::kClass:
        return {1, 1};
      case ExprKind::kSeq: {
        LengthRange sum;
        for (const ExprId child : node.children) {
          const LengthRange range = Of(child);
          sum = {Add(sum.min, range.min), Add(sum.max, range.max)};
        }
        return sum;
      }
      case ExprKind::kChoice: {
        LengthRange hull{kUnboundedLength, 0};
        for (const ExprId child : node.children) {
          const LengthRange range = Of(child);
          hull = {std::min(hull.min, range.min), std::max(hull.max, range.max)};
        }
        return hull;
      }
      case ExprKind::kRepeat: {
        const LengthRange range = Of(node.children[0]);
        return {Times(range.min, node.min), Times(range.max, node.max)};
      }
      case ExprKind::kIntersect: {
        const LengthRange a = Of(node.children[0]);
        const LengthRange b = Of(node.children[1]);
        return {std::max(a.min, b.min), std::min(a.max, b.max)};
      }
      default:
        return {0, kUnboundedLength};
    }
  }

  const ir::Builder& builder_;
  std::unordered_map<ExprId, LengthRange> known_;
};

}  // namespace

LengthRange CharacterLengths(const ir::Builder& builder, ExprId strings) {
  return Measure(builder).Of(strings);
}

}  // namespace pushmask::frontend::json_schema
