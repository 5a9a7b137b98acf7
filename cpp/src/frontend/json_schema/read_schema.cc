// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "frontend/json_schema/reader.h"

namespace pushmask::frontend::json_schema {
namespace {

using json::Kind;
using json::Value;

// Beyond this many, warnings about unknown keywords are no help.
constexpr std::size_t kMaxWarnings = 100;

}  // namespace

Reader::Reader(Library* library, FormulaStore* store, const JsonSchemaOptions& options,
               std::vector<Diagnostic>* warnings, Contradictions* contradictions)
    : library_(*library),
      store_(*store),
      options_(options),
      warnings_(warnings),
      contradictions_(*contradictions),
      scopes_(1) {}

FormulaId Reader::ReadRoot() {
  const Place root = library_.root();
  return Read(*root.schema, Enter(root, ScopeId(0)));
}

FormulaId Reader::ReadDocument(const Value& reference) {
  const Place root = library_.Resolve(reference, reference.text, library_.root().resource);
  return Read(*root.schema, Enter(root, ScopeId(0)));
}

FormulaId Reader::Read(const Value& value, Context context, std::string_view name, bool is_target) {
  if (value.kind == Kind::kTrue) return kTrue;
  if (value.kind == Kind::kFalse) {
    contradictions_.Add({&value}, "the schema 'false' matches nothing");
    return kFalse;
  }
  if (!value.is_object()) {
    site().Malformed(value, "a schema is an object or a boolean, found " +
                                std::string(json::Describe(value.kind)));
  }
  const Place place = library_.Inside(value, context.resource);
  if (place.resource != context.resource) context = Enter(place, context.scope);
  Keywords keywords;
  if (!Gather(value, context, &keywords)) return kTrue;
  const bool needs_evaluation = keywords[Keyword::kUnevaluatedItems] != nullptr ||
                                keywords[Keyword::kUnevaluatedProperties] != nullptr;
  // That follows references, so it has to wait until the value is looked at: a schema may refer to
  // what it stands in.
  if (needs_evaluation && !is_target) {
    return ReadReference({{&value, context.resource}, context.scope, std::nullopt}, name);
  }
  const std::size_t mark = contradictions_.mark();
  const FormulaId formula =
      needs_evaluation ? ReadUnevaluated(keywords, context) : ReadObject(keywords, context);
  NoteContradiction(keywords, formula, mark);
  if (!name.empty()) store_.SetName(formula, name);
  if (library_.resource(context.resource).document == 0) {
    places_.emplace_back(formula.bits(), static_cast<std::uint32_t>(value.span.begin));
  }
  return formula;
}

void Reader::NoteContradiction(const Keywords& keywords, FormulaId formula, std::size_t mark) {
  if (formula != kFalse) return contradictions_.Rewind(mark);
  if (contradictions_.mark() != mark) return;
  std::vector<const Value*> places;
  for (const Value* value : keywords.values) {
    if (value != nullptr) places.push_back(value);
  }
  const std::string_view message =
      places.size() == 1 ? "nothing passes this keyword" : "the keywords here exclude each other";
  contradictions_.Add(std::move(places), std::string(message));
}

// False if nothing there says anything.
bool Reader::Gather(const Value& schema, Context context, Keywords* out) {
  const Resource& resource = library_.resource(context.resource);
  bool any = false;
  for (const json::Member& member : schema.members) {
    const Keyword keyword = FindKeyword(member.name, resource.draft);
    if (keyword == Keyword::kUnknown) {
      WarnAboutUnknown(member, resource.draft);
    } else if (keyword != Keyword::kAnnotation) {
      out->values[static_cast<std::size_t>(keyword)] = &member.value;
      any = true;
    }
  }
  const auto ref = static_cast<std::size_t>(Keyword::kRef);
  if (resource.draft <= Draft::k7 && out->values[ref] != nullptr) {
    Keywords only;
    only.values[ref] = out->values[ref];
    *out = only;
  }
  return any;
}

// The specification has unknown keywords ignored; one that looks like a misspelt one is worth a
// word. Extensions by convention begin with "x-" or "$" or "_".
void Reader::WarnAboutUnknown(const json::Member& member, Draft draft) {
  const char first = member.name.empty() ? '_' : member.name[0];
  if (warnings_ == nullptr || warnings_->size() >= kMaxWarnings || first == '_' || first == '$' ||
      member.name.starts_with("x-")) {
    return;
  }
  std::string hint = DidYouMean(member.name, KeywordNames(draft));
  if (hint.empty()) return;
  warnings_->push_back(site().At(
      member.value, "'" + std::string(member.name) + "' is no keyword of this draft and is ignored",
      std::move(hint)));
}

FormulaId Reader::ReadObject(const Keywords& keywords, Context context) {
  std::vector<FormulaId> parts;
  ReadAssertions(keywords, context, &parts);
  ReadApplicators(keywords, context, &parts);
  return store_.All(parts);
}

// What applies other schemas to the same value.
void Reader::ReadApplicators(const Keywords& keywords, Context context,
                             std::vector<FormulaId>* parts) {
  for (const Keyword keyword : {Keyword::kRef, Keyword::kDynamicRef, Keyword::kRecursiveRef}) {
    if (const auto target = TargetOf(keywords, keyword, context)) {
      parts->push_back(ReadReference(*target, keywords[keyword]->text));
    }
  }
  if (const Value* list = keywords[Keyword::kAllOf]) {
    for (const FormulaId id : ReadList(*list, Keyword::kAllOf, context)) parts->push_back(id);
  }
  if (const Value* list = keywords[Keyword::kAnyOf]) {
    parts->push_back(store_.Any(ReadList(*list, Keyword::kAnyOf, context)));
  }
  if (const Value* list = keywords[Keyword::kOneOf]) {
    parts->push_back(store_.ExactlyOne(ReadList(*list, Keyword::kOneOf, context)));
  }
  if (const Value* negated = keywords[Keyword::kNot]) parts->push_back(~Read(*negated, context));
  parts->push_back(ReadConditional(keywords, context));
  ReadDependencies(keywords, context, parts);
}

FormulaId Reader::ReadConditional(const Keywords& keywords, Context context) {
  const Value* condition = keywords[Keyword::kIf];
  if (condition == nullptr) return kTrue;
  const FormulaId holds = Read(*condition, context);
  const Value* then_value = keywords[Keyword::kThen];
  const Value* else_value = keywords[Keyword::kElse];
  const FormulaId then_part = then_value == nullptr ? kTrue : Read(*then_value, context);
  const FormulaId else_part = else_value == nullptr ? kTrue : Read(*else_value, context);
  return store_.All({store_.Any({~holds, then_part}), store_.Any({holds, else_part})});
}

void Reader::CheckList(const Value& list, Keyword keyword) const {
  if (!list.is_array()) Expected(list, keyword, "an array of schemas");
  if (list.elements.empty()) {
    site().Malformed(list, "'" + std::string(NameOf(keyword)) + "' must not be empty");
  }
}

void Reader::CheckMap(const Value& map, Keyword keyword) const {
  if (!map.is_object()) Expected(map, keyword, "an object of schemas");
}

std::vector<FormulaId> Reader::ReadList(const Value& list, Keyword keyword, Context context) {
  CheckList(list, keyword);
  std::vector<FormulaId> out;
  for (const Value& element : list.elements) out.push_back(Read(element, context));
  return out;
}

void Reader::Expected(const Value& value, Keyword keyword, std::string_view what) const {
  site().Malformed(value, "'" + std::string(NameOf(keyword)) + "' must be " + std::string(what) +
                              ", found " + std::string(json::Describe(value.kind)));
}

}  // namespace pushmask::frontend::json_schema
