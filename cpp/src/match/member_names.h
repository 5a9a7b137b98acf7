// SPDX-License-Identifier: Apache-2.0
// MemberNames: in which member's value a state of a rule is, where the rule reads members of a JSON
// object (RFC 8259, section 4). The machine does not say so, but its automata spell the names: they
// are followed from the rule's beginning, as a reader of JSON would follow the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "pda/machine.h"

namespace pushmask::match {

class MemberNames {
 public:
  explicit MemberNames(const pda::Machine& machine) : machine_(machine) {}

  // The name, as JSON spells it between the quotes, if it is the same whatever way leads to
  // `state`. Cost: the first time for a rule, the names times the states that they lead to; nullopt
  // where that is a lot, in this rule or with those that were asked about before.
  std::optional<std::string> NameAt(pda::StateId state);

 private:
  using Names = std::unordered_map<pda::StateId, std::optional<std::string>>;

  // Readings of states, in all rules together: one schema has some thousands.
  static constexpr std::size_t kMaxReadings = 20'000;

  const pda::Machine& machine_;
  std::size_t budget_ = kMaxReadings;
  std::map<std::uint32_t, Names> by_rule_;
};

}  // namespace pushmask::match
