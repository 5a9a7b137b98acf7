// SPDX-License-Identifier: Apache-2.0
// Literals that can come next are found in the automata of the rules: as far as one byte leads to
// one next byte, or few letters do, it is a literal. What is found so is tried, because registers
// may forbid it. All other bytes are told as characters.
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <utility>

#include "base/token_bytes.h"
#include "match/words.h"

namespace pushmask::match {
namespace {

using base::ByteSet;
using pda::StateId;
using stack::Link;

// Longer lists help nobody.
constexpr std::size_t kMaxLiterals = 12;
constexpr std::size_t kMaxLiteralBytes = 48;
// Literals with one first byte; more are told by their common beginning.
constexpr std::size_t kMaxBranches = 8;
// Positions that are looked into; the others have their bytes told as characters.
constexpr std::size_t kMaxPositions = 64;

class LiteralFinder {
 public:
  explicit LiteralFinder(const pda::Machine& machine) : machine_(machine) {}

  // What begins with one of `possible` at a position.
  void Find(const Link& position, const ByteSet& possible) {
    for (const pda::Segment& segment : machine_.segments(position.state)) {
      const std::uint8_t byte = segment.first;
      if (segment.last != byte || !possible.Has(byte)) continue;
      for (const pda::Action& action : machine_.actions(segment)) {
        std::vector<std::string> found;
        std::string text(1, static_cast<char>(byte));
        Extend(action.target, &text, &found);
        auto& all = by_first_[byte];
        for (std::string& literal : Shortened(std::move(found))) all.push_back(std::move(literal));
      }
    }
  }

  // Sorted, each once. Those of one character only are left to be told as that.
  std::vector<std::string> Literals() {
    std::vector<std::string> out;
    for (auto& [byte, literals] : by_first_) {
      std::sort(literals.begin(), literals.end());
      literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
      for (const std::string& literal : literals) {
        if (literal.size() > 1) out.push_back(literal);
      }
    }
    return out;
  }

  // The bytes that begin literals and nothing else.
  ByteSet Covered(const std::vector<std::string>& literals) const {
    ByteSet covered;
    for (const auto& [byte, found] : by_first_) {
      const bool all_are_literals = std::all_of(found.begin(), found.end(), [&](const auto& text) {
        return std::find(literals.begin(), literals.end(), text) != literals.end();
      });
      if (all_are_literals) covered.AddRange(byte, byte);
    }
    return covered;
  }

 private:
  // Goes on from `text`, which leads to `state`, as long as it is plain what comes.
  void Extend(StateId state, std::string* text, std::vector<std::string>* found) const {
    if (found->size() > kMaxBranches) return;
    if (!GoesOn(state) || text->size() >= kMaxLiteralBytes) {
      found->push_back(Whole(*text));
      return;
    }
    for (const pda::Segment& segment : machine_.segments(state)) {
      for (const pda::Action& action : machine_.actions(segment)) {
        for (unsigned byte = segment.first; byte <= segment.last; ++byte) {
          text->push_back(static_cast<char>(byte));
          Extend(action.target, text, found);
          text->pop_back();
        }
      }
    }
  }

  bool GoesOn(StateId state) const {
    constexpr std::size_t kFewLetters = 4;
    if (machine_.state(state).accept || machine_.num_slots(state) > 0) return false;
    std::size_t num_bytes = 0;
    bool letters = true;
    for (const pda::Segment& segment : machine_.segments(state)) {
      num_bytes += segment.last - segment.first + std::size_t{1};
      if (num_bytes > kFewLetters) return false;
      for (unsigned byte = segment.first; byte <= segment.last; ++byte) {
        letters = letters && (byte >= 0x80 || std::isalnum(static_cast<int>(byte)) != 0);
      }
    }
    return num_bytes == 1 || letters;
  }

  // Without the part of a character at its end. An escaped character (\u0041) is told by the
  // backslash: it stands beside the character itself.
  static std::string Whole(const std::string& text) {
    if (text.starts_with("\\u")) return "\\";
    std::size_t end = 0;
    while (end < text.size()) {
      const std::size_t length = CharacterLength(std::string_view(text).substr(end));
      if (length == 0) break;
      end += length;
    }
    return end == 0 ? text.substr(0, 1) : text.substr(0, end);
  }

  static std::vector<std::string> Shortened(std::vector<std::string> found) {
    if (found.size() <= kMaxBranches) return found;
    std::string common = found[0];
    for (const std::string& literal : found) {
      const auto end = std::mismatch(common.begin(), common.end(), literal.begin(), literal.end());
      common.erase(end.first, common.end());
    }
    return {Whole(common)};
  }

  const pda::Machine& machine_;
  std::map<std::uint8_t, std::vector<std::string>> by_first_;
};

bool CanCome(stack::Stepper* stepper, std::span<const Link> links, std::string_view text) {
  std::vector<Link> now(links.begin(), links.end());
  std::vector<Link> next;
  for (const char byte : text) {
    stepper->Step(now, static_cast<std::uint8_t>(byte), &next);
    std::swap(now, next);
    if (now.empty()) return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> ExpectedAt(const compile::CompiledGrammar& compiled,
                                    stack::Stepper* stepper, std::span<const Link> links) {
  ByteSet bytes;
  stepper->NextBytes(links, &bytes);
  ByteSet of_tokens;
  of_tokens.AddRange(base::kFirstTokenByte, 0xFF);
  bytes = bytes.Without(of_tokens);

  std::vector<Link> positions;
  stepper->WithReturns(links, &positions);
  LiteralFinder finder(compiled.machine());
  const bool are_few = positions.size() <= kMaxPositions;
  for (const Link& position : positions) {
    if (are_few) finder.Find(position, bytes);
  }
  std::vector<std::string> literals = finder.Literals();
  std::erase_if(literals, [&](const auto& text) { return !CanCome(stepper, links, text); });
  bytes = bytes.Without(finder.Covered(literals));

  std::vector<std::string> out;
  for (std::size_t i = 0; i < std::min(literals.size(), kMaxLiterals); ++i) {
    out.push_back(QuotedText(literals[i]));
  }
  if (literals.size() > kMaxLiterals) {
    out.push_back(std::to_string(literals.size() - kMaxLiterals) + " other literals");
  }
  for (std::string& word : WordsFor(bytes)) out.push_back(std::move(word));
  const compile::TokenReferences& references = compiled.references();
  for (std::size_t set = 0; set < references.size(); ++set) {
    if (CanCome(stepper, links, references.spelling(set))) {
      out.push_back("the token " + references.name(set));
    }
  }
  if (stepper->CanEnd(links)) out.emplace_back("the end of the text");
  return out;
}

}  // namespace pushmask::match
