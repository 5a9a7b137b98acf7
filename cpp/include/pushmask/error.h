// SPDX-License-Identifier: Apache-2.0
// Every exception that pushmask throws, in one hierarchy; the Python classes mirror it by name.
//
// Cold code (front ends, compile, load) throws; hot code (matcher steps) returns values. A place in
// an input travels as a Diagnostic, so that callers can point at it without parsing the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pushmask {

// One problem in an input text and where it stands.
struct Diagnostic {
  std::string message;                               // what is wrong; lower case, no full stop
  std::string source_name;                           // the input's name as the caller gave it
  std::optional<std::size_t> offset = std::nullopt;  // first byte of the place
  std::size_t length = 0;                            // bytes; 0 for a point
  std::size_t line = 0;                              // from 1; 0 if there is no place
  std::size_t column = 0;  // in characters, from 1; 0 if there is no place
  std::optional<std::string> pointer = std::nullopt;  // JSON Pointer (RFC 6901)
  std::string hint = {};                              // what to do about it, may be empty
  // The line and, below it, carets under the place, both after two spaces; empty if there is none.
  std::string excerpt = {};

  // A place in a text, bytes `begin` to `end`, with line, column and excerpt filled in; for readers
  // of grammars outside of this library. Cost: one scan of the text before the place.
  static Diagnostic At(std::string source_name, std::string_view text, std::size_t begin,
                       std::size_t end, std::string message, std::string hint = {});

  // "name:line:column: message; hint" and the excerpt below, or "name: at /pointer: message; hint".
  std::string ToString() const;
};

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A grammar (EBNF, regex, JSON Schema, ...) cannot be used.
class GrammarError : public Error {
 public:
  explicit GrammarError(Diagnostic diagnostic)
      : Error(diagnostic.ToString()), diagnostics_{std::move(diagnostic)} {}
  // One or more; the text is that of the first.
  explicit GrammarError(std::vector<Diagnostic> diagnostics)
      : Error(diagnostics.at(0).ToString()), diagnostics_(std::move(diagnostics)) {}
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

// The text does not follow the syntax of its language.
class SyntaxError : public GrammarError {
 public:
  using GrammarError::GrammarError;
};

// A JSON Schema is malformed or contradicts the specification.
class SchemaError : public GrammarError {
 public:
  using GrammarError::GrammarError;
};

// Legal text with a construct that cannot be enforced exactly.
class UnsupportedError : public GrammarError {
 public:
  UnsupportedError(Diagnostic diagnostic, std::string feature)
      : GrammarError(std::move(diagnostic)), feature_(std::move(feature)) {}
  const std::string& feature() const { return feature_; }

 private:
  std::string feature_;
};

// The grammar, or a schema, matches nothing at all.
class EmptyLanguageError : public GrammarError {
 public:
  using GrammarError::GrammarError;
};

// A budget was exceeded.
class LimitError : public Error {
 public:
  LimitError(const std::string& message, std::string limit, std::uint64_t bound,
             std::uint64_t reached)
      : Error(message), limit_(std::move(limit)), bound_(bound), reached_(reached) {}
  LimitError(Diagnostic diagnostic, std::string limit, std::uint64_t bound, std::uint64_t reached)
      : LimitError(diagnostic.ToString(), std::move(limit), bound, reached) {
    diagnostic_ = std::move(diagnostic);
  }
  const std::string& limit() const { return limit_; }
  std::uint64_t bound() const { return bound_; }
  std::uint64_t reached() const { return reached_; }
  // Where in the input, if the error knows.
  const std::optional<Diagnostic>& diagnostic() const { return diagnostic_; }

 private:
  std::optional<Diagnostic> diagnostic_;
  std::string limit_;
  std::uint64_t bound_;
  std::uint64_t reached_;
};

// A vocabulary cannot be built, or a token id is outside it.
class VocabularyError : public Error {
 public:
  using Error::Error;
};

// A matcher was asked for something its state does not allow.
class MatcherStateError : public Error {
 public:
  using Error::Error;
};

// An invariant of pushmask itself does not hold.
class InternalError : public Error {
 public:
  using Error::Error;
};

}  // namespace pushmask
