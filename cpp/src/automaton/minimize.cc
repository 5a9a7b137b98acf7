// SPDX-License-Identifier: Apache-2.0
// Minimisation from the end to the start. The strongly connected components of the automaton are
// visited after those that they lead to, so the targets outside a component are final already:
//   * a state that is no part of a cycle is equal to a known one if their edges are (D. Revuz,
//     "Minimisation of acyclic deterministic automata in linear time", Theoretical Computer Science
//     92, 1992);
//   * a component with cycles is compared with earlier ones, state by state; if it is new, its
//     states are told apart by partition refinement (partition.h).
// Grammars are mostly chains, so most of the work is one hash per state.
#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "automaton/components.h"
#include "automaton/dfa.h"
#include "automaton/partition.h"
#include "base/hash.h"
#include "base/hash_index.h"

namespace pushmask::automaton {
namespace {

constexpr std::uint32_t kNone = 0xffffffffU;
constexpr std::uint32_t kDead = 0xfffffffeU;  // leads nowhere
constexpr std::uint32_t kSelf = 0xfffffffdU;  // an edge's own source

constexpr std::size_t kStepsPerEdge = 5;
// Refinement jumps about in memory.
constexpr std::size_t kStepsPerTransition = 40;

// Numbers by the hash of what they look like. Thousands may look alike, so those are chained.
class ByShape {
 public:
  void Reset() {
    entries_.clear();
    index_.Reset();
  }

  void Add(std::uint64_t hash, std::uint32_t number) {
    const auto entry = static_cast<std::uint32_t>(entries_.size());
    const std::uint32_t first = FirstOf(hash);
    if (first == base::HashIndex::kNone) {
      index_.Insert(hash, entry);
      entries_.push_back({hash, number, base::HashIndex::kNone});
      return;
    }
    entries_.push_back({hash, number, entries_[first].next});
    entries_[first].next = entry;
  }

  // Whether is_meant(number) holds for one of them; it is asked until it does.
  template <typename IsMeant>
  bool Has(std::uint64_t hash, IsMeant is_meant) const {
    for (std::uint32_t e = FirstOf(hash); e != base::HashIndex::kNone; e = entries_[e].next) {
      if (is_meant(entries_[e].number)) return true;
    }
    return false;
  }

 private:
  struct Entry {
    std::uint64_t hash;
    std::uint32_t number;
    std::uint32_t next;
  };
  std::uint32_t FirstOf(std::uint64_t hash) const {
    return index_.Find(hash, [&](std::uint32_t entry) { return entries_[entry].hash == hash; });
  }

  std::vector<Entry> entries_;
  base::HashIndex index_;  // of the first entry of each hash
};

}  // namespace

class Minimizer::Construction {
 public:
  explicit Construction(Steps* steps) : steps_(steps) {}

  void Begin(const Dfa& dfa) {
    dfa_ = &dfa;
    number_.assign(dfa.size(), kNone);
    out_.Clear();
    index_.Reset();
    cyclic_.Reset();
    index_of_.assign(dfa.size(), kNone);
  }

  // Begins with the states of a minimal automaton, some of which are states of dfa_: (state, state
  // of `minimal`).
  void Keep(const Dfa& minimal,
            std::span<const std::pair<std::uint32_t, std::uint32_t>> same_states) {
    out_ = minimal;
    for (std::uint32_t s = 0; s < minimal.size(); ++s) {
      signature_.accept = minimal.accept(s);
      signature_.bytes.assign(minimal.bytes(s).begin(), minimal.bytes(s).end());
      signature_.symbols.clear();
      index_.Insert(signature_.Hash(), s);
      for (ByteEdge& edge : signature_.bytes) edge.target = 0;
      JoinNeighbours(&signature_.bytes);
      cyclic_.Add(signature_.Hash(), s);  // as Shape says it
    }
    for (const auto& [state, same] : same_states) number_[state] = same;
  }

  Dfa Run() {
    const auto is_done = [this](std::uint32_t state) { return number_[state] != kNone; };
    CountSteps(kStepsPerEdge * (dfa_->size() + dfa_->num_byte_edges()));
    components_.ForEach(*dfa_, is_done, [this](std::span<const std::uint32_t> states) {
      if (states.size() > 1 || LoopsToItself(states[0])) {
        AddCycle(states);
      } else {
        Sign(states[0], [this](std::uint32_t target) { return number_[target]; });
        number_[states[0]] = NumberOfSigned();
      }
    });
    return Renumbered();
  }

