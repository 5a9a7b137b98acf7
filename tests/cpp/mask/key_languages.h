// SPDX-License-Identifier: Apache-2.0
// Languages of keys for tests: each as an expression, and told in another way.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/builder.h"
#include "text/codepoint_set.h"

namespace pushmask::mask {

using Texts = std::vector<std::string>;

inline bool AreLetters(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// A language of keys, as an expression and told in another way: the keys that begin with a text,
// nullopt for infinitely many; and whether a text is a key.
struct Keys {
  const char* name;
  std::function<ir::ExprId(ir::Builder*)> expr;
  std::function<std::optional<Texts>(const std::string&)> beginning_with;
  std::function<bool(const std::string&)> has;
};

inline Keys Finite(const char* name, const Texts& all,
                   std::function<ir::ExprId(ir::Builder*)> expr = {}) {
  if (!expr) {
    expr = [all](ir::Builder* builder) {
      std::vector<ir::ExprId> parts;
      for (const std::string& text : all) parts.push_back(builder->Bytes(text));
      return builder->Choice(parts);
    };
  }
  return {name, expr,
          [all](const std::string& text) -> std::optional<Texts> {
            Texts found;
            for (const std::string& key : all) {
              if (key.starts_with(text)) found.push_back(key);
            }
            return found;
          },
          [all](const std::string& text) {
            return std::find(all.begin(), all.end(), text) != all.end();
          }};
}

inline ir::ExprId Range(ir::Builder* builder, char first, char last) {
  return builder->Class(
      text::CodepointSet({{static_cast<char32_t>(first), static_cast<char32_t>(last)}}));
}

// [a-h][ab] and more: wide, and finite.
inline Texts Pairs(const std::string& between) {
  Texts out;
  for (char a = 'a'; a <= 'h'; ++a) {
    for (char b = 'a'; b <= 'b'; ++b) out.push_back(std::string(1, a) + between + b);
  }
  return out;
}

inline Texts Eight() {
  Texts out;
  for (char c = 'a'; c <= 'h'; ++c) out.push_back(std::string("a") + c + "b");
  return out;
}

// a[a-h], and the same with ",a" or ",b" after it.
inline Texts OpenEight() {
  Texts out;
  for (const char* after : {"", ",a", ",b"}) {
    for (char c = 'a'; c <= 'h'; ++c) out.push_back(std::string("a") + c + after);
  }
  return out;
}

inline std::vector<Keys> AllKeys() {
  const auto letters = [](ir::Builder* b) { return Range(b, 'a', 'z'); };
  std::vector<Keys> all;
  all.push_back(Finite("one", {"a"}));
  all.push_back(Finite("few", {"a", "b", "ab"}));
  all.push_back(Finite("nested", {"a", "aa", "aaa"}));
  all.push_back(Finite("with separators", {"a", "a,a", "b"}));
  all.push_back(Finite("pairs", Pairs(""), [](ir::Builder* b) {
    return b->Seq({Range(b, 'a', 'h'), Range(b, 'a', 'b')});
  }));
  Texts open = Pairs(",");
  for (char a = 'a'; a <= 'h'; ++a) open.push_back(std::string(1, a));
  all.push_back(Finite("pairs with separators", open, [](ir::Builder* b) {
    const auto more = b->Seq({b->Bytes(","), Range(b, 'a', 'b')});
    return b->Seq({Range(b, 'a', 'h'), b->Optional(more)});
  }));
  all.push_back(Finite("eight", Eight(), [](ir::Builder* b) {
    return b->Seq({b->Bytes("a"), Range(b, 'a', 'h'), b->Bytes("b")});
  }));
  all.push_back(Finite("open eight", OpenEight(), [](ir::Builder* b) {
    const auto more = b->Seq({b->Bytes(","), Range(b, 'a', 'b')});
    return b->Seq({b->Bytes("a"), Range(b, 'a', 'h'), b->Optional(more)});
  }));
  const auto none = [](const std::string&) -> std::optional<Texts> { return Texts(); };
  all.push_back(
      {"letters", [=](ir::Builder* b) { return b->Plus(letters(b)); },
       [=](const std::string& text) { return AreLetters(text) ? std::nullopt : none(text); },
       [](const std::string& text) { return !text.empty() && AreLetters(text); }});
  all.push_back({"string",
                 [=](ir::Builder* b) {
                   return b->Seq({b->Bytes("\""), b->Star(letters(b)), b->Bytes("\"")});
                 },
                 [=](const std::string& text) -> std::optional<Texts> {
                   if (text.empty()) return std::nullopt;
                   if (text[0] != '"') return Texts();
                   if (AreLetters(text.substr(1))) return std::nullopt;
                   const bool ends = text.size() > 1 && text.back() == '"' &&
                                     AreLetters(text.substr(1, text.size() - 2));
                   return ends ? Texts{text} : Texts();
                 },
                 [](const std::string& text) {
                   return text.size() > 1 && text[0] == '"' && text.back() == '"' &&
                          AreLetters(text.substr(1, text.size() - 2));
                 }});
  all.push_back({"a or b and more",
                 [=](ir::Builder* b) {
                   return b->Choice({b->Bytes("a"), b->Seq({b->Bytes("b"), b->Plus(letters(b))})});
                 },
                 [](const std::string& text) -> std::optional<Texts> {
                   if (text == "a") return Texts{"a"};
                   const bool is_open = text.empty() || (text[0] == 'b' && AreLetters(text));
                   return is_open ? std::nullopt : std::optional(Texts());
                 },
                 [](const std::string& text) {
                   return text == "a" || (text.size() > 1 && text[0] == 'b' && AreLetters(text));
                 }});
  return all;
}

}  // namespace pushmask::mask
