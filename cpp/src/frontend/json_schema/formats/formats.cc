// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/formats/formats.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <mutex>
#include <string>

#include "automaton/characters.h"
#include "automaton/thompson.h"
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

struct Known {
  std::once_flag once;  // guards what follows
  Format format;        // whose `expr` is of no grammar
  ir::Automaton automaton;
};

// No format has states beyond some ten thousand.
constexpr automaton::Budget kBudget{1'000'000};

void Make(const Entry& entry, Known* known) {
  ir::Builder builder;
  known->format = entry.make(&builder);
  if (!known->format.regular) return;
  automaton::ExprCompiler compiler(builder.grammar(), kBudget, nullptr);
  known->automaton = automaton::ToCharacters(compiler.ToDfa(known->format.expr)).Numbered();
}

}  // namespace

std::optional<Format> FormatLanguage(std::string_view name, ir::Builder* builder) {
  static std::array<Known, std::size(kFormats)> formats;
  const Entry* found = Find(name);
  if (found == nullptr) return std::nullopt;
  Known& known = formats[static_cast<std::size_t>(found - std::begin(kFormats))];
  std::call_once(known.once, Make, std::cref(*found), &known);
  if (!known.format.regular) return found->make(builder);
  Format format = known.format;
  format.expr = builder->Accepted(known.automaton);
  if (format.max_length != ir::kUnbounded) {
    const ir::ExprId any = builder->Class(text::CodepointSet::All());
    format.expr = builder->Intersect(format.expr, builder->Repeat(any, 0, format.max_length));
  }
  return format;
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
