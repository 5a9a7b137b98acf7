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
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "automaton/dfa.h"
#include "automaton/partition.h"
#include "base/hash.h"
#include "base/hash_index.h"

namespace pushmask::automaton {
namespace {

constexpr std::uint32_t kNone = 0xffffffffU;
constexpr std::uint32_t kDead = 0xfffffffeU;  // leads nowhere
constexpr std::uint32_t kSelf = 0xfffffffdU;  // an edge's own source

// The strongly connected components, each after those it leads to (R. Tarjan, 1972), without
// recursion.
class Components {
 public:
  // States for which is_done(state) holds are left out.
  template <typename IsDone, typename Visit>
  static void ForEach(const Dfa& dfa, IsDone is_done, Visit visit) {
    Components components(dfa);
    for (std::uint32_t s = 0; s < dfa.size(); ++s) {
      if (is_done(s)) components.order_[s] = kNone;
    }
    if (!is_done(0)) components.Run(visit);
  }

 private:
  struct Frame {
    std::uint32_t state;
    std::uint32_t next_edge;
  };

  explicit Components(const Dfa& dfa) : dfa_(dfa), order_(dfa.size(), 0), low_(dfa.size(), 0) {}

  void Enter(std::uint32_t state) {
    order_[state] = low_[state] = ++clock_;
    stack_.push_back(state);
    frames_.push_back({state, 0});
  }

  template <typename Visit>
  void Run(Visit visit) {
    Enter(0);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const std::uint32_t state = frame.state;
      const auto bytes = dfa_.bytes(state);
      const auto symbols = dfa_.symbols(state);
      if (frame.next_edge < bytes.size() + symbols.size()) {
        const std::uint32_t i = frame.next_edge++;
        const std::uint32_t target =
            i < bytes.size() ? bytes[i].target : symbols[i - bytes.size()].target;
        if (order_[target] == 0) {
          Enter(target);
        } else {  // a finished state has the largest order there is
          low_[state] = std::min(low_[state], order_[target]);
        }
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) {
        std::uint32_t& parent = low_[frames_.back().state];
        parent = std::min(parent, low_[state]);
      }
      if (low_[state] != order_[state]) continue;
      auto begin = stack_.end();
      do {
        --begin;
      } while (*begin != state);
      for (auto it = begin; it != stack_.end(); ++it) order_[*it] = kNone;
      visit(std::span<const std::uint32_t>(begin, stack_.end()));
      stack_.erase(begin, stack_.end());
    }
  }

  const Dfa& dfa_;
  std::uint32_t clock_ = 0;
  std::vector<std::uint32_t> order_;  // 0: not yet met; kNone: in a finished component
  std::vector<std::uint32_t> low_;
  std::vector<std::uint32_t> stack_;
  std::vector<Frame> frames_;
};

// Numbers by the hash of what they look like. Thousands may look alike, so those are chained.
class ByShape {
 public:
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

class Minimizer {
 public:
  explicit Minimizer(const Dfa& dfa) : dfa_(dfa), number_(dfa.size(), kNone) {}

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
    Components::ForEach(dfa_, is_done, [this](std::span<const std::uint32_t> states) {
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
    signature_.accept = dfa_.accept(state);
    signature_.bytes.clear();
    signature_.symbols.clear();
    for (ByteEdge edge : dfa_.bytes(state)) {
      edge.target = target_of(edge.target);
      if (edge.target != kDead) signature_.bytes.push_back(edge);
    }
    JoinNeighbours(&signature_.bytes);
    for (SymbolEdge edge : dfa_.symbols(state)) {
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
    const auto bytes = dfa_.bytes(state);
    const auto symbols = dfa_.symbols(state);
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
    const Partition blocks = Refine(states);
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
      for (const std::uint32_t state : states) number_[state] = kNone;
      return false;
    });
  }

  // Assumes that `start` is `known` and follows the edges of both; numbers what it meets.
  bool Matches(std::uint32_t start, std::uint32_t known) {
    std::vector<std::uint32_t> work{start};
    number_[start] = known;
    const auto agree = [&](std::uint32_t target, std::uint32_t other) {
      if (number_[target] == kNone) {
        number_[target] = other;
        work.push_back(target);
      }
      return number_[target] == other;
    };
    while (!work.empty()) {
      const std::uint32_t state = work.back();
      work.pop_back();
      if (!EdgesAgree(state, number_[state], agree)) return false;
    }
    return true;
  }

