// SPDX-License-Identifier: Apache-2.0
// Errors that point into a schema: by JSON Pointer, and by line and column of its text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "frontend/json/value.h"
#include "pushmask/error.h"
#include "text/source_text.h"

namespace pushmask::frontend::json_schema {

class Site {
 public:
  Site(const text::SourceText& source, const json::Value& root) : source_(source), root_(root) {}

  const json::Value& root() const { return root_; }
  const std::string& source_name() const { return source_.name(); }

  Diagnostic At(const json::Value& value, std::string message, std::string hint = {}) const;
  [[noreturn]] void Malformed(const json::Value& value, std::string message,
                              std::string hint = {}) const;
  [[noreturn]] void Unsupported(const json::Value& value, std::string feature, std::string message,
                                std::string hint = {}) const;

 private:
  const text::SourceText& source_;
  const json::Value& root_;
};

// "did you mean 'x'?" for the candidate that is nearest to `word`, or "" if none is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace pushmask::frontend::json_schema
