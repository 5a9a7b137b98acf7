// SPDX-License-Identifier: Apache-2.0
#include "ir/special_texts.h"

#include <algorithm>
#include <utility>

namespace pushmask::ir {

SpecialTexts::SpecialTexts(std::vector<std::string> texts) : texts_(std::move(texts)) {
  std::sort(texts_.begin(), texts_.end());
  texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
  for (const std::string& text : texts_) {
    numbers_.emplace(text, static_cast<std::uint32_t>(numbers_.size()));
    lengths_.push_back(text.size());
    is_first_[static_cast<unsigned char>(text[0])] = true;
  }
  std::sort(lengths_.begin(), lengths_.end());
  lengths_.erase(std::unique(lengths_.begin(), lengths_.end()), lengths_.end());
}

std::vector<SpecialTexts::Place> SpecialTexts::FindIn(std::string_view mark) const {
  std::vector<Place> places;
  std::string part;
  for (std::size_t begin = 0; begin < mark.size(); ++begin) {
    if (!is_first_[static_cast<unsigned char>(mark[begin])]) continue;
    for (const std::size_t length : lengths_) {
      if (length > mark.size() - begin) break;
      part.assign(mark, begin, length);
      const auto found = numbers_.find(part);
      if (found == numbers_.end()) continue;
      places.push_back({static_cast<std::uint32_t>(begin),
                        static_cast<std::uint32_t>(begin + length), found->second});
    }
  }
  return places;
}

}  // namespace pushmask::ir
