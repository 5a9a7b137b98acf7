// SPDX-License-Identifier: Apache-2.0
// Copier: puts rules of one grammar, with all they reach, into a builder.
//
// Intersect and Complement are made of regular languages, so a reference to a rule inside them is
// replaced with the rule's body there. That ends where a rule reaches itself; then it is refused.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ir/builder.h"
#include "ir/expr_limits.h"

namespace pushmask::ir {

class Copier {
 public:
  // `from` and `to` must outlive the copier and be different. `source_name` is for errors.
  Copier(const Grammar& from, std::string source_name, Builder* to);

  // The copy of a rule. Every rule that it reaches must be defined. Names are kept, with a number
  // behind those that the builder has already. Throws UnsupportedError for a rule that reaches
  // itself, or a member group, inside Intersect or Complement, and LimitError (see ExprLimits).
  RuleId Copy(RuleId rule);

 private:
  // How rule references are copied.
  enum class Mode : std::uint8_t { kRefer, kInline };
  struct Task {
    ExprId id;
    Mode mode;
    friend bool operator==(Task, Task) = default;
  };

  std::unordered_map<ExprId, ExprId>& CopiesIn(Mode mode) {
    return copies_[static_cast<std::size_t>(mode)];
  }
  RuleId Declare(RuleId rule);
  Place CopyPlace(Place place);
  ExprId CopyExpr(ExprId root);
  std::vector<Task> PartsOf(Task task) const;
  ExprId Rebuild(Task task);
  ExprId Members(const MemberGroup& group);
  [[noreturn]] void Fail(std::string message, std::string feature) const;

  const Grammar& from_;
  const std::string source_name_;
  Builder& to_;
  ExprLimits limits_;
  std::array<std::unordered_map<ExprId, ExprId>, 2> copies_;
  std::unordered_map<RuleId, RuleId> rules_;
  std::vector<std::uint32_t> sources_;  // by source of `from_`: its number in `to_`; 0: none yet
  std::vector<RuleId> pending_;         // of `from_`: declared, still without a body
};

}  // namespace pushmask::ir
