// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <utility>

#include "pushmask/error.h"
#include "text/source_text.h"

namespace pushmask {

Diagnostic Diagnostic::At(std::string source_name, std::string_view text, std::size_t begin,
                          std::size_t end, std::string message, std::string hint) {
  return text::SourceText(std::move(source_name), std::string(text))
      .At({begin, end}, std::move(message), std::move(hint));
}

std::string Diagnostic::ToString() const {
  std::string out = source_name;
  if (line > 0) out += ":" + std::to_string(line) + ":" + std::to_string(column);
  if (!out.empty()) out += ": ";
  if (pointer) out += "at '" + *pointer + "': ";
  out += message;
  if (!hint.empty()) out += "; " + hint;
  if (!pointer && !excerpt.empty()) out += "\n" + excerpt;
  return out;
}

}  // namespace pushmask