 private:
  void CountSteps(std::size_t num_steps) const {
    if (steps_ != nullptr) steps_->Use(num_steps);
  }

  // A state's edges in numbers of the result. Edges that lead nowhere are left out.
  struct Signature {
    bool accept = false;
    std::vector<ByteEdge> bytes;
    std::vector<SymbolEdge> symbols;

    std::uint64_t Hash() const {
      std::uint64_t hash = accept ? 1 : 2;
      for (const ByteEdge& edge : bytes) {
        hash = base::Combine(hash, (std::uint64_t{edge.target} << 16) |
                                       (std::uint64_t{edge.first} << 8) | edge.last);
      }
      for (const SymbolEdge& edge : symbols) {
        hash = base::Combine(~hash, (std::uint64_t{edge.target} << 32) | edge.symbol);
      }
      return hash;
    }
  };

  static void JoinNeighbours(std::vector<ByteEdge>* edges) {
    std::size_t kept = 0;
    for (const ByteEdge& edge : *edges) {
      if (kept > 0 && (*edges)[kept - 1].target == edge.target &&
          (*edges)[kept - 1].last + 1 == edge.first) {
        (*edges)[kept - 1].last = edge.last;
      } else {
        (*edges)[kept++] = edge;
      }
    }
    edges->resize(kept);
  }

  // `target_of` gives the number of a target.
  template <typename TargetOf>
  void Sign(std::uint32_t state, TargetOf target_of) {
    signature_.accept = dfa_->accept(state);
    signature_.bytes.clear();
    signature_.symbols.clear();
    for (ByteEdge edge : dfa_->bytes(state)) {
      edge.target = target_of(edge.target);
      if (edge.target != kDead) signature_.bytes.push_back(edge);
    }
    JoinNeighbours(&signature_.bytes);
    for (SymbolEdge edge : dfa_->symbols(state)) {
      edge.target = target_of(edge.target);
      if (edge.target != kDead) signature_.symbols.push_back(edge);
    }
  }

  // The number of the state that signature_ describes, in which kSelf is the state itself.
  std::uint32_t NumberOfSigned() {
    const auto leads_on = [](const auto& edge) { return edge.target != kSelf; };
    if (!signature_.accept &&
        std::none_of(signature_.bytes.begin(), signature_.bytes.end(), leads_on) &&
        std::none_of(signature_.symbols.begin(), signature_.symbols.end(), leads_on)) {
      return kDead;
    }
    const std::uint64_t hash = signature_.Hash();
    const std::uint32_t known =
        index_.Find(hash, [this](std::uint32_t number) { return IsSigned(number); });
    if (known != base::HashIndex::kNone) return known;
    const std::uint32_t number = out_.AddState(signature_.accept);
    index_.Insert(hash, number);
    bool has_self = false;
    const auto resolve = [&](auto* edges) {
      for (auto& edge : *edges) {
        has_self |= edge.target == kSelf;
        if (edge.target == kSelf) edge.target = number;
      }
    };
    resolve(&signature_.bytes);
    resolve(&signature_.symbols);
    for (const ByteEdge& edge : signature_.bytes) out_.Add(edge);
    for (const SymbolEdge& edge : signature_.symbols) out_.Add(edge);
    // An equal state need not loop to itself: it may lead to this one.
    if (has_self) index_.Insert(signature_.Hash(), number);
    return number;
  }

  bool IsSigned(std::uint32_t number) const {
    const auto same = [number](std::uint32_t target, std::uint32_t known) {
      return target == known || (target == kSelf && known == number);
    };
    const auto bytes = out_.bytes(number);
    const auto symbols = out_.symbols(number);
    return out_.accept(number) == signature_.accept &&
           std::equal(signature_.bytes.begin(), signature_.bytes.end(), bytes.begin(), bytes.end(),
                      [&](const ByteEdge& a, const ByteEdge& b) {
                        return a.first == b.first && a.last == b.last && same(a.target, b.target);
                      }) &&
           std::equal(signature_.symbols.begin(), signature_.symbols.end(), symbols.begin(),
                      symbols.end(), [&](const SymbolEdge& a, const SymbolEdge& b) {
                        return a.symbol == b.symbol && same(a.target, b.target);
                      });
  }

