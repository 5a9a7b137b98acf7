// SPDX-License-Identifier: Apache-2.0
// URI references, as far as identifying schemas needs them.
#pragma once

#include <string>
#include <string_view>

namespace pushmask::frontend::json_schema {

// RFC 3986, section 5.2: `reference` as seen from `base`, which may be empty. Nothing is normalised
// but dot segments.
std::string ResolveUri(std::string_view base, std::string_view reference);

// The part before the '#', and what follows it; an absent fragment is empty.
std::string_view WithoutFragment(std::string_view uri);
std::string_view FragmentOf(std::string_view uri);

// Section 2.1; what is no escape stays as it is.
std::string PercentDecoded(std::string_view text);

}  // namespace pushmask::frontend::json_schema
