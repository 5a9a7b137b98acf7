// SPDX-License-Identifier: Apache-2.0
// Traces with the places of rules worked out: line and column, or JSON Pointers into a schema. The
// text that a place is in is read again for that; compiling keeps no more of it.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/matcher_use.h"
#include "frontend/json/reader.h"
#include "frontend/json/value.h"
#include "ir/source.h"
#include "pushmask/explanation.h"
#include "pushmask/matcher.h"

namespace pushmask {
namespace {

namespace json = frontend::json;

// Pointers of one rule that are told.
constexpr std::size_t kMaxPointers = 8;

// The schemas of a JSON Schema by their places.
class SchemaPlaces {
 public:
  explicit SchemaPlaces(const ir::Source& source)
      : source_(source), document_(json::Read(source.text)) {
    AddObjects(document_.root);
  }

  // The schemas that a rule with this key may stand for, in their order.
  std::vector<const json::Value*> SchemasOf(std::uint32_t key) const {
    std::vector<std::uint32_t> keys{key};
    for (const auto& [own, other] : source_.shared) {
      if (own == key) keys.push_back(other);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<std::uint32_t> offsets;
    for (const auto& [of, offset] : source_.schemas) {
      if (std::binary_search(keys.begin(), keys.end(), of)) offsets.push_back(offset);
    }
    std::sort(offsets.begin(), offsets.end());
    offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
    std::vector<const json::Value*> schemas;
    for (const std::uint32_t offset : offsets) {
      const auto found = objects_.find(offset);
      if (found != objects_.end()) schemas.push_back(found->second);
    }
    return schemas;
  }

  // What the schema says of a member; null if it says nothing under `properties`.
  static const json::Value* Property(const json::Value& schema, std::string_view name) {
    const json::Value* properties = schema.Find("properties");
    return properties == nullptr ? nullptr : properties->Find(name);
  }

  std::string PointerTo(const json::Value& schema) const {
    return json::PointerTo(document_.root, schema);
  }

 private:
  // Values nest no deeper than the reader lets them.
  void AddObjects(const json::Value& value) {
    if (value.is_object()) objects_.emplace(value.span.begin, &value);
    for (const json::Value& element : value.elements) AddObjects(element);
    for (const json::Member& member : value.members) AddObjects(member.value);
  }

  const ir::Source& source_;
  json::Document document_;
  std::unordered_map<std::size_t, const json::Value*> objects_;  // by offset
};

class Resolver {
 public:
  explicit Resolver(const pda::RuleNames& names) : names_(names) {}

  std::vector<RulePath> Paths(const match::Trace& trace) {
    std::vector<RulePath> out;
    for (const match::TracePath& path : trace.paths) {
      out.push_back(
          {.frames = {}, .pointer = {}, .is_cut = path.is_cut, .expected = path.expected});
      AddFrames(path, &out.back());
    }
    return out;
  }

 private:
  void AddFrames(const match::TracePath& path, RulePath* out) {
    const SchemaPlaces* places = nullptr;
    const json::Value* schema = nullptr;     // of the value at hand, if it is known
    const json::Value* innermost = nullptr;  // the last one that was known
    for (const match::TraceFrame& frame : path.frames) {
      RuleFrame resolved;
      for (const pda::RuleName* name : frame.names) resolved.names.push_back(name->name);
      AddRepetition(frame, &resolved);
      const ir::Place place = frame.names.empty() ? ir::Place{} : frame.names[0]->place;
      if (place.source != 0) {
        const ir::Source& source = *names_.sources[place.source - 1];
        resolved.source_name = source.text.name();
        if (source.is_json_schema) {
          if (places != &PlacesOf(source)) schema = innermost = nullptr;  // of another text
          places = &PlacesOf(source);
          const auto schemas = Narrowed(places->SchemasOf(place.key), schema);
          for (const json::Value* one : schemas) {
            if (resolved.pointers.size() == kMaxPointers) break;
            resolved.pointers.push_back(places->PointerTo(*one));
          }
          schema = schemas.size() == 1 ? schemas[0] : nullptr;
        } else {
          const Diagnostic at = TextOf(source).At({place.key, place.key}, {});
          resolved.line = at.line;
          resolved.column = at.column;
        }
      }
      if (schema != nullptr) innermost = schema;
      if (places != nullptr && frame.member) {
        resolved.member = frame.member;
        if (schema != nullptr) schema = SchemaPlaces::Property(*schema, *frame.member);
        if (schema != nullptr) innermost = schema;
      }
      out->frames.push_back(std::move(resolved));
    }
    if (innermost != nullptr) out->pointer = places->PointerTo(*innermost);
  }

  static void AddRepetition(const match::TraceFrame& frame, RuleFrame* out) {
    if (!frame.repetition) return;
    out->repetition = frame.repetition->number;
    out->min_repetitions = frame.repetition->min;
    if (frame.repetition->max != pda::kUnbounded) out->max_repetitions = frame.repetition->max;
  }

  // The schema that the caller's member has, if it is one of them; or those inside of it.
  static std::vector<const json::Value*> Narrowed(std::vector<const json::Value*> schemas,
                                                  const json::Value* outer) {
    if (outer == nullptr || schemas.size() < 2) return schemas;
    std::vector<const json::Value*> inside;
    for (const json::Value* one : schemas) {
      if (one == outer) return {one};
      const bool is_inside =
          one->span.begin > outer->span.begin && one->span.end <= outer->span.end;
      if (is_inside) inside.push_back(one);
    }
    return inside.empty() ? schemas : inside;
  }

  const SchemaPlaces& PlacesOf(const ir::Source& source) {
    auto& places = places_[&source];
    if (places == nullptr) places = std::make_unique<SchemaPlaces>(source);
    return *places;
  }

  // A copy: grammars are shared between threads, and a SourceText remembers where it looked last.
  const text::SourceText& TextOf(const ir::Source& source) {
    return texts_.try_emplace(&source, source.text).first->second;
  }

  const pda::RuleNames& names_;
  std::map<const ir::Source*, std::unique_ptr<SchemaPlaces>> places_;
  std::map<const ir::Source*, text::SourceText> texts_;
};

Explanation Explained(const pda::RuleNames& names, match::Verdict verdict) {
  Resolver resolver(names);
  return {.is_allowed = verdict.is_allowed,
          .bytes = std::move(verdict.bytes),
          .note = std::move(verdict.note),
          .paths = resolver.Paths(verdict.now),
          .has_more_paths = verdict.now.has_more_paths,
          .expected = std::move(verdict.now.expected),
          .offset = verdict.offset,
          .died = resolver.Paths(verdict.died),
          .has_more_died = verdict.died.has_more_paths,
          .expected_there = std::move(verdict.died.expected)};
}

}  // namespace

Explanation Matcher::Explain(std::int32_t token) const {
  const Use use(*this);
  return Explained(use->compiled().names(), use->Explain(token));
}

Explanation Matcher::Explain(std::string_view bytes) const {
  const Use use(*this);
  return Explained(use->compiled().names(), use->Explain(bytes));
}

}  // namespace pushmask
