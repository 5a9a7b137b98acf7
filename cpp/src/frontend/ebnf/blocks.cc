// SPDX-License-Identifier: Apache-2.0
// What expressions cannot say, or not shortly:
//   block     := '%nothing' | '%mark' literal | '%bytes' '{' (hex hex)* '}'
//              | ('%json' | '%json_any') '{' alternatives '}'
//              | '%automaton' '{' state (';' state)* '}' | '%members' '{' part* '}'
//   state     := number '!'? ':' (class '->' number)*
//   part      := '%count' bounds | '%separator' alternatives
//              | '%rest' alternatives | '%key' alternatives '%rest' alternatives ('%as' number)?
//              | ('%ordered' | '%item') '%required'? alternatives
//              | '%if' number* ('%then' number | '%never')
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/token_bytes.h"
#include "frontend/ebnf/parser.h"
#include "frontend/ebnf/terminals.h"
#include "ir/automaton.h"
#include "ir/grammar.h"
#include "text/codepoint_set.h"

namespace pushmask::frontend::ebnf {
namespace {

constexpr std::array<std::string_view, 8> kMembersKeywords = {
    "%count", "%separator", "%ordered", "%item", "%key", "%rest", "%as", "%if"};

}  // namespace

bool Parser::AtMembersKeyword() const {
  return cursor_.At("%") &&
         std::any_of(kMembersKeywords.begin(), kMembersKeywords.end(),
                     [this](std::string_view keyword) { return cursor_.At(keyword); });
}

NodeId Parser::ParseBlock() {
  const std::size_t begin = cursor_.offset();
  if (TakeKeyword("%nothing")) return Add({.kind = NodeKind::kNothing, .span = SpanFrom(begin)});
  if (TakeKeyword("%mark")) return ParseMark(begin);
  if (TakeKeyword("%bytes")) return ParseBytes(begin);
  if (TakeKeyword("%automaton")) return ParseAutomaton(begin);
  if (TakeKeyword("%json")) return ParseSpelled(begin, /*is_any=*/false);
  if (TakeKeyword("%json_any")) return ParseSpelled(begin, /*is_any=*/true);
  if (TakeKeyword("%members")) return ParseMembers(begin);
  cursor_.Take("%");
  TakeName();
  cursor_.FailSyntax(
      begin, "unknown block " + cursor_.QuotedSince(begin),
      "the blocks are %members, %automaton, %tokens, %mark, %json, %json_any, %bytes and %nothing");
}

void Parser::OpenBlock(std::size_t begin) {
  Enter(begin);
  const text::SourceSpan name = SpanFrom(begin);
  SkipSpace(/*newlines=*/true);
  if (!cursor_.Take("{")) {
    cursor_.Seek(name.end);
    cursor_.FailSyntax(begin, "expected '{' after " + Shown(name),
                       "a block is written " + Text(name) + " { ... }");
  }
  SkipSpace(/*newlines=*/true);
}

void Parser::CloseBlock(std::size_t begin) {
  Leave();
  SkipSpace(/*newlines=*/true);
  if (cursor_.Take("}")) return;
  if (!cursor_.AtEnd()) FailStray();
  cursor_.Seek(begin);
  cursor_.Take("%");
  TakeName();
  cursor_.FailSyntax(begin, "the block is not closed", "expected '}'");
}

NodeId Parser::ParseSpelled(std::size_t begin, bool is_any) {
  OpenBlock(begin);
  const NodeId strings = ParseAlternatives(/*nested=*/true);
  CloseBlock(begin);
  return Add({.kind = NodeKind::kSpelled,
              .span = SpanFrom(begin),
              .children = {strings},
              .is_any = is_any});
}

NodeId Parser::ParseBytes(std::size_t begin) {
  OpenBlock(begin);
  std::string bytes;
  while (!cursor_.AtEnd() && !cursor_.At("}")) {
    const std::size_t here = cursor_.offset();
    const auto byte = cursor_.TakeHex(2);
    if (!byte) {
      cursor_.Next();
      cursor_.FailSyntax(here, "expected a byte, found " + cursor_.QuotedSince(here),
                         "bytes are two hexadecimal digits each");
    }
    if (*byte >= base::kFirstTokenByte) {
      cursor_.FailSyntax(here, "the byte " + cursor_.QuotedSince(here) + " occurs in no text",
                         "the bytes of texts and tokens end at F7");
    }
    bytes += static_cast<char>(*byte);
    SkipSpace(/*newlines=*/true);
  }
  CloseBlock(begin);
  return Add({.kind = NodeKind::kLiteral, .span = SpanFrom(begin), .literal = std::move(bytes)});
}

NodeId Parser::ParseAutomaton(std::size_t begin) {
  OpenBlock(begin);
  std::vector<ir::Automaton::State> states;
  std::vector<std::pair<std::uint64_t, text::SourceSpan>> targets;
  do {
    SkipSpace(/*newlines=*/true);
    const std::size_t here = cursor_.offset();
    const auto number = cursor_.TakeDecimal();
    if (number != states.size()) {
      if (!number && !cursor_.AtEnd()) cursor_.Next();
      cursor_.FailSyntax(here, "expected the state " + std::to_string(states.size()),
                         "states are numbered from 0, in order");
    }
    states.push_back(ParseState(&targets));
  } while (cursor_.Take(";"));
  CloseBlock(begin);
  for (const auto& [target, span] : targets) {
    if (target < states.size()) continue;
    throw SyntaxError(source_.At(span, "there is no state " + std::to_string(target),
                                 "the last one is " + std::to_string(states.size() - 1)));
  }
  ast_.automata.emplace_back(std::move(states));
  return Add({.kind = NodeKind::kAutomaton,
              .span = SpanFrom(begin),
              .index = static_cast<std::uint32_t>(ast_.automata.size() - 1)});
}

ir::Automaton::State Parser::ParseState(
    std::vector<std::pair<std::uint64_t, text::SourceSpan>>* targets) {
  ir::Automaton::State state;
  state.accept = cursor_.Take("!");
  SkipSpace(/*newlines=*/true);
  if (!cursor_.Take(":")) {
    cursor_.FailSyntax(cursor_.offset(), "expected ':' after the number of the state",
                       "a state is written 0: [a-z] -> 1, and 0!: if the text may end there");
  }
  SkipSpace(/*newlines=*/true);
  text::CodepointSet read;
  while (cursor_.At("[") || cursor_.At(".")) {
    const std::size_t begin = cursor_.offset();
    const bool is_class = cursor_.Next() == '[';
    const text::CodepointSet set =
        is_class ? ParseClass(begin, ClassSpelling::kEscapes, &cursor_) : text::CodepointSet::All();
    if (!read.Intersect(set).empty()) {
      cursor_.FailSyntax(
          begin, "the state reads some characters of " + cursor_.QuotedSince(begin) + " twice",
          "the classes of a state must not overlap");
    }
    read = read.Union(set);
    SkipSpace(/*newlines=*/true);
    if (!cursor_.Take("->")) {
      cursor_.FailSyntax(begin, "expected '->' and a state after " + cursor_.QuotedSince(begin),
                         "a transition is written [a-z] -> 1");
    }
    SkipSpace(/*newlines=*/true);
    const std::size_t target_begin = cursor_.offset();
    const auto target = cursor_.TakeDecimal();
    if (!target)
      cursor_.FailSyntax(begin, "expected the number of a state after '->'",
                         "a transition is written [a-z] -> 1");
    targets->emplace_back(*target, SpanFrom(target_begin));
    for (const text::CodepointRange& range : set.ranges()) {
      state.transitions.push_back({range, static_cast<std::uint32_t>(*target)});
    }
    SkipSpace(/*newlines=*/true);
  }
  std::sort(state.transitions.begin(), state.transitions.end(),
            [](const auto& a, const auto& b) { return a.on < b.on; });
  return state;
}

NodeId Parser::ParseMembers(std::size_t begin) {
  OpenBlock(begin);
  GroupNode group;
  while (AtMembersKeyword()) ParseMembersPart(&group);
  CloseBlock(begin);
  const text::SourceSpan span = SpanFrom(begin);
  if (!group.separator.valid()) {
    throw SyntaxError(source_.At({begin, begin + std::string_view("%members").size()},
                                 "the members have no separator", "add %separator"));
  }
  if (group.open_key) {
    throw SyntaxError(source_.At({begin, begin + std::string_view("%members").size()},
                                 "the members have a %key without a %rest",
                                 "write %rest after it, %rest \"\" if nothing follows the key"));
  }
  if (group.rest && !group.keyed.empty()) {
    throw SyntaxError(source_.At({begin, begin + std::string_view("%members").size()},
                                 "the members have a %rest after a %key and one without",
                                 "write a %key before each %rest"));
  }
  ast_.groups.push_back(std::move(group));
  return Add({.kind = NodeKind::kMembers,
              .span = span,
              .index = static_cast<std::uint32_t>(ast_.groups.size() - 1)});
}

void Parser::ParseMembersPart(GroupNode* group) {
  const std::size_t begin = cursor_.offset();
  const auto body = [this] {
    SkipSpace(/*newlines=*/true);
    return ParseAlternatives(/*nested=*/true);
  };
  const auto once = [&](bool is_set) {
    if (is_set)
      cursor_.FailSyntax(begin, cursor_.QuotedSince(begin) + " stands here twice",
                         "leave one of the two out");
  };
  if (TakeKeyword("%separator")) {
    once(group->separator.valid());
    group->separator = body();
  } else if (TakeKeyword("%key")) {
    once(group->open_key.has_value());
    group->open_key = body();
  } else if (TakeKeyword("%rest")) {
    if (group->open_key) {
      group->keyed.push_back({*group->open_key, body(), std::nullopt});
      group->open_key.reset();
      SkipSpace(/*newlines=*/true);
      if (!TakeKeyword("%as")) return;
      SkipSpace(/*newlines=*/true);
      group->keyed.back().item = ParseItemNumber(group->num_ordered, *group);
    } else {
      once(group->rest.has_value());
      group->rest = body();
    }
  } else if (TakeKeyword("%ordered")) {
    ParseItemPart(/*is_ordered=*/true, begin, group);
  } else if (TakeKeyword("%item")) {
    ParseItemPart(/*is_ordered=*/false, begin, group);
  } else if (TakeKeyword("%if")) {
    ParseClause(group);
  } else if (TakeKeyword("%count")) {
    once(group->min != 0 || group->max != ir::kUnbounded);
    SkipSpace(/*newlines=*/true);
    const auto bounds = ReadQuantifier(/*nested=*/true);
    if (!bounds) cursor_.FailSyntax(begin, "expected bounds after %count", "write %count {m,n}");
    group->min = bounds->min;
    group->max = bounds->max;
  } else {
    FailStray();
  }
  SkipSpace(/*newlines=*/true);
}

void Parser::ParseItemPart(bool is_ordered, std::size_t begin, GroupNode* group) {
  if (is_ordered && group->num_ordered < group->items.size()) {
    cursor_.FailSyntax(begin, "an ordered item after one in any order", "ordered items come first");
  }
  SkipSpace(/*newlines=*/true);
  const bool required = TakeKeyword("%required");
  SkipSpace(/*newlines=*/true);
  group->items.push_back({ParseAlternatives(/*nested=*/true), required});
  if (is_ordered) ++group->num_ordered;
}

std::uint32_t Parser::ParseItemNumber(std::uint32_t first, const GroupNode& group) {
  const std::size_t begin = cursor_.offset();
  const std::uint64_t number = cursor_.TakeDecimal().value_or(group.items.size());
  if (number < first || number >= group.items.size()) {
    cursor_.FailSyntax(begin,
                       first == 0
                           ? "expected the number of an item above"
                           : "expected the number of an item above that is not an ordered one",
                       "items are numbered from 0");
  }
  return static_cast<std::uint32_t>(number);
}

void Parser::ParseClause(GroupNode* group) {
  ir::MemberGroup::Clause clause;
  SkipSpace(/*newlines=*/true);
  while (!cursor_.At("%")) {
    clause.present.push_back(ParseItemNumber(0, *group));
    SkipSpace(/*newlines=*/true);
  }
  const std::size_t begin = cursor_.offset();
  if (TakeKeyword("%then")) {
    SkipSpace(/*newlines=*/true);
    clause.then = ParseItemNumber(0, *group);
  } else if (!TakeKeyword("%never")) {
    cursor_.Take("%");
    TakeName();
    cursor_.FailSyntax(begin, "expected %then or %never, found " + cursor_.QuotedSince(begin),
                       "a condition is written %if 0 1 %then 2 or %if 0 1 %never");
  }
  group->clauses.push_back(std::move(clause));
}

}  // namespace pushmask::frontend::ebnf
