// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/formats/hostname.h"

#include <string>

#include "frontend/json_schema/formats/languages.h"

namespace pushmask::frontend::json_schema::formats {

// RFC 1123, section 2.1.
Format Hostname(ir::Builder* builder) {
  const std::string label(kLabel);
  return {.expr = Pattern(label + "(?:\\." + label + ")*", builder),
          .max_length = kMaxNameLength,
          .unchecked = "that what follows xn-- is the Punycode of a U-label (RFC 5891)"};
}

}  // namespace pushmask::frontend::json_schema::formats
