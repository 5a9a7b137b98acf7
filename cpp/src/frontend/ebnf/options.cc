// SPDX-License-Identifier: Apache-2.0
//   options := '[' option (',' option)* ']'
//   option  := word ('=' (number | literal))?
// GBNF only; what the options mean is in frontend/rule_options.h.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "frontend/ebnf/parser.h"
#include "frontend/ebnf/terminals.h"
#include "frontend/repeat_bounds.h"

namespace pushmask::frontend::ebnf {
namespace {

constexpr const char* kOptionsHint =
    "the options are capture, lazy, max_chars, max_tokens, stop, suffix and temperature";

}  // namespace

RuleOptions Parser::ParseOptions(text::SourceSpan rule_name) {
  const std::size_t begin = cursor_.offset();
  cursor_.Take("[");
  RuleOptions options;
  std::vector<std::string_view> known;  // of the options so far
  do {
    SkipSpace(/*newlines=*/true);
    ParseOption(rule_name, &options, &known);
    SkipSpace(/*newlines=*/true);
  } while (cursor_.Take(","));
  if (cursor_.Take("]")) return options;
  if (!cursor_.AtEnd()) {
    const std::size_t here = cursor_.offset();
    cursor_.Next();
    cursor_.FailSyntax(here,
                       "expected ',' or ']' after an option, found " + cursor_.QuotedSince(here),
                       "write name[lazy, max_chars=20] ::= ...");
  }
  cursor_.Seek(begin + 1);
  cursor_.FailSyntax(begin, "the options are not closed; expected ']'",
                     "put a ']' after the last option");
}

void Parser::ParseOption(text::SourceSpan rule_name, RuleOptions* options,
                         std::vector<std::string_view>* known) {
  const std::size_t begin = cursor_.offset();
  if (!TakeName()) {
    if (!cursor_.AtEnd()) cursor_.Next();
    cursor_.FailSyntax(begin, "expected an option of the rule", kOptionsHint);
  }
  const std::string_view name = cursor_.TextSince(begin);
  if (std::find(known->begin(), known->end(), name) != known->end()) {
    cursor_.FailSyntax(begin, "the option " + cursor_.QuotedSince(begin) + " stands here twice",
                       "leave one of them out");
  }
  known->push_back(name);
  if (name == "lazy") {
    options->lazy = true;
    SkipSpace(/*newlines=*/true);
    if (cursor_.At("="))
      cursor_.FailSyntax(begin, "the option 'lazy' has no value", "write lazy alone");
  } else if (name == "capture") {
    options->marks.capture = ParseCaptureName(begin, rule_name);
  } else if (name == "max_chars") {
    options->max_chars = ParseOptionCount(begin, 0);
  } else if (name == "max_tokens") {
    options->marks.max_tokens = ParseOptionCount(begin, 1);
  } else if (name == "stop") {
    options->stop = ParseOptionText(begin);
  } else if (name == "suffix") {
    options->suffix = ParseOptionText(begin);
  } else if (name == "temperature") {
    options->marks.temperature = ParseOptionNumber(begin);
  } else {
    cursor_.FailSyntax(begin, "unknown option " + cursor_.QuotedSince(begin), kOptionsHint);
  }
  if (options->stop && options->suffix) {
    cursor_.FailSyntax(begin, "the options 'stop' and 'suffix' exclude each other",
                       "the text of a suffix belongs to the rule, that of a stop does not");
  }
}

// Reads `="name"`, or nothing for the rule's own name.
std::string Parser::ParseCaptureName(std::size_t begin, text::SourceSpan rule_name) {
  const std::size_t end = cursor_.offset();
  SkipSpace(/*newlines=*/true);
  const bool has_value = cursor_.At("=");
  cursor_.Seek(end);
  if (has_value) return ParseOptionText(begin);
  return std::string(source_.text().substr(rule_name.begin, rule_name.end - rule_name.begin));
}

// Reads `="text"`, which is not empty.
std::string Parser::ParseOptionText(std::size_t begin) {
  const std::string name = cursor_.QuotedSince(begin);
  SkipSpace(/*newlines=*/true);
  const bool has_value = cursor_.Take("=");
  SkipSpace(/*newlines=*/true);
  if (has_value && cursor_.At("/")) {
    const std::size_t here = cursor_.offset();
    cursor_.Next();
    FindRegexBody(here, &cursor_);
    cursor_.FailUnsupported(here, "a pattern as the value of a rule option",
                            "write a literal, or put the pattern at the end of a lazy rule");
  }
  const std::size_t value_begin = cursor_.offset();
  if (!has_value || !cursor_.Take("\"")) {
    cursor_.FailSyntax(begin, "the option " + name + " needs a text", "write it in double quotes");
  }
  std::string text = ParseLiteral(value_begin, &cursor_);
  if (text.empty()) {
    cursor_.FailSyntax(value_begin, "the text of the option " + name + " is empty",
                       "leave the option out, or give it a text");
  }
  return text;
}

// Reads `=number`, where the number is written with digits, a point and digits after it, and an
// exponent, and is finite.
double Parser::ParseOptionNumber(std::size_t begin) {
  const std::string name = cursor_.QuotedSince(begin);
  SkipSpace(/*newlines=*/true);
  const bool has_value = cursor_.Take("=");
  SkipSpace(/*newlines=*/true);
  const std::size_t value_begin = cursor_.offset();
  const std::string_view rest = source_.text().substr(value_begin);
  double value = 0;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (!has_value || read.ec != std::errc() || !std::isfinite(value) || std::signbit(value)) {
    cursor_.FailSyntax(begin, "the option " + name + " needs a number of at least 0",
                       "write temperature=0.7");
  }
  cursor_.Seek(value_begin + static_cast<std::size_t>(read.ptr - rest.data()));
  return value;
}

// Reads `=number`, a whole one.
std::uint32_t Parser::ParseOptionCount(std::size_t begin, std::uint32_t least) {
  const std::string name = cursor_.QuotedSince(begin);
  SkipSpace(/*newlines=*/true);
  const bool has_value = cursor_.Take("=");
  SkipSpace(/*newlines=*/true);
  const std::size_t value_begin = cursor_.offset();
  const auto value = has_value ? cursor_.TakeDecimal() : std::nullopt;
  if (!value || *value < least) {
    cursor_.FailSyntax(
        begin, "the option " + name + " needs a number of at least " + std::to_string(least),
        "write it in digits, as in max_chars=20");
  }
  return CheckRepeatBounds(value_begin, 0, value, cursor_).max;
}

}  // namespace pushmask::frontend::ebnf
