// SPDX-License-Identifier: Apache-2.0
#include "frontend/regex/regex.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "frontend/ir_match.h"
#include "frontend/regular_language.h"
#include "ir/printer.h"

namespace pushmask::frontend {
namespace {

ir::Grammar Lower(const std::string& pattern, RegexMatch match = RegexMatch::kFull) {
  ir::Builder builder;
  const ir::ExprId body = LowerRegex(text::SourceText("p", pattern), match, &builder);
  const ir::RuleId root = builder.AddRule("r");
  builder.Define(root, body);
  return builder.Finish(root, "p");
}

// The printed expression, without the rule around it.
std::string Printed(const std::string& pattern, RegexMatch match = RegexMatch::kFull) {
  const std::string text = ir::Print(Lower(pattern, match));
  const std::string_view prefix = "r ::= ";
  return text.substr(prefix.size(), text.size() - prefix.size() - 1);
}

bool Matches(const std::string& pattern, std::string_view text, RegexMatch match) {
  return IrMatcher(Lower(pattern, match), text).Matches();
}

TEST(Regex, LowersToThePrintedExpression) {
  const struct {
    std::string pattern;
    std::string printed;
  } kCases[] = {
      {"", R"("")"},
      {"abc", R"("abc")"},
      {"a|b|", R"(("a" | "b" | ""))"},
      {"(?:ab)*c", R"(("ab"* "c"))"},
      {"(?<year>[0-9]{4})-(?P<day>\\d)", R"(([0-9]{4,4} "-" [0-9]))"},
      {"ab?", R"(("a" "b"{0,1}))"},
      {"a+?b*?c??", R"(("a"+ "b"* "c"{0,1}))"},
      {"a{2}b{3,}c{1,4}?", R"(("a"{2,2} "b"{3,} "c"{1,4}))"},
      {"a{0}b", R"("b")"},
      {"a{x}{}{1", R"("a{x}{}{1")"},
      {"}]", R"("}]")"},
      {"[a-cx\\-\\]]", R"([\u{2D}\u{5D}a-cx])"},
      {"[-a]|[b-]|[\\b]", R"(([\u{2D}a] | [\u{2D}b] | "\x08"))"},
      {"[\\w.]", R"([\u{2E}0-9A-Z\u{5F}a-z])"},
      {"[^\\s\\S]", "<nothing>"},
      {"[\\w-.]", R"([\u{2D}-\u{2E}0-9A-Z\u{5F}a-z])"},
      {"[a-\\d]", R"([\u{2D}0-9a])"},
      {"[]", "<nothing>"},
      {"\\01\\101[\\1\\377]", R"(("\x01A" [\u{1}\u{FF}]))"},
      {"\\\u00e9", R"("\xC3\xA9")"},
      {"a(?#b)c", R"("ac")"},
      {"(?i)a-", R"(([Aa] "-"))"},
      {"(?i:a)a", R"(([Aa] "a"))"},
      {"(?i)(?-i:a)s", R"(("a" [Ss\u{17F}]))"},
      {"(?i)[^a]b", R"(([\u{0}-\u{40}B-\u{60}b-\u{D7FF}\u{E000}-\u{10FFFF}] [Bb]))"},
      {"(?s).", R"([\u{0}-\u{D7FF}\u{E000}-\u{10FFFF}])"},
      {"(?x) a b # c\n [ ] +", R"(("ab" " "+))"},
      {"(?mu)(?s-m:a)", R"("a")"},
      {"(?!a)[a-c]", "[b-c]"},
      {"[a-c](?<=a)", R"("a")"},
      {"(?=b)b", R"("b")"},
      {"\\t\\n\\r\\f\\v\\0\\a\\cJ", R"("\x09\x0A\x0D\x0C\x0B\x00\x07\x0A")"},
      {"\\x41\\u0042\\u{43}\\x{44}\\U00000045", R"("ABCDE")"},
      {"\\u00e9", R"("\xC3\xA9")"},
      {"\\uD83D\\uDE00", R"("\xF0\x9F\x98\x80")"},
      {"\\.\\/\\-\\_\\#\\ ", R"("./-_# ")"},
      {".", R"([\u{0}-\u{9}\u{B}-\u{C}\u{E}-\u{2027}\u{202A}-\u{D7FF}\u{E000}-\u{10FFFF}])"},
      {"\\D", R"([\u{0}-\u{2F}\u{3A}-\u{D7FF}\u{E000}-\u{10FFFF}])"},
      {"[\\uD800-\\uDFFF]", "<nothing>"},
      {"[^\\uD800-\\uDFFF]", R"([\u{0}-\u{D7FF}\u{E000}-\u{10FFFF}])"},
      {"\\p{ASCII}", R"([\u{0}-\u{7F}])"},
      {"\\p{Zl}|\\p{gc=Zp}", R"(("\xE2\x80\xA8" | "\xE2\x80\xA9"))"},
      {"^abc$", R"("abc")"},
      {"\\Aabc\\z", R"("abc")"},
      {"a$b", "<nothing>"},
      {"a^b", "<nothing>"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Printed(test.pattern), test.printed) << test.pattern;
  }
}

TEST(Regex, SearchSurroundsAMatchWithAnythingUnlessAnchored) {
  const std::string any = R"([\u{0}-\u{D7FF}\u{E000}-\u{10FFFF}]*)";
  const struct {
    std::string pattern;
    std::string printed;
  } kCases[] = {
      {"a", "(" + any + " \"a\" " + any + ")"},
      {"^a", "(\"a\" " + any + ")"},
      {"a$", "(" + any + " \"a\")"},
      {"^a$", "\"a\""},
      {"a*", any},
      {"", any},
      {"^", any},
      {"$", any},
      {"^$", "\"\""},
      {"^a*$", "\"a\"*"},
      {"^a|b$", "((\"a\" " + any + ") | (" + any + " \"b\"))"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Printed(test.pattern, RegexMatch::kSearch), test.printed) << test.pattern;
  }
}

TEST(Regex, AnchorsAreExactWhereverTheyStand) {
  const struct {
    std::string pattern;
    std::vector<std::string_view> found_in;
    std::vector<std::string_view> not_found_in;
  } kCases[] = {
      {"^a|b$", {"a", "ax", "xb", "ab"}, {"ba", "xax", "bx", ""}},
      {"(^|x)y", {"y", "ya", "axy"}, {"ay", "x", "axby"}},
      {"y($|x)", {"y", "ay", "yxa"}, {"ya", "x"}},
      {"(^a$)*", {"", "a", "b"}, {}},
      {"(^a$)+", {"a"}, {"", "aa", "b"}},
      {"(^a){2}", {}, {"a", "aa", ""}},
      {"(^a|b){2}", {"ab", "bb", "xbb", "abx"}, {"a", "aa", "xab"}},
      {"(^|a){3}b", {"b", "ab", "aab", "xaaab"}, {"xb", "xaab"}},
      {"(a|$){2}", {"a", "xa", "", "aax"}, {}},
      {"^(a|$){2}$", {"", "a", "aa"}, {"aaa", "b"}},
      {"^(^|a|$){2,3}$", {"", "a", "aa", "aaa"}, {"aaaa"}},
      {"$^", {""}, {"a"}},
      {"^^a$$", {"a"}, {"aa"}},
      {"^(?:$|a)$", {"", "a"}, {"aa"}},
  };
  for (const auto& test : kCases) {
    for (const auto text : test.found_in) {
      EXPECT_TRUE(Matches(test.pattern, text, RegexMatch::kSearch)) << test.pattern << " " << text;
    }
    for (const auto text : test.not_found_in) {
      EXPECT_FALSE(Matches(test.pattern, text, RegexMatch::kSearch)) << test.pattern << " " << text;
    }
  }
}

// By the automaton, since look-around becomes intersections.
RegularLanguage Found(const std::string& pattern) {
  return RegularLanguage([&](ir::Builder* builder) {
    return LowerRegex(text::SourceText("p", pattern), RegexMatch::kSearch, builder);
  });
}

TEST(Regex, LookAroundIsExact) {
  const struct {
    std::string pattern;
    std::vector<std::string_view> found_in;
    std::vector<std::string_view> not_found_in;
  } kCases[] = {
      {"a(?=b)", {"ab", "xabx"}, {"a", "ba", "aa"}},
      {"a(?!b)", {"a", "aab", "ac"}, {"ab", "b"}},
      {"(?<=ab)c", {"abc", "xabcx"}, {"c", "bc", "acb"}},
      {"(?<!ab)c", {"c", "bc", "abcc"}, {"abc"}},
      {"^(?!foo$).*$", {"", "fo", "food", "afoo"}, {"foo"}},
      {"^(?=.*[A-Z])(?=.*[0-9]).{3,}$", {"A1x", "xx1xA"}, {"A1", "Axx", "1xx"}},
      {"^(?!.*--)[a-z-]+(?<!-)$", {"a", "a-b", "-a"}, {"", "a--b", "a-"}},
      {"^(?!ab).*(?<!cd)$", {"", "xcdx", "acb"}, {"abx", "xcd", "cd"}},
      {"^(?:(?!-)[a-z-]{1,3}(?<!-)\\.)+$", {"a.", "a-b.c."}, {"-a.", "a-.", "."}},
      {"^((?!bad).)*$", {"", "ba", "xba"}, {"bad", "xbadx"}},
      {"^(?:(?!--).)*--$", {"--", "a-a--", "a--"}, {"a--b--", "-"}},
      {"^(?:(?!-->)[^x])*-->", {"-->", "a-->b", "--->"}, {"x-->", "--"}},
      {"^(?!^a|b|$)", {"c", "cb"}, {"", "a", "b"}},
      {"(?=$|,)", {"", "a", "a,b"}, {}},
      {"a(?=$|,)b?$", {"a"}, {"ab", "a,"}},
      {"(?!(?=a)ab)a", {"a", "aa", "aba"}, {"ab", "b"}},
      {"(?=(?!ab)a)", {"a", "ac"}, {"ab", "b"}},
      {"(?:a(?=b)b?){2}", {}, {"ab", "aab", "aabb"}},
      {"(?:a(?=b)b?){1,2}c", {"abc"}, {"ac", "c"}},
      {"(?=a)*b", {"b"}, {"a"}},
      {"\\bab\\b", {"ab", "-ab", "ab-", "x ab"}, {"xab", "abx", "a"}},
      {"\\Bb", {"ab", "xxb"}, {"b", "-b"}},
      {"^(?:\\b[ab]+\\b-?)*$", {"", "a", "a-b", "ab-ba-"}, {"-", "a--b"}},
      {"^(?:a\\b|b)*$", {"", "a", "b", "bba"}, {"ab", "aa"}},
      {"\\b", {"a", "-a-"}, {"", "-"}},
      {"\\B", {"", "-", "ab"}, {"a"}},
      {"(?m)^a$", {"a", "b\na\nb", "a\r"}, {"ab\n", "ba"}},
      {"^a(?<=^a)b(?<=ab)$", {"ab"}, {"b", "aab"}},
      {"x(?<=(?<!y)x)", {"x", "yxx"}, {"yx"}},
      {"^(?:[^\\\\]|\\\\(?!u)|\\\\u[0-9]{2})*$", {"a", "\\n", "\\u12"}, {"\\u1", "\\ux"}},
  };
  for (const auto& test : kCases) {
    const RegularLanguage found = Found(test.pattern);
    for (const auto text : test.found_in)
      EXPECT_TRUE(found.Has(text)) << test.pattern << " " << text;
    for (const auto text : test.not_found_in) {
      EXPECT_FALSE(found.Has(text)) << test.pattern << " " << text;
    }
  }
}

TEST(Regex, CaseFoldsAsEcmaDoes) {
  const struct {
    std::string pattern;
    std::string_view text;
    bool matches;
  } kCases[] = {
      {"(?i)^straSSe$", "StraSse", true}, {"(?i)^s$", "\u017f", true},
      {"(?i)^k$", "\u212a", true},        {"(?i)^\\w$", "\u212a", true},
      {"(?i)^\\W$", "\u212a", false},     {"(?i)^[^k]$", "\u212a", false},
      {"(?i)^\u03c3$", "\u03c2", true},   {"(?i)^\\p{Lu}$", "a", true},
      {"(?i)^i$", "\u0130", false},       {"(?i)^i$", "I", true},
      {"(?i)^\u00df$", "\u1e9e", true},   {"(?i)^\u00df$", "ss", false},
      {"(?i)^[a-c]+$", "aBC", true},      {"(?i:a)b", "AB", false},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Found(test.pattern).Has(test.text), test.matches) << test.pattern << " " << test.text;
  }
}

TEST(Regex, CharacterPropertiesHoldTheirCharacters) {
  const struct {
    std::string pattern;
    std::string_view text;
    bool matches;
  } kCases[] = {
      {"\\p{L}", "\u00e9", true},
      {"\\p{L}", "1", false},
      {"\\pL", "\u00e9", true},
      {"\\PN", "1", false},
      {"\\p{Letter}", "\u4e2d", true},
      {"\\p{Uppercase_Letter}", "\u00c9", true},
      {"\\p{Lu}", "\u00e9", false},
      {"\\p{LC}", "\u01c5", true},
      {"\\p{LC}", "\u4e2d", false},
      {"\\p{General_Category=Nd}", "\u0663", true},
      {"\\d", "\u0663", false},
      {"\\p{Script=Greek}", "\u03b1", true},
      {"\\p{sc=Latn}", "\u03b1", false},
      {"\\p{Script=Han}", "\u4e2d", true},
      {"\\p{Alphabetic}", "\u0345", true},
      {"\\p{Lowercase}", "\u00aa", true},
      {"\\p{Uppercase}", "\u24b6", true},
      {"\\p{White_Space}", "\u0085", true},
      {"\\s", "\u0085", false},
      {"\\s", "\ufeff", true},
      {"\\p{Assigned}", "\u0378", false},
      {"\\p{Cn}", "\u0378", true},
      {"[^\\p{L}\\d]", "_", true},
      {"[\\P{L}]", "a", false},
      {"\\p{Sc}", "\u20ac", true},
      {"\\p{Any}", "\U0010ffff", true},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Matches(test.pattern, test.text, RegexMatch::kFull), test.matches)
        << test.pattern << " " << test.text;
  }
}

