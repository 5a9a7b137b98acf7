// SPDX-License-Identifier: Apache-2.0
#include "frontend/json/value.h"

#include <algorithm>
#include <unordered_map>

#include "frontend/json/decimal.h"

namespace pushmask::frontend::json {
namespace {

bool Contains(const Value& outer, const Value& inner) {
  return outer.span.begin <= inner.span.begin && inner.span.end <= outer.span.end;
}

void AppendEscaped(std::string_view name, std::string* pointer) {
  pointer->push_back('/');
  for (const char c : name) {
    if (c == '~') {
      *pointer += "~0";
    } else if (c == '/') {
      *pointer += "~1";
    } else {
      pointer->push_back(c);
    }
  }
}

bool EqualMembers(const Value& a, const Value& b) {
  if (a.members.size() != b.members.size()) return false;
  std::unordered_map<std::string_view, const Value*> other;
  for (const Member& member : b.members) other.emplace(member.name, &member.value);
  return std::all_of(a.members.begin(), a.members.end(), [&](const Member& member) {
    const auto entry = other.find(member.name);
    return entry != other.end() && Equal(member.value, *entry->second);
  });
}

}  // namespace

const Value* Value::Find(std::string_view name) const {
  for (const Member& member : members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

std::string_view Describe(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kFalse:
    case Kind::kTrue:
      return "a boolean";
    case Kind::kNumber:
      return "a number";
    case Kind::kString:
      return "a string";
    case Kind::kArray:
      return "an array";
    case Kind::kObject:
      return "an object";
  }
  return "a value";
}

bool Equal(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::kNumber:
      return a.text == b.text || Decimal::Parse(a.text) == Decimal::Parse(b.text);
    case Kind::kString:
      return a.text == b.text;
    case Kind::kArray:
      return std::equal(a.elements.begin(), a.elements.end(), b.elements.begin(), b.elements.end(),
                        Equal);
    case Kind::kObject:
      return EqualMembers(a, b);
    default:
      return true;
  }
}

std::string PointerTo(const Value& root, const Value& target) {
  std::string pointer;
  const Value* at = &root;
  while (at != &target) {
    const Value* next = nullptr;
    for (std::size_t i = 0; i < at->elements.size() && next == nullptr; ++i) {
      if (!Contains(at->elements[i], target)) continue;
      next = &at->elements[i];
      AppendEscaped(std::to_string(i), &pointer);
    }
    for (std::size_t i = 0; i < at->members.size() && next == nullptr; ++i) {
      if (!Contains(at->members[i].value, target)) continue;
      next = &at->members[i].value;
      AppendEscaped(at->members[i].name, &pointer);
    }
    if (next == nullptr) break;
    at = next;
  }
  return pointer;
}

}  // namespace pushmask::frontend::json
