// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "pushmask/error.h"

namespace pushmask {

std::string Diagnostic::ToString() const {
  std::string out = source_name;
  if (line > 0) out += ":" + std::to_string(line) + ":" + std::to_string(column);
  if (!out.empty()) out += ": ";
  if (pointer) out += "at '" + *pointer + "': ";
  out += message;
  if (!hint.empty()) out += "; " + hint;
  return out;
}

}  // namespace pushmask
