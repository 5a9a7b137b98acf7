// SPDX-License-Identifier: Apache-2.0
#include "ir/rule_place.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace pushmask::ir {
namespace {

// The first of the schemas that the rule stands for.
std::optional<std::size_t> OffsetOfSchema(const Source& source, std::uint32_t key) {
  std::optional<std::size_t> first;
  for (const auto& [of, offset] : source.schemas) {
    if (of == key) first = std::min<std::size_t>(first.value_or(offset), offset);
  }
  return first;
}

// The place of a rule that names the rule `name`, or of one that names that one and so on; without
// a source if there is none.
Place PlaceAround(const Grammar& grammar, std::string_view name) {
  if (!grammar.root().valid()) return {};  // not finished
  std::vector<bool> is_seen(grammar.num_exprs());
  std::vector<std::pair<ExprId, Place>> work;
  const auto visit = [&](ExprId id, Place place) {
    if (is_seen[id.index()]) return;
    is_seen[id.index()] = true;
    work.emplace_back(id, place);
  };
  const Rule& root = grammar.rule(grammar.root());
  visit(root.body, root.place);
  while (!work.empty()) {
    const auto [id, place] = work.back();
    work.pop_back();
    const Expr& node = grammar.expr(id);
    for (const ExprId child : node.children) visit(child, place);
    if (node.kind != ExprKind::kRuleRef) continue;
    const Rule& rule = grammar.rule(node.rule);
    if (rule.name == name) return place;
    visit(rule.body, rule.place.source == 0 ? place : rule.place);
  }
  return {};
}

}  // namespace

Diagnostic AtRule(const Grammar& grammar, std::string_view name, Place place, std::string message,
                  std::string hint) {
  if (place.source == 0) place = PlaceAround(grammar, name);
  Diagnostic out{.message = {}, .source_name = grammar.source_name()};
  if (place.source == 0) {
    const bool has_root = grammar.root().valid();
    if (has_root && name == grammar.rule(grammar.root()).name) out = grammar.root_place();
  } else if (const Source& source = *grammar.sources()[place.source - 1]; source.is_json_schema) {
    out.source_name = source.text.name();
    const auto offset = OffsetOfSchema(source, place.key);
    if (offset) out.pointer = source.pointer_at(source.text, *offset);
  } else {
    // A copy of the text, since grammars are shared between threads and SourceText is not.
    const std::string_view text = source.text.text();
    const std::size_t length = text.substr(place.key).starts_with(name) ? name.size() : 0;
    out = Diagnostic::At(source.text.name(), text, place.key, place.key + length, {});
  }
  out.message = std::move(message);
  out.hint = std::move(hint);
  return out;
}

}  // namespace pushmask::ir
