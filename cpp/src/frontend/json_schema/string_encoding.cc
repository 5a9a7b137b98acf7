// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/string_encoding.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/check.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::Expr;
using ir::ExprId;
using ir::ExprKind;

// A repetition of more positions than this is left to the automata's counters.
constexpr std::uint64_t kWholePositions = 32;
constexpr std::uint64_t kHuge = std::uint64_t{1} << 31;

std::uint64_t Copies(const Expr& repeat) {
  return repeat.max == ir::kUnbounded ? repeat.min : repeat.max;
}

bool IsLong(const Expr& node) {
  return node.kind == ExprKind::kRepeat && Copies(node) > kWholePositions;
}

// The canonical spelling of `text` with its quotes, or nullopt if there are several: a control
// character without an escape of its own is a \u with a hexadecimal digit of either case.
std::optional<std::string> QuoteCanonically(std::string_view text) {
  constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const std::size_t at = kEscaped.find(c);
    if (at != std::string_view::npos) {
      out += {'\\', kLetters[at]};
    } else if (byte >= 0x20) {
      out += c;
    } else {
      return std::nullopt;
    }
  }
  return out + "\"";
}

}  // namespace

ExprId StringEncoder::AnyCharacter(Spelling spelling) {
  return builder_->Spelled(builder_->Class(text::CodepointSet::All()), spelling);
}

ExprId StringEncoder::EncodeQuoted(std::string_view text, Spelling spelling) {
  if (spelling == Spelling::kCanonical) {
    if (const auto quoted = QuoteCanonically(text)) return builder_->Bytes(*quoted);
  }
  const ExprId quote = builder_->Bytes("\"");
  return builder_->Seq({quote, builder_->Spelled(builder_->Bytes(text), spelling), quote});
}

ExprId StringEncoder::Encode(ExprId strings, Spelling spelling) {
  auto& encoded = encoded_[static_cast<std::size_t>(spelling)];
  const auto known = encoded.find(strings);
  if (known != encoded.end()) return known->second;
  const ExprId result = SizeOf(strings).is_whole ? builder_->Spelled(strings, spelling)
                                                 : EncodeNode(strings, spelling);
  encoded.emplace(strings, result);
  return result;
}

StringEncoder::Size StringEncoder::SizeOf(ExprId strings) {
  const auto known = sizes_.find(strings);
  if (known != sizes_.end()) return known->second;
  const Expr& node = builder_->expr(strings);
  std::uint64_t positions = 0;
  bool is_whole = true;
  bool has_bound = false;
  for (const ExprId child : node.children) {
    const Size size = SizeOf(child);
    positions += size.positions;
    is_whole = is_whole && size.is_whole;
    has_bound = has_bound || IsLong(builder_->expr(child));
  }
  switch (node.kind) {
    case ExprKind::kBytes:
      positions = node.bytes.size();
      break;
    case ExprKind::kRepeat: {
      const std::uint64_t copies = Copies(node);
      positions *= std::max<std::uint64_t>(copies, 1);
      is_whole = is_whole && (copies <= 1 || positions <= kWholePositions);
      break;
    }
    case ExprKind::kIntersect:  // a product has no counters, but a bound on the length is one
      is_whole = !has_bound;
      break;
    case ExprKind::kComplement:
      is_whole = true;
      break;
    case ExprKind::kRuleRef:
      is_whole = false;
      break;
    case ExprKind::kSeq:
    case ExprKind::kChoice:
      break;
    default:
      positions = 1;
      break;
  }
  const Size size{static_cast<std::uint32_t>(std::min(positions, kHuge)), is_whole};
  sizes_.emplace(strings, size);
  return size;
}

ExprId StringEncoder::EncodeNode(ExprId strings, Spelling spelling) {
  switch (builder_->expr(strings).kind) {
    case ExprKind::kSeq:
      return builder_->Seq(EncodeChildren(strings, spelling));
    case ExprKind::kChoice:
      return builder_->Choice(EncodeChildren(strings, spelling));
    case ExprKind::kRepeat: {
      const Expr& node = builder_->expr(strings);
      const std::uint32_t min = node.min;
      const std::uint32_t max = node.max;
      return builder_->Repeat(Encode(node.children[0], spelling), min, max);
    }
    case ExprKind::kIntersect: {
      const ExprId left = builder_->expr(strings).children[0];
      const ExprId right = builder_->expr(strings).children[1];
      return builder_->Intersect(Encode(left, spelling), Encode(right, spelling));
    }
    case ExprKind::kRuleRef:
      return EncodeRule(builder_->expr(strings).rule, spelling);
    default:
      break;
  }
  PUSHMASK_CHECK(false && "what has rules or long repetitions inside");
  return {};
}

// Children that stand together and can be spelled as a whole are.
std::vector<ExprId> StringEncoder::EncodeChildren(ExprId strings, Spelling spelling) {
  const Expr node = builder_->expr(strings);  // a copy: encoding adds to the arena
  std::vector<ExprId> parts;
  std::vector<ExprId> together;
  const auto end_whole = [&] {
    if (together.empty()) return;
    const ExprId whole =
        node.kind == ExprKind::kSeq ? builder_->Seq(together) : builder_->Choice(together);
    parts.push_back(builder_->Spelled(whole, spelling));
    together.clear();
  };
  for (const ExprId child : node.children) {
    if (SizeOf(child).is_whole) {
      together.push_back(child);
    } else {
      end_whole();
      parts.push_back(Encode(child, spelling));
    }
  }
  end_whole();
  return parts;
}

ExprId StringEncoder::EncodeRule(ir::RuleId rule, Spelling spelling) {
  auto& rules = encoded_rules_[static_cast<std::size_t>(spelling)];
  const auto known = rules.find(rule);
  if (known != rules.end()) return builder_->RuleRef(known->second);
  const ir::RuleId encoded = builder_->AddRule(builder_->name(rule));
  builder_->KeepApart(encoded);
  rules.emplace(rule, encoded);  // before the body, which may refer to the rule
  builder_->Define(encoded, Encode(builder_->body(rule), spelling));
  return builder_->RuleRef(encoded);
}

}  // namespace pushmask::frontend::json_schema
