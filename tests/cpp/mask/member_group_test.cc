// SPDX-License-Identifier: Apache-2.0
// Random member groups, from the IR to token masks, against a reference that reads texts member by
// member and tries out what can follow.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "ir/builder.h"
#include "mask/group_check.h"
#include "mask/partition_view.h"
#include "match/matcher_state.h"
#include "pda/member_reference.h"
#include "pushmask/error.h"

namespace pushmask::mask {
namespace {

using pda::MemberReference;
using Came = MemberReference::Came;

constexpr std::string_view kAlphabet = "abc,)";

// A group with the texts of its members. root ::= group ")"
struct Case {
  pda::MemberShape shape;
  std::vector<std::vector<std::string>> bodies;  // by item; without a text it derives nothing
  std::vector<std::string> rest;
  std::string separator;
  std::uint32_t num_idle = 0;  // more items, which clauses keep from occurring
};

ir::Grammar Build(const Case& c) {
  ir::Builder builder;
  const auto texts = [&builder](const std::vector<std::string>& all) {
    std::vector<ir::ExprId> parts;
    for (const std::string& text : all) parts.push_back(builder.Bytes(text));
    return builder.Choice(parts);
  };
  ir::MemberGroup group;
  for (std::uint32_t i = 0; i < c.shape.num_items(); ++i) {
    group.items.push_back({texts(c.bodies[i]), c.shape.required[i]});
  }
  group.clauses = c.shape.clauses;
  for (std::uint32_t i = 0; i < c.num_idle; ++i) {
    group.clauses.push_back({{static_cast<std::uint32_t>(group.items.size())}, {}});
    group.items.push_back({builder.Bytes("a"), false});
  }
  group.num_ordered = c.shape.num_ordered;
  if (c.shape.has_rest) group.rest = texts(c.rest);
  group.separator = builder.Bytes(c.separator);
  group.min_members = c.shape.min;
  group.max_members = c.shape.max;
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Seq({builder.Members(std::move(group)), builder.Bytes(")")}));
  return builder.Finish(root, "test");
}

Case RandomCase(std::mt19937* random) {
  static const std::vector<std::string> kTexts{"a", "b", "c", "ab", "ba", "aa", "bc"};
  const auto texts = [random] {
    std::vector<std::string> out;
    for (std::uint32_t n = 1 + (*random)() % 2; n > 0; --n) {
      out.push_back(kTexts[(*random)() % kTexts.size()]);
    }
    return (*random)() % 12 == 0 ? std::vector<std::string>() : out;
  };
  Case c;
  c.shape = pda::RandomShape(random, 5);
  for (std::uint32_t i = 0; i < c.shape.num_items(); ++i) c.bodies.push_back(texts());
  c.rest = texts();
  c.separator = (*random)() % 4 == 0 ? "ab" : ",";
  c.num_idle = (*random)() % 3 == 0 ? 40 : 0;
  return c;
}

// Where a text can be, over all ways to read it.
class Reader {
 public:
  enum class Phase : std::uint8_t { kStart, kMember, kAfter, kSeparator, kBefore, kDone };
  using Place = std::tuple<Came, Phase, std::string>;  // and what is left of a text begun
  using Places = std::set<Place>;

  explicit Reader(const Case& c) : case_(c), reference_(WithoutIdle(c)) {}

  Places Start() { return {{Came{}, Phase::kStart, ""}}; }
  bool MatchesNothing() { return Next(Start()).empty(); }

  Places Step(const Places& from, char byte) {
    Places to;
    for (const auto& [came, phase, left] : from) {
      switch (phase) {
        case Phase::kMember:
        case Phase::kSeparator:
          if (left[0] == byte) Begun(came, phase, left, &to);
          break;
        case Phase::kAfter:
          if (HasMember(came) && case_.separator[0] == byte) {
            Begun(came, Phase::kSeparator, case_.separator, &to);
          }
          [[fallthrough]];
        case Phase::kStart:
          if (byte == ')' && reference_.IsGroup(came)) to.insert({came, Phase::kDone, ""});
          if (phase == Phase::kAfter) break;
          [[fallthrough]];
        case Phase::kBefore:
          BeginMembers(came, byte, &to);
          break;
        case Phase::kDone:
          break;
      }
    }
    return to;
  }

  std::string Next(const Places& from) {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) {
      if (!Step(from, static_cast<char>(byte)).empty()) bytes.push_back(static_cast<char>(byte));
    }
    return bytes;
  }

  static bool IsDone(const Places& places) {
    return std::any_of(places.begin(), places.end(),
                       [](const Place& place) { return std::get<Phase>(place) == Phase::kDone; });
  }

 private:
  // Members without a text cannot come: an item that excludes itself.
  static pda::MemberShape WithoutIdle(const Case& c) {
    pda::MemberShape shape = c.shape;
    for (std::uint32_t i = 0; i < shape.num_items(); ++i) {
      if (c.bodies[i].empty()) shape.clauses.push_back({{i}, {}});
    }
    shape.has_rest = shape.has_rest && !c.rest.empty();
    return shape;
  }

  const std::vector<std::string>& TextsOf(std::uint32_t member) const {
    return member == MemberReference::kRest ? case_.rest : case_.bodies[member];
  }

