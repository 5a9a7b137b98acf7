// SPDX-License-Identifier: Apache-2.0
// Host names beyond ASCII: RFC 5890 (labels), RFC 5891 section 5.4 (which labels may be looked up),
// RFC 5892 (code points and their contexts), RFC 5893 section 2 (the Bidi rule).
//
// What is left out is not regular, or not in reach of automata: normalization form C, the length of
// a label's Punycode, and whether what follows xn-- is Punycode.
#include <initializer_list>
#include <string>
#include <vector>

#include "frontend/json_schema/formats/hostname.h"
#include "frontend/json_schema/formats/languages.h"
#include "text/unicode_tables.h"

namespace pushmask::frontend::json_schema::formats {
namespace {

using ir::ExprId;
using text::CodepointSet;

constexpr char32_t kNonJoiner = 0x200C;
constexpr char32_t kJoiner = 0x200D;
constexpr char32_t kKatakanaDot = 0x30FB;
constexpr char32_t kKeraia = 0x375;
constexpr char32_t kGeresh = 0x5F3;
constexpr char32_t kGershayim = 0x5F4;

CodepointSet WithValues(const text::EnumeratedProperty& property,
                        std::initializer_list<std::string_view> names) {
  return text::CodepointsOf(property.runs, [&](std::uint32_t value) {
    for (const std::string_view name : names) {
      if (property.values[value].short_name == name) return true;
    }
    return false;
  });
}

CodepointSet Members(std::span<const std::uint32_t> runs) {
  return text::CodepointsOf(runs, [](std::uint32_t value) { return value == 1; });
}

CodepointSet Bidi(std::initializer_list<std::string_view> classes) {
  return WithValues(text::kBidiClass, classes);
}

// PVALID, CONTEXTJ and CONTEXTO.
const CodepointSet& LabelCharacters() {
  static const CodepointSet set = Members(text::kDomainValid)
                                      .Union({{kNonJoiner, kJoiner},
                                              {0xB7, 0xB7},
                                              {0x375, 0x375},
                                              {0x5F3, 0x5F4},
                                              {kKatakanaDot, kKatakanaDot},
                                              {0x660, 0x669},
                                              {0x6F0, 0x6F9}});
  return set;
}

// What no label may contain, by RFC 5892, appendix A, and the shape of a label: each rule's strings
// among all, to be taken away one after another, so that no product of all of them is made.
class LabelRules {
 public:
  explicit LabelRules(ir::Builder* builder)
      : b_(*builder), any_(b_.Star(b_.Class(CodepointSet::All()))) {}

  std::vector<ExprId> Forbidden() {
    const CodepointSet l = CodepointSet::Of('l');
    const CodepointSet middle_dot = CodepointSet::Of(0xB7);
    const CodepointSet arabic_indic{{0x660, 0x669}};
    const CodepointSet extended_arabic_indic{{0x6F0, 0x6F9}};
    return {
        Shape(),
        Katakana(),
        NonJoiner(),
        NotAfter(l, middle_dot),
        NotBefore(middle_dot, l),
        NotBefore(CodepointSet::Of(kKeraia), WithValues(text::kScript, {"grek"})),
        NotAfter(WithValues(text::kScript, {"hebr"}), {{kGeresh, kGershayim}}),
        NotAfter(Members(text::kVirama), CodepointSet::Of(kJoiner)),
        Both(arabic_indic, extended_arabic_indic),
        Both(extended_arabic_indic, arabic_indic),
    };
  }

 private:
  ExprId Without(const CodepointSet& set) { return b_.Class(set.Complement()); }

  // Nothing, or something whose last, or first, character is not in `set`.
  ExprId EndsWithout(const CodepointSet& set) { return b_.Optional(b_.Seq({any_, Without(set)})); }
  ExprId BeginsWithout(const CodepointSet& set) {
    return b_.Optional(b_.Seq({Without(set), any_}));
  }

  // One of `characters` that is not right after, or before, one of `wanted`.
  ExprId NotAfter(const CodepointSet& wanted, const CodepointSet& characters) {
    return b_.Seq({EndsWithout(wanted), b_.Class(characters), any_});
  }
  ExprId NotBefore(const CodepointSet& characters, const CodepointSet& wanted) {
    return b_.Seq({any_, b_.Class(characters), BeginsWithout(wanted)});
  }

  ExprId Both(const CodepointSet& first, const CodepointSet& second) {
    return b_.Seq({any_, b_.Class(first), any_, b_.Class(second), any_});
  }

