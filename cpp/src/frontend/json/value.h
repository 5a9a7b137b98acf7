// SPDX-License-Identifier: Apache-2.0
// A JSON text as a tree. It keeps what a front end needs and most readers drop: the order of
// members, where each value stands, and numbers exactly as they are spelled.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "text/source_text.h"

namespace pushmask::frontend::json {

enum class Kind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

struct Member;

struct Value {
  Kind kind = Kind::kNull;
  text::SourceSpan span = {};
  std::string_view text = {};        // kString: decoded, UTF-8; kNumber: as spelled
  std::vector<Value> elements = {};  // kArray
  std::vector<Member> members;       // kObject; names are distinct. Member is incomplete here.

  bool is_bool() const { return kind == Kind::kFalse || kind == Kind::kTrue; }
  bool is_string() const { return kind == Kind::kString; }
  bool is_array() const { return kind == Kind::kArray; }
  bool is_object() const { return kind == Kind::kObject; }

  // The member called `name`, or nullptr. Linear in the number of members.
  const Value* Find(std::string_view name) const;
};

struct Member {
  std::string_view name;  // decoded, UTF-8
  Value value;
};

// A parsed text. Strings are views into the source text, or into `decoded` where they had escapes,
// so a document must not outlive its source.
struct Document {
  Value root;
  std::deque<std::string> decoded;
};

// What people call a value of this kind: "a string", "an object".
std::string_view Describe(Kind kind);

// Equality as JSON Schema defines it: numbers by value, objects regardless of order.
bool Equal(const Value& a, const Value& b);

// The JSON Pointer (RFC 6901) of `target`, a value inside `root`. For error messages: it searches
// from the root by position.
std::string PointerTo(const Value& root, const Value& target);

}  // namespace pushmask::frontend::json
