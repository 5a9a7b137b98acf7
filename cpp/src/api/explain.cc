// SPDX-License-Identifier: Apache-2.0
// Traces with the places of rules worked out: line and column, or JSON Pointers into a schema. The
// text that a place is in is read again for that; compiling keeps no more of it.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/matcher_use.h"
#include "frontend/json/reader.h"
#include "ir/source.h"
#include "pushmask/explanation.h"
#include "pushmask/matcher.h"

namespace pushmask {
namespace {

namespace json = frontend::json;

// Pointers of one rule that are told.
constexpr std::size_t kMaxPointers = 8;

std::string Escaped(const std::string& token) {
  std::string out;
  for (const char c : token) {
    out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  return out;
}

// The schemas of a JSON Schema by their places.
class SchemaPlaces {
 public:
  explicit SchemaPlaces(const ir::Source& source)
      : source_(source), document_(json::Read(source.text)) {
    AddPointers(document_.root, "");
  }

  // Of the schemas that a rule with this key may stand for, in their order.
  std::vector<std::string> PointersOf(std::uint32_t key) const {
    std::vector<std::uint32_t> keys{key};
    for (const auto& [own, other] : source_.shared) {
      if (own == key) keys.push_back(other);
    }
    std::vector<std::uint32_t> offsets;
    for (const auto& [of, offset] : source_.schemas) {
      if (std::find(keys.begin(), keys.end(), of) != keys.end()) offsets.push_back(offset);
    }
    std::sort(offsets.begin(), offsets.end());
    offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
    std::vector<std::string> pointers;
    for (const std::uint32_t offset : offsets) {
      const auto found = pointers_.find(offset);
      if (found != pointers_.end()) pointers.push_back(found->second);
    }
    return pointers;
  }

  bool Has(const std::string& pointer) const {
    return std::any_of(pointers_.begin(), pointers_.end(),
                       [&](const auto& known) { return known.second == pointer; });
  }

 private:
  // Values nest no deeper than the reader lets them.
  void AddPointers(const json::Value& value, const std::string& pointer) {
    if (!value.is_object() && !value.is_array()) return;
    pointers_.emplace(value.span.begin, pointer);
    for (std::size_t i = 0; i < value.elements.size(); ++i) {
      AddPointers(value.elements[i], pointer + "/" + std::to_string(i));
    }
    for (const json::Member& member : value.members) {
      AddPointers(member.value, pointer + "/" + Escaped(std::string(member.name)));
    }
  }

  const ir::Source& source_;
  json::Document document_;
  std::map<std::size_t, std::string> pointers_;  // by offset
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
    std::optional<std::string> value;  // the schema of the value at hand
    const SchemaPlaces* schema = nullptr;
    for (const match::TraceFrame& frame : path.frames) {
      RuleFrame resolved;
      for (const pda::RuleName* name : frame.names) resolved.names.push_back(name->name);
      if (!frame.names.empty() && frame.names[0]->place.source != 0) {
        const ir::Place place = frame.names[0]->place;
        const ir::Source& source = *names_.sources[place.source - 1];
        resolved.source_name = source.text.name();
        if (source.is_json_schema) {
          schema = &PlacesOf(source);
          resolved.pointers = Narrowed(schema->PointersOf(place.key), value);
          value.reset();
          if (resolved.pointers.size() == 1) out->pointer = value = resolved.pointers[0];
        } else {
          const Diagnostic at = source.text.At({place.key, place.key}, {});
          resolved.line = at.line;
          resolved.column = at.column;
        }
      }
      if (frame.repetition) {
        resolved.repetition = frame.repetition->number;
        resolved.min_repetitions = frame.repetition->min;
        if (frame.repetition->max != pda::kUnbounded) {
          resolved.max_repetitions = frame.repetition->max;
        }
      }
      if (schema != nullptr && frame.member) {
        resolved.member = frame.member;
        const std::string inner = value.value_or("") + "/properties/" + Escaped(*frame.member);
        // An undeclared name, or one that some other keyword declares: nothing is known.
        value = value && schema->Has(inner) ? std::optional(inner) : std::nullopt;
        if (value) out->pointer = value;
      }
      out->frames.push_back(std::move(resolved));
    }
  }

  // The schema that the caller's member has, if it is one of them; or those inside of it.
  static std::vector<std::string> Narrowed(std::vector<std::string> pointers,
                                           const std::optional<std::string>& value) {
    if (value && pointers.size() > 1) {
      std::vector<std::string> inside;
      for (const std::string& pointer : pointers) {
        if (pointer == *value) return {pointer};
        if (pointer.starts_with(*value + "/")) inside.push_back(pointer);
      }
      if (!inside.empty()) pointers = std::move(inside);
    }
    if (pointers.size() > kMaxPointers) pointers.resize(kMaxPointers);
    return pointers;
  }

  const SchemaPlaces& PlacesOf(const ir::Source& source) {
    auto& places = places_[&source];
    if (places == nullptr) places = std::make_unique<SchemaPlaces>(source);
    return *places;
  }

  const pda::RuleNames& names_;
  std::map<const ir::Source*, std::unique_ptr<SchemaPlaces>> places_;
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