TEST(Regex, SyntaxErrorsSayWhereAndWhat) {
  const struct {
    std::string pattern;
    std::string message;
    std::size_t offset;
    std::size_t length;
  } kCases[] = {
      {"(ab", "the group is not closed", 0, 1},
      {"a)b", "unmatched ')'", 1, 1},
      {"*a", "nothing to repeat before '*'", 0, 1},
      {"a|+", "nothing to repeat before '+'", 2, 1},
      {"a**", "nothing to repeat before '*'", 2, 1},
      {"{2}", "nothing to repeat before '{2}'", 0, 3},
      {"^*", "nothing to repeat: an anchor cannot be repeated", 0, 2},
      {"a{3,1}", "the repeat bounds '{3,1}' are reversed", 1, 5},
      {"a{,3}", "'{,3}' means different things elsewhere", 1, 4},
      {"a{,}", "'{,}' means different things elsewhere", 1, 3},
      {"\\y", "unknown escape '\\y'", 0, 2},
      {"a\\", "a backslash with nothing after it", 1, 1},
      {"\\x4g", "expected 2 hexadecimal digits after '\\x'", 0, 2},
      {"\\u{}", "expected hexadecimal digits and '}' in the escape", 0, 3},
      {"\\u{110000}", "the escape is past U+10FFFF", 0, 10},
      {"\\uD800", "a lone surrogate occurs in no text", 0, 6},
      {"\\c1", "expected a letter after '\\c'", 0, 2},
      {"\\p", "expected '{' and a property name after '\\p'", 0, 2},
      {"\\p{L", "the property is not closed", 0, 4},
      {"[z-a]", "the range 'z-a' is reversed", 1, 3},
      {"x[]]", "empty class '[]'", 1, 2},
      {"[^]a]", "empty class '[^]'", 0, 3},
      {"\\1", "there is no group for '\\1'", 0, 2},
      {"(a)\\2", "there is no group for '\\2'", 3, 2},
      {"(?<=a)*", "nothing to repeat: an anchor cannot be repeated", 0, 7},
      {"\\b+", "nothing to repeat: an anchor cannot be repeated", 0, 3},
      {"(?#a", "the comment is not closed", 0, 4},
      {"[ab", "the class is not closed", 0, 1},
      {"(?<>a)", "expected a group name", 0, 3},
      {"(?<n", "the group name is not closed", 0, 4},
      {"(?<a-b>c)", "unexpected '-' in a group name", 0, 5},
      {"(?*a)", "unknown kind of group", 0, 2},
      {"a\xFFz", "the text is not valid UTF-8 here", 1, 1},
  };
  for (const auto& test : kCases) {
    try {
      Lower(test.pattern);
      ADD_FAILURE() << test.pattern << " was accepted";
    } catch (const SyntaxError& error) {
      const Diagnostic& diagnostic = error.diagnostics().at(0);
      EXPECT_EQ(diagnostic.message, test.message) << test.pattern;
      EXPECT_EQ(diagnostic.offset, test.offset) << test.pattern;
      EXPECT_EQ(diagnostic.length, test.length) << test.pattern;
    }
  }
}