  // Hyphens at an end or third and fourth; a combining mark at the start; ASCII only.
  ExprId Shape() {
    const ExprId hyphen = b_.Bytes("-");
    const ExprId marks = b_.Class(WithValues(text::kGeneralCategory, {"mn", "mc", "me"}));
    const ExprId one = b_.Class(CodepointSet::All());
    return b_.Choice({b_.Seq({b_.Choice({hyphen, marks}), any_}), b_.Seq({any_, hyphen}),
                      b_.Seq({one, one, hyphen, hyphen, any_}), b_.Star(b_.Class({{0, 0x7F}}))});
  }

  // KATAKANA MIDDLE DOT without a character of the scripts it belongs to.
  ExprId Katakana() {
    const ExprId other = b_.Star(Without(WithValues(text::kScript, {"hira", "kana", "hani"})));
    return b_.Seq({other, b_.Class(CodepointSet::Of(kKatakanaDot)), other});
  }

  // ZERO WIDTH NON-JOINER neither after a virama nor between characters that join, transparent ones
  // left out of account.
  ExprId NonJoiner() {
    const CodepointSet transparent = WithValues(text::kJoiningType, {"t"});
    const CodepointSet joins_next = WithValues(text::kJoiningType, {"l", "d"});
    const CodepointSet joins_last = WithValues(text::kJoiningType, {"r", "d"});
    const ExprId through = b_.Star(b_.Class(transparent));
    const ExprId before = b_.Seq({EndsWithout(joins_next.Union(transparent)), through});
    const ExprId after = b_.Seq({through, BeginsWithout(joins_last.Union(transparent))});
    const ExprId not_virama = EndsWithout(Members(text::kVirama));
    const ExprId non_joiner = b_.Class(CodepointSet::Of(kNonJoiner));
    return b_.Choice({b_.Seq({b_.Intersect(before, not_virama), non_joiner, any_}),
                      b_.Seq({not_virama, non_joiner, after})});
  }

  ir::Builder& b_;
  const ExprId any_;
};

// Labels that satisfy the Bidi rule, with characters of whatever other kind.
ExprId BidiLabels(ir::Builder* builder) {
  ir::Builder& b = *builder;
  const ExprId marks = b.Star(b.Class(Bidi({"nsm"})));
  const auto labels = [&](const CodepointSet& first, const CodepointSet& inside,
                          const CodepointSet& last) {
    return b.Choice({b.Seq({b.Class(first), marks}),
                     b.Seq({b.Class(first), b.Star(b.Class(inside)), b.Class(last), marks})});
  };
  const CodepointSet weak = Bidi({"es", "cs", "et", "on", "bn", "nsm"});
  const CodepointSet right = Bidi({"r", "al"});
  const CodepointSet european = Bidi({"en"});
  const CodepointSet arabic = Bidi({"an"});
  const CodepointSet left = Bidi({"l"});
  const auto rtl = [&](const CodepointSet& digits) {
    const CodepointSet strong = right.Union(digits);
    return labels(right, strong.Union(weak), strong);
  };
  const CodepointSet ltr = left.Union(european);
  return b.Choice({rtl(european), rtl(arabic), labels(left, ltr.Union(weak), ltr)});
}

}  // namespace

ExprId ULabel(ir::Builder* builder) {
  ExprId labels = builder->Plus(builder->Class(LabelCharacters()));
  for (const ExprId forbidden : LabelRules(builder).Forbidden()) {
    labels = builder->Difference(labels, forbidden);
  }
  return labels;
}

Format IdnHostname(ir::Builder* builder) {
  ir::Builder& b = *builder;
  // Other labels with two hyphens in the third place are reserved (RFC 5890, section 2.3.1).
  const ExprId ascii =
      b.Difference(Pattern(kLabel, builder), Pattern("(?![Xx][Nn]).{2}--.*", builder));
  const ExprId label = b.Choice({ascii, ULabel(builder)});
  // RFC 3490, section 3.1: what else is a dot.
  const ExprId dot = b.Class({{'.', '.'}, {0x3002, 0x3002}, {0xFF0E, 0xFF0E}, {0xFF61, 0xFF61}});
  const auto names = [&](ExprId one) { return b.Seq({one, b.Star(b.Seq({dot, one}))}); };
  const ExprId left = b.Star(b.Class(Bidi({"r", "al", "an"}).Complement()));
  return {.expr = b.Choice(
              {names(b.Intersect(label, left)), names(b.Intersect(label, BidiLabels(builder)))}),
          .unchecked =
              "normalization form C, lengths in Punycode, and that what follows xn-- is the "
              "Punycode of a U-label (RFC 5891)"};
}

}  // namespace pushmask::frontend::json_schema::formats
