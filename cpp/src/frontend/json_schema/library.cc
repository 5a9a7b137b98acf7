// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/library.h"

#include <algorithm>
#include <charconv>

#include "frontend/json/reader.h"
#include "frontend/json_schema/uri.h"
#include "text/utf8.h"

namespace pushmask::frontend::json_schema {
namespace {

using json::Value;

// One reference token of a JSON Pointer (RFC 6901, section 4).
std::string Unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    if (escape && (token[i + 1] == '0' || token[i + 1] == '1')) {
      out.push_back(token[++i] == '0' ? '~' : '/');
    } else {
      out.push_back(token[i]);
    }
  }
  return out;
}

const Value* Element(const Value& array, std::string_view token) {
  std::size_t index = 0;
  const char* const end = token.data() + token.size();
  const auto [rest, error] = std::from_chars(token.data(), end, index);
  if (error != std::errc() || rest != end || index >= array.elements.size()) return nullptr;
  return &array.elements[index];
}

std::string_view StringAt(const Value& schema, std::string_view name) {
  const Value* value = schema.Find(name);
  return value != nullptr && value->is_string() ? value->text : std::string_view();
}

// How a keyword's value holds schemas.
enum class Holds : std::uint8_t { kNone, kSchema, kList, kMap };

Holds HoldsOf(Keyword keyword, const Value& value) {
  switch (keyword) {
    case Keyword::kAllOf:
    case Keyword::kAnyOf:
    case Keyword::kOneOf:
    case Keyword::kPrefixItems:
      return Holds::kList;
    case Keyword::kItems:
      return value.is_array() ? Holds::kList : Holds::kSchema;
    case Keyword::kDefs:
    case Keyword::kDefinitions:
    case Keyword::kDependencies:
    case Keyword::kDependentSchemas:
    case Keyword::kPatternProperties:
    case Keyword::kProperties:
      return Holds::kMap;
    case Keyword::kAdditionalItems:
    case Keyword::kAdditionalProperties:
    case Keyword::kContains:
    case Keyword::kElse:
    case Keyword::kIf:
    case Keyword::kNot:
    case Keyword::kPropertyNames:
    case Keyword::kThen:
    case Keyword::kUnevaluatedItems:
    case Keyword::kUnevaluatedProperties:
      return Holds::kSchema;
    default:
      return Holds::kNone;
  }
}

}  // namespace

Library::Parsed::Parsed(const text::SourceText& source) : document_(json::Read(source)) {}

Library::Library(const text::SourceText& schema,
                 const std::vector<std::pair<std::string, std::string>>& others,
                 Draft default_draft)
    : default_draft_(default_draft) {
  const auto look_for_dynamic = [&](std::string_view text) {
    has_dynamic_references_ = has_dynamic_references_ ||
                              text.find("$dynamicRef") != std::string_view::npos ||
                              text.find("$recursiveRef") != std::string_view::npos;
  };
  look_for_dynamic(schema.text());
  for (const auto& [uri, text] : others) {
    look_for_dynamic(text);
    unread_.emplace(WithoutFragment(uri), texts_.size());
    texts_.emplace_back(uri, text);
  }
  AddDocument(schema, "");
}

void Library::AddDocument(const text::SourceText& source, std::string uri) {
  const std::size_t number = documents_.size();
  documents_.push_back({source, Parsed(source), false});
  const Value& root = *documents_.back().value.root_value();
  site_.Add(source, root);
  // A document that does not say is taken to be like the schema that leads there.
  Draft draft = resources_.empty() ? default_draft_ : resources_[0].draft;
  bool validates = true;
  if (root.is_object()) ReadDialect(root, &draft, &validates);
  const ResourceId id = AddResource(root, uri, draft, validates, number);
  if (!root.is_object()) return;
  const std::string own = ResolveUri(uri, IdOf(root, draft));
  if (own == uri) return;
  by_uri_.emplace(own, id);
  resources_[id.index()].uri = own;
}

ResourceId Library::AddResource(const Value& root, std::string uri, Draft draft, bool validates,
                                std::size_t document) {
  const ResourceId id(resources_.size());
  by_uri_.emplace(uri, id);
  by_root_.emplace(&root, id);
  resources_.push_back({.uri = std::move(uri),
                        .root = &root,
                        .draft = draft,
                        .validates = validates,
                        .document = document});
  return id;
}

