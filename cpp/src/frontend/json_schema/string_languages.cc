// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/string_languages.h"

#include <algorithm>
#include <string>
#include <utility>

#include "automaton/lengths.h"
#include "base/check.h"
#include "frontend/character_lengths.h"
#include "frontend/json_schema/formats/formats.h"
#include "frontend/regex/regex.h"
#include "pushmask/error.h"
#include "text/codepoint_set.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;

// Deciding whether a pattern contains another, or a string, need not be dearer than this.
constexpr std::size_t kMaxStates = 20'000;

std::size_t CountCodepoints(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

ExprId StringLanguages::AnyString() {
  return builder_.Star(builder_.Class(text::CodepointSet::All()));
}

ExprId StringLanguages::Language(FormulaId id) {
  const auto known = languages_.find(id);
  if (known != languages_.end()) return known->second;
  const Formula& formula = store_[id];
  ExprId language;
  if (id == kFalse) {
    language = builder_.Nothing();
  } else if (formula.kind == FormulaKind::kAll && id.negated()) {
    std::vector<ExprId> options;
    for (const FormulaId child : formula.children) options.push_back(Language(~child));
    language = builder_.Choice(options);
  } else if (formula.kind == FormulaKind::kAll) {
    language = Conjunction(formula.children);
  } else {
    language = Literal(id);
  }
  languages_.emplace(id, language);
  return language;
}

// Leaving a literal out is safe where leaving out what it negates is not.
ExprId StringLanguages::Literal(FormulaId id) {
  const Formula& formula = store_[id];
  const bool was_lenient = std::exchange(is_lenient_, false);
  ExprId language;
  try {
    if (formula.kind == FormulaKind::kConstant) {
      language = AnyString();
    } else {
      language =
          formula.kind == FormulaKind::kExactlyOne ? ExactlyOne(formula.children) : Atom(formula);
    }
    if (id.negated()) language = builder_.Complement(language);
  } catch (const UnsupportedError& error) {
    if (!was_lenient) throw;
    Diagnostic warning = error.diagnostics()[0];
    warning.message = "left out: " + warning.message;
    warnings_.push_back(std::move(warning));
    language = AnyString();
  }
  is_lenient_ = was_lenient;
  return language;
}

// Lengths come last, on what the others leave: often they say nothing new then.
ExprId StringLanguages::Conjunction(const std::vector<FormulaId>& parts) {
  std::uint32_t min = 0;
  std::uint32_t max = ir::kUnbounded;
  std::optional<ExprId> language;
  for (const FormulaId part : parts) {
    const Formula& formula = store_[part];
    if (formula.kind == FormulaKind::kLength && !part.negated()) {
      min = std::max(min, formula.min);
      max = std::min(max, formula.max);
    } else {
      const Bounded also = Split(Language(part));
      max = std::min(max, also.max);
      language = language ? builder_.Intersect(*language, also.strings) : also.strings;
    }
  }
  return WithLengths(language ? *language : AnyString(), min, max);
}

// Strings in one of the languages, and in none, so far.
ExprId StringLanguages::ExactlyOne(const std::vector<FormulaId>& parts) {
  ExprId one = builder_.Nothing();
  ExprId none = AnyString();
  for (const FormulaId part : parts) {
    const ExprId language = Language(part);
    one = builder_.Choice({builder_.Difference(one, language), builder_.Intersect(none, language)});
    none = builder_.Difference(none, language);
  }
  return one;
}

ExprId StringLanguages::Atom(const Formula& atom) {
  switch (atom.kind) {
    case FormulaKind::kLength:
      return WithLengths(AnyString(), atom.min, atom.max);
    case FormulaKind::kPattern:
      return Pattern(atom);
    case FormulaKind::kFormat:
      return RegularFormat(atom);
    case FormulaKind::kStrings: {
      std::vector<ExprId> strings;
      for (const std::string_view text : atom.names) strings.push_back(builder_.Bytes(text));
      return builder_.Choice(strings);
    }
    default:
      break;
  }
  PUSHMASK_CHECK(false && "an atom about strings");
  return {};
}

ExprId StringLanguages::Pattern(const Formula& atom) {
  const auto known = patterns_.find(atom.names[0]);
  if (known != patterns_.end()) return known->second;
  const json::Value& at = *atom.at;
  // The regex front end points into the pattern; its readers have the schema.
  const auto place = [&](const Diagnostic& inner) {
    return site_.At(at,
                    "in the pattern '" + std::string(atom.names[0]) + "', at character " +
                        std::to_string(inner.column) + ": " + inner.message,
                    inner.hint);
  };
  try {
    const text::SourceText source("pattern", std::string(atom.names[0]));
    const ExprId language = LowerRegex(source, RegexMatch::kSearch, &builder_);
    patterns_.emplace(atom.names[0], language);
    return language;
  } catch (const SyntaxError& error) {
    throw SyntaxError(place(error.diagnostics()[0]));
  } catch (const UnsupportedError& error) {
    throw UnsupportedError(place(error.diagnostics()[0]), error.feature());
  }
}

StringLanguages::KnownFormat StringLanguages::FindFormat(const Formula& atom) {
  const std::string_view name = atom.names[0];
  const auto known = formats_.find(name);
  if (known != formats_.end()) return known->second;
  const auto language = FormatLanguage(name, &builder_);
  if (!language) {
    site_.Unsupported(*atom.at, "format", "the format '" + std::string(name) + "' is not known",
                      DidYouMean(name, FormatNames()));
  }
  if (!language->unchecked.empty()) {
    warnings_.push_back(
        site_.At(*atom.at, "of the format '" + std::string(name) +
                               "' this is not checked: " + std::string(language->unchecked)));
  }
  return formats_.emplace(name, KnownFormat{language->expr, language->regular}).first->second;
}

ExprId StringLanguages::Format(FormulaId id) { return FindFormat(store_[id]).expr; }

ExprId StringLanguages::RegularFormat(const Formula& atom) {
  const KnownFormat format = FindFormat(atom);
  if (format.is_regular) return format.expr;
  site_.Unsupported(*atom.at, "format",
                    "the format '" + std::string(atom.names[0]) +
                        "' is not regular, so it cannot be combined with other keywords about "
                        "strings",
                    "leave them out, or the format");
}

StringLanguages::Bounded StringLanguages::Split(ExprId language) const {
  const ir::Expr& node = builder_.expr(language);
  if (node.kind != ir::ExprKind::kIntersect) return {language};
  for (const std::size_t side : {0, 1}) {
    const ir::Expr& bound = builder_.expr(node.children[side]);
    if (bound.kind != ir::ExprKind::kRepeat || bound.min != 0 || bound.max == ir::kUnbounded) {
      continue;
    }
    const ir::Expr& unit = builder_.expr(bound.children[0]);
    if (unit.kind == ir::ExprKind::kClass && unit.codepoints == text::CodepointSet::All()) {
      return {node.children[1 - side], bound.max};
    }
  }
  return {language};
}

// The strings of `language` that have one of these lengths. A bound that says nothing is left out.
ExprId StringLanguages::WithLengths(ExprId language, std::uint32_t min, std::uint32_t max) {
  const Bounded bounded = Split(language);
  max = std::min(max, bounded.max);
  if (min > max) return builder_.Nothing();
  language = bounded.strings;
  const LengthRange range = CharacterLengths(builder_, language);
  const std::uint64_t most = max == ir::kUnbounded ? kUnboundedLength : max;
  if (range.min >= min && range.max <= most) return language;
  if (range.max < min || range.min > most) return builder_.Nothing();
  const ir::Expr node = builder_.expr(language);
  if (node.kind == ir::ExprKind::kRepeat &&
      builder_.expr(node.children[0]).kind == ir::ExprKind::kClass) {
    return builder_.Repeat(node.children[0], std::max(node.min, min), std::min(node.max, max));
  }
  const ExprId any = builder_.Class(text::CodepointSet::All());
  if (range.min < min) {
    language = builder_.Intersect(language, builder_.Repeat(any, min, ir::kUnbounded));
  }
  if (range.max > most) language = builder_.Intersect(language, builder_.Repeat(any, 0, max));
  return language;
}

bool StringLanguages::IsLengthOnly(FormulaId id, std::uint32_t* min, std::uint32_t* max) const {
  *min = 0;
  *max = ir::kUnbounded;
  const auto add = [&](FormulaId part) {
    const Formula& formula = store_[part];
    if (part.negated() || formula.kind != FormulaKind::kLength) return false;
    *min = std::max(*min, formula.min);
    *max = std::min(*max, formula.max);
    return true;
  };
  const Formula& formula = store_[id];
  if (id.negated() || formula.kind != FormulaKind::kAll) return add(id);
  return std::all_of(formula.children.begin(), formula.children.end(), add);
}

bool StringLanguages::Holds(FormulaId id, std::string_view text) {
  const Formula& formula = store_[id];
  bool holds = true;
  switch (formula.kind) {
    case FormulaKind::kConstant:
      break;
    case FormulaKind::kAll:
      holds = std::all_of(formula.children.begin(), formula.children.end(),
                          [&](FormulaId child) { return Holds(child, text); });
      break;
    case FormulaKind::kExactlyOne:
      holds = std::count_if(formula.children.begin(), formula.children.end(),
                            [&](FormulaId child) { return Holds(child, text); }) == 1;
      break;
    default:
      holds = AtomHolds(formula, text);
      break;
  }
  return holds != id.negated();
}

bool StringLanguages::AtomHolds(const Formula& atom, std::string_view text) {
  switch (atom.kind) {
    case FormulaKind::kLength: {
      const std::size_t length = CountCodepoints(text);
      return length >= atom.min && (atom.max == ir::kUnbounded || length <= atom.max);
    }
    case FormulaKind::kStrings:
      return std::binary_search(atom.names.begin(), atom.names.end(), text);
    case FormulaKind::kPattern:
      return Matches(Pattern(atom), text);
    default:
      return Matches(RegularFormat(atom), text);
  }
}

const automaton::Dfa& StringLanguages::ToDfa(ExprId language) {
  if (!compiler_) {
    compiler_ = std::make_unique<automaton::ExprCompiler>(
        builder_.grammar(), automaton::Budget{kMaxStates, kMaxStates, &steps_}, nullptr);
  }
  return compiler_->ToDfa(language);
}

bool StringLanguages::IsEmpty(ExprId language) {
  const Bounded bounded = Split(language);
  const LengthRange range = CharacterLengths(builder_, bounded.strings);
  if (range.is_exact) return range.min > bounded.max;  // the bound may be kUnbounded
  const automaton::Dfa& dfa = ToDfa(bounded.strings);
  if (bounded.max == ir::kUnbounded || dfa.empty()) return dfa.empty();
  const automaton::Dfa& character = ToDfa(builder_.Class(text::CodepointSet::All()));
  const auto lengths = automaton::MeasureLengths(dfa, {"", &character, ""});
  PUSHMASK_CHECK(lengths.has_value());  // all strings are made of characters
  return lengths->front().least() > bounded.max;
}

bool StringLanguages::Matches(ExprId language, std::string_view text) {
  const Bounded bounded = Split(language);
  if (CountCodepoints(text) > bounded.max) return false;
  const automaton::Dfa& dfa = ToDfa(bounded.strings);
  if (dfa.empty()) return false;
  std::uint32_t state = 0;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    const auto edges = dfa.bytes(state);
    const auto edge = std::find_if(edges.begin(), edges.end(), [&](const automaton::ByteEdge& e) {
      return e.first <= byte && byte <= e.last;
    });
    if (edge == edges.end()) return false;
    state = edge->target;
  }
  return dfa.accept(state);
}