  bool HasMember(const Came& came) {
    bool any = false;
    reference_.ForEachMember([&](std::uint32_t m) { any = any || reference_.CanTake(came, m); });
    return any;
  }

  void BeginMembers(const Came& came, char byte, Places* to) {
    reference_.ForEachMember([&](std::uint32_t member) {
      if (!reference_.CanTake(came, member)) return;
      Came next = came;
      reference_.Add(member, &next);
      for (const std::string& text : TextsOf(member)) {
        if (text[0] == byte) Begun(next, Phase::kMember, text, to);
      }
    });
  }

  // After the first byte of `text`.
  static void Begun(const Came& came, Phase phase, const std::string& text, Places* to) {
    if (text.size() > 1) {
      to->insert({came, phase, text.substr(1)});
    } else {
      to->insert({came, phase == Phase::kMember ? Phase::kAfter : Phase::kBefore, ""});
    }
  }

  const Case& case_;
  MemberReference reference_;
};

class MemberGroupTest : public testing::Test {
 protected:
  MemberGroupTest() : check_(Vocabulary()) {}

  static std::vector<std::string> Vocabulary() {
    std::vector<std::string> texts = AllStrings(kAlphabet, 3);
    for (const char* text :
         {"a,b,", "a,b,c", "ab,c,a)", "b,a,c,ab,", "aabaab)", "cabcabc", "c,c,c,c"}) {
      texts.emplace_back(text);
    }
    return texts;
  }

  GroupCheck check_;
};

TEST_F(MemberGroupTest, MasksAreExactlyWhatTheDefinitionSays) {
  std::mt19937 random(11);
  int num_empty = 0;
  constexpr int kRounds = 250;
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    SCOPED_TRACE(round);
    const Case c = RandomCase(&random);
    const ir::Grammar grammar = Build(c);
    Reader reader(c);
    if (reader.MatchesNothing()) {
      ++num_empty;
      EXPECT_THROW(check_.Compile(grammar, 0), EmptyLanguageError);
      continue;
    }
    check_.Check(&reader, check_.CompileVariants(grammar), &random);
  }
  EXPECT_LT(num_empty, kRounds / 3);
}

// All texts up to a length, of one group that uses everything.
TEST_F(MemberGroupTest, AcceptsExactlyTheTextsOfTheDefinition) {
  Case c;
  c.shape.required = {false, true, false, false};
  c.shape.num_ordered = 2;
  c.shape.has_rest = true;
  c.shape.min = 2;
  c.shape.max = 4;
  c.shape.clauses = {{{0}, 2}, {{2, 3}, {}}};
  c.bodies = {{"a"}, {"b"}, {"c"}, {"bc"}};
  c.rest = {"ab"};
  c.separator = ",";
  const auto compiled = check_.Compile(Build(c), std::size_t{1} << 22);
  Reader reader(c);
  std::size_t num_accepted = 0;
  std::vector<std::pair<std::string, Reader::Places>> work{{"", reader.Start()}};
  while (!work.empty()) {
    const auto [text, places] = work.back();
    work.pop_back();
    match::MatcherState state(compiled);
    ASSERT_TRUE(state.AcceptBytes(text)) << text;
    ASSERT_EQ(state.can_stop(), Reader::IsDone(places)) << text;
    num_accepted += state.can_stop() ? 1 : 0;
    if (text.size() == 12) continue;
    for (const char byte : kAlphabet) {
      match::MatcherState fork = state;
      const auto next = reader.Step(places, byte);
      ASSERT_EQ(fork.AcceptBytes({&byte, 1}), !next.empty()) << text << byte;
      if (!next.empty()) work.emplace_back(text + byte, next);
    }
  }
  EXPECT_GT(num_accepted, 10U);
}

TEST_F(MemberGroupTest, GroupsWithinGroupsKeepTheirOwnMembers) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  ir::MemberGroup group{.items = {{builder.Bytes("a"), true}, {builder.RuleRef(root), false}},
                        .separator = builder.Bytes(","),
                        .max_members = 2};
  builder.Define(root,
                 builder.Seq({builder.Bytes("c"), builder.Members(group), builder.Bytes(")")}));
  match::MatcherState state(check_.Compile(builder.Finish(root, "test"), std::size_t{1} << 22));
  EXPECT_TRUE(state.AcceptBytes("cca,ca)"));
  EXPECT_FALSE(state.AcceptBytes(","));  // the inner group has two
  EXPECT_TRUE(state.AcceptBytes("),a)"));
  EXPECT_TRUE(state.can_stop());
}

TEST_F(MemberGroupTest, UndecidableGroupsAreRefused) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  ir::MemberGroup group{.separator = builder.Bytes(","), .min_members = 3};
  for (std::uint32_t i = 0; i < 30; ++i) {
    group.items.push_back({builder.Bytes(std::to_string(i) + ";"), false});
    group.clauses.push_back({{i, (i + 7) % 30}, {}});
  }
  builder.Define(root, builder.Members(group));
  const ir::Grammar grammar = builder.Finish(root, "test");
  EXPECT_THROW(check_.Compile(grammar, 0), UnsupportedError);
}

}  // namespace
}  // namespace pushmask::mask