// `$schema` names a draft, or a meta-schema among the documents, which says which vocabularies
// count. A meta-schema that is not here is taken for the default draft.
void Library::ReadDialect(const Value& schema, Draft* draft, bool* validates) {
  const std::string_view uri = StringAt(schema, "$schema");
  if (uri.empty() || FindDraft(uri, draft)) return;
  const auto unread = unread_.find(std::string(WithoutFragment(uri)));
  if (unread == unread_.end()) return;
  const text::SourceText& source = texts_[unread->second];
  const json::Document meta = json::Read(source);
  if (!meta.root.is_object()) return;
  FindDraft(StringAt(meta.root, "$schema"), draft);
  const Value* vocabularies = meta.root.Find("$vocabulary");
  const bool is_keyword = FindKeyword("$vocabulary", *draft) == Keyword::kVocabulary;
  if (!is_keyword || vocabularies == nullptr || !vocabularies->is_object()) return;
  *validates = std::any_of(
      vocabularies->members.begin(), vocabularies->members.end(),
      [](const json::Member& member) { return member.name.ends_with("/vocab/validation"); });
}

std::string_view Library::IdOf(const Value& schema, Draft draft) {
  // Up to draft 7 a reference hides everything beside it.
  if (draft <= Draft::k7 && !StringAt(schema, "$ref").empty()) return {};
  const std::string_view id = StringAt(schema, draft == Draft::k4 ? "id" : "$id");
  return id.starts_with('#') ? std::string_view() : WithoutFragment(id);
}

Place Library::Inside(const Value& schema, ResourceId parent) {
  if (!schema.is_object() || IdOf(schema, resource(parent).draft).empty()) return {&schema, parent};
  if (&schema == resource(parent).root) return {&schema, parent};
  Index(parent);
  const auto known = by_root_.find(&schema);
  return {&schema, known == by_root_.end() ? parent : known->second};
}

void Library::Index(std::size_t document) {
  if (documents_[document].is_indexed) return;
  documents_[document].is_indexed = true;
  const Value& root = *documents_[document].value.root_value();
  const ResourceId id = by_root_.at(&root);
  if (!root.is_object()) return;
  AddAnchors(root, id);
  IndexChildren(root, id);
}

void Library::IndexSchema(const Value& schema, ResourceId parent) {
  if (!schema.is_object()) return;
  ResourceId resource_id = parent;
  const Resource& outer = resource(parent);
  const std::string_view id = IdOf(schema, outer.draft);
  if (!id.empty() && !by_root_.contains(&schema)) {
    Draft draft = outer.draft;
    bool validates = outer.validates;
    ReadDialect(schema, &draft, &validates);
    resource_id = AddResource(schema, ResolveUri(outer.uri, id), draft, validates, outer.document);
  }
  AddAnchors(schema, resource_id);
  IndexChildren(schema, resource_id);
}

void Library::AddAnchors(const Value& schema, ResourceId id) {
  Resource& in = resources_[id.index()];
  const auto add = [&](std::string_view name) {
    if (!name.empty()) in.anchors.emplace(name, &schema);
  };
  if (in.draft <= Draft::k7) {
    const std::string_view own = StringAt(schema, in.draft == Draft::k4 ? "id" : "$id");
    add(FragmentOf(own));
    return;
  }
  add(StringAt(schema, "$anchor"));
  if (in.draft == Draft::k2020) {
    const std::string_view dynamic = StringAt(schema, "$dynamicAnchor");
    add(dynamic);
    if (!dynamic.empty()) in.dynamic_anchors.emplace(dynamic, &schema);
  } else if (&schema == in.root) {
    const Value* recursive = schema.Find("$recursiveAnchor");
    in.is_recursive_anchor = recursive != nullptr && recursive->kind == json::Kind::kTrue;
  }
}

