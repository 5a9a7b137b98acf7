// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/resolve.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include "text/utf8.h"

namespace pushmask::frontend::json_schema {
namespace {

using json::Value;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Percent-decoding (RFC 3986, section 2.1); what is no escape stays as it is.
std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low < 0) {
      out.push_back(text[i]);
      continue;
    }
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

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

// The root's own URI, without an empty fragment.
std::string_view RootUri(const Value& root) {
  const Value* id = root.Find("$id");
  if (id == nullptr || !id->is_string()) return {};
  return id->text.substr(0, id->text.find('#'));
}

}  // namespace

RefTarget Resolver::Resolve(const Value& ref) {
  const std::size_t hash = ref.text.find('#');
  const std::string_view document = ref.text.substr(0, hash);
  if (!document.empty() && document != RootUri(site_.root())) {
    site_.Unsupported(ref, "$ref",
                      "the reference '" + std::string(ref.text) + "' leads to another document",
                      "copy what it needs into $defs and refer to that");
  }
  if (hash == std::string_view::npos) return {.value = &site_.root()};
  const std::string fragment = PercentDecoded(ref.text.substr(hash + 1));
  if (text::FindInvalidUtf8(fragment) != std::string::npos) {
    site_.Malformed(ref, "the percent-escapes of the reference are not well-formed UTF-8");
  }
  if (fragment.empty() || fragment[0] == '/') return FollowPointer(ref, fragment);
  return FindAnchor(ref, fragment);
}

const Value* Resolver::Child(const Value& parent, std::string_view token) {
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

bool Resolver::HasNestedId(const Value& value) {
  if (&value == &site_.root()) return false;
  const Value* id = Child(value, "$id");
  return id != nullptr && id->is_string();
}

RefTarget Resolver::FollowPointer(const Value& ref, const std::string& pointer) {
  RefTarget target{.value = &site_.root()};
  std::size_t at = 0;
  while (at < pointer.size()) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    const std::string token = Unescaped(std::string_view(pointer).substr(at + 1, end - at - 1));
    const Value& from = *target.value;
    const Value* next = Child(from, token);
    if (next == nullptr) {
      std::vector<std::string_view> names;
      for (const json::Member& member : from.members) names.push_back(member.name);
      site_.Malformed(ref,
                      "the reference '" + std::string(ref.text) + "' leads nowhere: there is no '" +
                          token + "' at '" + pointer.substr(0, at) + "'",
                      DidYouMean(token, names));
    }
    target.value = next;
    target.embedded = target.embedded || HasNestedId(*next);
    at = end;
  }
  return target;
}

RefTarget Resolver::FindAnchor(const Value& ref, const std::string& name) {
  if (!anchors_) {
    anchors_.emplace();
    std::vector<RefTarget> work{{.value = &site_.root()}};
    while (!work.empty()) {
      const RefTarget at = work.back();
      work.pop_back();
      for (const Value& element : at.value->elements) work.push_back({&element, at.embedded});
      for (const auto& [key, value] : at.value->members) {
        if (key == "$anchor" && value.is_string()) anchors_->emplace(value.text, at);
        // Instances, not schemas: an "$anchor" in there is data.
        if (key == "enum" || key == "const" || key == "default" || key == "examples") continue;
        work.push_back({&value, at.embedded || HasNestedId(value)});
      }
    }
  }
  const auto found = anchors_->find(name);
  if (found != anchors_->end()) return found->second;
  std::vector<std::string_view> names;
  for (const auto& [anchor, target] : *anchors_) names.push_back(anchor);
  site_.Malformed(
      ref, "the reference '" + std::string(ref.text) + "' leads nowhere: no $anchor has that name",
      DidYouMean(name, names));
}

void CheckReferenceCycles(const SchemaTable& schemas, const Site& site) {
  enum class Mark : std::uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(schemas.size(), Mark::kNew);
  struct Visit {
    std::size_t schema;
    std::size_t next = 0;  // edges already followed
  };
  std::vector<Visit> path;
  for (std::size_t start = 0; start < schemas.size(); ++start) {
    if (marks[start] != Mark::kNew) continue;
    path.push_back({start});
    marks[start] = Mark::kOpen;
    while (!path.empty()) {
      Visit& visit = path.back();
      const Schema& schema = schemas[visit.schema];
      const std::size_t num_conjuncts = schema.conjuncts.size();
      if (visit.next == num_conjuncts + schema.any_of.size()) {
        marks[visit.schema] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const SchemaId target = visit.next < num_conjuncts
                                  ? schema.conjuncts[visit.next]
                                  : schema.any_of[visit.next - num_conjuncts];
      ++visit.next;
      if (marks[target.index()] == Mark::kOpen) {
        site.Malformed(*schema.at,
                       "the schema refers back to itself for the same value, without end",
                       "put the reference inside properties or items");
      }
      if (marks[target.index()] == Mark::kNew) {
        marks[target.index()] = Mark::kOpen;
        path.push_back({target.index()});
      }
    }
  }
}

}  // namespace pushmask::frontend::json_schema
