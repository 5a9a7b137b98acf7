// SPDX-License-Identifier: Apache-2.0
#include "match/dot.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/byte_set.h"
#include "base/token_bytes.h"
#include "match/words.h"
#include "pushmask/error.h"

namespace pushmask::match {
namespace {

using pda::StateId;

// A string of the DOT language: in it only the quote is special, but layout reads backslashes.
std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

class DotWriter {
 public:
  explicit DotWriter(const compile::CompiledGrammar& compiled)
      : compiled_(compiled), machine_(compiled.machine()) {}

  std::string Text() {
    out_ = "digraph machine {\n  rankdir=LR;\n  node [shape=circle];\n";
    for (std::size_t s = 1; s < machine_.num_states(); ++s) {
      const StateId state(s);
      if (machine_.rule(state).entry == state) AddCluster(machine_.state(state).rule);
    }
    for (std::size_t s = 1; s < machine_.num_states(); ++s) AddArrows(StateId(s));
    if (machine_.root_entry().valid()) {
      out_ += "  start [shape=point];\n  start -> " + NameOf(machine_.root_entry()) + ";\n";
    }
    return out_ + "}\n";
  }

 private:
  static std::string NameOf(StateId state) { return "s" + std::to_string(state.index()); }

  const std::string& RuleName(std::uint32_t rule) const {
    return compiled_.names().rules[rule].own.name;
  }

  void AddCluster(std::uint32_t rule) {
    const pda::MachineRule& all = machine_.rule_at(rule);
    std::string label = RuleName(rule);
    if (compiled_.names().rules[rule].is_part) label = "part of " + label;
    out_ += "  subgraph cluster_" + std::to_string(rule) + " {\n    label=" + Quoted(label) + ";\n";
    for (std::uint32_t s = 0; s < all.num_states; ++s) {
      const StateId state(all.entry.index() + s);
      const bool accepts = machine_.state(state).accept;
      out_ += "    " + NameOf(state) + (accepts ? " [shape=doublecircle];\n" : ";\n");
    }
    out_ += "  }\n";
  }

  void AddArrows(StateId from) {
    std::map<StateId, base::ByteSet> bytes;
    for (const pda::Segment& segment : machine_.segments(from)) {
      for (const pda::Action& action : machine_.actions(segment)) {
        if (action.slot == 0) bytes[action.target].AddRange(segment.first, segment.last);
      }
    }
    for (const auto& [to, set] : bytes) AddArrow(from, to, LabelOf(set), false);
    std::set<std::pair<StateId, std::string>> calls;
    for (std::uint32_t slot = 1; slot <= machine_.num_slots(from); ++slot) {
      const std::uint32_t callee = machine_.state(machine_.slot_entry(from, slot)).rule;
      for (const pda::CallLink& link : machine_.slot_links(from, slot)) {
        if (link.parent == 0) calls.emplace(link.target, RuleName(callee) + Note(link));
      }
    }
    for (const auto& [to, label] : calls) AddArrow(from, to, label, true);
  }

  static std::string Note(const pda::CallLink& link) {
    switch (link.op) {
      case pda::CallOp::kKeep:
        return "";
      case pda::CallOp::kCount:
        return " (counted)";
      case pda::CallOp::kMember:
        return link.item == pda::MemberSpec::kRest ? " (other member)"
                                                   : " (member " + std::to_string(link.item) + ")";
      case pda::CallOp::kMore:
        return " (if members are left)";
      case pda::CallOp::kKeyEnd:
        return " (after a new key)";
      case pda::CallOp::kKeyMore:
        return " (after a new key, if members are left)";
    }
    return "";
  }

  // References to tokens are spelled by bytes that no text has.
  static std::string LabelOf(const base::ByteSet& bytes) {
    base::ByteSet of_tokens;
    of_tokens.AddRange(base::kFirstTokenByte, 0xFF);
    std::vector<std::string> words = WordsFor(bytes.Without(of_tokens));
    if (words.empty()) words.emplace_back("a part of a token reference");
    return JoinedWords(words);
  }

  void AddArrow(StateId from, StateId to, const std::string& label, bool is_call) {
    out_ += "  " + NameOf(from) + " -> " + NameOf(to) + " [label=" + Quoted(label) +
            (is_call ? ", style=dashed];\n" : "];\n");
  }

  const compile::CompiledGrammar& compiled_;
  const pda::Machine& machine_;
  std::string out_;
};

}  // namespace

std::string ToDot(const compile::CompiledGrammar& compiled, std::size_t max_states) {
  const std::size_t num_states = compiled.machine().num_states() - 1;  // without kEnd
  if (num_states > max_states) {
    throw LimitError("the machine has " + std::to_string(num_states) + " states, more than " +
                         std::to_string(max_states) + " that a graph may have (limit max_states)",
                     "max_states", max_states, num_states);
  }
  return DotWriter(compiled).Text();
}

}  // namespace pushmask::match