  // --- Components with cycles.

  bool LoopsToItself(std::uint32_t state) const {
    const auto loops = [state](const auto& edge) { return edge.target == state; };
    const auto bytes = dfa_->bytes(state);
    const auto symbols = dfa_->symbols(state);
    return std::any_of(bytes.begin(), bytes.end(), loops) ||
           std::any_of(symbols.begin(), symbols.end(), loops);
  }

  void AddCycle(std::span<const std::uint32_t> states) {
    if (!LeadsOn(states)) {
      for (const std::uint32_t state : states) number_[state] = kDead;
      return;
    }
    if (IsKnown(states)) return;
    // Now no state inside is equal to one outside, so what leads outside can be compared.
    const Partition& blocks = Refine(states);
    if (blocks.size() == 1) {
      for (const std::uint32_t state : states) number_[state] = kSelf;
      Sign(states[0], [this](std::uint32_t target) { return number_[target]; });
      const std::uint32_t number = NumberOfSigned();
      for (const std::uint32_t state : states) number_[state] = number;
      cyclic_.Add(Shape(states[0]), number);
      return;
    }
    const auto first = static_cast<std::uint32_t>(out_.size());
    for (std::uint32_t i = 0; i < states.size(); ++i) number_[states[i]] = first + blocks.SetOf(i);
    for (std::uint32_t block = 0; block < blocks.size(); ++block) {
      const std::uint32_t state = states[blocks.First(block)];
      Sign(state, [this](std::uint32_t target) { return number_[target]; });
      const std::uint32_t number = out_.AddState(signature_.accept);
      for (const ByteEdge& edge : signature_.bytes) out_.Add(edge);
      for (const SymbolEdge& edge : signature_.symbols) out_.Add(edge);
      index_.Insert(signature_.Hash(), number);  // for single states that are equal
      cyclic_.Add(Shape(state), number);
    }
  }

  // What a state accepts and reads, whatever its targets.
  std::uint64_t Shape(std::uint32_t state) {
    Sign(state, [this](std::uint32_t target) { return number_[target] == kDead ? kDead : 0; });
    return signature_.Hash();
  }

  // Whether the component is equal to one that is numbered already; then numbers it.
  bool IsKnown(std::span<const std::uint32_t> states) {
    return cyclic_.Has(Shape(states[0]), [&](std::uint32_t known) {
      if (Matches(states[0], known)) return true;
      CountSteps(2 * met_.size());  // there may be thousands that look alike
      for (const std::uint32_t state : met_) number_[state] = kNone;
      return false;
    });
  }

  // Assumes that `start` is `known` and follows the edges of both; numbers what it meets.
  bool Matches(std::uint32_t start, std::uint32_t known) {
    work_.assign(1, start);
    met_.assign(1, start);
    number_[start] = known;
    const auto agree = [&](std::uint32_t target, std::uint32_t other) {
      if (number_[target] == kNone) {
        number_[target] = other;
        work_.push_back(target);
        met_.push_back(target);
      }
      return number_[target] == other;
    };
    while (!work_.empty()) {
      const std::uint32_t state = work_.back();
      work_.pop_back();
      if (!EdgesAgree(state, number_[state], agree)) return false;
    }
    return true;
  }

  // Walks the edges of a state and of one of the result side by side.
  template <typename Agree>
  bool EdgesAgree(std::uint32_t state, std::uint32_t known, Agree agree) const {
    if (dfa_->accept(state) != out_.accept(known)) return false;
    const auto bytes = dfa_->bytes(state);
    const auto others = out_.bytes(known);
    std::size_t j = 0;
    int done = -1;  // bytes compared so far, of both
    for (const ByteEdge& edge : bytes) {
      if (number_[edge.target] == kDead) continue;
      for (int byte = edge.first; byte <= edge.last; byte = done + 1) {
        if (j == others.size()) return false;
        if (byte != std::max<int>(others[j].first, done + 1)) return false;
        if (!agree(edge.target, others[j].target)) return false;
        done = std::min(edge.last, others[j].last);
        if (done == others[j].last) ++j;
      }
    }
    if (j != others.size()) return false;
    const auto symbols = out_.symbols(known);
    std::size_t k = 0;
    for (const SymbolEdge& edge : dfa_->symbols(state)) {
      if (number_[edge.target] == kDead) continue;
      if (k == symbols.size() || symbols[k].symbol != edge.symbol ||
          !agree(edge.target, symbols[k].target)) {
        return false;
      }
      ++k;
    }
    return k == symbols.size();
  }

