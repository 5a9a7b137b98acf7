// SPDX-License-Identifier: Apache-2.0
// Patterns of IP addresses, which several formats contain.
#pragma once

#include <string>
#include <string_view>

namespace pushmask::frontend::json_schema::formats {

// RFC 2673, section 3.2: four decimal numbers to 255 without leading zeros. One alternative.
inline constexpr std::string_view kIpv4 =
    "(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}"
    "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

// RFC 4291, section 2.2, as RFC 3986, section 3.2.2, writes it; without a zone.
std::string Ipv6Pattern();

}  // namespace pushmask::frontend::json_schema::formats
