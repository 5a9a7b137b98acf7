// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/digit_automaton.h"

#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/hash_index.h"
#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

// What has been read last; it decides what may come next.
enum class Part : std::uint8_t {
  kNothing,
  kMinus,
  kZero,  // the integer part, whole
  kInteger,
  kPoint,
  kFraction,
};

struct Node {
  Part part;
  DigitState state;
  friend bool operator==(const Node&, const Node&) = default;
};

class Construction {
 public:
  Construction(const DigitJudge& judge, PointUse point, std::size_t max_states)
      : judge_(judge), point_(point), max_states_(max_states) {}

  std::optional<ir::Automaton> Run() {
    NumberOf({Part::kNothing, judge_.Start(false)});
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_.size() > max_states_) return std::nullopt;
      const Node node = nodes_[i];  // a copy: the list grows
      states_.emplace_back();
      Add(node);
    }
    return ir::Automaton(std::move(states_));
  }

 private:
  void Add(const Node& node) {
    const auto integer = [&](std::uint32_t digit) {
      const Part part = node.part == Part::kInteger || digit > 0 ? Part::kInteger : Part::kZero;
      return Node{part, judge_.Integer(node.state, digit)};
    };
    switch (node.part) {
      case Part::kNothing:
        AddEdge('-', NumberOf({Part::kMinus, judge_.Start(true)}));
        AddDigits(integer);
        return;
      case Part::kMinus:
        AddDigits(integer);
        return;
      case Part::kZero:
        AddPoint(node);
        return;
      case Part::kInteger:
        AddPoint(node);
        AddDigits(integer);
        return;
      case Part::kFraction:
        states_.back().accept = judge_.Accepts(node.state);
        [[fallthrough]];
      case Part::kPoint:
        AddDigits([&](std::uint32_t digit) -> std::optional<Node> {
          const auto next = judge_.Fraction(node.state, digit);
          if (!next) return std::nullopt;
          return Node{Part::kFraction, *next};
        });
        return;
    }
  }

  void AddPoint(const Node& node) {
    const auto whole = judge_.Point(node.state);
    if (!whole) return;
    states_.back().accept = judge_.Accepts(*whole);
    if (point_ == PointUse::kAllowed) AddEdge('.', NumberOf({Part::kPoint, *whole}));
  }

  // next_of(digit) is a Node, or nothing if the digit is impossible.
  template <typename NextOf>
  void AddDigits(NextOf next_of) {
    for (std::uint32_t digit = 0; digit < 10; ++digit) {
      const std::optional<Node> next = next_of(digit);
      if (next) AddEdge(U'0' + digit, NumberOf(*next));
    }
  }

  void AddEdge(char32_t character, std::uint32_t target) {
    states_.back().transitions.push_back({{character, character}, target});
  }

  std::uint32_t NumberOf(const Node& node) {
    const std::uint64_t hash =
        base::Combine(node.state.value, (std::uint64_t{node.state.position} << 8) |
                                            static_cast<std::uint64_t>(node.part));
    const std::uint32_t known =
        index_.Find(hash, [&](std::uint32_t number) { return nodes_[number] == node; });
    if (known != base::HashIndex::kNone) return known;
    const auto number = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(node);
    index_.Insert(hash, number);
    return number;
  }

  const DigitJudge& judge_;
  const PointUse point_;
  const std::size_t max_states_;
  std::vector<Node> nodes_;  // by state
  base::HashIndex index_;    // of nodes_
  std::vector<ir::Automaton::State> states_;
};

}  // namespace

void CheckDigits(const json::Decimal& number) {
  const std::uint64_t length = number.PlainLength();
  if (length <= kMaxDigits) return;
  throw LimitError("a number in the schema takes more than " + std::to_string(kMaxDigits) +
                       " digits to write out (limit max_digits)",
                   "max_digits", kMaxDigits, length);
}

std::optional<ir::Automaton> JudgedNumbers(const DigitJudge& judge, PointUse point,
                                           std::size_t max_states) {
  return Construction(judge, point, max_states).Run();
}

}  // namespace pushmask::frontend::json_schema
