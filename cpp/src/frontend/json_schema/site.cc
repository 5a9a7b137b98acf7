// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/site.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace pushmask::frontend::json_schema {
namespace {

// Longer words are not compared: a suggestion is worth little there, and the cost is quadratic.
constexpr std::size_t kMaxWord = 64;

// Levenshtein's distance, one row at a time.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row.back();
}

bool Holds(const json::Value& tree, const json::Value& value) {
  if (&tree == &value) return true;
  const auto holds = [&](const json::Value& child) { return Holds(child, value); };
  return std::any_of(tree.elements.begin(), tree.elements.end(), holds) ||
         std::any_of(tree.members.begin(), tree.members.end(),
                     [&](const json::Member& member) { return Holds(member.value, value); });
}

}  // namespace

// A search of all documents: it is for errors only.
const Site::Entry& Site::DocumentOf(const json::Value& value) const {
  for (const Entry& document : documents_) {
    if (Holds(*document.root, value)) return document;
  }
  return documents_[0];
}

Diagnostic Site::At(const json::Value& value, std::string message, std::string hint) const {
  const Entry& document = DocumentOf(value);
  Diagnostic diagnostic = document.source->At(value.span, std::move(message), std::move(hint));
  diagnostic.pointer = json::PointerTo(*document.root, value);
  return diagnostic;
}

void Site::Malformed(const json::Value& value, std::string message, std::string hint) const {
  throw SchemaError(At(value, std::move(message), std::move(hint)));
}

void Site::Unsupported(const json::Value& value, std::string feature, std::string message,
                       std::string hint) const {
  throw UnsupportedError(At(value, std::move(message), std::move(hint)), std::move(feature));
}

std::string DidYouMean(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.size() > kMaxWord) return {};
  std::size_t best = (word.size() + 2) / 3 + 1;  // one edit in three letters
  std::string_view nearest;
  for (const std::string_view candidate : candidates) {
    const std::size_t difference =
        std::max(word.size(), candidate.size()) - std::min(word.size(), candidate.size());
    if (candidate.size() > kMaxWord || difference >= best) continue;
    const std::size_t distance = EditDistance(word, candidate);
    if (distance >= best) continue;
    best = distance;
    nearest = candidate;
  }
  return nearest.empty() ? std::string() : "did you mean '" + std::string(nearest) + "'?";
}

}  // namespace pushmask::frontend::json_schema
