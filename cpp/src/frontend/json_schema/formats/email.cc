// SPDX-License-Identifier: Apache-2.0
// RFC 5321, section 4.1.2 (Mailbox); RFC 6531, section 3.3 (beyond ASCII). The lengths of section
// 4.5.3.1 are what every implementation must be able to handle, not a limit of the language.
#include <string>

#include "frontend/json_schema/formats/hostname.h"
#include "frontend/json_schema/formats/ip.h"
#include "frontend/json_schema/formats/languages.h"

namespace pushmask::frontend::json_schema::formats {
namespace {

using ir::ExprId;

// RFC 5321, section 4.1.3; no tag but IPv6 is registered for the general form. Numbers may have
// leading zeros, and "::" stands for two groups or more.
std::string AddressLiteral() {
  const std::string number = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})";
  const std::string ipv4 = number + "(?:\\." + number + "){3}";
  const std::string hex = "[0-9A-Fa-f]{1,4}";
  const auto groups = [&](int most) {  // none to so many
    return most == 0 ? std::string()
                     : "(?:" + hex + "(?::" + hex + "){0," + std::to_string(most - 1) + "})?";
  };
  std::string ipv6 = hex + "(?::" + hex + "){7}|" + hex + "(?::" + hex + "){5}:" + ipv4;
  for (int before = 0; before <= 6; ++before) {  // exactly so many groups, then "::"
    const std::string head =
        before == 0 ? "" : hex + "(?::" + hex + "){" + std::to_string(before - 1) + "}";
    ipv6 += "|" + head + "::" + groups(6 - before);
    if (before <= 4) {
      ipv6 += "|" + head + "::(?:" + hex + ":){0," + std::to_string(4 - before) + "}" + ipv4;
    }
  }
  return "\\[(?:" + ipv4 + "|[Ii][Pp][Vv]6:(?:" + ipv6 + "))\\]";
}

// `more` are the characters beyond ASCII, for use inside a class.
std::string LocalPart(const std::string& more) {
  const std::string atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~" + more + "-]+";
  const std::string quoted = "\"(?:[ !#-\\[\\]-~" + more + "]|\\\\[ -~])*\"";
  return "(?:" + atom + "(?:\\." + atom + ")*|" + quoted + ")";
}

constexpr std::string_view kSubDomain = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";

}  // namespace

Format Email(ir::Builder* builder) {
  const std::string label(kSubDomain);
  return {Pattern(
      LocalPart("") + "@(?:" + label + "(?:\\." + label + ")*|" + AddressLiteral() + ")", builder)};
}

Format IdnEmail(ir::Builder* builder) {
  ir::Builder& b = *builder;
  const ExprId label = b.Choice({Pattern(kSubDomain, builder), ULabel(builder)});
  const ExprId domain = b.Seq({label, b.Star(b.Seq({b.Bytes("."), label}))});
  return {.expr = b.Seq({Pattern(LocalPart("\\u{80}-\\u{10FFFF}") + "@", builder),
                         b.Choice({domain, Pattern(AddressLiteral(), builder)})}),
          .unchecked = "normalization, length and the Bidi rule of U-labels (RFC 5891)"};
}

}  // namespace pushmask::frontend::json_schema::formats
