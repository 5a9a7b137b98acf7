// SPDX-License-Identifier: Apache-2.0
#include "text/source_text.h"

#include <algorithm>
#include <utility>

namespace pushmask::text {

Diagnostic SourceText::At(SourceSpan span, std::string message, std::string hint) const {
  const std::size_t begin = std::min(span.begin, text_.size());
  const std::size_t end = std::clamp(span.end, begin, text_.size());
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i < begin; ++i) {
    const auto byte = static_cast<unsigned char>(text_[i]);
    if (byte == '\n') {
      ++line;
      column = 1;
    } else if ((byte & 0xC0) != 0x80) {  // continuation bytes add no column
      ++column;
    }
  }
  return Diagnostic{.message = std::move(message),
                    .source_name = name_,
                    .offset = begin,
                    .length = end - begin,
                    .line = line,
                    .column = column,
                    .pointer = std::nullopt,
                    .hint = std::move(hint)};
}

}  // namespace pushmask::text