  // States of the component are unnumbered yet.
  bool LeadsOn(std::span<const std::uint32_t> states) const {
    return std::any_of(states.begin(), states.end(), [this](std::uint32_t state) {
      const auto is_live = [this](const auto& edge) {
        return number_[edge.target] != kNone && number_[edge.target] != kDead;
      };
      const auto bytes = dfa_->bytes(state);
      const auto symbols = dfa_->symbols(state);
      return dfa_->accept(state) || std::any_of(bytes.begin(), bytes.end(), is_live) ||
             std::any_of(symbols.begin(), symbols.end(), is_live);
    });
  }

  // Targets inside the component all look alike.
  std::uint64_t OutsideHash(std::uint32_t state) {
    Sign(state, [this](std::uint32_t target) { return number_[target]; });
    return signature_.Hash();
  }

  struct Transition {
    std::uint32_t source;  // index in the component
    std::uint32_t label;
    std::uint32_t target;
  };

  // Fills transitions_ with those inside, one per class of bytes that all edges treat alike, sorted
  // by label.
  void FindInsideTransitions(std::span<const std::uint32_t> states) {
    std::array<std::uint32_t, 257> class_of = {};  // first: whether one begins
    for (std::uint32_t i = 0; i < states.size(); ++i) {
      index_of_[states[i]] = i;
      for (const ByteEdge& edge : dfa_->bytes(states[i])) {
        class_of[edge.first] = class_of[edge.last + std::size_t{1}] = 1;
      }
    }
    std::partial_sum(class_of.begin(), class_of.end(), class_of.begin());
    unsorted_.clear();
    for (std::uint32_t i = 0; i < states.size(); ++i) {
      for (const ByteEdge& edge : dfa_->bytes(states[i])) {
        const std::uint32_t target = index_of_[edge.target];
        if (target == kNone) continue;
        for (std::uint32_t label = class_of[edge.first]; label <= class_of[edge.last]; ++label) {
          unsorted_.push_back({i, label, target});
        }
      }
      for (const SymbolEdge& edge : dfa_->symbols(states[i])) {
        const std::uint32_t target = index_of_[edge.target];
        if (target != kNone) unsorted_.push_back({i, class_of.back() + 1 + edge.symbol, target});
      }
    }
    for (const std::uint32_t state : states) index_of_[state] = kNone;
    SortTransitions();
  }

  // By label, then by source, in which order they are. Most labels are classes of bytes; symbols
  // may be far apart.
  void SortTransitions() {
    std::uint32_t num_labels = 0;
    for (const Transition& t : unsorted_) num_labels = std::max(num_labels, t.label + 1);
    if (num_labels > unsorted_.size() + 256) {
      transitions_ = unsorted_;
      std::ranges::stable_sort(transitions_, {}, &Transition::label);
      return;
    }
    next_.assign(num_labels + 1, 0);
    for (const Transition& t : unsorted_) ++next_[t.label + 1];
    std::partial_sum(next_.begin(), next_.end(), next_.begin());
    transitions_.resize(unsorted_.size());
    for (const Transition& t : unsorted_) transitions_[next_[t.label]++] = t;
  }

  // The coarsest partition whose blocks agree on what leads outside and on the blocks inside.
  const Partition& Refine(std::span<const std::uint32_t> states) {
    blocks_.Reset(states.size());
    if (states.size() == 1) return blocks_;
    SplitByOutside(states);
    FindInsideTransitions(states);
    CountSteps(kStepsPerTransition * transitions_.size());
    cords_.Reset(transitions_.size());  // transitions, by label first
    for (std::uint32_t t = 0; t < transitions_.size();) {
      const std::uint32_t label = transitions_[t].label;
      for (; t < transitions_.size() && transitions_[t].label == label; ++t) cords_.Mark(t);
      cords_.Split();
    }
    begins_.assign(states.size() + 1, 0);
    for (const Transition& transition : transitions_) ++begins_[transition.target + 1];
    for (std::size_t i = 0; i < states.size(); ++i) begins_[i + 1] += begins_[i];
    incoming_.resize(transitions_.size());
    next_.assign(begins_.begin(), begins_.end() - 1);
    for (std::uint32_t t = 0; t < transitions_.size(); ++t) {
      incoming_[next_[transitions_[t].target]++] = t;
    }
    std::uint32_t block = 1;  // block 0 need not be used: its complement is
    const auto split_cords = [&] {
      for (; block < blocks_.size(); ++block) {
        blocks_.ForEach(block, [&](std::uint32_t s) {
          for (std::uint32_t i = begins_[s]; i < begins_[s + 1]; ++i) cords_.Mark(incoming_[i]);
        });
        cords_.Split();
      }
    };
    split_cords();
    for (std::uint32_t cord = 0; cord < cords_.size(); ++cord) {
      cords_.ForEach(cord, [&](std::uint32_t t) { blocks_.Mark(transitions_[t].source); });
      blocks_.Split();
      split_cords();
    }
    return blocks_;
  }

