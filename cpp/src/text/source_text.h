// SPDX-License-Identifier: Apache-2.0
// A named input text, and diagnostics that point into it.
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

  // A diagnostic at `span`, with line and column filled in. Cost: one scan of the text before it.
  Diagnostic At(SourceSpan span, std::string message, std::string hint = {}) const;

 private:
  std::string name_;
  std::string text_;
};

}  // namespace pushmask::text