// Depth is bounded by the JSON reader's. Instances such as those of `enum` hold no schemas.
void Library::IndexChildren(const Value& schema, ResourceId id) {
  for (const json::Member& member : schema.members) {
    const Keyword keyword = FindKeyword(member.name, resource(id).draft);
    switch (HoldsOf(keyword, member.value)) {
      case Holds::kNone:
        break;
      case Holds::kSchema:
        IndexSchema(member.value, id);
        break;
      case Holds::kList:
        for (const Value& element : member.value.elements) IndexSchema(element, id);
        break;
      case Holds::kMap:
        for (const json::Member& entry : member.value.members) IndexSchema(entry.value, id);
        break;
    }
  }
}

Place Library::Resolve(const Value& ref, std::string_view text, ResourceId from) {
  const bool is_local = text.starts_with('#');
  const ResourceId target =
      is_local ? from
               : FindResource(ref, std::string(WithoutFragment(
                                       ResolveUri(resource(from).uri, WithoutFragment(text)))));
  const std::size_t document = resource(from).document;
  if (document != 0 && resource(target).document != document) crosses_documents_ = true;
  const std::string fragment = PercentDecoded(FragmentOf(text));
  if (text::FindInvalidUtf8(fragment) != std::string::npos) {
    site_.Malformed(ref, "the percent-escapes of the reference are not well-formed UTF-8");
  }
  if (fragment.empty()) return {resource(target).root, target};
  if (fragment[0] == '/') return FollowPointer(ref, fragment, target);
  return FindAnchor(ref, fragment, target);
}

ResourceId Library::FindResource(const Value& ref, const std::string& uri) {
  const auto find = [&]() -> ResourceId {
    const auto known = by_uri_.find(uri);
    return known == by_uri_.end() ? ResourceId() : known->second;
  };
  if (const ResourceId known = find(); known.valid()) return known;
  for (std::size_t i = 0; i < documents_.size(); ++i) Index(i);
  if (const ResourceId known = find(); known.valid()) return known;
  const auto unread = unread_.find(uri);
  if (unread == unread_.end()) {
    site_.Unsupported(ref, "$ref",
                      "the reference '" + std::string(ref.text) + "' leads to another document, '" +
                          uri + "', which is not given",
                      "pass it in `documents`, or copy what it needs into $defs");
  }
  const std::size_t text = unread->second;
  unread_.erase(unread);
  AddDocument(texts_[text], uri);
  return by_uri_.at(uri);
}

const Value* Library::Child(const Value& parent, std::string_view token) {
  constexpr std::size_t kSmallObject = 16;
  if (parent.is_array()) return Element(parent, token);
  if (parent.members.size() <= kSmallObject) return parent.Find(token);
  Names& names = indexes_[&parent];
  if (names.empty()) {
    for (const json::Member& member : parent.members) names.emplace(member.name, &member.value);
  }
  const auto found = names.find(token);
  return found == names.end() ? nullptr : found->second;
}

Place Library::FollowPointer(const Value& ref, const std::string& pointer, ResourceId from) {
  Place place{resource(from).root, from};
  std::size_t at = 0;
  while (at < pointer.size()) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    const std::string token = Unescaped(std::string_view(pointer).substr(at + 1, end - at - 1));
    const Value& parent = *place.schema;
    const Value* next = Child(parent, token);
    if (next == nullptr) {
      std::vector<std::string_view> names;
      for (const json::Member& member : parent.members) names.push_back(member.name);
      site_.Malformed(ref,
                      "the reference '" + std::string(ref.text) + "' leads nowhere: there is no '" +
                          token + "' at '" + pointer.substr(0, at) + "'",
                      DidYouMean(token, names));
    }
    place = Inside(*next, place.resource);
    at = end;
  }
  return place;
}

Place Library::FindAnchor(const Value& ref, const std::string& name, ResourceId in) {
  Index(in);
  const Resource& target = resource(in);
  const auto found = target.anchors.find(name);
  if (found != target.anchors.end()) return {found->second, in};
  std::vector<std::string_view> names;
  for (const auto& [anchor, schema] : target.anchors) names.push_back(anchor);
  site_.Malformed(
      ref, "the reference '" + std::string(ref.text) + "' leads nowhere: no anchor has that name",
      DidYouMean(name, names));
}

}  // namespace pushmask::frontend::json_schema
