// SPDX-License-Identifier: Apache-2.0
#include "frontend/json/reader.h"

#include <string>
#include <unordered_set>
#include <utility>

#include "pushmask/error.h"
#include "text/utf8.h"

namespace pushmask::frontend::json {
namespace {

// Below this many members a linear search for a repeated name is the fastest.
constexpr std::size_t kSmallObject = 16;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Reader {
 public:
  explicit Reader(const text::SourceText& source) : source_(source), text_(source.text()) {}

  Document Run() {
    const std::size_t bad = text::FindInvalidUtf8(text_);
    if (bad != std::string_view::npos) Fail(bad, bad + 1, "the text is not well-formed UTF-8");
    SkipSpace();
    ReadValue(&document_.root, 0);
    SkipSpace();
    if (at_ != text_.size()) Fail(at_, at_ + 1, "expected the end of the text, found more");
    return std::move(document_);
  }

 private:
  [[noreturn]] void Fail(std::size_t begin, std::size_t end, std::string message) const {
    throw SyntaxError(source_.At({begin, end}, std::move(message)));
  }

  [[noreturn]] void FailHere(const std::string& expected) const {
    if (at_ >= text_.size()) Fail(at_, at_, "expected " + expected + ", found the end of the text");
    const auto found = text::DecodeUtf8(text_, at_);
    const std::size_t length = found ? found->length : 1;
    const auto byte = static_cast<unsigned char>(text_[at_]);
    const std::string what =
        byte < 0x20 ? "a control character" : "'" + std::string(text_.substr(at_, length)) + "'";
    Fail(at_, at_ + length, "expected " + expected + ", found " + what);
  }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool Accept(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void SkipSpace() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  }

  void ReadValue(Value* out, std::size_t depth) {
    out->span.begin = at_;
    switch (Peek()) {
      case '{':
        ReadObject(out, depth);
        break;
      case '[':
        ReadArray(out, depth);
        break;
      case '"':
        out->kind = Kind::kString;
        out->text = ReadString();
        break;
      case 't':
        ReadWord("true", Kind::kTrue, out);
        break;
      case 'f':
        ReadWord("false", Kind::kFalse, out);
        break;
      case 'n':
        ReadWord("null", Kind::kNull, out);
        break;
      default:
        ReadNumber(out);
    }
    out->span.end = at_;
  }

  void ReadWord(std::string_view word, Kind kind, Value* out) {
    if (text_.substr(at_, word.size()) != word) FailHere("a JSON value");
    at_ += word.size();
    out->kind = kind;
  }

  void ReadNumber(Value* out) {
    const std::size_t begin = at_;
    const bool negative = Accept('-');
    if (!Accept('0')) {
      if (Peek() < '1' || Peek() > '9') FailHere(negative ? "a digit" : "a JSON value");
      SkipDigits();
    } else if (Peek() >= '0' && Peek() <= '9') {
      Fail(begin, at_ + 1, "a number must not have a leading zero");
    }
    if (Accept('.')) ReadDigits();
    if (Peek() == 'e' || Peek() == 'E') {
      ++at_;
      if (Peek() == '+' || Peek() == '-') ++at_;
      ReadDigits();
    }
    out->kind = Kind::kNumber;
    out->text = text_.substr(begin, at_ - begin);
  }

  void SkipDigits() {
    while (Peek() >= '0' && Peek() <= '9') ++at_;
  }

  void ReadDigits() {
    if (Peek() < '0' || Peek() > '9') FailHere("a digit");
    SkipDigits();
  }

  void CheckDepth(std::size_t depth) const {
    if (depth < kMaxDepth) return;
    throw LimitError(
        source_
            .At({at_, at_ + 1}, "the JSON text nests deeper than " + std::to_string(kMaxDepth) +
                                    " levels (limit max_depth)")
            .ToString(),
        "max_depth", kMaxDepth, depth + 1);
  }

  void ReadArray(Value* out, std::size_t depth) {
    CheckDepth(depth);
    out->kind = Kind::kArray;
    ++at_;
    SkipSpace();
    if (Accept(']')) return;
    do {
      SkipSpace();
      ReadValue(&out->elements.emplace_back(), depth + 1);
      SkipSpace();
    } while (Accept(','));
    if (!Accept(']')) FailHere("',' or ']'");
  }

  void ReadObject(Value* out, std::size_t depth) {
    CheckDepth(depth);
    out->kind = Kind::kObject;
    ++at_;
    SkipSpace();
    if (Accept('}')) return;
    std::unordered_set<std::string_view> names;  // used only when the object is not small
    do {
      SkipSpace();
      if (Peek() != '"') FailHere("a member's name in double quotes");
      const std::size_t begin = at_;
      const std::string_view name = ReadString();
      if (IsRepeated(name, *out, &names)) {
        Fail(begin, at_, "the name '" + std::string(name) + "' occurs twice in one object");
      }
      SkipSpace();
      if (!Accept(':')) FailHere("':'");
      SkipSpace();
      Member& member = out->members.emplace_back();
      member.name = name;
      ReadValue(&member.value, depth + 1);
      SkipSpace();
    } while (Accept(','));
    if (!Accept('}')) FailHere("',' or '}'");
  }

  static bool IsRepeated(std::string_view name, const Value& object,
                         std::unordered_set<std::string_view>* names) {
    if (object.members.size() < kSmallObject) return object.Find(name) != nullptr;
    if (names->empty()) {
      for (const Member& member : object.members) names->insert(member.name);
    }
    return !names->insert(name).second;
  }

  // Reads a string, the opening quote included. A string without escapes costs no copy.
  std::string_view ReadString() {
    const std::size_t quote = at_++;
    std::size_t begin = at_;
    std::string* decoded = nullptr;
    while (true) {
      if (at_ >= text_.size()) Fail(quote, at_, "the string is not closed");
      const char c = text_[at_];
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20) {
        Fail(at_, at_ + 1, "a control character in a string must be escaped");
      }
      if (c != '\\') {
        ++at_;
        continue;
      }
      if (decoded == nullptr) decoded = &document_.decoded.emplace_back();
      decoded->append(text_, begin, at_ - begin);
      ReadEscape(decoded);
      begin = at_;
    }
    const std::string_view tail = text_.substr(begin, at_ - begin);
    ++at_;
    if (decoded == nullptr) return tail;
    decoded->append(tail);
    return *decoded;
  }

