// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "frontend/json/decimal.h"
#include "frontend/json/reader.h"
#include "frontend/json/value.h"
#include "pushmask/error.h"

namespace pushmask::frontend::json {
namespace {

struct Parsed {
  explicit Parsed(std::string text) : source("t", std::move(text)), document(Read(source)) {}
  const Value& root() const { return document.root; }

  text::SourceText source;
  Document document;
};

TEST(JsonReader, KeepsOrderPlacesAndSpellings) {
  const Parsed json(" {\"b\": [1.50, -0e+2, true], \"a\\u0041\": null} ");
  const Value& root = json.root();
  ASSERT_EQ(root.kind, Kind::kObject);
  ASSERT_EQ(root.members.size(), 2U);
  EXPECT_EQ(root.members[0].name, "b");
  EXPECT_EQ(root.members[1].name, "aA");
  const Value& list = root.members[0].value;
  ASSERT_EQ(list.elements.size(), 3U);
  EXPECT_EQ(list.elements[0].text, "1.50");
  EXPECT_EQ(list.elements[1].text, "-0e+2");
  EXPECT_EQ(list.elements[2].kind, Kind::kTrue);
  EXPECT_EQ(root.span.begin, 1U);
  EXPECT_EQ(list.span.begin, 7U);
  EXPECT_EQ(list.span.end, 26U);
}

TEST(JsonReader, DecodesEscapes) {
  const struct {
    std::string text;
    std::string value;
  } kCases[] = {
      {R"("")", ""},
      {R"("plain")", "plain"},
      {R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
      {R"("a\u00e9\u20ACb")",
       "a\xC3\xA9\xE2\x82\xAC"
       "b"},
      {R"("\ud83d\uDE00")", "\xF0\x9F\x98\x80"},
      {R"("\u0000")", std::string(1, '\0')},
  };
  for (const auto& test : kCases) EXPECT_EQ(Parsed(test.text).root().text, test.value) << test.text;
}

TEST(JsonReader, RefusesWhatIsNotJsonWithItsPlace) {
  const struct {
    std::string text;
    std::size_t line;
    std::size_t column;
    std::string message;
  } kCases[] = {
      {"", 1, 1, "expected a JSON value, found the end of the text"},
      {"{\n \"a\" 1}", 2, 6, "expected ':', found '1'"},
      {"[1,]", 1, 4, "expected a JSON value, found ']'"},
      {"[1 2]", 1, 4, "expected ',' or ']', found '2'"},
      {"{a: 1}", 1, 2, "expected a member's name in double quotes, found 'a'"},
      {"01", 1, 1, "a number must not have a leading zero"},
      {"1.", 1, 3, "expected a digit, found the end of the text"},
      {"-", 1, 2, "expected a digit, found the end of the text"},
      {"NaN", 1, 1, "expected a JSON value, found 'N'"},
      {"nul", 1, 1, "expected a JSON value, found 'n'"},
      {"1 2", 1, 3, "expected the end of the text, found more"},
      {"\"a", 1, 1, "the string is not closed"},
      {"\"a\nb\"", 1, 3, "a control character in a string must be escaped"},
      {R"("\x41")", 1, 2, "unknown escape in a string"},
      {R"("\u12g4")", 1, 2, "expected four hexadecimal digits after '\\u'"},
      {R"("\ud800")", 1, 2, "an escaped surrogate must be half of a pair"},
      {R"("\udc00\ud800")", 1, 2, "an escaped surrogate must be half of a pair"},
      {"{\"a\":1,\n\"\\u0061\":2}", 2, 1, "the name 'a' occurs twice in one object"},
      {"\"\xC3\"", 1, 2, "the text is not well-formed UTF-8"},
  };
  for (const auto& test : kCases) {
    try {
      Parsed json(test.text);
      ADD_FAILURE() << "accepted: " << test.text;
    } catch (const SyntaxError& error) {
      const Diagnostic& found = error.diagnostics().at(0);
      EXPECT_EQ(found.message, test.message) << test.text;
      EXPECT_EQ(found.line, test.line) << test.text;
      EXPECT_EQ(found.column, test.column) << test.text;
    }
  }
}

TEST(JsonReader, FindsARepeatedNameInALargeObject) {
  std::string text = "{";
  for (int i = 0; i < 100; ++i) text += "\"n" + std::to_string(i) + "\": 0, ";
  EXPECT_NO_THROW(Parsed(text + "\"n100\": 0}"));
  EXPECT_THROW(Parsed(text + "\"n7\": 0}"), SyntaxError);
}

TEST(JsonReader, LimitsDepth) {
  const std::string deepest = std::string(kMaxDepth, '[') + std::string(kMaxDepth, ']');
  EXPECT_NO_THROW(Parsed{deepest});
  try {
    Parsed(std::string(1'000'000, '['));
    ADD_FAILURE();
  } catch (const LimitError& error) {
    EXPECT_EQ(error.limit(), "max_depth");
  }
}

TEST(JsonValue, PointsToValuesByPointer) {
  const Parsed json(R"({"a/b": [0, {"m~n": 1}], "": 2})");
  const Value& root = json.root();
  EXPECT_EQ(PointerTo(root, root), "");
  EXPECT_EQ(PointerTo(root, root.members[1].value), "/");
  EXPECT_EQ(PointerTo(root, root.members[0].value.elements[1].members[0].value), "/a~1b/1/m~0n");
}

TEST(JsonValue, ComparesByMeaning) {
  const struct {
    std::string a;
    std::string b;
    bool equal;
  } kCases[] = {
      {"1", "1.0", true},
      {"10", "1e1", true},
      {"0", "-0.0", true},
      {"1", "true", false},
      {"1", "\"1\"", false},
      {"100000000000000000001", "100000000000000000002", false},
      {"[1,2]", "[2,1]", false},
      {R"({"a":1,"b":[{}]})", R"({"b":[{}],"a":1.00})", true},
      {R"({"a":1})", R"({"a":1,"b":2})", false},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Equal(Parsed(test.a).root(), Parsed(test.b).root()), test.equal)
        << test.a << " " << test.b;
  }
}

TEST(Decimal, OrdersExactly) {
  const std::vector<std::string> kAscending = {"-1e400",
                                               "-100",
                                               "-99.5",
                                               "-1.5",
                                               "-1",
                                               "-1e-3",
                                               "0",
                                               "1e-400",
                                               "0.001",
                                               "0.0010000001",
                                               "0.5",
                                               "1",
                                               "1.000000000000000000000001",
                                               "9",
                                               "10",
                                               "1e2",
                                               "123456789012345678901",
                                               "1e999999999999999999999"};
  for (std::size_t i = 0; i < kAscending.size(); ++i) {
    for (std::size_t j = 0; j < kAscending.size(); ++j) {
      EXPECT_EQ(Decimal::Parse(kAscending[i]) <=> Decimal::Parse(kAscending[j]), i <=> j)
          << kAscending[i] << " " << kAscending[j];
    }
  }
}

TEST(Decimal, ComesApartIntoDigits) {
  const struct {
    std::string text;
    std::string integer;
    std::string fraction;
    std::size_t length;
  } kCases[] = {
      {"0", "0", "", 1},
      {"-0.00e5", "0", "", 1},
      {"1.50", "1", "5", 2},
      {"1.5e2", "150", "", 3},
      {"-0.00125", "0", "00125", 6},
      {"120e-1", "12", "", 2},
      {"12.345e1", "123", "45", 5},
  };
  for (const auto& test : kCases) {
    const Decimal value = Decimal::Parse(test.text);
    EXPECT_EQ(value.IntegerDigits(), test.integer) << test.text;
    EXPECT_EQ(value.FractionDigits(), test.fraction) << test.text;
    EXPECT_EQ(value.PlainLength(), test.length) << test.text;
    EXPECT_EQ(value.is_integer(), test.fraction.empty()) << test.text;
  }
}

TEST(PointerAt, LeadsToTheInnermostValueAround) {
  const text::SourceText source("t", R"({"a/b": [1, {"c": "d"}], "e": {}})");
  const auto at = [&](std::string_view part) {
    return PointerAt(source, source.text().find(part));
  };
  EXPECT_EQ(at("{"), "");
  EXPECT_EQ(at("\"a/b"), "");
  EXPECT_EQ(at("[1"), "/a~1b");
  EXPECT_EQ(at("1,"), "/a~1b/0");
  EXPECT_EQ(at("{\"c"), "/a~1b/1");
  EXPECT_EQ(at("d\""), "/a~1b/1/c");
  EXPECT_EQ(at("{}"), "/e");
}

}  // namespace
}  // namespace pushmask::frontend::json
