// SPDX-License-Identifier: Apache-2.0
// The documents that a schema may refer to, and what a reference in one of them names: resources
// (sub-schemas with a base URI of their own), anchors, and JSON Pointers (draft 2020-12 core,
// sections 8 and 9). Nothing is ever fetched.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "frontend/json/value.h"
#include "frontend/json_schema/keywords.h"
#include "frontend/json_schema/site.h"
#include "text/source_text.h"

namespace pushmask::frontend::json_schema {

using ResourceId = base::Id<struct ResourceTag>;

struct Resource {
  std::string uri;  // absolute, or what the document's own `$id` makes of it; no fragment
  const json::Value* root = nullptr;
  Draft draft = Draft::k2020;
  bool validates = true;  // false: its meta-schema leaves the validation vocabulary out
  std::size_t document = 0;
  std::unordered_map<std::string_view, const json::Value*> anchors = {};  // dynamic ones too
  std::unordered_map<std::string_view, const json::Value*> dynamic_anchors = {};
  bool is_recursive_anchor = false;
};

// A schema, and the resource whose base URI and draft it has.
struct Place {
  const json::Value* schema = nullptr;
  ResourceId resource;
};

class Library {
 public:
  // `others` are read when a reference first leads there: (URI, JSON text).
  Library(const text::SourceText& schema,
          const std::vector<std::pair<std::string, std::string>>& others, Draft default_draft);

  const Site& site() const { return site_; }
  Place root() const { return {documents_[0].value.root_value(), ResourceId(0)}; }
  const Resource& resource(ResourceId id) const { return resources_[id.index()]; }

  // The place of a sub-schema of `parent`: another resource begins where it has an id.
  Place Inside(const json::Value& schema, ResourceId parent);

  // Where the reference `text` leads from `resource`; `ref` is its place, for errors. Throws
  // SchemaError if it leads nowhere, UnsupportedError if it leads to a document that is not here.
  Place Resolve(const json::Value& ref, std::string_view text, ResourceId resource);

  // Whether dynamic scopes matter at all: some document has a dynamic or recursive reference.
  bool has_dynamic_references() const { return has_dynamic_references_; }
  // Whether nothing in a document but the schema itself has led, or could lead, to another one: no
  // such reference was resolved, and no id is known beside the names that documents were given by.
  bool are_documents_apart() const {
    return !crosses_documents_ && by_uri_.size() == documents_.size();
  }
  // Reads the anchors of the document that holds the resource.
  void Index(ResourceId id) { Index(resource(id).document); }

 private:
  class Parsed {
   public:
    explicit Parsed(const text::SourceText& source);
    const json::Value* root_value() const { return &document_.root; }

   private:
    json::Document document_;
  };
  struct LibraryDocument {
    const text::SourceText& source;
    Parsed value;
    bool is_indexed = false;
  };
  using Names = std::unordered_map<std::string_view, const json::Value*>;

  void AddDocument(const text::SourceText& source, std::string uri);
  ResourceId AddResource(const json::Value& root, std::string uri, Draft draft, bool validates,
                         std::size_t document);
  void ReadDialect(const json::Value& schema, Draft* draft, bool* validates);
  void Index(std::size_t document);
  void IndexSchema(const json::Value& schema, ResourceId parent);
  void IndexChildren(const json::Value& schema, ResourceId resource);
  void AddAnchors(const json::Value& schema, ResourceId resource);
  // The id that makes `schema` a resource, or ""; a fragment alone is an anchor instead.
  static std::string_view IdOf(const json::Value& schema, Draft draft);
  ResourceId FindResource(const json::Value& ref, const std::string& uri);
  Place FollowPointer(const json::Value& ref, const std::string& pointer, ResourceId from);
  Place FindAnchor(const json::Value& ref, const std::string& name, ResourceId in);
  const json::Value* Child(const json::Value& parent, std::string_view token);

  Site site_;
  Draft default_draft_;
  bool has_dynamic_references_ = false;
  bool crosses_documents_ = false;
  std::deque<text::SourceText> texts_;     // of the other documents
  std::deque<LibraryDocument> documents_;  // the schema itself, then others that were needed
  std::unordered_map<std::string, std::size_t> unread_;  // by URI: index in texts_
  std::deque<Resource> resources_;
  std::unordered_map<std::string, ResourceId> by_uri_;
  std::unordered_map<const json::Value*, ResourceId> by_root_;
  std::unordered_map<const json::Value*, Names> indexes_;  // of large objects
};

}  // namespace pushmask::frontend::json_schema
