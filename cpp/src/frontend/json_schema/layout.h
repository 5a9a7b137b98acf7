// SPDX-License-Identifier: Apache-2.0
// Where whitespace may stand: the punctuation of arrays and objects under each Whitespace option.
//
// Indented output depends on how deep a value stands, and depth is no regular property, so there
// the rules of containers are made once per depth, and containers deeper than kMaxDepth stay empty.
#pragma once

#include <cstdint>
#include <string>

#include "frontend/json_schema/json_schema.h"
#include "ir/builder.h"

namespace pushmask::frontend::json_schema {

class Layout {
 public:
  // Levels of nesting that indented output can have.
  static constexpr std::uint32_t kMaxDepth = 32;

  Layout(const JsonSchemaOptions& options, ir::Builder* builder);

  bool indented() const { return options_.whitespace == Whitespace::kIndented; }
  // The depth of the members of a container at `depth`; always 0 if depth does not matter.
  std::uint32_t Deeper(std::uint32_t depth) const { return indented() ? depth + 1 : 0; }
  bool CanNest(std::uint32_t depth) const { return !indented() || depth < kMaxDepth; }

  ir::ExprId colon() const { return colon_; }
  // Between the members of a container at `depth`.
  ir::ExprId Separator(std::uint32_t depth) const;

  enum class Empty : std::uint8_t { kNo, kYes };
  // A container at `depth` around `body`: its members, at least one. `empty` adds the container
  // without members.
  ir::ExprId Enclose(char open, ir::ExprId body, char close, Empty empty,
                     std::uint32_t depth) const;

 private:
  ir::ExprId NewLine(std::uint32_t depth) const;

  JsonSchemaOptions options_;
  ir::Builder* builder_;
  ir::ExprId space_;  // what may stand between two tokens; kIndented does not use it
  ir::ExprId colon_;
  ir::ExprId separator_;
};

}  // namespace pushmask::frontend::json_schema
