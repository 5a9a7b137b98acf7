// SPDX-License-Identifier: Apache-2.0
// RFC 3986, appendix A (URI); RFC 3987, section 2.2 (IRI); RFC 6570, section 2 (URI Template).
#include <string>

#include "frontend/json_schema/formats/ip.h"
#include "frontend/json_schema/formats/languages.h"

namespace pushmask::frontend::json_schema::formats {
namespace {

// RFC 3987, section 2.2, for use inside a class. What section 4.1 says about bidirectional text is
// not part of the grammar.
constexpr std::string_view kUcschar =
    "\\u{A0}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFEF}"
    "\\u{10000}-\\u{1FFFD}\\u{20000}-\\u{2FFFD}\\u{30000}-\\u{3FFFD}\\u{40000}-\\u{4FFFD}"
    "\\u{50000}-\\u{5FFFD}\\u{60000}-\\u{6FFFD}\\u{70000}-\\u{7FFFD}\\u{80000}-\\u{8FFFD}"
    "\\u{90000}-\\u{9FFFD}\\u{A0000}-\\u{AFFFD}\\u{B0000}-\\u{BFFFD}\\u{C0000}-\\u{CFFFD}"
    "\\u{D0000}-\\u{DFFFD}\\u{E1000}-\\u{EFFFD}";
constexpr std::string_view kIprivate =
    "\\u{E000}-\\u{F8FF}\\u{F0000}-\\u{FFFFD}\\u{100000}-\\u{10FFFD}";
constexpr std::string_view kEscape = "%[0-9A-Fa-f]{2}";
constexpr std::string_view kScheme = "[A-Za-z][A-Za-z0-9+.-]*:";

// The parts that follow the scheme. `more` are the characters beyond ASCII, `more_in_query` those
// that only a query has.
class Generic {
 public:
  Generic(std::string_view more, std::string_view more_in_query) {
    const std::string name = "A-Za-z0-9._~!$&'()*+,;=" + std::string(more);
    name_ = OneOf(name);
    user_ = OneOf(name + ":");
    no_colon_ = OneOf(name + "@");
    pchar_ = OneOf(name + ":@");
    fragment_ = OneOf(name + ":@/?");
    query_ = OneOf(name + ":@/?" + std::string(more_in_query));
  }

  std::string Absolute() const {
    return std::string(kScheme) + "(?:" + Rooted() + "|" + pchar_ + "+" + Segments() + ")?" +
           QueryAndFragment();
  }

  // The first segment of a relative path has no colon: it would look like a scheme.
  std::string Relative() const {
    return "(?:" + Rooted() + "|" + no_colon_ + "+" + Segments() + ")?" + QueryAndFragment();
  }

 private:
  static std::string OneOf(const std::string& members) {
    return "(?:[" + members + "-]|" + std::string(kEscape) + ")";
  }

  std::string Segments() const { return "(?:/" + pchar_ + "*)*"; }

  // An authority and a path, or a path that begins with one slash.
  std::string Rooted() const {
    const std::string literal =
        "\\[(?:" + Ipv6Pattern() + "|[Vv][0-9A-Fa-f]+\\.[A-Za-z0-9._~!$&'()*+,;=:-]+)\\]";
    // A dotted quad is a registered name too, so it needs no alternative of its own.
    const std::string authority =
        "(?:" + user_ + "*@)?(?:" + literal + "|" + name_ + "*)(?::[0-9]*)?";
    return "//" + authority + Segments() + "|/(?:" + pchar_ + "+" + Segments() + ")?";
  }

  std::string QueryAndFragment() const { return "(?:\\?" + query_ + "*)?(?:#" + fragment_ + "*)?"; }

  std::string name_, user_, no_colon_, pchar_, fragment_, query_;
};

}  // namespace

Format Uri(ir::Builder* builder) { return {Pattern(Generic("", "").Absolute(), builder)}; }

Format UriReference(ir::Builder* builder) {
  const Generic uri("", "");
  return {Pattern(uri.Absolute() + "|" + uri.Relative(), builder)};
}

Format Iri(ir::Builder* builder) {
  return {Pattern(Generic(kUcschar, kIprivate).Absolute(), builder)};
}

Format IriReference(ir::Builder* builder) {
  const Generic iri(kUcschar, kIprivate);
  return {Pattern(iri.Absolute() + "|" + iri.Relative(), builder)};
}

// The apostrophe is a literal (erratum 6937).
Format UriTemplate(ir::Builder* builder) {
  const std::string escape(kEscape);
  const std::string literal =
      "[!#$&'(-;=?-\\[\\]_a-z~" + std::string(kUcschar) + std::string(kIprivate) + "]|" + escape;
  const std::string letter = "(?:[A-Za-z0-9_]|" + escape + ")";
  const std::string variable = letter + "(?:\\.?" + letter + ")*(?::[1-9][0-9]{0,3}|\\*)?";
  return {Pattern(
      "(?:" + literal + "|\\{[+#./;?&=,!@|]?" + variable + "(?:," + variable + ")*\\})*", builder)};
}

}  // namespace pushmask::frontend::json_schema::formats
