// SPDX-License-Identifier: Apache-2.0
// SpecialTexts: the texts of a vocabulary's special tokens, which marks are looked through for.
//
// A mark of a grammar ("<tool_call>") is text, and a special token may stand for any part of it
// that is the token's text. Which parts these are is known when the grammar is compiled. Machines
// read such tokens as they read token sets, by bytes that no text contains; a text's number, and so
// its bytes, are the same in all grammars of a vocabulary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pushmask::ir {

class SpecialTexts {
 public:
  // A part of a mark, in bytes, and the number of the text that it is.
  struct Place {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t number;
    friend bool operator==(const Place&, const Place&) = default;
  };

  SpecialTexts() = default;
  // In any order; repeated ones count once. None is empty.
  explicit SpecialTexts(std::vector<std::string> texts);

  // Every place of every text, in the order of their beginnings. Cost: a look-up for each byte of
  // the mark that a text begins with and each length of a text.
  std::vector<Place> FindIn(std::string_view mark) const;
  const std::string& text(std::uint32_t number) const { return texts_[number]; }

 private:
  std::vector<std::string> texts_;  // by number
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::size_t> lengths_;                     // of texts, ascending
  std::vector<bool> is_first_ = std::vector<bool>(256);  // by byte
};

// How the machine reads the tokens of the text with this number.
inline std::string SpellingOfSpecialText(std::uint32_t number) {
  std::string spelling(1, static_cast<char>(0xFE));
  for (int shift = 24; shift >= 0; shift -= 8) {
    spelling.push_back(static_cast<char>(number >> shift & 0xFF));
  }
  return spelling;
}

}  // namespace pushmask::ir
