// SPDX-License-Identifier: Apache-2.0
// ByteSet: a set of bytes in four words.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/hash.h"

namespace pushmask::base {

class ByteSet {
 public:
  void AddRange(std::uint8_t first, std::uint8_t last) {
    for (unsigned word = first / 64U; word <= last / 64U; ++word) {
      std::uint64_t bits = ~std::uint64_t{0};
      if (word == first / 64U) bits &= ~std::uint64_t{0} << (first % 64U);
      if (word == last / 64U) bits &= ~std::uint64_t{0} >> (63U - last % 64U);
      words_[word] |= bits;
    }
  }
  bool Has(std::uint8_t byte) const { return ((words_[byte / 64U] >> (byte % 64U)) & 1U) != 0; }
  bool HasAny(std::uint8_t first, std::uint8_t last) const {
    ByteSet range;
    range.AddRange(first, last);
    return !(range.Without(*this) == range);
  }
  bool empty() const { return (words_[0] | words_[1] | words_[2] | words_[3]) == 0; }
  // Of a set that is not empty.
  std::uint8_t first() const {
    unsigned word = 0;
    while (words_[word] == 0) ++word;
    return static_cast<std::uint8_t>(word * 64U +
                                     static_cast<unsigned>(std::countr_zero(words_[word])));
  }
  void AddAll(const ByteSet& other) {
    for (unsigned word = 0; word < 4; ++word) words_[word] |= other.words_[word];
  }
  std::size_t size() const {
    std::size_t count = 0;
    for (const std::uint64_t word : words_) count += static_cast<std::size_t>(std::popcount(word));
    return count;
  }

  // Calls visit(byte) for each member, ascending.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (unsigned word = 0; word < 4; ++word) {
      for (std::uint64_t bits = words_[word]; bits != 0; bits &= bits - 1) {
        visit(
            static_cast<std::uint8_t>(word * 64U + static_cast<unsigned>(std::countr_zero(bits))));
      }
    }
  }

  ByteSet Without(const ByteSet& other) const {
    ByteSet out;
    for (unsigned word = 0; word < 4; ++word) out.words_[word] = words_[word] & ~other.words_[word];
    return out;
  }

  std::uint64_t Hash() const {
    std::uint64_t seed = 0;
    for (const std::uint64_t word : words_) seed = Combine(seed, word);
    return seed;
  }
  friend bool operator==(const ByteSet&, const ByteSet&) = default;

 private:
  std::array<std::uint64_t, 4> words_ = {};
};

}  // namespace pushmask::base
