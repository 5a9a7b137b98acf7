// SPDX-License-Identifier: Apache-2.0
// Partition refinement, the data structure of A. Valmari, "Fast brief practical DFA minimization",
// Information Processing Letters 112 (2012).
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace pushmask::automaton {

// A partition of 0..n-1 that is refined by marking elements and splitting the marked off.
class Partition {
 public:
  Partition() = default;

  // Begins anew with 0..n-1 in one set; memory is used again.
  void Reset(std::size_t n) {
    elements_.resize(n);
    std::iota(elements_.begin(), elements_.end(), 0);
    location_.assign(elements_.begin(), elements_.end());
    set_of_.assign(n, 0);
    const std::size_t num_sets = n == 0 ? 0 : 1;
    first_.assign(num_sets, 0);
    past_.assign(num_sets, static_cast<std::uint32_t>(n));
    marked_.assign(num_sets, 0);
    touched_.clear();
  }

  std::size_t size() const { return first_.size(); }
  std::uint32_t SetOf(std::uint32_t element) const { return set_of_[element]; }
  std::uint32_t First(std::uint32_t set) const { return elements_[first_[set]]; }

  template <typename Visit>
  void ForEach(std::uint32_t set, Visit visit) const {
    for (std::uint32_t i = first_[set]; i < past_[set]; ++i) visit(elements_[i]);
  }

  void Mark(std::uint32_t element) {
    const std::uint32_t set = set_of_[element];
    const std::uint32_t from = location_[element];
    const std::uint32_t to = first_[set] + marked_[set];
    if (from < to) return;  // already marked
    std::swap(elements_[from], elements_[to]);
    location_[elements_[from]] = from;
    location_[elements_[to]] = to;
    if (marked_[set]++ == 0) touched_.push_back(set);
  }

  // Splits every set with marks; the smaller half becomes the new set.
  void Split() {
    for (const std::uint32_t set : touched_) {
      const std::uint32_t middle = first_[set] + marked_[set];
      const std::uint32_t marked = std::exchange(marked_[set], 0);
      if (middle == past_[set]) continue;
      const auto fresh = static_cast<std::uint32_t>(first_.size());
      if (marked <= past_[set] - middle) {
        first_.push_back(first_[set]);
        past_.push_back(middle);
        first_[set] = middle;
      } else {
        first_.push_back(middle);
        past_.push_back(past_[set]);
        past_[set] = middle;
      }
      marked_.push_back(0);
      for (std::uint32_t i = first_[fresh]; i < past_[fresh]; ++i) set_of_[elements_[i]] = fresh;
    }
    touched_.clear();
  }

 private:
  std::vector<std::uint32_t> elements_;
  std::vector<std::uint32_t> location_;  // of each element in elements_
  std::vector<std::uint32_t> set_of_;
  std::vector<std::uint32_t> first_;   // by set: range in elements_
  std::vector<std::uint32_t> past_;    // by set
  std::vector<std::uint32_t> marked_;  // by set: how many are marked, at the front
  std::vector<std::uint32_t> touched_;
};

}  // namespace pushmask::automaton
