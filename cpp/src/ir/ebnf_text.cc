// SPDX-License-Identifier: Apache-2.0
#include "ir/ebnf_text.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "ir/grammar.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

namespace pushmask::ir {
namespace {

using text::CodepointRange;
using text::CodepointSet;

// Characters that can be told apart by eye and stand still beside others: letters and numbers.
bool IsPlainBeyondAscii(char32_t c) {
  static const CodepointSet plain =
      text::CodepointsOf(text::kGeneralCategory.runs, [](std::uint32_t value) {
        const char kind = text::kGeneralCategory.values[value].short_name[0];
        return kind == 'l' || kind == 'n';
      });
  return plain.Contains(c);
}

std::string Escaped(char32_t c) {
  const char* const format = c < 0x100 ? "\\x%02X" : c < 0x10000 ? "\\u%04X" : "\\U%08X";
  char buffer[16];
  std::snprintf(buffer, sizeof(buffer), format, static_cast<unsigned>(c));
  return buffer;
}

// `special`: ASCII characters that mean something where this one stands.
void AppendCharacter(char32_t c, std::string_view special, std::string* out) {
  switch (c) {
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    default:
      break;
  }
  if (c < 0x80 && special.find(static_cast<char>(c)) != std::string_view::npos) {
    *out += '\\';
    *out += static_cast<char>(c);
  } else if ((c >= 0x20 && c < 0x7F) || (c >= 0x80 && IsPlainBeyondAscii(c))) {
    text::AppendUtf8(c, out);
  } else {
    *out += Escaped(c);
  }
}

std::string RangesText(std::span<const CodepointRange> ranges) {
  std::string out;
  const auto append = [&out](char32_t c) {
    if (c == '^') {
      out += Escaped(c);  // GBNF has no \^
    } else {
      AppendCharacter(c, "\\[]-", &out);
    }
  };
  for (const CodepointRange& range : ranges) {
    append(range.first);
    if (range.last == range.first) continue;
    if (range.last > range.first + 1) out += '-';
    append(range.last);
  }
  return out;
}

std::string BytesText(std::string_view bytes) {
  std::string out = "%bytes {";
  for (const char c : bytes) {
    char buffer[8];
    std::snprintf(buffer, sizeof(buffer), " %02X", static_cast<unsigned char>(c));
    out += buffer;
  }
  return out + " }";
}

// Reading an automaton folds states that its builder may have left apart; text that reads back as
// itself is that of what is left when nothing folds any more.
Automaton Folded(Automaton automaton) {
  for (;;) {
    const auto states = automaton.states();
    Automaton again(std::vector<Automaton::State>(states.begin(), states.end()));
    if (again.size() == automaton.size()) return again;
    automaton = std::move(again);
  }
}

}  // namespace

std::string LiteralText(std::string_view bytes) {
  if (text::FindInvalidUtf8(bytes) != std::string_view::npos) return BytesText(bytes);
  std::string out = "\"";
  for (std::size_t at = 0; at < bytes.size();) {
    const auto decoded = text::DecodeUtf8(bytes, at);
    AppendCharacter(decoded->codepoint, "\\\"", &out);
    at += decoded->length;
  }
  return out + "\"";
}

std::string ClassText(const CodepointSet& set) {
  if (!set.Contains(text::kMaxCodepoint)) return "[" + RangesText(set.ranges()) + "]";
  const CodepointSet others = set.Complement();
  if (others.empty()) return ".";
  return "[^" + RangesText(others.ranges()) + "]";
}

std::string TokenSetText(const TokenSet& tokens) {
  const auto in_brackets = [](const std::string& text) {
    return text.size() > 2 && text.front() == '<' && text[1] != '[' &&
           text.find_first_of(">\r\n") == text.size() - 1 &&
           text::FindInvalidUtf8(text) == std::string_view::npos;
  };
  std::vector<std::string> parts;
  std::string ids;
  for (const TokenSet::Item& item : tokens.items) {
    if (!item.text.empty()) {
      parts.push_back(in_brackets(item.text) ? item.text : LiteralText(item.text));
      continue;
    }
    ids += (ids.empty() ? "" : ", ") + std::to_string(item.ids.first);
    if (item.ids.second > item.ids.first) ids += "-" + std::to_string(item.ids.second);
  }
  if (!ids.empty()) parts.push_back("<[" + ids + "]>");
  const std::string sign = tokens.is_negated ? "!" : "";
  if (parts.size() == 1 && parts[0].front() == '<') return sign + parts[0];
  std::string out = sign + "%tokens {";
  for (const std::string& part : parts) out += " " + part;
  return out + " }";
}

std::string BoundsText(std::uint32_t min, std::uint32_t max) {
  if (min == max) return "{" + std::to_string(min) + "}";
  return "{" + std::to_string(min) + "," + (max == kUnbounded ? "" : std::to_string(max)) + "}";
}

std::string QuantifierText(std::uint32_t min, std::uint32_t max) {
  if (max == kUnbounded && min <= 1) return min == 0 ? "*" : "+";
  if (min == 0 && max == 1) return "?";
  return BoundsText(min, max);
}

std::string MarksText(const RuleMarks& marks) {
  std::string out;
  const auto add = [&out](std::string_view option, std::string_view value) {
    out += out.empty() ? "[" : ", ";
    out += option;
    out += "=";
    out += value;
  };
  if (marks.capture) add("capture", LiteralText(*marks.capture));
  if (marks.max_tokens) add("max_tokens", std::to_string(*marks.max_tokens));
  if (marks.temperature) {
    constexpr std::size_t kLongest = 32;  // of the shortest text that reads back as the same double
    std::array<char, kLongest> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), *marks.temperature).ptr;
    add("temperature", {text.data(), static_cast<std::size_t>(end - text.data())});
  }
  return out.empty() ? out : out + "]";
}

std::string_view MarkName(const RuleMarks& marks) {
  if (marks.capture) return "capture";
  if (marks.max_tokens) return "max_tokens";
  return marks.temperature ? "temperature" : "";
}

std::string AutomatonText(const Automaton& automaton) {
  const Automaton folded = Folded(automaton);
  std::string out = "%automaton {";
  for (std::size_t s = 0; s < folded.size(); ++s) {
    const Automaton::State& state = folded.states()[s];
    out += (s == 0 ? " " : "; ") + std::to_string(s) + (state.accept ? "!:" : ":");
    // One class for each target, in the order of their first characters.
    std::map<std::uint32_t, std::size_t> class_of;
    std::vector<std::pair<std::uint32_t, std::vector<CodepointRange>>> classes;
    for (const Automaton::Transition& transition : state.transitions) {
      const auto [entry, inserted] = class_of.try_emplace(transition.target, classes.size());
      if (inserted) classes.push_back({transition.target, {}});
      classes[entry->second].second.push_back(transition.on);
    }
    for (const auto& [target, ranges] : classes) {
      out += " " + ClassText(CodepointSet(ranges)) + " -> " + std::to_string(target);
    }
  }
  return out + " }";
}

}  // namespace pushmask::ir
