// SPDX-License-Identifier: Apache-2.0
#include "match/words.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace pushmask::match {
namespace {

using base::ByteSet;

constexpr unsigned kFirstPrintable = 0x20;
constexpr unsigned kLastPrintable = 0x7E;
// Of 95 printable characters; a set with so many is told by what it lacks.
constexpr int kNearlyAll = 80;

std::string ByteName(std::uint8_t byte) {
  switch (byte) {
    case ' ':
      return "a space";
    case '\n':
      return "a newline";
    case '\t':
      return "a tab";
    case '\r':
      return "a carriage return";
    case '\'':
      return "\"'\"";
    default:
      break;
  }
  if (byte > kFirstPrintable && byte <= kLastPrintable)
    return {'\'', static_cast<char>(byte), '\''};
  char buffer[24];
  std::snprintf(buffer, sizeof(buffer), "the byte 0x%02X", byte);
  return buffer;
}

bool HasAll(const ByteSet& bytes, unsigned first, unsigned last) {
  for (unsigned byte = first; byte <= last; ++byte) {
    if (!bytes.Has(static_cast<std::uint8_t>(byte))) return false;
  }
  return true;
}

int Count(const ByteSet& bytes, unsigned first, unsigned last) {
  int count = 0;
  for (unsigned byte = first; byte <= last; ++byte) {
    count += bytes.Has(static_cast<std::uint8_t>(byte)) ? 1 : 0;
  }
  return count;
}

// Runs of neighbours among plain characters as "first to last".
void AddRuns(const ByteSet& bytes, unsigned first, unsigned last, std::vector<std::string>* out) {
  for (unsigned byte = first; byte <= last; ++byte) {
    if (!bytes.Has(static_cast<std::uint8_t>(byte))) continue;
    unsigned end = byte;
    while (byte > kFirstPrintable && end < last && bytes.Has(static_cast<std::uint8_t>(end + 1))) {
      ++end;
    }
    if (end - byte < 2) end = byte;
    std::string name = ByteName(static_cast<std::uint8_t>(byte));
    if (end > byte) name += " to " + ByteName(static_cast<std::uint8_t>(end));
    out->push_back(std::move(name));
    byte = end;
  }
}

std::string Joined(const std::vector<std::string>& items, const char* last) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? last : ", ";
    out += items[i];
  }
  return out;
}

// Nearly all printable characters, by those that are missing.
std::string AnyCharacterBut(const ByteSet& bytes) {
  ByteSet missing;
  for (unsigned byte = kFirstPrintable; byte <= kLastPrintable; ++byte) {
    const auto b = static_cast<std::uint8_t>(byte);
    if (!bytes.Has(b)) missing.AddRange(b, b);
  }
  std::vector<std::string> but;
  AddRuns(missing, kFirstPrintable, kLastPrintable, &but);
  if (Count(bytes, 0, kFirstPrintable - 1) == 0) but.emplace_back("control characters");
  const bool ascii_only = Count(bytes, 0xC2, 0xF4) == 0;
  std::string out = ascii_only ? "any ASCII character" : "any character";
  return but.empty() ? out : out + " but " + Joined(but, " and ");
}

// Letters and digits as such if all of them are there, and then they are taken out of `bytes`.
void AddWholeClasses(ByteSet* bytes, std::vector<std::string>* out) {
  const auto take = [&](unsigned first, unsigned last) {
    ByteSet range;
    range.AddRange(static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(last));
    *bytes = bytes->Without(range);
  };
  if (HasAll(*bytes, 'A', 'Z') && HasAll(*bytes, 'a', 'z')) {
    out->emplace_back("an ASCII letter");
    take('A', 'Z');
    take('a', 'z');
  }
  if (HasAll(*bytes, '0', '9')) {
    out->emplace_back("a digit");
    take('0', '9');
  }
}

// The same for white space as JSON and most languages have it.
bool TakeWhiteSpace(ByteSet* bytes) {
  ByteSet spaces;
  for (const char c : {' ', '\t', '\n', '\r'}) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (!bytes->Has(byte)) return false;
    spaces.AddRange(byte, byte);
  }
  *bytes = bytes->Without(spaces);
  return true;
}

void AddBeyondAscii(const ByteSet& bytes, bool is_told, std::vector<std::string>* out) {
  constexpr int kAllLeads = 0xF4 - 0xC2 + 1;
  constexpr int kAllInside = 64;
  const int leads = Count(bytes, 0xC2, 0xF4);
  if (leads > 0 && !is_told) {
    out->emplace_back(leads == kAllLeads ? "a character beyond ASCII"
                                         : "certain characters beyond ASCII");
  }
  const int inside = Count(bytes, 0x80, 0xBF);
  if (inside == kAllInside) out->emplace_back("the rest of a character");
  if (inside == 0 || inside == kAllInside) return;
  const std::size_t begin = out->size();
  AddRuns(bytes, 0x80, 0xBF, out);
  for (std::size_t i = begin; i < out->size(); ++i) (*out)[i] += " inside a character";
}

}  // namespace

std::vector<std::string> WordsFor(const ByteSet& bytes) {
  std::vector<std::string> out;
  const bool is_nearly_all = Count(bytes, kFirstPrintable, kLastPrintable) >= kNearlyAll;
  if (is_nearly_all) {
    out.push_back(AnyCharacterBut(bytes));
    if (Count(bytes, 0, kFirstPrintable - 1) < static_cast<int>(kFirstPrintable)) {
      AddRuns(bytes, 0, kFirstPrintable - 1, &out);
    }
  } else {
    ByteSet rest = bytes;
    AddWholeClasses(&rest, &out);
    const bool has_white_space = TakeWhiteSpace(&rest);
    AddRuns(rest, kFirstPrintable + 1, 0x7F, &out);
    AddRuns(rest, 0, kFirstPrintable, &out);
    if (has_white_space) out.emplace_back("white space");
  }
  AddBeyondAscii(bytes, is_nearly_all && Count(bytes, 0xC2, 0xF4) == 0xF4 - 0xC2 + 1, &out);
  return out;
}

std::string JoinedWords(const std::vector<std::string>& words) { return Joined(words, " or "); }

std::string QuotedText(std::string_view text) {
  const char quote = text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string out(1, quote);
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = CharacterLength(text.substr(i));
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n' || byte == '\t' || byte == '\r') {
      out += byte == '\n' ? "\\n" : byte == '\t' ? "\\t" : "\\r";
    } else if (length == 0 || byte < kFirstPrintable || byte == 0x7F) {
      char buffer[8];
      std::snprintf(buffer, sizeof(buffer), "\\x%02X", byte);
      out += buffer;
    } else {
      out += text.substr(i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return out + quote;
}

std::size_t CharacterLength(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xC2   ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  // No overlong forms, no surrogates, nothing past U+10FFFF (RFC 3629, section 4).
  const unsigned char least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  return at(1) < least || at(1) > most ? 0 : length;
}

}  // namespace pushmask::match