  void SplitByOutside(std::span<const std::uint32_t> states) {
    keys_.clear();
    for (std::uint32_t i = 0; i < states.size(); ++i) keys_.emplace_back(OutsideHash(states[i]), i);
    std::ranges::sort(keys_);
    for (std::size_t i = 0; i < keys_.size();) {
      const std::uint64_t key = keys_[i].first;
      for (; i < keys_.size() && keys_[i].first == key; ++i) blocks_.Mark(keys_[i].second);
      blocks_.Split();
    }
  }

  // The result from the start on, numbered breadth-first.
  Dfa Renumbered() {
    Dfa out;
    if (number_[0] == kDead) return out;
    out.Reserve(out_.size(), out_.num_byte_edges(), out_.num_symbol_edges());
    new_number_.assign(out_.size(), kNone);
    order_.assign(1, number_[0]);
    new_number_[number_[0]] = 0;
    const auto number_of = [&](std::uint32_t target) {
      if (new_number_[target] == kNone) {
        new_number_[target] = static_cast<std::uint32_t>(order_.size());
        order_.push_back(target);
      }
      return new_number_[target];
    };
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const std::uint32_t state = order_[i];
      out.AddState(out_.accept(state));
      for (ByteEdge edge : out_.bytes(state)) {
        edge.target = number_of(edge.target);
        out.Add(edge);
      }
      for (SymbolEdge edge : out_.symbols(state)) {
        edge.target = number_of(edge.target);
        out.Add(edge);
      }
    }
    return out;
  }

  Steps* const steps_;
  const Dfa* dfa_ = nullptr;
  Components components_;
  std::vector<std::uint32_t> number_;  // by state of dfa_: its state of out_, kDead, or kNone
  Dfa out_;
  base::HashIndex index_;  // of the states of out_ by signature
  ByShape cyclic_;         // those in cycles
  Signature signature_;
  std::vector<std::uint32_t> new_number_;  // by state of out_
  std::vector<std::uint32_t> order_;       // states of out_ by new number

  // For one component at a time.
  std::vector<std::uint32_t> work_;
  std::vector<std::uint32_t> met_;  // numbered by the comparison at hand
  Partition blocks_;
  Partition cords_;
  std::vector<Transition> unsorted_;
  std::vector<Transition> transitions_;
  std::vector<std::uint32_t> index_of_;  // by state: in the component at hand
  std::vector<std::uint32_t> begins_;    // of the transitions into a state, in incoming_
  std::vector<std::uint32_t> incoming_;
  std::vector<std::uint32_t> next_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keys_;
};

Minimizer::Minimizer(Steps* steps) : construction_(std::make_unique<Construction>(steps)) {}
Minimizer::~Minimizer() = default;

Dfa Minimizer::Run(const Dfa& dfa) {
  if (dfa.empty()) return {};
  construction_->Begin(dfa);
  return construction_->Run();
}

Dfa Minimizer::Run(const Dfa& dfa, const Dfa& minimal,
                   std::span<const std::pair<std::uint32_t, std::uint32_t>> same_states) {
  if (dfa.empty()) return {};
  construction_->Begin(dfa);
  construction_->Keep(minimal, same_states);
  return construction_->Run();
}

Dfa Minimize(const Dfa& dfa) { return Minimizer().Run(dfa); }

Dfa Subtract(const Dfa& a, const Dfa& b, const Budget& budget) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> kept;
  const Dfa product = Combine(a, b, BooleanOp::kAndNot, budget, &kept);
  return Minimizer(budget.steps).Run(product, a, kept);
}

}  // namespace pushmask::automaton