  void ReadEscape(std::string* out) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t begin = at_++;
    const std::size_t letter = at_ < text_.size() ? kLetters.find(text_[at_]) : std::string::npos;
    if (letter != std::string_view::npos) {
      out->push_back(kMeanings[letter]);
      ++at_;
      return;
    }
    if (!Accept('u')) Fail(begin, at_ + 1, "unknown escape in a string");
    char32_t codepoint = ReadHex4(begin);
    if (codepoint >= text::kSurrogateFirst && codepoint <= text::kSurrogateLast) {
      const bool high = codepoint < 0xDC00;
      char32_t low = 0;
      if (high && Accept('\\') && Accept('u')) low = ReadHex4(begin);
      if (low < 0xDC00 || low > text::kSurrogateLast) {
        Fail(begin, at_, "an escaped surrogate must be half of a pair");
      }
      codepoint = 0x10000 + ((codepoint - 0xD800) << 10) + (low - 0xDC00);
    }
    text::AppendUtf8(codepoint, out);
  }

  char32_t ReadHex4(std::size_t begin) {
    char32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const int digit = HexDigit(Peek());
      if (digit < 0) Fail(begin, at_, "expected four hexadecimal digits after '\\u'");
      value = value * 16 + static_cast<char32_t>(digit);
      ++at_;
    }
    return value;
  }

  const text::SourceText& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  Document document_;
};

}  // namespace

Document Read(const text::SourceText& source) { return Reader(source).Run(); }

std::string PointerAt(const text::SourceText& source, std::size_t offset) {
  const Document document = Read(source);
  const Value* at = &document.root;
  const auto has_offset = [offset](const Value& value) {
    return value.span.begin <= offset && offset < value.span.end;
  };
  for (const Value* inner = at; inner != nullptr;) {
    at = inner;
    inner = nullptr;
    for (const Value& element : at->elements) {
      if (has_offset(element)) inner = &element;
    }
    for (const Member& member : at->members) {
      if (has_offset(member.value)) inner = &member.value;
    }
  }
  return PointerTo(document.root, *at);
}

}  // namespace pushmask::frontend::json