TEST(Regex, RefusesByNameWhatItDoesNotLower) {
  const struct {
    std::string pattern;
    std::string feature;
    std::size_t offset;
  } kCases[] = {
      {"(a)\\1", "backreference", 3},
      {"(?<n>a)\\k<n>", "backreference", 7},
      {"(?P<n>a)(?P=n)", "backreference", 8},
      {"(?:(?=ab|c).)*d", "lookahead", 3},
      {"(?:(?!ab+c).)*d", "negative lookahead", 3},
      {"(?:a(?!.*b))*", "negative lookahead", 4},
      {"(?:a|b(?<=ab))*", "lookbehind", 6},
      {"x*(?=ab)a?(?<!xa)b", "negative lookbehind", 10},
      {"(?:a(?!b)|b(?!c)|c(?!d)|d(?!e))*", "assertion in a repetition", 0},
      {"a*+", "possessive quantifier", 1},
      {"a{2}+", "possessive quantifier", 1},
      {"(?>a)", "atomic group", 0},
      {"a(?i)b", "inline flag group", 1},
      {"(?a)b", "inline flag group", 0},
      {"(?(1)a|b)", "conditional group", 0},
      {"(?R)", "recursion", 0},
      {"(?1)", "recursion", 0},
      {"[[:alpha:]]", "POSIX class", 1},
      {"\\p{Script_Extensions=Greek}", "character property", 0},
      {"\\p{Greek}", "character property", 0},
      {"\\p{Emoji}", "character property", 0},
  };
  for (const auto& test : kCases) {
    try {
      Lower(test.pattern);
      ADD_FAILURE() << test.pattern << " was accepted";
    } catch (const UnsupportedError& error) {
      EXPECT_EQ(error.feature(), test.feature) << test.pattern;
      EXPECT_EQ(error.diagnostics().at(0).offset, test.offset) << test.pattern;
    }
  }
}

