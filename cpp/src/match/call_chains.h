// SPDX-License-Identifier: Apache-2.0
// CallChains: which rules may lie, unseen, between a position that waits for a call and a rule that
// is open. See trace.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "pda/machine.h"
#include "pda/rule_names.h"

namespace pushmask::match {

class CallChains {
 public:
  // Machine rules; nullopt stands for one rule or more that are not known.
  using Chain = std::vector<std::optional<std::uint32_t>>;

  CallChains(const pda::Machine& machine, const pda::RuleNames& names)
      : machine_(machine), names_(names) {}

  // The rules between the one that waits at `target` for a call to return (kEnd: nobody waits) and
  // `rule`, outermost first. None if it was called right there.
  const Chain& Between(pda::StateId target, std::uint32_t rule);

  // The states that call `callee` and go on at `target`.
  std::vector<pda::StateId> CallsTo(pda::StateId target, std::uint32_t callee);
  // The states of `rule` that call `callee` as the last thing it does.
  std::vector<pda::StateId> LastCalls(std::uint32_t rule, std::uint32_t callee);

  // Whether a call that returns to `target` is of `rule`.
  bool Calls(pda::StateId target, std::uint32_t rule);

 private:
  // Calls that are looked at, of all questions together; after that nothing is known.
  static constexpr std::size_t kMaxCalls = 1'000'000;
  static constexpr std::uint32_t kNone = 0xffffffffU;

  std::vector<std::uint32_t> CalleesAt(pda::StateId target);
  const std::vector<std::uint32_t>& LastCallees(std::uint32_t rule);
  template <typename Visit>
  void ForEachCall(std::uint32_t rule, Visit visit);
  // A shortest chain from one of `from` to `to` by last calls, both included, without `avoided`;
  // empty if there is none.
  std::vector<std::uint32_t> Shortest(const std::vector<std::uint32_t>& from, std::uint32_t to,
                                      std::uint32_t avoided);

  const pda::Machine& machine_;
  const pda::RuleNames& names_;
  std::size_t num_calls_ = 0;
  std::map<std::uint32_t, std::vector<std::uint32_t>> last_callees_;  // by rule
  std::map<std::pair<pda::StateId, std::uint32_t>, Chain> chains_;
  std::map<pda::StateId, std::vector<std::uint32_t>> callees_;  // by target
};

}  // namespace pushmask::match
