// SPDX-License-Identifier: Apache-2.0
// Taking strings out of a language: the automaton follows them as a tree, whose equal ends are one,
// and is that of the language elsewhere.
#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "automaton/dfa.h"
#include "base/hash.h"
#include "base/hash_index.h"
#include "pushmask/error.h"

namespace pushmask::automaton {
namespace {

std::uint8_t ByteAt(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

class Tree {
 public:
  Tree(const Dfa& language, std::span<const std::string_view> strings) : language_(language) {
    nodes_.push_back({strings, 0, 0, 0, 0});
    for (std::size_t i = 0; i < nodes_.size(); ++i) AddChildren(i);
    number_of_.resize(nodes_.size());
    for (std::size_t i = nodes_.size(); i-- > 0;) FindTwin(i);
  }

  Dfa ToDfa(const Budget& budget) {
    // The language's own states come after the nodes that have no twin, parents before children.
    std::reverse(kept_.begin(), kept_.end());
    elsewhere_ = static_cast<std::uint32_t>(kept_.size());
    number_elsewhere_.assign(language_.size(), kNoNumber);
    const std::size_t num_states = elsewhere_ + language_.size();
    if (num_states > budget.max_states) {
      throw LimitError("a rule or pattern needs more than " + std::to_string(budget.max_states) +
                           " states (limit max_states)",
                       "max_states", budget.max_states, num_states);
    }
    if (kept_.empty()) return language_;  // it has none of the strings
    Dfa out;
    bool all_lead_on = true;
    for (const std::uint32_t node : kept_) {
      all_lead_on &= AddState(nodes_[node], &out);
    }
    for (std::size_t i = 0; i < reached_.size(); ++i) {
      const std::uint32_t state = reached_[i];
      out.AddState(language_.accept(state));
      for (const ByteEdge& edge : language_.bytes(state)) {
        out.Add(ByteEdge{edge.first, edge.last, Elsewhere(edge.target)});
      }
    }
    // From some node only strings that are taken out may go on.
    return all_lead_on ? out : Minimize(out);
  }

 private:
  // The strings that begin alike, as far as they do, and the language's state after that.
  struct Node {
    std::span<const std::string_view> strings;
    std::size_t depth;
    std::uint32_t state;
    std::uint32_t first_child;
    std::uint32_t num_children;
    bool ends() const { return strings[0].size() == depth; }
    std::uint8_t byte() const { return ByteAt(strings[0], depth - 1); }
  };
  static constexpr std::uint32_t kNoNumber = 0xffffffffU;

  void AddChildren(std::size_t at) {
    const Node node = nodes_[at];
    nodes_[at].first_child = static_cast<std::uint32_t>(nodes_.size());
    auto rest = node.strings.subspan(node.ends() ? 1 : 0);
    for (const ByteEdge& edge : language_.bytes(node.state)) {
      while (!rest.empty() && ByteAt(rest[0], node.depth) <= edge.last) {
        const std::uint8_t byte = ByteAt(rest[0], node.depth);
        std::size_t count = 1;
        while (count < rest.size() && ByteAt(rest[count], node.depth) == byte) ++count;
        // Strings that the language lacks need no taking out.
        if (byte >= edge.first) {
          nodes_.push_back({rest.first(count), node.depth + 1, edge.target, 0, 0});
        }
        rest = rest.subspan(count);
      }
    }
    nodes_[at].num_children = static_cast<std::uint32_t>(nodes_.size()) - nodes_[at].first_child;
  }

  // Children come after their parents, so their twins are known.
  void FindTwin(std::size_t at) {
    const Node& node = nodes_[at];
    if (!node.ends() && node.num_children == 0) {
      number_of_[at] = kNoNumber;
      return;
    }
    std::uint64_t hash = base::Combine(node.state, node.ends() ? 1 : 0);
    for (std::uint32_t i = 0; i < node.num_children; ++i) {
      const std::uint32_t child = node.first_child + i;
      hash = base::Combine(hash, (std::uint64_t{nodes_[child].byte()} << 32) | number_of_[child]);
    }
    const std::uint32_t twin = twins_.Find(
        hash, [&](std::uint32_t number) { return IsTwin(node, nodes_[kept_[number]]); });
    if (twin != base::HashIndex::kNone) {
      number_of_[at] = twin;
      return;
    }
    number_of_[at] = static_cast<std::uint32_t>(kept_.size());
    twins_.Insert(hash, number_of_[at]);
    kept_.push_back(static_cast<std::uint32_t>(at));
  }

  bool IsTwin(const Node& a, const Node& b) const {
    if (a.state != b.state || a.ends() != b.ends() || a.num_children != b.num_children)
      return false;
    for (std::uint32_t i = 0; i < a.num_children; ++i) {
      const std::uint32_t x = a.first_child + i;
      const std::uint32_t y = b.first_child + i;
      if (nodes_[x].byte() != nodes_[y].byte() || number_of_[x] != number_of_[y]) return false;
    }
    return true;
  }

  std::uint32_t StateOf(std::uint32_t node) {
    const std::uint32_t number = number_of_[node];  // in the order in which they were found
    return number == kNoNumber ? Elsewhere(nodes_[node].state) : elsewhere_ - 1 - number;
  }

  // The number of one of the language's own states, which from now on is reached.
  std::uint32_t Elsewhere(std::uint32_t state) {
    std::uint32_t& number = number_elsewhere_[state];
    if (number == kNoNumber) {
      number = elsewhere_ + static_cast<std::uint32_t>(reached_.size());
      reached_.push_back(state);
    }
    return number;
  }

  // Whether it surely leads to acceptance.
  bool AddState(const Node& node, Dfa* out) {
    const bool accept = language_.accept(node.state) && !node.ends();
    out->AddState(accept);
    bool leads_on = accept;
    std::uint32_t child = node.first_child;
    const std::uint32_t end = child + node.num_children;
    for (const ByteEdge& edge : language_.bytes(node.state)) {
      int next = edge.first;
      const auto add_until = [&](int past) {
        if (next >= past) return;
        leads_on = true;
        out->Add(ByteEdge{static_cast<std::uint8_t>(next), static_cast<std::uint8_t>(past - 1),
                          Elsewhere(edge.target)});
      };
      for (; child < end && nodes_[child].byte() <= edge.last; ++child) {
        const std::uint8_t byte = nodes_[child].byte();
        add_until(byte);
        out->Add(ByteEdge{byte, byte, StateOf(child)});
        next = byte + 1;
      }
      add_until(edge.last + 1);
    }
    return leads_on;
  }

  const Dfa& language_;
  std::vector<Node> nodes_;               // parents first, children in the order of bytes
  std::vector<std::uint32_t> number_of_;  // by node: of it or its twin among `kept_`
  std::vector<std::uint32_t> kept_;       // nodes without a twin before them; the root is the last
  base::HashIndex twins_;                 // of `kept_`
  std::uint32_t elsewhere_ = 0;           // number of nodes kept
  std::vector<std::uint32_t> number_elsewhere_;  // by state of the language
  std::vector<std::uint32_t> reached_;           // states of the language, in the order of numbers
};

}  // namespace

Dfa WithoutStrings(const Dfa& language, std::vector<std::string_view> strings,
                   const Budget& budget) {
  if (language.empty() || strings.empty()) return language;
  std::sort(strings.begin(), strings.end());
  strings.erase(std::unique(strings.begin(), strings.end()), strings.end());
  return Tree(language, strings).ToDfa(budget);
}

}  // namespace pushmask::automaton
