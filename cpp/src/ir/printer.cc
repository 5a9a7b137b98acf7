// SPDX-License-Identifier: Apache-2.0
#include "ir/printer.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "ir/ebnf_text.h"

namespace pushmask::ir {
namespace {

std::string Hex(const char* format, std::uint32_t value) {
  char buffer[24];
  std::snprintf(buffer, sizeof(buffer), format, static_cast<unsigned>(value));
  return buffer;
}

std::string Literal(const std::string& bytes) {
  std::string out = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
    out += plain ? std::string(1, c) : Hex("\\x%02X", byte);
  }
  return out + "\"";
}

std::string ClassText(const text::CodepointSet& set) {
  const auto one = [](char32_t c) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return plain ? std::string(1, static_cast<char>(c)) : Hex("\\u{%X}", c);
  };
  std::string out = "[";
  for (const auto& range : set.ranges()) {
    out += one(range.first);
    if (range.last > range.first) out += "-" + one(range.last);
  }
  return out + "]";
}

class Printer {
 public:
  explicit Printer(const Grammar& grammar) : grammar_(grammar) {}

  std::string Text(ExprId id) const {
    const Expr& node = grammar_.expr(id);
    switch (node.kind) {
      case ExprKind::kNothing:
        return "<nothing>";
      case ExprKind::kBytes:
        return Literal(node.bytes);
      case ExprKind::kClass:
        return ClassText(node.codepoints);
      case ExprKind::kSeq:
        return "(" + Join(node, " ") + ")";
      case ExprKind::kChoice:
        return "(" + Join(node, " | ") + ")";
      case ExprKind::kIntersect:
        return "(" + Join(node, " & ") + ")";
      case ExprKind::kComplement:
        return "!(" + Text(node.children[0]) + ")";
      case ExprKind::kRuleRef:
        return grammar_.rule(node.rule).name;
      case ExprKind::kRepeat:
        return Text(node.children[0]) + Bounds(node.min, node.max);
      case ExprKind::kMembers:
        return MembersText(grammar_.members(id));
      case ExprKind::kAutomaton:
        return AutomatonText(node.automaton);
      case ExprKind::kTokenSet:
        return TokenSetText(grammar_.token_sets()[node.token_set]);
      case ExprKind::kMark:
        return "<mark " + Literal(node.bytes) + ">";
      case ExprKind::kSpelled:
        return (node.spelling == Spelling::kAny ? "<json~ " : "<json ") + Text(node.children[0]) +
               ">";
    }
    return {};
  }

 private:
  std::string Join(const Expr& node, const char* separator) const {
    std::string out;
    for (const ExprId child : node.children) {
      if (!out.empty()) out += separator;
      out += Text(child);
    }
    return out;
  }

  static std::string Bounds(std::uint32_t min, std::uint32_t max) {
    if (max != kUnbounded) return "{" + std::to_string(min) + "," + std::to_string(max) + "}";
    if (min == 0) return "*";
    if (min == 1) return "+";
    return "{" + std::to_string(min) + ",}";
  }

  std::string MembersText(const MemberGroup& group) const {
    std::string out = "<members";
    if (group.min_members > 0 || group.max_members != kUnbounded) {
      out += Bounds(group.min_members, group.max_members);
    }
    out += " " + Text(group.separator);
    for (std::size_t i = 0; i < group.items.size(); ++i) {
      const MemberGroup::Item& item = group.items[i];
      out += i < group.num_ordered ? "; ^" : "; ";
      out += Text(item.body) + (item.required ? "!" : "");
    }
    if (group.rest) out += "; *" + Text(*group.rest);
    for (const MemberGroup::Keyed& keyed : group.keyed) {
      out += "; *" + Text(keyed.key) + " : " + Text(keyed.rest);
      if (keyed.item) out += " as " + std::to_string(*keyed.item);
    }
    for (const MemberGroup::Clause& clause : group.clauses) {
      out += "; :";
      for (const std::uint32_t item : clause.present) out += std::to_string(item) + " ";
      out += ":" + (clause.then ? std::to_string(*clause.then) : "");
    }
    return out + ">";
  }

  static std::string AutomatonText(const Automaton& automaton) {
    std::string out = "<automaton ";
    for (std::size_t s = 0; s < automaton.size(); ++s) {
      const Automaton::State& state = automaton.states()[s];
      out += (s == 0 ? "" : "; ") + std::to_string(s) + (state.accept ? "!" : "");
      // One class for each target, in the order of their first characters.
      std::vector<std::pair<std::uint32_t, std::vector<text::CodepointRange>>> classes;
      for (const Automaton::Transition& transition : state.transitions) {
        const auto known = std::find_if(classes.begin(), classes.end(), [&](const auto& entry) {
          return entry.first == transition.target;
        });
        auto& ranges = known == classes.end() ? classes.emplace_back(transition.target, 0).second
                                              : known->second;
        ranges.push_back(transition.on);
      }
      for (const auto& [target, ranges] : classes) {
        out += " " + ClassText(text::CodepointSet(ranges)) + " " + std::to_string(target);
      }
    }
    return out + ">";
  }

  const Grammar& grammar_;
};

}  // namespace

std::string Print(const Grammar& grammar) {
  const Printer printer(grammar);
  std::string out;
  const auto line = [&](const Rule& rule) {
    out += rule.name + MarksText(rule.marks) + " ::= " + printer.Text(rule.body) + "\n";
  };
  line(grammar.rule(grammar.root()));
  for (std::size_t i = 0; i < grammar.rules().size(); ++i) {
    if (RuleId(i) != grammar.root()) line(grammar.rules()[i]);
  }
  return out;
}

}  // namespace pushmask::ir