  // Walks the edges of a state and of one of the result side by side.
  template <typename Agree>
  bool EdgesAgree(std::uint32_t state, std::uint32_t known, Agree agree) const {
    if (dfa_.accept(state) != out_.accept(known)) return false;
    const auto bytes = dfa_.bytes(state);
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
    for (const SymbolEdge& edge : dfa_.symbols(state)) {
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
      const auto bytes = dfa_.bytes(state);
      const auto symbols = dfa_.symbols(state);
      return dfa_.accept(state) || std::any_of(bytes.begin(), bytes.end(), is_live) ||
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

  // The transitions inside, one per class of bytes that all edges treat alike, sorted by label.
  std::vector<Transition> InsideTransitions(std::span<const std::uint32_t> states) const {
    std::vector<std::uint32_t> index_of(dfa_.size(), kNone);
    std::vector<bool> starts(257);
    for (std::uint32_t i = 0; i < states.size(); ++i) {
      index_of[states[i]] = i;
      for (const ByteEdge& edge : dfa_.bytes(states[i])) {
        starts[edge.first] = starts[edge.last + 1] = true;
      }
    }
    std::vector<std::uint32_t> class_of(257);
    std::uint32_t num_classes = 0;
    for (std::size_t byte = 0; byte < 257; ++byte) {
      num_classes += starts[byte] ? 1 : 0;
      class_of[byte] = num_classes;
    }
    std::vector<Transition> transitions;
    for (std::uint32_t i = 0; i < states.size(); ++i) {
      for (const ByteEdge& edge : dfa_.bytes(states[i])) {
        const std::uint32_t target = index_of[edge.target];
        if (target == kNone) continue;
        for (std::uint32_t label = class_of[edge.first]; label <= class_of[edge.last]; ++label) {
          transitions.push_back({i, label, target});
        }
      }
      for (const SymbolEdge& edge : dfa_.symbols(states[i])) {
        const std::uint32_t target = index_of[edge.target];
        if (target != kNone) transitions.push_back({i, num_classes + 1 + edge.symbol, target});
      }
    }
    std::stable_sort(transitions.begin(), transitions.end(),
                     [](const auto& a, const auto& b) { return a.label < b.label; });
    return transitions;
  }

  // The coarsest partition whose blocks agree on what leads outside and on the blocks inside.
  Partition Refine(std::span<const std::uint32_t> states) {
    Partition blocks(states.size());
    SplitByKey(&blocks, states.size(), [&](std::uint32_t i) { return OutsideHash(states[i]); });
    const std::vector<Transition> transitions = InsideTransitions(states);
    Partition cords(transitions.size());  // transitions, by label first
    SplitByKey(&cords, transitions.size(), [&](std::uint32_t t) { return transitions[t].label; });
    std::vector<std::uint32_t> begins(states.size() + 1, 0);  // of the transitions into a state
    for (const Transition& transition : transitions) ++begins[transition.target + 1];
    for (std::size_t i = 0; i < states.size(); ++i) begins[i + 1] += begins[i];
    std::vector<std::uint32_t> incoming(transitions.size());
    std::vector<std::uint32_t> next(begins.begin(), begins.end() - 1);
    for (std::uint32_t t = 0; t < transitions.size(); ++t) {
      incoming[next[transitions[t].target]++] = t;
    }
    std::uint32_t block = 1;  // block 0 need not be used: its complement is
    const auto split_cords = [&] {
      for (; block < blocks.size(); ++block) {
        blocks.ForEach(block, [&](std::uint32_t s) {
          for (std::uint32_t i = begins[s]; i < begins[s + 1]; ++i) cords.Mark(incoming[i]);
        });
        cords.Split();
      }
    };
    split_cords();
    for (std::uint32_t cord = 0; cord < cords.size(); ++cord) {
      cords.ForEach(cord, [&](std::uint32_t t) { blocks.Mark(transitions[t].source); });
      blocks.Split();
      split_cords();
    }
    return blocks;
  }

  template <typename KeyOf>
  static void SplitByKey(Partition* partition, std::size_t size, KeyOf key_of) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> keys;
    for (std::uint32_t i = 0; i < size; ++i) keys.emplace_back(key_of(i), i);
    std::sort(keys.begin(), keys.end());
    for (std::size_t i = 0; i < keys.size();) {
      const std::uint64_t key = keys[i].first;
      for (; i < keys.size() && keys[i].first == key; ++i) partition->Mark(keys[i].second);
      partition->Split();
    }
  }

  // The result from the start on, numbered breadth-first.
  Dfa Renumbered() const {
    Dfa out;
    if (number_[0] == kDead) return out;
    std::vector<std::uint32_t> number(out_.size(), kNone);
    std::vector<std::uint32_t> order{number_[0]};
    number[number_[0]] = 0;
    const auto number_of = [&](std::uint32_t target) {
      if (number[target] == kNone) {
        number[target] = static_cast<std::uint32_t>(order.size());
        order.push_back(target);
      }
      return number[target];
    };
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::uint32_t state = order[i];
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

  const Dfa& dfa_;
  std::vector<std::uint32_t> number_;  // by state of dfa_: its state of out_, kDead, or kNone
  Dfa out_;
  base::HashIndex index_;  // of the states of out_ by signature
  ByShape cyclic_;         // those in cycles
  Signature signature_;
};

}  // namespace

Dfa Minimize(const Dfa& dfa) {
  if (dfa.empty()) return {};
  return Minimizer(dfa).Run();
}

Dfa Subtract(const Dfa& a, const Dfa& b, const Budget& budget) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> kept;
  const Dfa product = Combine(a, b, BooleanOp::kAndNot, budget, &kept);
  if (product.empty()) return {};
  Minimizer minimizer(product);
  minimizer.Keep(a, kept);
  return minimizer.Run();
}

}  // namespace pushmask::automaton
