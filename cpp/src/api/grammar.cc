// SPDX-License-Identifier: Apache-2.0
#include "pushmask/grammar.h"

#include <utility>

#include "api/json_schema_options.h"
#include "frontend/ebnf/ebnf.h"
#include "frontend/json_schema/json_schema.h"
#include "frontend/regex/regex.h"
#include "ir/builder.h"
#include "ir/ebnf_writer.h"
#include "ir/grammar.h"
#include "ir/printer.h"
#include "pda/analysis.h"
#include "text/source_text.h"

namespace pushmask {
namespace {

text::SourceText Source(std::string_view text, std::string_view name) {
  return text::SourceText(std::string(name), std::string(text));
}

}  // namespace

Grammar::Grammar(ir::Grammar grammar, std::vector<Diagnostic> warnings)
    : grammar_(std::make_shared<const ir::Grammar>(std::move(grammar))),
      warnings_(std::make_shared<const std::vector<Diagnostic>>(std::move(warnings))) {
  pda::CheckNotEmpty(*grammar_, pda::Analyze(*grammar_, nullptr, nullptr));
}

Grammar Grammar::FromJsonSchema(std::string_view schema, const JsonSchemaOptions& options,
                                std::string_view source_name) {
  frontend::JsonSchemaGrammar parsed =
      frontend::ParseJsonSchema(Source(schema, source_name), FrontendOptions(options));
  return Grammar(std::move(parsed.grammar), std::move(parsed.warnings));
}

Grammar Grammar::FromEbnf(std::string_view text, std::string_view root,
                          std::string_view source_name, EbnfDialect dialect) {
  return Grammar(frontend::ParseEbnf(Source(text, source_name), root,
                                     static_cast<frontend::EbnfDialect>(dialect)));
}

Grammar Grammar::FromRegex(std::string_view pattern, const RegexOptions& options,
                           std::string_view source_name) {
  const frontend::RegexOptions lowered{
      .match = options.search ? frontend::RegexMatch::kSearch : frontend::RegexMatch::kFull,
      .ignore_case = options.ignore_case,
      .multiline = options.multiline,
      .dot_all = options.dot_all,
      .extended = options.extended,
      .operators = options.operators};
  ir::Builder builder;
  const ir::RuleId root = builder.AddRule("root");
  const text::SourceText source = Source(pattern, source_name);
  builder.Define(root, frontend::LowerRegex(source, lowered, &builder));
  return Grammar(builder.Finish(root, source.At({0, pattern.size()}, {})));
}

std::string Grammar::ToString() const { return ir::Print(*grammar_); }

std::string Grammar::ToEbnf() const { return ir::WriteEbnf(*grammar_); }

}  // namespace pushmask