std::optional<std::vector<std::string_view>> StringLanguages::Listed(FormulaId id) {
  const Formula& formula = store_[id];
  if (id == kFalse) return std::vector<std::string_view>();
  if (formula.kind == FormulaKind::kStrings && !id.negated()) return formula.names;
  if (formula.kind != FormulaKind::kAll) return std::nullopt;
  std::vector<std::string_view> strings;
  if (id.negated()) {
    for (const FormulaId child : formula.children) {
      const auto some = Listed(~child);
      if (!some) return std::nullopt;
      strings.insert(strings.end(), some->begin(), some->end());
    }
    std::sort(strings.begin(), strings.end());
    strings.erase(std::unique(strings.begin(), strings.end()), strings.end());
    return strings;
  }
  // Each part is asked once: formulas nest.
  decltype(Listed(id)) candidates;
  for (const FormulaId child : formula.children) {
    candidates = Listed(child);
    if (candidates) break;
  }
  if (!candidates) return std::nullopt;
  for (const std::string_view text : *candidates) {
    if (Holds(id, text)) strings.push_back(text);
  }
  return strings;
}

// All strings but some listed ones.
bool StringLanguages::IsCofinite(FormulaId id) const {
  const Formula& formula = store_[id];
  if (formula.kind == FormulaKind::kStrings) return id.negated();
  return formula.kind == FormulaKind::kAll && !id.negated() &&
         std::all_of(formula.children.begin(), formula.children.end(),
                     [&](FormulaId child) { return IsCofinite(child); });
}

