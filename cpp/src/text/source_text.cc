// SPDX-License-Identifier: Apache-2.0
#include "text/source_text.h"

#include <algorithm>
#include <utility>

#include "text/excerpt.h"

namespace pushmask::text {

Diagnostic SourceText::At(SourceSpan span, std::string message, std::string hint) const {
  const std::size_t begin = std::min(span.begin, text_.size());
  const std::size_t end = std::clamp(span.end, begin, text_.size());
  const Place place = PlaceOf(begin);
  return Diagnostic{.message = std::move(message),
                    .source_name = name_,
                    .offset = begin,
                    .length = end - begin,
                    .line = place.line,
                    .column = place.column,
                    .pointer = std::nullopt,
                    .hint = std::move(hint),
                    .excerpt = Excerpt(text_, {begin, end})};
}

SourceText::Place SourceText::PlaceOf(std::size_t offset) const {
  if (offset < last_.offset) last_ = Place();
  for (; last_.offset < offset; ++last_.offset) {
    const auto byte = static_cast<unsigned char>(text_[last_.offset]);
    if (byte == '\n') {
      ++last_.line;
      last_.column = 1;
    } else if ((byte & 0xC0) != 0x80) {  // continuation bytes add no column
      ++last_.column;
    }
  }
  return last_;
}

}  // namespace pushmask::text
