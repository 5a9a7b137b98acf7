// SPDX-License-Identifier: Apache-2.0
// Cases at the borders of the standards' grammars. The JSON Schema test suite has more of them.
#include "frontend/json_schema/formats/formats.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "compile/compiled_grammar.h"
#include "frontend/json_schema/string_encoding.h"
#include "frontend/regular_language.h"
#include "match/matcher_state.h"

namespace pushmask::frontend::json_schema {
namespace {

TEST(Formats, HoldWhatTheirStandardsSay) {
  const struct {
    std::string_view format;
    std::vector<std::string> valid;
    std::vector<std::string> invalid;
  } kCases[] = {
      {"date",
       {"0000-02-29", "2024-02-29", "2000-02-29", "1999-12-31"},
       {"1900-02-29", "2023-02-29", "2024-04-31", "2024-00-01", "2024-1-1", "24-01-01"}},
      {"time",
       {"00:00:00Z", "23:59:59.9z", "23:59:60Z", "23:59:60.5-00:00", "05:14:60+05:15",
        "15:59:60-08:00", "00:29:60-23:30"},
       {"24:00:00Z", "23:59:61Z", "22:59:60Z", "05:14:60-05:15", "12:00:00", "12:00:00.Z",
        "12:00:00+24:00", "12:00:00 Z"}},
      {"date-time",
       {"2024-02-29T12:00:00Z", "2024-02-29t12:00:00.25+01:00", "1998-12-31T15:59:60-08:00"},
       {"2024-02-30T12:00:00Z", "2024-02-29 12:00:00Z", "2024-02-29T12:00Z", "2024-02-29"}},
      {"duration",
       {"P1Y", "P1Y2M3DT4H5M6S", "PT1M", "P3W", "P1DT1S"},
       {"P", "PT", "P1Y1D", "PT1H1S", "P1W1D", "P1.5D", "p1d", "-P1D"}},
      {"email",
       {"a@b", "a.b+c@d-e.f", "\"a b\\\"@\"@c", "\"\"@b", "a@[127.0.0.001]", "a@[IPv6:::1]",
        "a@[IPv6:1:2:3:4:5:6:7:8]", "a@[ipv6:1::2:3:4:1.2.3.4]"},
       {"@b", "a@", "a..b@c", ".a@b", "a@-b", "a@b-", "a@b..c", "a@[256.0.0.1]", "\"\n\"@b",
        "a@[IPv6:1:2:3:4:5:6:7::8]", "a@[IPv6:1::2:3:4:5:6:7]", "a@[x:y]", "a b@c", "\u00e9@b"}},
      {"idn-email",
       {"\u00e9@b", "a@\u00e9.com", "\"\u00e9\"@\u4e2d\u6587"},
       {"a@\u00c9", "a@\u00e9-", "\u00e9"}},
      {"hostname",
       {"a", "a-b.c", "1.2", "A--b", std::string(63, 'a')},
       {"", "-a", "a-", "a_b", "a.", "a..b", std::string(64, 'a'), "\u00e9"}},
      {"idn-hostname",
       {"a.\u00e9", "l\u00b7l", "\u30fb\u3042", "\u0915\u094d\u200d\u0937", "\u05d0\u05f3",
        "\u0628\u064a\u200c\u0628", "a\u3002b", "xn--a"},
       {"a\u00b7l", "\u30fba", "\u0915\u200d\u0937", "\u05f3", "a\u05d0", "0a.\u05d0", "\u00c9",
        "\u0301a", "ab--\u00e9", "ab--c", "-\u00e9", "\u0660\u06f0", "a\u200c\u00e9"}},
      {"ipv4", {"0.0.0.0", "255.249.199.99"}, {"256.0.0.0", "01.0.0.0", "1.2.3", "1.2.3.4.5"}},
      {"ipv6",
       {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::1.2.3.4",
        "1:2:3:4:5:6:1.2.3.4", "2:3::8"},
       {"1", "1:2:3:4:5:6:7", "1::2::3", ":::", "12345::", "::1%eth0", "1.2.3.4",
        "1:2:3:4:5:6:7:8::", "::01.2.3.4"}},
      {"uri",
       {"a:", "a:b", "http://x/y?z#w", "urn:a:b", "http://[::1]:80", "a+-.1://u:p@h", "a:/b//c",
        "a:%41"},
       {"", "/a", "1a:b", "a:b c", "a:%4", "a:[", "http://[::g]", "http://h:p", "a:\u00e9"}},
      {"uri-reference", {"", "a", "//h", "/a", "?q", "#f", "./a:b", "a:b"}, {"1:b", "a b", "%"}},
      {"iri", {"http://\u00e9/\u4e2d?\ue000", "a:\U00010000"}, {"\u00e9:", "a:\ue000", "a: "}},
      {"iri-reference", {"\u00e9", "", "#\u00e9"}, {"\ufdd0", "<"}},
      {"uri-template",
       {"", "a{b}c", "{+a,b:3,c*}", "{%41.b}", "'", "{!x}"},
       {"{}", "{a", "}", "{a:0}", "{a:10000}", "{a..b}", "a b", "\"", "{a*:3}"}},
      {"json-pointer", {"", "/", "/a~0b~1/\u00e9", "/\n"}, {"a", "/~", "/~2", "#/a"}},
      {"relative-json-pointer",
       {"0", "1/a", "12#", "0+1", "2-10/b", "0+1#"},
       {"", "01", "/a", "-1", "0+0", "0##", "1#/a"}},
      {"uuid",
       {"2eb8aa08-AA98-11ea-b4aa-73b441d16380"},
       {"2eb8aa08-aa98-11ea-b4aa-73b441d1638", "2eb8aa08aa98-11ea-b4aa-73b441d16380"}},
  };
  for (const auto& test : kCases) {
    const RegularLanguage language(
        [&](ir::Builder* builder) { return FormatLanguage(test.format, builder)->expr; });
    for (const std::string& text : test.valid) {
      EXPECT_TRUE(language.Has(text)) << test.format << " " << text;
    }
    for (const std::string& text : test.invalid) {
      EXPECT_FALSE(language.Has(text)) << test.format << " " << text;
    }
  }
}

TEST(Formats, HostNamesHave253CharactersAtMost) {
  const RegularLanguage language(
      [](ir::Builder* builder) { return FormatLanguage("hostname", builder)->expr; });
  const std::string label = std::string(49, 'a') + ".";
  const std::string five = label + label + label + label + label;  // 250
  EXPECT_TRUE(language.Has(five + "bcd"));
  EXPECT_FALSE(language.Has(five + "bcde"));
}

TEST(Formats, StayOfReasonableSize) {
  constexpr std::size_t kUsual = 1000;
  for (const std::string_view name : FormatNames()) {
    ir::Builder builder;
    if (!FormatLanguage(name, &builder)->regular) continue;
    const RegularLanguage language([&](ir::Builder* b) { return FormatLanguage(name, b)->expr; });
    const bool is_name = name.find("host") != name.npos || name == "idn-email";
    EXPECT_LE(language.num_states(), is_name ? 30 * kUsual : kUsual) << name;
  }
}

TEST(Formats, NamesAreSortedAndOthersAreUnknown) {
  ir::Builder builder;
  const auto names = FormatNames();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_FALSE(FormatLanguage("color", &builder).has_value());
  EXPECT_FALSE(FormatLanguage("", &builder).has_value());
}

// Whether the format `regex`, which is not regular, holds a pattern; in every spelling, if asked.
class PatternMatcher {
 public:
  PatternMatcher() {
    ir::Builder builder;
    const Format format = *FormatLanguage("regex", &builder);
    const ir::RuleId root = builder.AddRule("root");
    builder.Define(root, StringEncoder(&builder).Encode(format.expr, Spelling::kAny));
    auto vocabulary = std::make_shared<vocab::TokenTable>(std::vector<std::string>{"a", "</s>"},
                                                          std::vector<vocab::TokenId>{1},
                                                          std::vector<vocab::TokenId>{}, 2);
    auto caches =
        std::make_shared<compile::SharedCaches>(std::size_t{1} << 20, std::size_t{1} << 20);
    compiled_ = compile::Compile(
        builder.Finish(root, "test"), std::move(vocabulary), std::move(caches),
        {pda::LowerLimits{1000, 200'000, 1'000'000, 200'000, 10'000'000}, std::size_t{1} << 26});
  }

