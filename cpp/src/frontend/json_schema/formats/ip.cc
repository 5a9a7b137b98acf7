// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/formats/ip.h"

#include "frontend/json_schema/formats/languages.h"

namespace pushmask::frontend::json_schema::formats {

std::string Ipv6Pattern() {
  const std::string hex = "[0-9A-Fa-f]{1,4}";
  const std::string group = "(?:" + hex + ":)";
  const std::string tail = "(?:" + group + hex + "|" + std::string(kIpv4) + ")";
  const auto before = [&](int most) {  // at most so many groups and one more, then "::"
    return "(?:" + group + "{0," + std::to_string(most) + "}" + hex + ")?::";
  };
  return "(?:" + group + "{6}" + tail + "|::" + group + "{5}" + tail +  //
         "|" + before(0) + group + "{4}" + tail +                       //
         "|" + before(1) + group + "{3}" + tail +                       //
         "|" + before(2) + group + "{2}" + tail +                       //
         "|" + before(3) + group + tail +                               //
         "|" + before(4) + tail + "|" + before(5) + hex + "|" + before(6) + ")";
}

Format Ipv4(ir::Builder* builder) { return {Pattern(kIpv4, builder)}; }

Format Ipv6(ir::Builder* builder) { return {Pattern(Ipv6Pattern(), builder)}; }

}  // namespace pushmask::frontend::json_schema::formats
