// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/formats/formats.h"

#include <algorithm>
#include <string>

#include "frontend/json_schema/formats/languages.h"
#include "frontend/regex/regex.h"

namespace pushmask::frontend::json_schema {
namespace {

struct Entry {
  std::string_view name;
  Format (*make)(ir::Builder*);
};

constexpr Entry kFormats[] = {
    {"date", formats::Date},
    {"date-time", formats::DateTime},
    {"duration", formats::Duration},
    {"email", formats::Email},
    {"hostname", formats::Hostname},
    {"idn-email", formats::IdnEmail},
    {"idn-hostname", formats::IdnHostname},
    {"ipv4", formats::Ipv4},
    {"ipv6", formats::Ipv6},
    {"iri", formats::Iri},
    {"iri-reference", formats::IriReference},
    {"json-pointer", formats::JsonPointer},
    {"regex", formats::EcmaPattern},
    {"relative-json-pointer", formats::RelativeJsonPointer},
    {"time", formats::Time},
    {"uri", formats::Uri},
    {"uri-reference", formats::UriReference},
    {"uri-template", formats::UriTemplate},
    {"uuid", formats::Uuid},
};

const Entry* Find(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                         [&](const Entry& entry) { return entry.name == name; });
  return found == std::end(kFormats) ? nullptr : found;
}

}  // namespace

std::optional<Format> FormatLanguage(std::string_view name, ir::Builder* builder) {
  const Entry* found = Find(name);
  return found == nullptr ? std::nullopt : std::optional(found->make(builder));
}

bool IsFormat(std::string_view name) { return Find(name) != nullptr; }

std::vector<std::string_view> FormatNames() {
  std::vector<std::string_view> names;
  for (const Entry& entry : kFormats) names.push_back(entry.name);
  return names;
}

ir::ExprId formats::Pattern(std::string_view pattern, ir::Builder* builder) {
  return LowerRegex(text::SourceText("format", std::string(pattern)), RegexMatch::kFull, builder);
}

}  // namespace pushmask::frontend::json_schema