  // `text` is JSON, without its quotes.
  bool Has(std::string_view text) const {
    match::MatcherState state(compiled_);
    return state.AcceptBytes(text) && state.can_stop();
  }

 private:
  std::shared_ptr<const compile::CompiledGrammar> compiled_;
};

TEST(Formats, PatternsAreThoseOfEcma262) {
  const PatternMatcher regex;
  for (const char* text : {"",
                           "a|b|",
                           "([abc])+\\\\s+$",
                           "(?<n>a)\\\\k<n>",
                           "(?:a(?=b(?!c))(?<=d)(?<!e))*?",
                           "[^]",
                           "[]",
                           "[a-z-9]",
                           "[\\\\w-]",
                           "[-\\\\d]",
                           "[a-b-\\\\d]",
                           "[--a]",
                           "\\\\u{10FFFF}",
                           "\\\\cA",
                           "[[a]",
                           "a{1,2}?b{3}c{4,}",
                           "\\\\0a",
                           "\\\\0\\\\0",
                           "[\\\\0-a]",
                           "\\\\p{L}\\\\P{sc=Grek}",
                           "\\u005b]",
                           "^\\\\bx\\\\B$",
                           "\\\\/",
                           "\\\\0*1",
                           "[\\\\\\\\01]"}) {
    EXPECT_TRUE(regex.Has(text)) << text;
  }
  for (const char* text :
       {"(",        ")",       "(a",     "[",         "a**",           "*",      "+a",    "{",
        "}",        "]",       "a{",     "a{,2}",     "a{1",           "\\\\",   "\\\\a", "\\\\-",
        "(?P<n>a)", "(?i)a",   "(?#a)",  "[\\\\w-a]", "[a-\\\\d]",     "(?=a)*", "^*",    "\\\\01",
        "[\\\\01]", "\\\\u12", "\\\\x1", "\\\\Z",     "\\\\u{110000}", "(?<>a)", "^(abc]"}) {
    EXPECT_FALSE(regex.Has(text)) << text;
  }
}

}  // namespace
}  // namespace pushmask::frontend::json_schema
