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
  // Values of this document can be pointed at from now on. Both must outlive the site.
  void Add(const text::SourceText& source, const json::Value& root) {
    documents_.push_back({&source, &root});
  }

  const json::Value& root() const { return *documents_[0].root; }
  const std::string& source_name() const { return documents_[0].source->name(); }

  Diagnostic At(const json::Value& value, std::string message, std::string hint = {}) const;
  [[noreturn]] void Malformed(const json::Value& value, std::string message,
                              std::string hint = {}) const;
  [[noreturn]] void Unsupported(const json::Value& value, std::string feature, std::string message,
                                std::string hint = {}) const;

 private:
  struct Entry {
    const text::SourceText* source;
    const json::Value* root;
  };
  const Entry& DocumentOf(const json::Value& value) const;

  std::vector<Entry> documents_;
};

// "did you mean 'x'?" for the candidate that is nearest to `word`, or "" if none is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace pushmask::frontend::json_schema