// Each text begun leads to one at least, so there are never more begun than there are texts.
std::optional<std::vector<std::string>> StringLanguages::FewTexts(const automaton::Dfa& dfa) {
  constexpr std::size_t kFew = 32;
  std::vector<std::string> texts;
  std::vector<std::pair<std::uint32_t, std::string>> begun;
  if (!dfa.empty()) begun.emplace_back(0, "");
  while (!begun.empty()) {
    std::vector<std::pair<std::uint32_t, std::string>> next;
    for (const auto& [state, text] : begun) {
      if (dfa.accept(state)) texts.push_back(text);
      for (const automaton::ByteEdge& edge : dfa.bytes(state)) {
        for (unsigned byte = edge.first; byte <= edge.last; ++byte) {
          next.emplace_back(edge.target, text + static_cast<char>(byte));
          if (texts.size() + next.size() > kFew) return std::nullopt;
        }
      }
    }
    begun = std::move(next);
  }
  return texts;
}

std::optional<std::vector<std::string_view>> StringLanguages::Few(FormulaId id) {
  if (auto listed = Listed(id)) return listed;
  if (id == kTrue || IsCofinite(id)) return std::nullopt;
  const auto [entry, is_new] = few_.try_emplace(id);
  if (is_new) {
    try {
      entry->second = FewTexts(ToDfa(Language(id)));
    } catch (const Error&) {
      entry->second.reset();  // too large, or not to be lowered: whoever lowers it will say so
    }
  }
  if (!entry->second) return std::nullopt;
  return std::vector<std::string_view>(entry->second->begin(), entry->second->end());
}

bool StringLanguages::IsSurelyEmpty(FormulaId id) {
  if (id == kTrue || id == kFalse) return id == kFalse;
  const auto known = empty_.find(id);
  if (known != empty_.end()) return known->second;
  bool is_empty = false;
  std::uint32_t min = 0;
  std::uint32_t max = 0;
  if (IsCofinite(id)) {
    is_empty = false;
  } else if (const auto strings = Listed(id)) {
    is_empty = strings->empty();
  } else if (IsLengthOnly(id, &min, &max)) {
    is_empty = min > max;
  } else {
    try {
      is_empty = IsEmpty(Language(id));
    } catch (const Error&) {
      is_empty = false;  // too large, or not to be lowered: whoever lowers it will say so
    }
  }
  empty_.emplace(id, is_empty);
  return is_empty;
}

}  // namespace pushmask::frontend::json_schema