std::string LimitOf(const std::string& pattern) {
  try {
    Lower(pattern);
  } catch (const LimitError& error) {
    return error.limit();
  }
  return "none";
}

std::string Repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Regex, HostilePatternsMeetALimitOrCostLinearTime) {
  EXPECT_EQ(LimitOf(Repeated("(", 100'000)), "max_depth");
  EXPECT_EQ(LimitOf(Repeated("(", 251) + Repeated(")", 251)), "max_depth");
  EXPECT_EQ(LimitOf(Repeated("(", 250) + Repeated(")", 250)), "none");
  EXPECT_EQ(LimitOf("a{4294967296}"), "max_repeat");
  EXPECT_EQ(LimitOf("a{0,99999999999999999999999999}"), "max_repeat");
  EXPECT_EQ(LimitOf("a{2147483647}"), "none");
  EXPECT_EQ(LimitOf(Repeated("(a|$)", 101)), "max_anchors");
  EXPECT_EQ(LimitOf(Repeated("a", 100'000)), "none");
  EXPECT_EQ(LimitOf(Repeated("a?", 100'000)), "none");
  EXPECT_EQ(LimitOf(Repeated("a|", 100'000)), "none");
  EXPECT_EQ(LimitOf(Repeated("^a$|", 10'000)), "none");
  EXPECT_EQ(LimitOf("[" + Repeated("a-z", 100'000) + "]"), "none");
  EXPECT_EQ(LimitOf(Repeated("((^|a", 125) + Repeated(")*$)", 125)), "none");
  EXPECT_EQ(LimitOf(Repeated("(\\ba|b", 120) + Repeated(")", 120)), "none");
  EXPECT_EQ(LimitOf(Repeated("(\\ba|b\\b|", 120) + "c" + Repeated(")*", 120)), "none");
  EXPECT_EQ(LimitOf(Repeated("(?!ab|", 200) + Repeated(")", 200)), "none");
  EXPECT_EQ(LimitOf(Repeated("(x|(?!ab)y)", 10)), "max_assertions");
  EXPECT_EQ(LimitOf(Repeated("(?:", 9) + "(?!ab)a" + Repeated("){8}", 9)), "max_assertions");
  EXPECT_EQ(LimitOf(Repeated("(x|(?!ab)y)(?=(", 50) + Repeated("))", 50)), "none");
  EXPECT_EQ(LimitOf(Repeated("(?!ab)[a-c]{2}", 100)), "none");
  EXPECT_EQ(LimitOf(Repeated("(?!ab)[a-c]{2}", 2'000)), "max_assertions");
  EXPECT_EQ(LimitOf("(?i)" + Repeated("ab", 50'000)), "none");
}

TEST(Regex, NulBytesAreCharactersLikeOthers) {
  EXPECT_EQ(Printed(std::string("a\0b", 3)), R"("a\x00b")");
}

TEST(Regex, APatternInsideALargerTextKeepsItsPlace) {
  ir::Builder builder;
  const text::SourceText source("g", "line 1\n /[z-a]/");
  try {
    LowerRegex(source, {9, 14}, RegexMatch::kFull, &builder);
    ADD_FAILURE() << "accepted";
  } catch (const SyntaxError& error) {
    EXPECT_STREQ(error.what(),
                 "g:2:4: the range 'z-a' is reversed; put the lower end first\n"
                 "   /[z-a]/\n     ^^^");
  }
}

}  // namespace
}  // namespace pushmask::frontend
