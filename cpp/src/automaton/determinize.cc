// SPDX-License-Identifier: Apache-2.0
// Subset construction over byte ranges: the edges of a subset are cut into disjoint segments at
// their boundaries, so no table of 256 entries is ever needed. Most subsets of a grammar's automata
// are what one edge leads to; they are found by the edge's target alone.
#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "automaton/dfa.h"
#include "base/hash.h"
#include "base/hash_index.h"
#include "pushmask/error.h"

namespace pushmask::automaton {

class Determinizer::Construction {
 public:
  const Dfa& Run(const Nfa& nfa, const Budget& budget) {
    nfa_ = &nfa;
    budget_ = budget;
    seen_.assign(nfa.states.size(), 0);
    round_ = 0;
    num_steps_ = 0;
    number_of_closure_.assign(nfa.states.size(), kUnknown);
    begins_.clear();
    members_.clear();
    index_.Reset();
    dfa_.Clear();
    NumberOfClosure(nfa.start);
    for (std::size_t i = 0; i < begins_.size(); ++i) {
      const std::size_t end = i + 1 < begins_.size() ? begins_[i + 1] : members_.size();
      subset_.assign(members_.begin() + static_cast<std::ptrdiff_t>(begins_[i]),
                     members_.begin() + static_cast<std::ptrdiff_t>(end));
      dfa_.AddState(std::binary_search(subset_.begin(), subset_.end(), nfa.accept));
      AddByteEdges();
      AddSymbolEdges();
    }
    return dfa_;
  }

 private:
  static constexpr std::uint32_t kUnknown = 0xffffffffU;

  // Adds the states that `state` reaches without a byte to closure_. Only those with an edge of
  // their own, and the accepting one, tell subsets apart.
  void AddClosure(std::uint32_t state) {
    work_.assign(1, state);
    while (!work_.empty()) {
      const std::uint32_t s = work_.back();
      work_.pop_back();
      if (seen_[s] == round_) continue;
      seen_[s] = round_;
      const Nfa::State& node = nfa_->states[s];
      num_steps_ += 1 + node.epsilons.size();
      if (s == nfa_->accept || !node.bytes.empty() || !node.symbols.empty()) closure_.push_back(s);
      work_.insert(work_.end(), node.epsilons.begin(), node.epsilons.end());
    }
  }

  std::uint32_t NumberOfClosure(std::uint32_t state) {
    if (number_of_closure_[state] == kUnknown) {
      targets_.assign(1, state);
      number_of_closure_[state] = NumberOfTargets();
    }
    return number_of_closure_[state];
  }

  // The number of the subset that targets_ lead to.
  std::uint32_t NumberOfTargets() {
    ++round_;
    closure_.clear();
    for (const std::uint32_t target : targets_) AddClosure(target);
    CountSteps();
    std::sort(closure_.begin(), closure_.end());
    const std::uint64_t hash = base::VectorHash()(closure_);
    const std::uint32_t known = index_.Find(hash, [this](std::uint32_t number) {
      const std::size_t end =
          number + std::size_t{1} < begins_.size() ? begins_[number + 1] : members_.size();
      return std::equal(members_.begin() + static_cast<std::ptrdiff_t>(begins_[number]),
                        members_.begin() + static_cast<std::ptrdiff_t>(end), closure_.begin(),
                        closure_.end());
    });
    if (known != base::HashIndex::kNone) return known;
    const auto number = static_cast<std::uint32_t>(begins_.size());
    begins_.push_back(members_.size());
    members_.insert(members_.end(), closure_.begin(), closure_.end());
    index_.Insert(hash, number);
    if (begins_.size() > budget_.max_states) {
      throw LimitError("a rule or pattern needs more than " + std::to_string(budget_.max_states) +
                           " states (limit max_states)",
                       "max_states", budget_.max_states, begins_.size());
    }
    return number;
  }

  // Few subsets that are large each can take long without being too many in the end; grammars in
  // use take some hundreds of steps for a state.
  void CountSteps() {
    if (budget_.steps != nullptr) budget_.steps->Use(num_steps_);
    num_steps_ = 0;
  }

  void AddByteEdges() {
    edges_.clear();
    for (const std::uint32_t s : subset_) {
      const auto& bytes = nfa_->states[s].bytes;
      edges_.insert(edges_.end(), bytes.begin(), bytes.end());
    }
    num_steps_ += subset_.size() + edges_.size();
    CountSteps();
    std::sort(edges_.begin(), edges_.end(),
              [](const ByteEdge& a, const ByteEdge& b) { return a.first < b.first; });
    active_.clear();
    std::size_t next = 0;
    int first = edges_.empty() ? 256 : edges_[0].first;
    while (first < 256) {
      std::erase_if(active_, [first](const ByteEdge& edge) { return edge.last < first; });
      while (next < edges_.size() && edges_[next].first <= first) active_.push_back(edges_[next++]);
      // The segment goes on until an edge ends or another begins.
      num_steps_ += active_.size();
      int past = next < edges_.size() ? edges_[next].first : 256;
      for (const ByteEdge& edge : active_) past = std::min(past, edge.last + 1);
      if (!active_.empty()) {
        dfa_.Add(ByteEdge{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(past - 1),
                          TargetOfActive()});
      }
      first = past;
    }
  }

  std::uint32_t TargetOfActive() {
    if (active_.size() == 1) return NumberOfClosure(active_[0].target);
    targets_.clear();
    for (const ByteEdge& edge : active_) targets_.push_back(edge.target);
    return NumberOfTargets();
  }

  void AddSymbolEdges() {
    symbols_.clear();
    for (const std::uint32_t s : subset_) {
      const auto& symbols = nfa_->states[s].symbols;
      symbols_.insert(symbols_.end(), symbols.begin(), symbols.end());
    }
    num_steps_ += subset_.size() + symbols_.size();
    std::sort(symbols_.begin(), symbols_.end(),
              [](const SymbolEdge& a, const SymbolEdge& b) { return a.symbol < b.symbol; });
    for (std::size_t i = 0; i < symbols_.size();) {
      const std::uint32_t symbol = symbols_[i].symbol;
      targets_.clear();
      for (; i < symbols_.size() && symbols_[i].symbol == symbol; ++i) {
        targets_.push_back(symbols_[i].target);
      }
      dfa_.Add(SymbolEdge{symbol, targets_.size() == 1 ? NumberOfClosure(std::uint32_t{targets_[0]})
                                                       : NumberOfTargets()});
    }
  }

  const Nfa* nfa_ = nullptr;
  Budget budget_ = {};
  std::vector<std::uint32_t> seen_;  // round in which a state was last visited
  std::uint32_t round_ = 0;
  std::size_t num_steps_ = 0;                     // not yet counted
  std::vector<std::uint32_t> number_of_closure_;  // by NFA state: of the subset it leads to alone
  std::vector<std::size_t> begins_;               // by subset: of its range in members_
  std::vector<std::uint32_t> members_;            // sorted within a subset
  base::HashIndex index_;                         // of subsets
  Dfa dfa_;
  // Buffers.
  std::vector<std::uint32_t> subset_, targets_, closure_, work_;
  std::vector<ByteEdge> edges_, active_;
  std::vector<SymbolEdge> symbols_;
};

Determinizer::Determinizer() : construction_(std::make_unique<Construction>()) {}
Determinizer::~Determinizer() = default;
const Dfa& Determinizer::Run(const Nfa& nfa, const Budget& budget) {
  return construction_->Run(nfa, budget);
}

Dfa Determinize(const Nfa& nfa, const Budget& budget) { return Determinizer().Run(nfa, budget); }

}  // namespace pushmask::automaton
