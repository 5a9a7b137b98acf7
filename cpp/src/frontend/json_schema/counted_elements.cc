// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/counted_elements.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "pushmask/error.h"

namespace pushmask::frontend::json_schema {
namespace {

using ir::ExprId;

constexpr std::size_t kMaxStates = 4000;
// Each doubles the ways to read an element.
constexpr std::size_t kMaxCounted = 6;

[[noreturn]] void FailForStates(std::size_t reached) {
  throw LimitError("counting the elements of an array takes more than " +
                       std::to_string(kMaxStates) + " states (limit max_states)",
                   "max_states", kMaxStates, reached);
}

}  // namespace

CountedElements::CountedElements(Tools tools, const ArrayFacts& facts, std::uint32_t max,
                                 ExprId separator)
    : tools_(std::move(tools)),
      builder_(*tools_.builder),
      store_(*tools_.store),
      facts_(facts),
      max_(max),
      separator_(separator),
      last_index_(std::max(facts.prefix(), facts.min())) {
  for (const ArrayFacts::Counted& counted : facts.counted()) {
    last_index_ = std::max(last_index_, counted.begin);
  }
  if (max != ir::kUnbounded) last_index_ = std::max(last_index_, max);
  if (last_index_ > kMaxStates) FailForStates(last_index_);
  if (facts.counted().size() > kMaxCounted) {
    throw LimitError("more than " + std::to_string(kMaxCounted) +
                         " schemas count the elements of one array (limit max_branches)",
                     "max_branches", kMaxCounted, facts.counted().size());
  }
}

bool CountedElements::MayEnd(const State& state) const {
  if (state[0] < facts_.min()) return false;
  for (std::size_t i = 0; i < facts_.counted().size(); ++i) {
    const ArrayFacts::Counted& counted = facts_.counted()[i];
    if (state[i + 1] < counted.min || state[i + 1] > counted.max) return false;
  }
  return true;
}

ExprId CountedElements::Body() {
  const State start(facts_.counted().size() + 1);
  const std::vector<ExprId> ways = Ways(start);
  // Building a rule finds others.
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const State state = pending_[i];
    Build(state, rules_.at(state));
  }
  return CanEndFrom(start) ? builder_.Choice(ways) : builder_.Nothing();
}

bool CountedElements::CanEndFrom(const State& start) const {
  std::set<State> ending;
  std::vector<State> work;
  for (const auto& [state, earlier] : before_) {
    if (MayEnd(state)) work.push_back(state);
  }
  while (!work.empty()) {
    const auto earlier = before_.find(work.back());
    work.pop_back();
    if (earlier == before_.end()) continue;
    for (const State& state : earlier->second) {
      if (state == start) return true;
      if (ending.insert(state).second) work.push_back(state);
    }
  }
  return false;
}

void CountedElements::Build(const State& state, ir::RuleId rule) {
  std::vector<ExprId> ways;
  for (const ExprId way : Ways(state)) ways.push_back(builder_.Seq({separator_, way}));
  if (MayEnd(state)) ways.push_back(builder_.Empty());
  builder_.Define(rule, builder_.Choice(ways));
}

std::vector<ExprId> CountedElements::Ways(const State& from) {
  std::vector<ExprId> ways;
  if (from[0] >= max_) return ways;
  const std::size_t num_counted = facts_.counted().size();
  for (std::size_t choice = 0; choice < std::size_t{1} << num_counted; ++choice) {
    State to = from;
    to[0] = std::min(from[0] + 1, last_index_);
    std::vector<FormulaId> value{facts_.ValueAt(from[0])};
    bool is_way = true;
    for (std::size_t i = 0; i < num_counted && is_way; ++i) {
      const ArrayFacts::Counted& counted = facts_.counted()[i];
      const bool counts = ((choice >> i) & 1U) != 0;
      const bool is_bounded = counted.max != ir::kUnbounded;
      const bool is_open = from[0] >= counted.begin && (is_bounded || from[i + 1] < counted.min);
      if (counts) {
        is_way = is_open && from[i + 1] < counted.max;
        ++to[i + 1];
        value.push_back(counted.value);
      } else if (is_open && is_bounded) {
        // With an upper bound what matches must be counted.
        value.push_back(~counted.value);
      }
    }
    if (!is_way) continue;
    const ExprId element = tools_.value(store_.All(value));
    if (builder_.expr(element).kind == ir::ExprKind::kNothing) continue;
    ways.push_back(builder_.Seq({element, RuleFor(to)}));
    before_[to].push_back(from);
  }
  return ways;
}

ExprId CountedElements::RuleFor(const State& state) {
  const auto known = rules_.find(state);
  if (known != rules_.end()) return builder_.RuleRef(known->second);
  if (rules_.size() >= kMaxStates) FailForStates(rules_.size() + 1);
  const ir::RuleId rule = tools_.add_rule();
  rules_.emplace(state, rule);
  pending_.push_back(state);
  return builder_.RuleRef(rule);
}

}  // namespace pushmask::frontend::json_schema
