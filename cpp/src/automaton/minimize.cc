// SPDX-License-Identifier: Apache-2.0
// Minimisation of partial automata by refining a partition of states and a partition of transitions
// in turn: A. Valmari, "Fast brief practical DFA minimization", Information Processing Letters 112
// (2012). O(m log m), and no sink state is needed.
#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "automaton/dfa.h"

namespace pushmask::automaton {
namespace {

struct Transition {
  std::uint32_t source;
  std::uint32_t label;
  std::uint32_t target;
};

// A partition of 0..n-1 that is refined by marking elements and splitting the marked off.
class Partition {
 public:
  explicit Partition(std::size_t n) : elements_(n), location_(n), set_of_(n, 0) {
    std::iota(elements_.begin(), elements_.end(), 0);
    std::iota(location_.begin(), location_.end(), 0);
    if (n == 0) return;
    first_ = {0};
    past_ = {static_cast<std::uint32_t>(n)};
    marked_ = {0};
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

// Transitions with one label per class of bytes that all edges treat alike, then the symbols.
std::vector<Transition> LabelTransitions(const Dfa& dfa) {
  std::vector<bool> starts(257);
  for (const auto& state : dfa.states) {
    for (const ByteEdge& edge : state.bytes) starts[edge.first] = starts[edge.last + 1] = true;
  }
  std::vector<std::uint32_t> class_of(257);
  std::uint32_t num_classes = 0;
  for (std::size_t byte = 0; byte < 257; ++byte) {
    num_classes += starts[byte] ? 1 : 0;
    class_of[byte] = num_classes;
  }
  std::vector<Transition> transitions;
  for (std::uint32_t s = 0; s < dfa.states.size(); ++s) {
    for (const ByteEdge& edge : dfa.states[s].bytes) {
      for (std::uint32_t label = class_of[edge.first]; label <= class_of[edge.last]; ++label) {
        transitions.push_back({s, label, edge.target});
      }
    }
    for (const SymbolEdge& edge : dfa.states[s].symbols) {
      transitions.push_back({s, num_classes + 1 + edge.symbol, edge.target});
    }
  }
  return transitions;
}

Partition RefineStates(const Dfa& dfa, const std::vector<Transition>& transitions) {
  Partition blocks(dfa.states.size());
  for (std::uint32_t s = 0; s < dfa.states.size(); ++s) {
    if (dfa.states[s].accept) blocks.Mark(s);
  }
  blocks.Split();

  // Cords: transitions grouped by label first.
  Partition cords(transitions.size());
  std::map<std::uint32_t, std::vector<std::uint32_t>> by_label;
  for (std::uint32_t t = 0; t < transitions.size(); ++t) {
    by_label[transitions[t].label].push_back(t);
  }
  for (const auto& [label, members] : by_label) {
    for (const std::uint32_t t : members) cords.Mark(t);
    cords.Split();
  }

  std::vector<std::vector<std::uint32_t>> incoming(dfa.states.size());
  for (std::uint32_t t = 0; t < transitions.size(); ++t) {
    incoming[transitions[t].target].push_back(t);
  }
  std::uint32_t block = 1;  // block 0 need not be used: its complement is
  for (std::uint32_t cord = 0; cord < cords.size(); ++cord) {
    cords.ForEach(cord, [&](std::uint32_t t) { blocks.Mark(transitions[t].source); });
    blocks.Split();
    for (; block < blocks.size(); ++block) {
      blocks.ForEach(block, [&](std::uint32_t s) {
        for (const std::uint32_t t : incoming[s]) cords.Mark(t);
      });
      cords.Split();
    }
  }
  return blocks;
}

}  // namespace

Dfa Minimize(const Dfa& dfa) {
  if (dfa.states.size() < 2) return dfa;
  const Partition blocks = RefineStates(dfa, LabelTransitions(dfa));
  if (blocks.size() == dfa.states.size()) return dfa;
  // The start's block must be number 0.
  const std::uint32_t start = blocks.SetOf(0);
  const auto renumber = [start](std::uint32_t block) {
    return block == start ? 0 : (block == 0 ? start : block);
  };
  Dfa out;
  out.states.resize(blocks.size());
  for (std::uint32_t block = 0; block < blocks.size(); ++block) {
    Dfa::State state = dfa.states[blocks.First(block)];
    for (ByteEdge& edge : state.bytes) edge.target = renumber(blocks.SetOf(edge.target));
    for (SymbolEdge& edge : state.symbols) edge.target = renumber(blocks.SetOf(edge.target));
    out.states[renumber(block)] = std::move(state);
  }
  return Trim(std::move(out));  // joins edges and numbers breadth-first
}

}  // namespace pushmask::automaton
