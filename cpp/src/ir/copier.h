// SPDX-License-Identifier: Apache-2.0
// Copier: puts rules of one grammar, with all they reach, into a builder.
//
// Intersect and Complement are made of regular languages, as is a rule with a bound on its tokens,
// so a reference to a rule inside them is replaced with the rule's body there. That ends where a
// rule reaches itself; then it is refused.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ir/builder.h"
#include "ir/expr_limits.h"

namespace pushmask::ir {

class Copier {
 public:
  // `from` and `to` must outlive the copier and be different. `source_name` is for errors.
  Copier(const Grammar& from, std::string source_name, Builder* to);

  // Defines the copy of a rule, of which `from` is the original, with what became of its body.
  using Define = std::function<void(RuleId from, RuleId copy, ExprId body)>;
  // By default the copy has the same marks, and the body.
  void DefineWith(Define define) { define_ = std::move(define); }

  // The copy of a rule. Every rule that it reaches must be defined. Names are kept, with a number
  // behind those that the builder has already. Throws UnsupportedError for a rule that reaches
  // itself or has marks, or a member group, inside Intersect or Complement, and LimitError (see
  // ExprLimits).
  RuleId Copy(RuleId rule);

 private:
  // How rule references are copied.
  enum class Mode : std::uint8_t { kRefer, kInline };
  struct Task {
    ExprId id;
    Mode mode;
    friend bool operator==(Task, Task) = default;
  };

  // By expression; invalid where there is no copy yet.
  std::vector<ExprId>& CopiesIn(Mode mode) {
    std::vector<ExprId>& copies = copies_[static_cast<std::size_t>(mode)];
    if (copies.empty()) copies.resize(from_.num_exprs());
    return copies;
  }
  RuleId Declare(RuleId rule);
  Place CopyPlace(Place place);
  ExprId CopyExpr(ExprId root, Mode mode);
  // Appends what must be copied before `task` can be.
  void AppendParts(Task task, std::vector<Task>* parts) const;
  ExprId Rebuild(Task task);
  ExprId Members(const MemberGroup& group);
  void CheckUnmarked(const Rule& rule) const;
  // At the rule at hand.
  [[noreturn]] void Fail(std::string message, std::string hint, std::string feature) const;

  const Grammar& from_;
  const std::string source_name_;
  Builder& to_;
  ExprLimits limits_;
  Define define_;
  std::array<std::vector<ExprId>, 2> copies_;  // by mode
  std::vector<RuleId> rules_;                  // by rule; invalid where it is not declared
  std::vector<std::uint32_t> sources_;  // by source of `from_`: its number in `to_`; 0: none yet
  std::vector<RuleId> pending_;         // of `from_`: declared, still without a body
  RuleId current_;                      // of `from_`: the one whose body is being copied
  std::vector<Task> parts_;             // of the expression at hand
  std::vector<ExprId> children_;        // of it, as copies
};

}  // namespace pushmask::ir
