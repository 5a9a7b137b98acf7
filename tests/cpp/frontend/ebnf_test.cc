// SPDX-License-Identifier: Apache-2.0
#include "frontend/ebnf/ebnf.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "ir/printer.h"

namespace pushmask::frontend {
namespace {

std::string Printed(const std::string& grammar, std::string_view root = "root") {
  return ir::Print(ParseEbnf(text::SourceText("g", grammar), root));
}

TEST(Ebnf, LowersToThePrintedGrammar) {
  const struct {
    std::string body;
    std::string printed;
  } kCases[] = {
      {R"("a" "b" [c] "d")", R"("abcd")"},
      {R"("a" | "b" | )", R"(("a" | "b" | ""))"},
      {R"(| "a")", R"(("" | "a"))"},
      {R"("")", R"("")"},
      {R"(())", R"("")"},
      {R"("ab"* "c"+ "d"? "e" *)", R"(("ab"* "c"+ "d"{0,1} "e"*))"},
      {R"("a"{2} "b"{2,} "c"{ 2 , 3 } "d"{,4})", R"(("a"{2,2} "b"{2,} "c"{2,3} "d"{0,4}))"},
      {R"("a"{0} "b")", R"("b")"},
      {R"(("a" | "b") "c")", R"((("a" | "b") "c"))"},
      {R"("\n\r\t\\\"\[\]\-\^")", R"("\x0A\x0D\x09\x5C\x22[]-^")"},
      {R"("\x41\u0042\U00000043\u{44}")", R"("ABCD")"},
      {R"("\xe9")", R"("\xC3\xA9")"},
      {R"("\uD83D\uDE00")", R"("\xF0\x9F\x98\x80")"},
      {R"([a-z0-9_])", R"([0-9\u{5F}a-z])"},
      {R"([a-])", R"([\u{2D}a])"},
      {R"([-a])", R"([\u{2D}a])"},
      {R"([\]\[\-^])", R"([\u{2D}\u{5B}\u{5D}-\u{5E}])"},
      {R"([^\x00-\x1F"])", R"([\u{20}-\u{21}\u{23}-\u{D7FF}\u{E000}-\u{10FFFF}])"},
      {R"(.)", R"([\u{0}-\u{D7FF}\u{E000}-\u{10FFFF}])"},
      {R"(/[0-9]+(\/[a/]|$)/ "!")", R"(((([0-9]+ "/" [\u{2F}a]) | [0-9]+) "!"))"},
      {"\"a\nb\" [\n\t]", R"(("a\x0Ab" [\u{9}-\u{A}]))"},
      {"\"a\" # comment \" [", R"("a")"},
      {"\n  \"a\" |\n # comment\n\n  \"b\"", R"(("a" | "b"))"},
      {"\"a\"\n  | \"b\" # comment\n\n  | \"c\"\n", R"(("a" | "b" | "c"))"},
      {"(\n\"a\"\n*\r\n\"b\"\n) \"c\"", R"(("a"* "bc"))"},
      {"\"a\"\r\n\r\n", R"("a")"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Printed("root ::= " + test.body), "root ::= " + test.printed + "\n") << test.body;
  }
}

TEST(Ebnf, ReadsSeveralRulesAndAnyRoot) {
  const std::string grammar =
      "# two rules\n\nroot ::= list-1 item_2\nlist-1::=\"a\" list-1|item_2\n\nitem_2  ::=\n  \"b\"";
  EXPECT_EQ(Printed(grammar),
            "root ::= (list-1 item_2)\n"
            "list-1 ::= ((\"a\" list-1) | item_2)\n"
            "item_2 ::= \"b\"\n");
  EXPECT_EQ(Printed(grammar, "item_2").substr(0, 15), "item_2 ::= \"b\"\n");
}

// The error without the line of the grammar that stands below it.
std::string SyntaxErrorOf(const std::string& grammar) {
  try {
    Printed(grammar);
  } catch (const SyntaxError& error) {
    const std::string what = error.what();
    return what.substr(0, what.find('\n'));
  }
  return grammar + " was accepted";
}

TEST(Ebnf, ErrorsSayWhereAndWhat) {
  const struct {
    std::string grammar;
    std::string what;
  } kCases[] = {
      {"", "g:1:1: the grammar has no rules; write: root ::= ..."},
      {" # only a comment", "g:1:1: the grammar has no rules; write: root ::= ..."},
      {"root ::= vlaue\nvalue ::= \"a\"",
       "g:1:10: the rule 'vlaue' is not defined; did you mean 'value'?"},
      {"root ::= zzz\nvalue ::= \"a\"",
       "g:1:10: the rule 'zzz' is not defined; define it, or write it in quotes for the text 'zzz' "
       "itself"},
      {"main ::= \"a\"\nx ::= \"b\"",
       "g:1:1: the root rule 'root' is not defined; the grammar defines 'main', 'x'"},
      {"root ::= \"a\"\nroot ::= \"b\"",
       "g:2:1: the rule 'root' is defined twice, first on line 1; join the two with '|'"},
      {"root ::= \"\\d\"", "g:1:11: unknown escape '\\d'; only a regex terminal, /.../, has it"},
      {"root ::= \"\\q\"",
       "g:1:11: unknown escape '\\q'; the escapes are \\n \\r \\t \\\\ \\\" \\[ \\] \\- \\^ \\xHH "
       "\\uHHHH \\UHHHHHHHH"},
      {"root ::= \"\\x4\"",
       "g:1:11: expected 2 hexadecimal digits after '\\x'; fill up with zeros"},
      {"root ::= \"\\uD800\"",
       "g:1:11: a lone surrogate occurs in no text; write the whole character, such as "
       "\\U0001F600"},
      {"root ::= \"\\U00110000\"",
       "g:1:11: the escape is past U+10FFFF; U+10FFFF is the last character"},
      {"root ::= \"a\"{3,1}",
       "g:1:13: the repeat bounds '{3,1}' are reversed; the smaller number comes first"},
      {"root ::= []", "g:1:10: empty class '[]'; write \\] for a bracket"},
      {"root ::= [^]", "g:1:10: empty class '[^]'; write . for any character"},
      {"root ::= [z-a]", "g:1:11: the range 'z-a' is reversed; put the lower end first"},
      {"root ::= \"abc\n", "g:1:10: the literal is not closed; expected '\"'"},
      {"root ::= [abc\n", "g:1:10: the class is not closed; expected ']'"},
      {"root ::= /abc\n/", "g:1:10: the regex is not closed; expected '/' on the same line"},
      {"root ::= (\"a\"\nx ::= \"b\"",
       "g:2:1: the rule 'x' starts inside another; start each rule on a line of its own and close "
       "every parenthesis"},
      {"root ::= (\"a\"", "g:1:10: the group is not closed; expected ')'"},
      {"root ::= \"a\")", "g:1:13: unmatched ')'; write \")\" in quotes for the character"},
      {"root ::= * \"a\"",
       "g:1:10: nothing to repeat before '*'; it stands behind what it repeats; quote it for the "
       "character"},
      {"root ::= \"a\"*?",
       "g:1:14: a second quantifier '?'; EBNF has no lazy quantifiers; use parentheses to repeat "
       "a repetition"},
      {"root ::= 'a'",
       "g:1:10: unexpected '''; literals are written in double quotes; single ones are of dialect "
       "'w3c' or 'iso'"},
      {"root ::= \"a\", \"b\"",
       "g:1:13: unexpected ','; items are separated by spaces; commas are of dialect 'iso'"},
      {"root ::= \"a\";",
       "g:1:13: unexpected ';'; a rule ends at the end of its line; rules that end with ';' are of "
       "dialect 'iso'"},
      {"root ::= // none",
       "g:1:10: unexpected '/'; comments start with #; others are of dialect 'w3c' or 'iso'"},
      {"root = \"a\"",
       "g:1:6: expected '::=' after the rule name 'root'; rules with '=' or ':' are of dialect "
       "'w3c' or 'iso'"},
      {"root", "g:1:5: expected '::=' after the rule name 'root'; a rule is written: name ::= ..."},
      {"root ::= ", "g:1:1: the rule 'root' has no expression; write \"\" for the empty text"},
      {"root ::=\nx ::= \"a\"",
       "g:2:1: expected an expression before the rule 'x'; write \"\" for the empty text"},
      {"root ::= \"a\"\n  \"b\"",
       "g:2:3: expected a rule name, found '\"'; to continue the rule above, start the line with "
       "'|' or use parentheses"},
      {"::= \"a\"",
       "g:1:1: expected a rule name, found ':'; a rule is written: name ::= ...; other signs are "
       "of dialect 'w3c' or 'iso'"},
      {"root ::= \"\u00e9\" \u00e9",
       "g:1:14: unexpected '\u00e9'; characters of the text stand in double quotes or brackets"},
      {"root ::= \"a\" \xC3", "g:1:14: the text is not valid UTF-8 here"},
      {"root ::= \"a\" /[z-a]/", "g:1:16: the range 'z-a' is reversed; put the lower end first"},
  };
  for (const auto& test : kCases) EXPECT_EQ(SyntaxErrorOf(test.grammar), test.what);
}

TEST(Ebnf, ReadsReferencesToTokens) {
  for (const std::string token :
       {"<think>", "<[1000]>", "!<think>", "!<[7, 9-10]>", "%tokens { \"[A]\" <[7]> }"}) {
    EXPECT_EQ(Printed("root ::= \"a\" " + token + " \"b\""),
              "root ::= (\"a\" " + token + " \"b\")\n");
  }
  EXPECT_THROW(Printed("root ::= ~<think>"), UnsupportedError);
}

TEST(Ebnf, RegexTerminalsRefuseWhatRegexRefuses) {
  try {
    Printed("root ::= \"a\"\n | /x(y)\\1/");
    ADD_FAILURE() << "accepted";
  } catch (const UnsupportedError& error) {
    EXPECT_EQ(error.feature(), "backreference");
    EXPECT_EQ(error.diagnostics().at(0).line, 2U);
    EXPECT_EQ(error.diagnostics().at(0).column, 9U);
  }
}

std::string LimitOf(const std::string& grammar) {
  try {
    Printed(grammar);
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

TEST(Ebnf, HostileGrammarsMeetALimitOrCostLinearTime) {
  EXPECT_EQ(LimitOf("root ::= " + Repeated("(", 100'000)), "max_depth");
  EXPECT_EQ(LimitOf("root ::= " + Repeated("(", 250) + Repeated(")", 250)), "none");
  EXPECT_EQ(LimitOf("root ::= /" + Repeated("(", 100'000) + "/"), "max_depth");
  EXPECT_EQ(LimitOf("root ::= \"a\"{4294967296}"), "max_repeat");
  EXPECT_EQ(LimitOf("root ::= \"a\"{1,99999999999999999999999}"), "max_repeat");
  EXPECT_EQ(LimitOf("root ::= " + Repeated("\"a\" ", 100'000)), "none");
  EXPECT_EQ(LimitOf("root ::= " + Repeated("\"a\" root ", 50'000)), "none");
  EXPECT_EQ(LimitOf("root ::= " + Repeated("| \"a\" ", 100'000)), "none");
  EXPECT_EQ(LimitOf("root ::= \"" + Repeated("a", 1'000'000) + "\""), "none");
  EXPECT_EQ(LimitOf(Repeated("\n#", 100'000) + "\nroot ::= \"a\""), "none");
}

TEST(Ebnf, NulBytesAreCharactersInsideQuotesOnly) {
  using std::string_literals::operator""s;
  EXPECT_EQ(Printed("root ::= \"a\0\" [\0b]"s), "root ::= (\"a\\x00\" [\\u{0}b])\n");
  try {
    Printed("root ::= \"a\" \0"s);
    ADD_FAILURE() << "accepted";
  } catch (const SyntaxError& error) {
    EXPECT_STREQ(error.what(),
                 "g:1:14: unexpected U+0000; characters of the text stand in double quotes or "
                 "brackets\n  root ::= \"a\" \\x00\n               ^^^^");
  }
}

}  // namespace
}  // namespace pushmask::frontend
