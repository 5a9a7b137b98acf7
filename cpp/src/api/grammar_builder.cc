// SPDX-License-Identifier: Apache-2.0
#include "pushmask/grammar_builder.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <optional>

#include "api/json_schema_options.h"
#include "base/token_bytes.h"
#include "frontend/regex/regex.h"
#include "frontend/repeat_bounds.h"
#include "frontend/rule_options.h"
#include "frontend/strings/one_of.h"
#include "frontend/strings/substrings.h"
#include "ir/builder.h"
#include "ir/copier.h"
#include "ir/expr_limits.h"
#include "text/cursor.h"
#include "text/source_text.h"
#include "text/utf8.h"

namespace pushmask {
namespace {

using ir::ExprId;

constexpr const char* kSourceName = "<builder>";

[[noreturn]] void Fail(std::string message, std::string hint = {}) {
  throw GrammarError(Diagnostic{
      .message = std::move(message), .source_name = kSourceName, .hint = std::move(hint)});
}

text::CodepointRange Checked(GrammarBuilder::CodepointRange range) {
  if (range.first <= range.last && range.last <= text::kMaxCodepoint) {
    return {range.first, range.last};
  }
  Fail("the range of code points " + std::to_string(range.first) + " to " +
           std::to_string(range.last) + " is reversed or past U+10FFFF",
       "put the lower end first");
}

// The two sides of the surrogates; both may be empty.
std::vector<text::CodepointRange> WithoutSurrogates(text::CodepointRange range) {
  std::vector<text::CodepointRange> out;
  const char32_t last_before = std::min<char32_t>(range.last, text::kSurrogateFirst - 1);
  const char32_t first_after = std::max<char32_t>(range.first, text::kSurrogateLast + 1);
  if (range.first <= last_before) out.push_back({range.first, last_before});
  if (first_after <= range.last) out.push_back({first_after, range.last});
  return out;
}

void CheckUtf8(const std::vector<std::string>& strings) {
  for (const std::string& text : strings) {
    if (text::FindInvalidUtf8(text) != std::string::npos) {
      Fail("the string " + text::Quoted(text) + " is not UTF-8");
    }
  }
}

frontend::RuleOptions CheckedOptions(const GrammarBuilder::RuleOptions& options) {
  for (const auto& text : {options.capture, options.stop, options.suffix}) {
    if (!text) continue;
    if (text->empty()) Fail("the text of a rule option is empty");
    CheckUtf8({*text});
  }
  if (options.stop && options.suffix) {
    Fail("the options 'stop' and 'suffix' exclude each other",
         "the text of a suffix belongs to the rule, that of a stop does not");
  }
  if (options.max_chars && *options.max_chars > frontend::kMaxRepeat) {
    Fail("the option 'max_chars' is larger than " + std::to_string(frontend::kMaxRepeat));
  }
  if (options.max_tokens &&
      (*options.max_tokens == 0 || *options.max_tokens > frontend::kMaxRepeat)) {
    Fail("the option 'max_tokens' is not from 1 to " + std::to_string(frontend::kMaxRepeat));
  }
  if (options.temperature && !(std::isfinite(*options.temperature) && *options.temperature >= 0)) {
    Fail("the option 'temperature' is not a number of at least 0");
  }
  return {.max_chars = options.max_chars,
          .stop = options.stop,
          .suffix = options.suffix,
          .lazy = options.lazy,
          .marks = {options.capture, options.temperature, options.max_tokens}};
}

}  // namespace

struct GrammarBuilder::State {
  ir::Builder builder;
  ir::ExprLimits limits{&builder};
  std::vector<Diagnostic> warnings;  // of the grammars that were taken over
};

GrammarBuilder::GrammarBuilder() : state_(std::make_shared<State>()) {}

std::uint32_t GrammarBuilder::IdOf(const Expression& expression) const {
  if (expression.owner_ == state_) return expression.id_;
  Fail("the expression belongs to another builder", "take it over with its grammar");
}

std::uint32_t GrammarBuilder::IdOf(const Rule& rule) const {
  if (rule.owner_ == state_) return rule.id_;
  Fail("the rule belongs to another builder", "take it over with its grammar");
}

GrammarBuilder::Expression GrammarBuilder::Nothing() {
  return Handle(state_->builder.Nothing().value);
}

GrammarBuilder::Expression GrammarBuilder::Empty() { return Handle(state_->builder.Empty().value); }

GrammarBuilder::Expression GrammarBuilder::Literal(std::string_view bytes) {
  state_->limits.CheckRoom({});
  if (base::HasTokenByte(bytes)) {
    Fail("the literal has a byte from 0xF8 on, which no text has", "use UTF-8");
  }
  return Handle(state_->builder.Bytes(bytes).value);
}

GrammarBuilder::Expression GrammarBuilder::Codepoints(const std::vector<CodepointRange>& ranges) {
  state_->limits.CheckRoom({});
  std::vector<text::CodepointRange> checked;
  for (const CodepointRange range : ranges) checked.push_back(Checked(range));
  return Handle(state_->builder.Class(text::CodepointSet(std::move(checked))).value);
}

GrammarBuilder::Expression GrammarBuilder::Sequence(const std::vector<Expression>& parts) {
  std::vector<ExprId> ids;
  for (const Expression& part : parts) ids.emplace_back(IdOf(part));
  state_->limits.CheckRoom(ids);
  return Handle(state_->builder.Seq(ids).value);
}

GrammarBuilder::Expression GrammarBuilder::Choice(const std::vector<Expression>& parts) {
  std::vector<ExprId> ids;
  for (const Expression& part : parts) ids.emplace_back(IdOf(part));
  state_->limits.CheckRoom(ids);
  return Handle(state_->builder.Choice(ids).value);
}

GrammarBuilder::Expression GrammarBuilder::Repeat(const Expression& body, std::uint32_t min,
                                                  std::uint32_t max) {
  const ExprId id(IdOf(body));
  if (min > max) {
    Fail("a repetition of at least " + std::to_string(min) + " and at most " + std::to_string(max),
         "put the lower bound first");
  }
  state_->limits.CheckRoom({&id, 1});
  return Handle(state_->builder.Repeat(id, min, max).value);
}

GrammarBuilder::Expression GrammarBuilder::Intersect(const Expression& a, const Expression& b) {
  const ExprId ids[] = {ExprId(IdOf(a)), ExprId(IdOf(b))};
  state_->limits.CheckRoom(ids);
  return Handle(state_->builder.Intersect(ids[0], ids[1]).value);
}

GrammarBuilder::Expression GrammarBuilder::Complement(const Expression& a) {
  const ExprId id(IdOf(a));
  state_->limits.CheckRoom({&id, 1});
  return Handle(state_->builder.Complement(id).value);
}

GrammarBuilder::Expression GrammarBuilder::Difference(const Expression& a, const Expression& b) {
  return Intersect(a, Complement(b));
}

GrammarBuilder::Expression GrammarBuilder::Regex(std::string_view pattern, bool search) {
  state_->limits.CheckRoom({});
  const text::SourceText source("<regex>", std::string(pattern));
  const auto match = search ? frontend::RegexMatch::kSearch : frontend::RegexMatch::kFull;
  return Handle(frontend::LowerRegex(source, match, &state_->builder).value);
}

GrammarBuilder::Expression GrammarBuilder::Automaton(const std::vector<AutomatonState>& states) {
  state_->limits.CheckRoom({});
  std::vector<ir::Automaton::State> out;
  out.reserve(states.size());
  for (const AutomatonState& state : states) {
    ir::Automaton::State copy{.accept = state.accept};
    std::uint64_t least = 0;  // where the next transition may begin
    for (const AutomatonState::Transition& transition : state.transitions) {
      const text::CodepointRange on = Checked(transition.on);
      if (transition.target >= states.size()) {
        Fail("a transition of state " + std::to_string(out.size()) + " leads to state " +
             std::to_string(transition.target) + ", which is not there");
      }
      if (on.first < least) {
        Fail("transitions of state " + std::to_string(out.size()) +
             " overlap or are not in increasing order");
      }
      least = std::uint64_t{on.last} + 1;
      for (const text::CodepointRange part : WithoutSurrogates(on)) {
        copy.transitions.push_back({part, transition.target});
      }
    }
    out.push_back(std::move(copy));
  }
  return Handle(state_->builder.Accepted(ir::Automaton(std::move(out))).value);
}

GrammarBuilder::Expression GrammarBuilder::OneOf(std::vector<std::string> strings) {
  state_->limits.CheckRoom({});
  CheckUtf8(strings);
  return Handle(state_->builder.Accepted(frontend::OneOf(std::move(strings))).value);
}

GrammarBuilder::Expression GrammarBuilder::SubstringOf(const std::vector<std::string>& chunks) {
  state_->limits.CheckRoom({});
  CheckUtf8(chunks);
  return Handle(state_->builder.Accepted(frontend::Substrings(chunks)).value);
}

GrammarBuilder::Expression GrammarBuilder::Tokens(const std::vector<TokenName>& tokens,
                                                  bool is_negated, Diagnostic place) {
  state_->limits.CheckRoom({});
  constexpr std::uint32_t kMaxId = std::numeric_limits<std::int32_t>::max();
  if (place.source_name.empty()) place.source_name = kSourceName;
  if (tokens.empty() && !is_negated) Fail("there are no tokens to choose from");
  ir::TokenSet set;
  set.is_negated = is_negated;
  for (const TokenName& token : tokens) {
    if (token.text.empty() && (token.first > token.last || token.last > kMaxId)) {
      Fail("there are no tokens " + std::to_string(token.first) + " to " +
               std::to_string(token.last),
           "put the lower id first");
    }
    set.items.push_back({.text = token.text, .ids = {token.first, token.last}, .place = place});
    if (!token.text.empty()) set.items.back().ids = {};
  }
  return Handle(state_->builder.Tokens(std::move(set)).value);
}

GrammarBuilder::Expression GrammarBuilder::Mark(std::string_view text) {
  state_->limits.CheckRoom({});
  CheckUtf8({std::string(text)});
  return Handle(state_->builder.Mark(text).value);
}

std::vector<GrammarBuilder::Expression> GrammarBuilder::JsonSchemas(
    const std::vector<std::string>& schemas, const JsonSchemaOptions& options,
    std::string_view source_name) {
  std::vector<Expression> out;
  std::optional<frontend::JsonSchemaParts> parts;
  try {
    if (options.documents.empty()) {
      parts =
          frontend::ParseJsonSchemas(schemas, FrontendOptions(options), std::string(source_name));
    }
  } catch (const GrammarError&) {
    // One of them by itself says it better, and several may be too large together.
  }
  if (!parts) {
    for (const std::string& schema : schemas) {
      out.push_back(Spliced(Grammar::FromJsonSchema(schema, options, source_name)));
    }
    return out;
  }
  ir::Copier copier(parts->grammar, std::string(source_name), &state_->builder);
  for (const ir::RuleId rule : parts->rules) {
    out.push_back(Handle(state_->builder.RuleRef(copier.Copy(rule)).value));
  }
  state_->warnings.insert(state_->warnings.end(), parts->warnings.begin(), parts->warnings.end());
  return out;
}

GrammarBuilder::JsonValues GrammarBuilder::JsonValuesOf(const std::vector<std::string>& documents,
                                                        const std::vector<JsonPlace>& places,
                                                        const std::u32string& characters,
                                                        std::string_view source_name) {
  std::vector<frontend::JsonSchemaPlace> schemas;
  for (const JsonPlace& place : places) {
    if (place.document >= documents.size()) {
      Fail("there is no document " + std::to_string(place.document));
    }
    schemas.push_back({place.document, place.pointer});
  }
  std::optional<frontend::JsonSchemaValues> read;
  try {
    read = frontend::ParseJsonValues(documents, schemas, characters, std::string(source_name));
  } catch (const GrammarError&) {
    if (documents.size() == 1) throw;  // one of several says it better by itself
  }
  JsonValues out;
  if (read) {
    ir::Copier copier(read->grammar, std::string(source_name), &state_->builder);
    const auto copied = [&](const std::optional<ir::RuleId>& rule) -> std::optional<Expression> {
      if (!rule) return std::nullopt;
      return Handle(state_->builder.RuleRef(copier.Copy(*rule)).value);
    };
    for (const auto& value : read->values) {
      JsonValue& added = out.values.emplace_back();
      added.strings = copied(value.strings);
      added.is_any_string = value.is_any_string;
      added.characters = value.characters;
      if (value.max_length != kUnbounded) added.max_length = value.max_length;
      for (std::size_t i = 0; i < value.others.size(); ++i) {
        const auto other = copied(value.others[i]);
        if (other) added.others.emplace_back(frontend::JsonSchemaValues::kOtherTypes[i], *other);
      }
    }
    out.of_place = std::move(read->of_schema);
    state_->warnings.insert(state_->warnings.end(), read->warnings.begin(), read->warnings.end());
    return out;
  }
  return JsonValuesOneByOne(documents, places, characters, source_name);
}

GrammarBuilder::JsonValues GrammarBuilder::JsonValuesOneByOne(
    const std::vector<std::string>& documents, const std::vector<JsonPlace>& places,
    const std::u32string& characters, std::string_view source_name) {
  JsonValues out;
  out.of_place.resize(places.size());
  for (std::size_t i = 0; i < documents.size(); ++i) {
    std::vector<JsonPlace> inside;
    for (const JsonPlace& place : places) {
      if (place.document == i) inside.push_back({0, place.pointer});
    }
    if (inside.empty()) continue;
    const JsonValues some = JsonValuesOf({documents[i]}, inside, characters, source_name);
    auto of_place = some.of_place.begin();
    for (std::size_t p = 0; p < places.size(); ++p) {
      if (places[p].document == i) out.of_place[p] = out.values.size() + *of_place++;
    }
    out.values.insert(out.values.end(), some.values.begin(), some.values.end());
  }
  return out;
}

GrammarBuilder::Expression GrammarBuilder::Spliced(const Grammar& grammar) {
  const ir::Grammar& from = grammar.ir();
  ir::Copier copier(from, from.source_name(), &state_->builder);
  const ir::RuleId root = copier.Copy(from.root());
  state_->warnings.insert(state_->warnings.end(), grammar.warnings().begin(),
                          grammar.warnings().end());
  return Handle(state_->builder.RuleRef(root).value);
}

std::uint32_t GrammarBuilder::AddSource(std::string name, std::string text) {
  return state_->builder.AddSource(
      std::make_shared<const ir::Source>(ir::Source{{std::move(name), std::move(text)}}));
}

GrammarBuilder::Rule GrammarBuilder::AddRule(std::string_view name, RulePlace place) {
  state_->limits.CheckRoom({});
  if (place.source > state_->builder.grammar().sources().size()) {
    Fail("there is no source " + std::to_string(place.source));
  }
  const ir::RuleId rule = state_->builder.AddRule(name);
  state_->builder.SetPlace(rule, {place.source, place.offset});
  return {state_, rule.value};
}

void GrammarBuilder::Define(const Rule& rule, const Expression& body, const RuleOptions& options) {
  const frontend::RuleOptions checked = CheckedOptions(options);
  const ir::RuleId id(IdOf(rule));
  if (state_->builder.IsDefined(id)) {
    Fail("the rule " + text::Quoted(state_->builder.name(id)) + " is defined already",
         "join the two with a choice");
  }
  const ExprId expr(IdOf(body));
  state_->limits.CheckRoom({&expr, 1});
  frontend::DefineRule(id, checked, expr, &state_->builder);
}

GrammarBuilder::Expression GrammarBuilder::Ref(const Rule& rule) {
  return Handle(state_->builder.RuleRef(ir::RuleId(IdOf(rule))).value);
}

void GrammarBuilder::Warn(Diagnostic warning) { state_->warnings.push_back(std::move(warning)); }

Grammar GrammarBuilder::Finish(const Rule& root, std::string source_name) const {
  const ir::RuleId id(IdOf(root));
  for (const ir::Rule& rule : state_->builder.grammar().rules()) {
    if (!rule.body.valid()) Fail("the rule " + text::Quoted(rule.name) + " is not defined");
  }
  ir::Builder builder;
  ir::Copier copier(state_->builder.grammar(), source_name, &builder);
  const ir::RuleId copy = copier.Copy(id);
  return Grammar(builder.Finish(copy, std::move(source_name)), state_->warnings);
}

}  // namespace pushmask
