// SPDX-License-Identifier: Apache-2.0
// $ref: from the text of a reference to the value it points at, within one document.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "frontend/json/value.h"
#include "frontend/json_schema/schema.h"
#include "frontend/json_schema/site.h"

namespace pushmask::frontend::json_schema {

struct RefTarget {
  const json::Value* value = nullptr;
  bool embedded = false;  // below a nested `$id`, where references have another base
};

class Resolver {
 public:
  explicit Resolver(const Site& site) : site_(site) {}

  // `ref` is the value of a $ref. Throws SchemaError if it leads nowhere, UnsupportedError if it
  // leads out of the document. Cost: the length of the path; the first plain-name fragment costs a
  // walk over the document.
  RefTarget Resolve(const json::Value& ref);

 private:
  RefTarget FollowPointer(const json::Value& ref, const std::string& pointer);
  // The element or member of `parent` that `token` names, or nullptr.
  const json::Value* Child(const json::Value& parent, std::string_view token);
  bool HasNestedId(const json::Value& value);
  RefTarget FindAnchor(const json::Value& ref, const std::string& name);

  using Names = std::unordered_map<std::string_view, const json::Value*>;

  const Site& site_;
  std::unordered_map<const json::Value*, Names> indexes_;  // of large objects
  std::optional<std::unordered_map<std::string_view, RefTarget>> anchors_;
};

// Throws SchemaError if a schema refers back to itself for the same instance, as in
// {"$ref": "#"}: validation by such a schema would not end.
void CheckReferenceCycles(const SchemaTable& schemas, const Site& site);

}  // namespace pushmask::frontend::json_schema
