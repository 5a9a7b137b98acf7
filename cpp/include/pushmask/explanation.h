// SPDX-License-Identifier: Apache-2.0
// Explanation: what Matcher::Explain says. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pushmask {

// A rule of the grammar that is being read.
struct RuleFrame {
  // Its name. Several if rules with equal right-hand sides were made one and it cannot be told
  // which of them this is; none if the machine does not know any more which rules stand here.
  std::vector<std::string> names;
  // Where the rule is defined, if the front end said: the text, line and column from 1 (0: not
  // known). For JSON Schema the JSON Pointers of the schemas that the rule may stand for.
  std::string source_name;
  std::size_t line = 0;
  std::size_t column = 0;
  std::vector<std::string> pointers;
  // JSON Schema: the name of the member whose value is being read, if it can be told.
  std::optional<std::string> member;
  // Of a part that is repeated a counted number of times: how many repetitions have begun, and how
  // many there may be (no most: unbounded).
  std::optional<std::uint32_t> repetition;
  std::uint32_t min_repetitions = 0;
  std::optional<std::uint32_t> max_repetitions;
};

// One way to read the text so far.
struct RulePath {
  std::vector<RuleFrame> frames;  // outermost first; at most 64
  // JSON Schema: the JSON Pointer of the innermost schema that is known to be of a value that is
  // being read. The text may stand further in, where no schema is or none can be told.
  std::optional<std::string> pointer;
  bool is_cut = false;                // there are more frames, further out
  std::vector<std::string> expected;  // what may come next on this path, in words
};

struct Explanation {
  bool is_allowed = false;
  std::string bytes;                  // that were asked about: of a token, those that it is read as
  std::string note;                   // a reason that bytes and paths do not tell; may be empty
  std::vector<RulePath> paths;        // where the text stands before them; at most 8
  bool has_more_paths = false;        // there are more, or may be
  std::vector<std::string> expected;  // what may come there on any path, in words
  // If they are refused: the first byte that no path takes, and the paths that ended there. `died`
  // and what was expected there are as above.
  std::optional<std::size_t> offset;
  std::vector<RulePath> died;
  bool has_more_died = false;
  std::vector<std::string> expected_there;
};

}  // namespace pushmask
