// SPDX-License-Identifier: Apache-2.0
#include "pushmask/schema_keywords.h"

#include "frontend/json_schema/keywords.h"

namespace pushmask {

std::vector<SchemaKeyword> SchemaKeywords() {
  using namespace frontend::json_schema;  // NOLINT(google-build-using-namespace): its table
  constexpr std::string_view kSupportNames[] = {"enforced", "annotation", "refused"};
  std::vector<SchemaKeyword> out;
  for (const KeywordEntry& entry : KeywordTable()) {
    SchemaKeyword& row = out.emplace_back();
    row.name = entry.name;
    for (auto draft = static_cast<std::size_t>(entry.first);
         draft <= static_cast<std::size_t>(entry.last); ++draft) {
      row.drafts.push_back(kDraftNames[draft]);
    }
    row.support = kSupportNames[static_cast<std::size_t>(entry.support)];
    row.note = entry.note;
  }
  return out;
}

}  // namespace pushmask
