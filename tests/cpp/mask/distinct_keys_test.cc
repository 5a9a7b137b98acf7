// SPDX-License-Identifier: Apache-2.0
// Groups whose keys must differ, from the IR to token masks, against a reference that keeps the
// keys seen as plain texts and tries out which ones are left.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "ir/builder.h"
#include "mask/group_check.h"
#include "mask/key_languages.h"
#include "mask/partition_view.h"
#include "pda/member_reference.h"
#include "pushmask/error.h"

namespace pushmask::mask {
namespace {

using pda::MemberReference;
using Came = MemberReference::Came;

// Keys and what may follow each of them.
struct Kind {
  Keys keys;
  Texts rest;
  std::optional<std::uint32_t> item = std::nullopt;
};

// root ::= group ")"
struct Case {
  pda::MemberShape shape;  // with keys
  std::vector<Texts> bodies;
  std::vector<Kind> kinds;
  std::string separator;
  std::uint32_t num_idle = 0;  // more items, which clauses keep from occurring

  std::string name() const {
    std::string all;
    for (const Kind& kind : kinds) all += std::string(kind.keys.name) + "; ";
    return all;
  }
  // As Keys::beginning_with, of all kinds.
  std::optional<std::set<std::string>> KeysBeginningWith(const std::string& begun) const {
    std::set<std::string> all;
    for (const Kind& kind : kinds) {
      const auto some = kind.keys.beginning_with(begun);
      if (!some) return std::nullopt;
      all.insert(some->begin(), some->end());
    }
    return all;
  }
  void SetNumKeys() {
    shape.has_rest = shape.has_keys = true;
    const auto all = KeysBeginningWith("");
    shape.num_keys = all ? static_cast<std::uint32_t>(all->size()) : ir::kUnbounded;
  }
};

ir::Grammar Build(const Case& c) {
  ir::Builder builder;
  const auto texts = [&builder](const Texts& all) {
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
  for (const Kind& kind : c.kinds) {
    group.keyed.push_back({kind.keys.expr(&builder), texts(kind.rest), kind.item});
  }
  group.separator = builder.Bytes(c.separator);
  group.min_members = c.shape.min;
  group.max_members = c.shape.max;
  const auto root = builder.AddRule("root");
  builder.Define(root, builder.Seq({builder.Members(std::move(group)), builder.Bytes(")")}));
  return builder.Finish(root, "test");
}

// Items that begin with keys: with infinitely many, each of which begins a member of the rest too.
void AddKeyedItems(std::mt19937* random, Case* c) {
  c->shape.max = ir::kUnbounded;
  for (Kind& kind : c->kinds) std::erase(kind.rest, "");
  std::erase_if(c->kinds, [](const Kind& kind) { return kind.rest.empty(); });
  const std::size_t num_kinds = c->kinds.size();
  for (std::size_t i = 0; i < num_kinds; ++i) {
    if (c->kinds[i].keys.beginning_with("") || (*random)() % 4 == 0) continue;
    Kind kind = c->kinds[i];
    kind.rest = {":b"};
    kind.item = c->shape.num_items();
    c->kinds.push_back(kind);
    c->shape.required.push_back((*random)() % 3 != 0);
    c->bodies.push_back({});
  }
}

Case RandomCase(std::mt19937* random) {
  static const std::vector<Keys> kKeys = AllKeys();
  static const Texts kItems{"c", "ca", "cb", "cc", "a:", "\"b"};
  static const std::vector<Texts> kRests{{""}, {":"}, {"", ":a"}, {"", "b"}, {":a", ":,a"}, {"\""}};
  const auto below = [random](std::size_t bound) { return (*random)() % bound; };
  Case c;
  c.shape = pda::RandomShape(random, 3);
  for (std::uint32_t i = 0; i < c.shape.num_items(); ++i) {
    c.bodies.push_back(below(12) == 0 ? Texts() : Texts{kItems[below(kItems.size())]});
  }
  const std::size_t num_kinds = below(3) == 0 ? 2 + below(2) : 1;
  for (std::size_t i = 0; i < num_kinds; ++i) {
    c.kinds.push_back({kKeys[below(kKeys.size())], kRests[below(kRests.size())]});
  }
  if (num_kinds > 1 && below(2) == 0) AddKeyedItems(random, &c);
  c.SetNumKeys();
  c.separator = below(4) == 0 ? ":a" : ",";
  c.num_idle = below(4) == 0 ? 40 : 0;
  return c;
}

// Where a text can be, over all ways to read it.
class Reader {
 public:
  enum class Phase : std::uint8_t {
    kStart,
    kMember,
    kKey,
    kRest,
    kAfter,
    kSeparator,
    kBefore,
    kDone
  };
  // With the keys seen, and what is left of a text begun or, in kKey, the key so far; there the
  // member has not come yet.
  using Place = std::tuple<Came, std::set<std::string>, Phase, std::string>;
  using Places = std::set<Place>;

  explicit Reader(const Case& c) : case_(c), reference_(WithoutIdle(c)) {}

  static Places Start() { return {{Came{}, {}, Phase::kStart, ""}}; }
  bool MatchesNothing() { return Next(Start()).empty(); }

  Places Step(const Places& from, char byte) {
    Places to;
    for (const Place& place : from) StepPlace(place, byte, &to);
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
  static pda::MemberShape WithoutIdle(const Case& c) {
    pda::MemberShape shape = c.shape;
    for (std::uint32_t i = 0; i < shape.num_items(); ++i) {
      const bool has_key = std::any_of(c.kinds.begin(), c.kinds.end(),
                                       [i](const Kind& kind) { return kind.item == i; });
      if (c.bodies[i].empty() && !has_key) shape.clauses.push_back({{i}, {}});
    }
    return shape;
  }

  void StepPlace(const Place& place, char byte, Places* to) {
    const auto& [came, keys, phase, left] = place;
    switch (phase) {
      case Phase::kMember:
      case Phase::kRest:
      case Phase::kSeparator:
        if (left[0] == byte) Begun(came, keys, phase, left, to);
        break;
      case Phase::kKey:
        StepKey(came, keys, left, byte, to);
        break;
      case Phase::kAfter:
        StepAfter(came, keys, byte, to);
        break;
      case Phase::kStart:
        if (byte == ')' && reference_.IsGroup(came)) to->insert({came, {}, Phase::kDone, ""});
        [[fallthrough]];
      case Phase::kBefore:
        BeginMembers(came, keys, byte, to);
        break;
      case Phase::kDone:
        break;
    }
  }

  void StepAfter(const Came& came, const std::set<std::string>& keys, char byte, Places* to) {
    bool any = false;
    reference_.ForEachMember([&](std::uint32_t m) { any = any || reference_.CanTake(came, m); });
    if (any && case_.separator[0] == byte) {
      Begun(came, keys, Phase::kSeparator, case_.separator, to);
    }
    if (byte == ')' && reference_.IsGroup(came)) to->insert({came, {}, Phase::kDone, ""});
  }

  void StepKey(const Came& came, const std::set<std::string>& keys, const std::string& key,
               char byte, Places* to) {
    AddKey(came, keys, key + byte, to);
    if (keys.contains(key)) return;
    std::set<std::string> more = keys;
    more.insert(key);
    for (const Kind& kind : case_.kinds) {
      const std::uint32_t member = kind.item.value_or(MemberReference::kRest);
      if (!kind.keys.has(key) || !reference_.CanTake(came, member)) continue;
      Came next = came;
      reference_.Add(member, &next);
      for (const std::string& text : kind.rest) {
        if (text.empty()) StepAfter(next, more, byte, to);
        if (!text.empty() && text[0] == byte) Begun(next, more, Phase::kRest, text, to);
      }
    }
  }

  // If some key that was not seen begins so.
  void AddKey(const Came& came, const std::set<std::string>& keys, const std::string& begun,
              Places* to) const {
    const auto all = case_.KeysBeginningWith(begun);
    const auto is_new = [&](const std::string& key) { return !keys.contains(key); };
    if (all && std::none_of(all->begin(), all->end(), is_new)) return;
    to->insert({came, keys, Phase::kKey, begun});
  }

  void BeginMembers(const Came& came, const std::set<std::string>& keys, char byte, Places* to) {
    reference_.ForEachMember([&](std::uint32_t member) {
      if (!reference_.CanTake(came, member)) return;
      if (member == MemberReference::kRest) {
        AddKey(came, keys, std::string(1, byte), to);
        return;
      }
      Came next = came;
      reference_.Add(member, &next);
      for (const std::string& text : case_.bodies[member]) {
        if (text[0] == byte) Begun(next, keys, Phase::kMember, text, to);
      }
    });
  }

  // After the first byte of `text`.
  static void Begun(const Came& came, const std::set<std::string>& keys, Phase phase,
                    const std::string& text, Places* to) {
    if (text.size() > 1) {
      to->insert({came, keys, phase, text.substr(1)});
    } else {
      to->insert({came, keys, phase == Phase::kSeparator ? Phase::kBefore : Phase::kAfter, ""});
    }
  }

  const Case& case_;
  MemberReference reference_;
};

constexpr std::string_view kAlphabet = "abc,):\"";

class DistinctKeysTest : public testing::Test {
 protected:
  DistinctKeysTest() : check_(Vocabulary()) {}

  static Texts Vocabulary() {
    Texts texts = AllStrings(kAlphabet, 3);
    for (const char* text :
         {"a,b,",     "a,a,",      "a,a,b",        "ab,ab,",        "aa,ab)", "a:,b:",
          "a:,a:,",   "\"a\",\"a", "\"\",\"b\"",   "\"a\":,\"b\":", "a:aa:a", "aa:aab",
          "bab,baa",  "\",\"a\"",  "\",\"a\",\"a", "abcabc",        "d,d",    "da,db",
          "a,a,a,a,", "d,a,d,b",   "ac,a",         "hb,",           "hb",     "hb)",
          "hb,a",     "hb:,a",     "ahb,a",        "a,ab",          "a,ab,",  "aa,ac",
          "aa,a,a",   "(a",        "(a,b",         "(a,a"}) {
      texts.emplace_back(text);
    }
    return texts;
  }

  // Members of the rest alone, with keys of this name.
  static Case RestOf(std::string_view name, const Texts& rest) {
    Case c;
    for (const Keys& keys : AllKeys()) {
      if (keys.name == name) c.kinds = {{keys, rest}};
    }
    c.SetNumKeys();
    c.separator = ",";
    return c;
  }
  // "key":,"key":)
  static ir::Grammar Objects() { return Build(RestOf("string", {":"})); }

  GroupCheck check_;
};

TEST_F(DistinctKeysTest, MasksAreExactlyWhatTheDefinitionSays) {
  std::mt19937 random(3);
  int num_empty = 0;
  constexpr int kRounds = 300;
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    const Case c = RandomCase(&random);
    SCOPED_TRACE(std::to_string(round) + " " + c.name());
    const ir::Grammar grammar = Build(c);
    Reader reader(c);
    if (reader.MatchesNothing()) {
      ++num_empty;
      EXPECT_THROW(check_.Compile(grammar, 0), EmptyLanguageError);
      continue;
    }
    check_.Check(&reader, check_.CompileVariants(grammar), &random, 16);
  }
  EXPECT_LT(num_empty, kRounds / 3);
}

// The last of eight keys: a separator after it would have no key to follow.
TEST_F(DistinctKeysTest, KnowsWhichKeyIsTheLast) {
  for (const Texts& rest : {Texts{""}, Texts{":"}, Texts{"", ":"}}) {
    for (const std::uint32_t fewest : {0U, 8U}) {
      Case c = RestOf("eight", rest);
      c.shape.min = fewest;
      Reader reader(c);
      std::string text;
      for (char letter = 'a'; letter <= 'g'; ++letter) {
        text += std::string("a") + letter + "b" + rest.back() + ",";
      }
      check_.CheckAlong(&reader, check_.CompileVariants(Build(c)), text + "ahb" + rest.back());
    }
  }
  Case c = RestOf("eight", {""});
  c.shape.min = 9;
  EXPECT_THROW(check_.Compile(Build(c), 0), EmptyLanguageError);
}

// Both keys that go on after "aa" were seen, so a token that reads on must have left the key there.
TEST_F(DistinctKeysTest, ATokenMayLeaveAKeyThatItCannotGoOnWith) {
  for (const Texts& rest : {Texts{""}, Texts{"", ":"}}) {
    const Case c = RestOf("open eight", rest);
    Reader reader(c);
    check_.CheckAlong(&reader, check_.CompileVariants(Build(c)), "aa,a,aa,b,aa,ab,ac,a,ac");
  }
}

// All texts up to a length.
TEST_F(DistinctKeysTest, AcceptsExactlyTheTextsOfTheDefinition) {
  std::mt19937 random(8);
  std::size_t num_accepted = 0;
  for (int round = 0; round < 60; ++round) {
    const Case c = RandomCase(&random);
    SCOPED_TRACE(std::to_string(round) + " " + c.name());
    Reader reader(c);
    if (reader.MatchesNothing()) continue;
    const auto compiled = check_.Compile(Build(c), std::size_t{1} << 22);
    std::vector<std::pair<std::string, Reader::Places>> work{{"", Reader::Start()}};
    while (!work.empty()) {
      const auto [text, places] = work.back();
      work.pop_back();
      match::MatcherState state(compiled);
      ASSERT_TRUE(state.AcceptBytes(text)) << text;
      ASSERT_EQ(state.can_stop(), Reader::IsDone(places)) << text;
      num_accepted += state.can_stop() ? 1 : 0;
      if (text.size() == 6) continue;
      for (const char byte : kAlphabet) {
        match::MatcherState fork = state;
        const auto next = reader.Step(places, byte);
        ASSERT_EQ(fork.AcceptBytes({&byte, 1}), !next.empty()) << text << byte;
        if (!next.empty()) work.emplace_back(text + byte, next);
      }
    }
  }
  EXPECT_GT(num_accepted, 100U);
}

TEST_F(DistinctKeysTest, RollbackAndForksKeepTheirOwnKeys) {
  for (const std::size_t room : {std::size_t{0}, std::size_t{1} << 22}) {
    match::MatcherState state(check_.Compile(Objects(), room));
    ASSERT_TRUE(state.AcceptBytes("\"a\":,\"b"));
    match::MatcherState fork = state;
    ASSERT_TRUE(state.AcceptBytes("\":,\"c"));
    ASSERT_TRUE(fork.AcceptBytes("c\":,\"b"));
    EXPECT_TRUE(fork.AcceptBytes("\":"));
    EXPECT_FALSE(fork.AcceptBytes(",\"bc\""));
    ASSERT_TRUE(state.AcceptBytes("\":"));
    EXPECT_FALSE(state.AcceptBytes(",\"b\""));
    EXPECT_TRUE(state.AcceptBytes(",\"bc\""));
    state.Rollback(3);  // to the first b
    EXPECT_FALSE(state.AcceptBytes("\":,\"b\""));
    EXPECT_TRUE(state.AcceptBytes("\":,\"c\":)"));
    EXPECT_TRUE(state.can_stop());
  }
}

TEST_F(DistinctKeysTest, GroupsWithinGroupsHaveTheirOwnKeys) {
  ir::Builder builder;
  const auto root = builder.AddRule("root");
  ir::MemberGroup group{.keyed = {{builder.Choice({builder.Bytes("a"), builder.Bytes("b")}),
                                   builder.Seq({builder.Bytes(":"), builder.RuleRef(root)})}},
                        .separator = builder.Bytes(",")};
  builder.Define(root,
                 builder.Seq({builder.Bytes("c"), builder.Members(group), builder.Bytes(")")}));
  match::MatcherState state(check_.Compile(builder.Finish(root, "test"), std::size_t{1} << 22));
  ASSERT_TRUE(state.AcceptBytes("ca:ca:c),b:c)"));
  EXPECT_FALSE(state.AcceptBytes(","));  // both are there
  EXPECT_TRUE(state.AcceptBytes(")"));
  EXPECT_EQ(state.NextBytes(), "),");
  ASSERT_TRUE(state.AcceptBytes(","));
  EXPECT_EQ(state.JumpForward(), "b:c");
}

// Each thread has keys of its own, in tables that all share.
TEST_F(DistinctKeysTest, ThreadsShareAGrammar) {
  for (const std::size_t room : {std::size_t{20'000}, std::size_t{1} << 22}) {
    const auto compiled = check_.Compile(Objects(), room);
    std::vector<int> failures(4);
    const auto work = [&](std::size_t thread) {
      std::mt19937 random(thread / 2 + 1);  // two and two do the same
      for (int round = 0; round < 40; ++round) {
        match::MatcherState state(compiled);
        std::set<std::string> keys;
        for (int member = 0; member < 12; ++member) {
          std::string key = "\"";
          for (std::uint32_t n = random() % 3; n > 0; --n) {
            key.push_back(static_cast<char>('a' + random() % 3));
          }
          key += "\":";
          std::vector<std::int32_t> mask(NumMaskWords(compiled->vocabulary().size()));
          state.FillMask(mask);
          match::MatcherState fork = state;
          const bool is_new = keys.insert(key).second;
          if (fork.AcceptBytes((member > 0 ? "," : "") + key) != is_new) ++failures[thread];
          if (is_new) state.AcceptBytes((member > 0 && keys.size() > 1 ? "," : "") + key);
        }
      }
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < failures.size(); ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failures, std::vector<int>(4));
  }
}

// A vocabulary's partitions are shared by all grammars, so equal fragments must mean the same.
TEST_F(DistinctKeysTest, FragmentsSayThatKeysDiffer) {
  const auto array_of = [](bool differ) {
    ir::Builder builder;
    const auto root = builder.AddRule("root");
    const ir::ExprId key = Range(&builder, 'a', 'b');
    ir::MemberGroup group{
        .items = {{builder.Bytes(":")}}, .rest = key, .separator = builder.Bytes(",")};
    if (differ) {
      group.rest.reset();
      group.keyed = {{key, builder.Empty()}};
    }
    const auto inner =
        builder.Seq({builder.Bytes("("), builder.Members(group), builder.Bytes(")")});
    builder.Define(root, builder.Repeat(inner, 3, 100));
    return builder.Finish(root, "test");
  };
  for (const bool first : {false, true}) {
    const auto compiled = check_.CompileTogether({array_of(first), array_of(!first)});
    for (std::size_t i = 0; i < 2; ++i) {
      const bool differ = (i == 0) == first;
      match::MatcherState state(compiled[i]);
      std::vector<std::int32_t> mask(NumMaskWords(compiled[i]->vocabulary().size()));
      state.FillMask(mask);
      const auto allowed = check_.Tokens(mask);
      const auto has = [&](const char* text) {
        return std::find(allowed.begin(), allowed.end(), text) != allowed.end();
      };
      EXPECT_TRUE(has("(a,b"));
      EXPECT_EQ(has("(a,a"), !differ);
    }
  }
}

}  // namespace
}  // namespace pushmask::mask
