// SPDX-License-Identifier: Apache-2.0
// A named input text, and diagnostics that point into it. One thread at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "pushmask/error.h"

namespace pushmask::text {

// Half-open range of byte offsets.
struct SourceSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class SourceText {
 public:
  SourceText(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {}

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }

  // A diagnostic at `span`, with line, column and excerpt filled in. Cost: one scan of the text
  // before it, or from the place of the last call if that is before it.
  Diagnostic At(SourceSpan span, std::string message, std::string hint = {}) const;

 private:
  struct Place {
    std::size_t offset = 0;
    std::size_t line = 1;
    std::size_t column = 1;
  };
  Place PlaceOf(std::size_t offset) const;

  std::string name_;
  std::string text_;
  mutable Place last_;  // of PlaceOf, so that places in the order of the text are cheap
};

}  // namespace pushmask::text
