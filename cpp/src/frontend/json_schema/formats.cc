// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/formats.h"

#include <string>
#include <utility>
#include "frontend/regex/regex.h"

namespace pushmask::frontend::json_schema {
namespace {

// RFC 3339, section 5.6, with the days that each month has. The year 0000 is left out, because
// common date libraries start at 1; so are leap seconds, lower-case "t" and "z".
constexpr std::string_view kDate =
    "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-"
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29";
constexpr std::string_view kTime =
    "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?"
    "(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";

// RFC 5321, section 4.1.2: a dot-string at a domain of two labels or more. Quoted local parts and
// address literals are left out; the length limits of section 4.5.3 are not looked at.
constexpr std::string_view kEmail =
    "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    "(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";

// RFC 4122, section 3.
constexpr std::string_view kUuid =
    "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}";

// RFC 2673, section 3.2: four decimal numbers to 255 without leading zeros.
constexpr std::string_view kIpv4 =
    "(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}"
    "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

// RFC 3986, section 3.2.2. A dotted quad inside a registered name needs no rule of its own.
std::string IpLiteral() {
  const std::string hex = "[0-9A-Fa-f]{1,4}";
  const std::string group = "(?:" + hex + ":)";
  const std::string tail = "(?:" + group + hex + "|" + std::string(kIpv4) + ")";
  const auto before = [&](int most) {  // at most so many groups, then "::"
    return "(?:" + group + "{0," + std::to_string(most) + "}" + hex + ")?::";
  };
  return "\\[(?:" + group + "{6}" + tail + "|::" + group + "{5}" + tail +    //
         "|(?:" + hex + ")?::" + group + "{4}" + tail +                      //
         "|" + before(1) + group + "{3}" + tail +                            //
         "|" + before(2) + group + "{2}" + tail +                            //
         "|" + before(3) + group + tail +                                    //
         "|" + before(4) + tail + "|" + before(5) + hex + "|" + before(6) +  //
         "|[Vv][0-9A-Fa-f]+\\.[A-Za-z0-9._~!$&'()*+,;=:-]+)\\]";
}

// RFC 3986, appendix A: URI, that is, with a scheme.
std::string Uri() {
  const std::string escape = "%[0-9A-Fa-f]{2}";
  const std::string name = "(?:[A-Za-z0-9._~!$&'()*+,;=-]|" + escape + ")*";
  const std::string user = "(?:[A-Za-z0-9._~!$&'()*+,;=:-]|" + escape + ")*";
  const std::string pchar = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|" + escape + ")";
  const std::string rest = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|" + escape + ")*";
  const std::string segments = "(?:/" + pchar + "*)*";
  const std::string authority =
      "(?:" + user + "@)?(?:" + IpLiteral() + "|" + name + ")(?::[0-9]*)?";
  return "[A-Za-z][A-Za-z0-9+.-]*:(?://" + authority + segments +                    //
         "|/(?:" + pchar + "+" + segments + ")?|" + pchar + "+" + segments + ")?" +  //
         "(?:\\?" + rest + ")?(?:#" + rest + ")?";
}

const std::vector<std::pair<std::string_view, std::string>>& Formats() {
  static const std::vector<std::pair<std::string_view, std::string>> formats = {
      {"date", std::string(kDate)},
      {"date-time", "(?:" + std::string(kDate) + ")T" + std::string(kTime)},
      {"email", std::string(kEmail)},
      {"ipv4", std::string(kIpv4)},
      {"time", std::string(kTime)},
      {"uri", Uri()},
      {"uuid", std::string(kUuid)},
  };
  return formats;
}

}  // namespace

std::string_view FormatPattern(std::string_view format) {
  for (const auto& [name, pattern] : Formats()) {
    if (name == format) return pattern;
  }
  return {};
}

std::vector<std::string_view> FormatNames() {
  std::vector<std::string_view> names;
  for (const auto& [name, pattern] : Formats()) names.push_back(name);
  return names;
}


std::optional<FormatExpr> FormatLanguage(std::string_view name, ir::Builder* builder) {
  auto p = FormatPattern(name); if (p.empty()) return std::nullopt;
  const text::SourceText source("format", std::string(p));
  return FormatExpr{LowerRegex(source, RegexMatch::kFull, builder), true};
}
bool IsFormat(std::string_view name) { return !FormatPattern(name).empty(); }
}  // namespace pushmask::frontend::json_schema
