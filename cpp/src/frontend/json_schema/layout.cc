// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/layout.h"

#include <string_view>

namespace pushmask::frontend::json_schema {

Layout::Layout(const JsonSchemaOptions& options, ir::Builder* builder)
    : options_(options), builder_(builder) {
  if (options.whitespace == Whitespace::kFlexible) {
    space_ = builder->Repeat(builder->Class({{'\t', '\n'}, {'\r', '\r'}, {' ', ' '}}), 0,
                             options.max_whitespace);
    colon_ = builder->Seq({space_, builder->Bytes(":"), space_});
    separator_ = builder->Seq({space_, builder->Bytes(","), space_});
  } else {
    space_ = builder->Empty();
    colon_ = builder->Bytes(indented() ? ": " : options.key_separator);
    separator_ = builder->Bytes(indented() ? "," : options.item_separator);
  }
}

ir::ExprId Layout::NewLine(std::uint32_t depth) const {
  return builder_->Bytes("\n" + std::string(std::size_t{depth} * options_.indent, ' '));
}

ir::ExprId Layout::Separator(std::uint32_t depth) const {
  return indented() ? builder_->Seq({separator_, NewLine(depth + 1)}) : separator_;
}

ir::ExprId Layout::Enclose(char open, ir::ExprId body, char close, Empty empty,
                           std::uint32_t depth) const {
  const ir::ExprId begin = builder_->Bytes(std::string_view(&open, 1));
  const ir::ExprId end = builder_->Bytes(std::string_view(&close, 1));
  const bool may_be_empty = empty == Empty::kYes;
  if (indented()) {
    const ir::ExprId lines = builder_->Seq({NewLine(depth + 1), body, NewLine(depth)});
    return builder_->Seq({begin, may_be_empty ? builder_->Optional(lines) : lines, end});
  }
  const ir::ExprId members = builder_->Seq({body, space_});
  return builder_->Seq({begin, space_, may_be_empty ? builder_->Optional(members) : members, end});
}

}  // namespace pushmask::frontend::json_schema
