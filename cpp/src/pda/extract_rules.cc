// SPDX-License-Identifier: Apache-2.0
// Expressions to one automaton per rule. A rule's automaton matches the rule's *non-empty* strings;
// a call of a nullable rule gets an epsilon edge beside it, so calls always consume something.
//
// Small repetitions are unrolled into the automaton, where they minimise well. Larger ones become a
// rule of one state that calls the body and counts in its register:
//
//     loop:  H --call body, count--> H        H accepts while min <= count <= max
//
// and a member group becomes a rule of two states whose register says which members came:
//
//     group: F --call item i, member i--> A   F --call rest, member rest--> A
//            A --call separator, more--> F    A accepts when no member must come any more
//
// Where a regular language has a bound on its length the rule reads it itself and counts, see
// pda/length_bounds.h.
//
// So does a rule with a bound on its tokens, which are counted from outside (Stepper::EndToken).
//
// If keys of the rest must differ it reads them itself, see pda/keys.h. Other rules are called,
// but for those of pda/inlining.h.
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "automaton/thompson.h"
#include "ir/rule_place.h"
#include "pda/analysis.h"
#include "pda/inlining.h"
#include "pda/keys.h"
#include "pda/length_bounds.h"
#include "pda/lower.h"
#include "pda/member_spec.h"
#include "pda/rule_errors.h"
#include "pushmask/error.h"

namespace pushmask::pda {
namespace {

using automaton::Nfa;
using ir::Expr;
using ir::ExprId;
using ir::ExprKind;

// Of an automaton that reads what other rules stand for.
constexpr std::size_t kMaxInlinedStates = 2048;

// Positions that an expression takes in an automaton, roughly; saturates.
std::vector<std::uint64_t> EstimateSizes(const ir::Grammar& grammar,
                                         std::uint64_t unroll_positions) {
  constexpr std::uint64_t kHuge = std::uint64_t{1} << 31;
  constexpr std::uint64_t kBooleanSize = 16;
  constexpr std::uint64_t kSpelledSize = 8;  // a character's states in JSON, escapes included
  std::vector<std::uint64_t> sizes(grammar.num_exprs());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const Expr& node = grammar.expr(ExprId(i));
    std::uint64_t size = 1;
    switch (node.kind) {
      case ExprKind::kBytes:
      case ExprKind::kMark:
        size = node.bytes.size();
        break;
      case ExprKind::kClass:
        size = node.codepoints.ranges().back().last < 0x80 ? 1 : 4;
        break;
      case ExprKind::kSeq:
      case ExprKind::kChoice:
        size = 0;
        for (const ExprId child : node.children) size += sizes[child.index()];
        break;
      case ExprKind::kRepeat: {
        const std::uint64_t copies = node.max == ir::kUnbounded ? node.min : node.max;
        const std::uint64_t unrolled =
            std::max<std::uint64_t>(copies, 1) * sizes[node.children[0].index()];
        size = copies > 1 && unrolled > unroll_positions ? 1 : unrolled;
        break;
      }
      case ExprKind::kIntersect:
      case ExprKind::kComplement:
        size = kBooleanSize;
        break;
      case ExprKind::kAutomaton:
        size = node.automaton.size();
        break;
      case ExprKind::kSpelled:
        size = kSpelledSize * sizes[node.children[0].index()];
        break;
      default:
        break;
    }
    sizes[i] = std::min(size, kHuge);
  }
  return sizes;
}

class Extractor {
 public:
  Extractor(const ir::Grammar& grammar, const LowerLimits& limits, const LowerForm& form,
            automaton::DfaCache* cache, automaton::Steps* steps)
      : grammar_(grammar),
        limits_(limits),
        unroll_positions_(form.unroll_positions),
        compiler_(grammar, {limits.max_states, limits.max_product_states, steps}, cache),
        inlining_compiler_(
            grammar,
            {std::min(limits.max_states, kMaxInlinedStates), limits.max_product_states, steps},
            cache),
        bounds_(grammar, &compiler_, cache),
        derives_(Analyze(grammar, &compiler_, &bounds_)),
        sizes_(EstimateSizes(grammar, form.unroll_positions)) {
    if (form.inlines) inlining_ = Inlining(grammar, sizes_, unroll_positions_);
  }

  RuleSet Run() {
    const ir::Rule& root = grammar_.rule(grammar_.root());
    CheckNotEmpty(grammar_, derives_);
    out_.grammar = &grammar_;
    out_.root_nullable = derives_.empty[root.body.index()];
    const std::uint32_t variant = VariantIn(root.marks, 0);
    out_.root = AddRule(root.body, {root.name, root.place}, /*is_part=*/false, variant);
    rule_of_[variant].emplace(root.body, out_.root);
    for (current_ = 0; current_ < out_.rules.size(); ++current_) {
      try {
        BuildRule(current_);
      } catch (const LimitError& error) {
        throw WithRule(error, grammar_, NameOf(current_));
      }
    }
    return std::move(out_);
  }

 private:
  enum class Kind : std::uint8_t { kPlain, kLoop, kBounded, kGroup };

  // What tells rules with one body apart.
  struct Variant {
    std::optional<double> temperature = std::nullopt;        // the rule's own, or of the one around
    std::optional<std::uint32_t> max_tokens = std::nullopt;  // its own
    bool is_captured = false;
    friend auto operator<=>(const Variant&, const Variant&) = default;
  };
  struct Context {
    const RuleName& name;       // of the rule around, for people
    std::uint32_t variant = 0;  // in variants_
  };

  RuleName NameOf(std::size_t index) const {
    return {out_.rules[index].name, out_.rules[index].place};
  }

  Diagnostic AtCurrent(std::string message, std::string hint) const {
    const RuleAutomaton& rule = out_.rules[current_];
    return ir::AtRule(grammar_, rule.name, rule.place, std::move(message), std::move(hint));
  }

  RuleId AddRule(ExprId id, RuleName name, bool is_part, std::uint32_t variant_number = 0) {
    if (out_.rules.size() >= limits_.max_rules) {
      const ir::Rule& root = grammar_.rule(grammar_.root());
      throw LimitError(
          ir::AtRule(grammar_, root.name, root.place,
                     "the grammar needs more than " + std::to_string(limits_.max_rules) +
                         " rules (limit max_rules)",
                     "raise max_rules in Limits"),
          "max_rules", limits_.max_rules, out_.rules.size() + 1);
    }
    const Variant& variant = variants_[variant_number];
    out_.rules.push_back({.name = std::move(name.name),
                          .place = name.place,
                          .is_part = is_part,
                          .is_captured = variant.is_captured,
                          .temperature = variant.temperature});
    pending_.push_back({id, variant_number});
    return RuleId(out_.rules.size() - 1);
  }

  // The rule for an expression in the rule at hand; created on first use, built later by Run()'s
  // loop. References are followed to the body they name, so a rule is identified by its body and
  // its variant. References to references are followed to the rule that says something. They end: a
  // rule that derives a string is not just a circle of names.
  RuleId CalleeFor(ExprId id, const Context& caller) {
    // Inside of the caller, not the caller itself.
    std::uint32_t variant = 0;
    if (caller.variant != 0) {
      variant = NumberOf({.temperature = variants_[caller.variant].temperature});
    }
    const ir::Rule* first = nullptr;
    const ir::Rule* last = nullptr;
    while (grammar_.expr(id).kind == ExprKind::kRuleRef) {
      last = &grammar_.rule(grammar_.expr(id).rule);
      if (first == nullptr) first = last;
      id = last->body;
      variant = VariantIn(last->marks, variant);
    }
    const auto [entry, inserted] = rule_of_[variant].try_emplace(id);
    if (inserted) {
      // AddRule may throw; then this whole extractor is given up.
      entry->second = last == nullptr
                          ? AddRule(id, caller.name, /*is_part=*/true, variant)
                          : AddRule(id, {last->name, last->place}, /*is_part=*/false, variant);
    }
    NoteUse(entry->second, first, last);
    return entry->second;
  }

  // That the rule at hand calls `callee` by the name of `first`, which stands for others up to
  // `last`; null if it calls a part of itself.
  void NoteUse(RuleId callee, const ir::Rule* first, const ir::Rule* last) {
    const auto begin = static_cast<std::uint32_t>(out_.other_names.size());
    RuleNames::Use use{static_cast<std::uint32_t>(current_), callee.value, begin, begin};
    const RuleAutomaton& rule = out_.rules[callee.index()];
    if (first != nullptr && first == last && !rule.is_part && rule.name == first->name) {
      use.begin = use.end = RuleNames::Use::kOwnName;
    } else if (first != nullptr) {
      for (const ir::Rule* name = first;; name = &grammar_.rule(grammar_.expr(name->body).rule)) {
        out_.other_names.push_back({name->name, name->place});
        if (name == last) break;
      }
      use.end = static_cast<std::uint32_t>(out_.other_names.size());
    }
    out_.uses.push_back(use);
  }

  // The variant that a rule with these marks is, inside of another or as another name for it.
  std::uint32_t VariantIn(const ir::RuleMarks& marks, std::uint32_t around) {
    if (!marks.any()) return around;
    return NumberOf({marks.temperature ? marks.temperature : variants_[around].temperature,
                     marks.max_tokens, marks.capture || variants_[around].is_captured});
  }

  std::uint32_t NumberOf(const Variant& variant) {
    const auto [entry, is_new] =
        variant_numbers_.try_emplace(variant, static_cast<std::uint32_t>(variants_.size()));
    if (is_new) {
      variants_.push_back(variant);
      rule_of_.emplace_back();
    }
    return entry->second;
  }

  Kind KindOf(ExprId id) {
    const Expr& node = grammar_.expr(id);
    if (node.kind == ExprKind::kMembers) return Kind::kGroup;
    if (bounds_.Find(id) != nullptr) return Kind::kBounded;
    if (node.kind != ExprKind::kRepeat) return Kind::kPlain;
    const std::uint64_t copies = node.max == ir::kUnbounded ? node.min : node.max;
    if (copies <= 1 || copies * sizes_[node.children[0].index()] <= unroll_positions_) {
      return Kind::kPlain;
    }
    return Kind::kLoop;
  }

  void BuildRule(std::size_t index) {
    if (out_.rules[index].dfa != nullptr) return;  // a leaf of another rule
    const ExprId id = pending_[index].body;
    const RuleName name = NameOf(index);
    const Context context{name, pending_[index].variant};
    if (const auto max_tokens = variants_[context.variant].max_tokens) {
      BuildTokens(index, id, *max_tokens);
      return;
    }
    switch (KindOf(id)) {
      case Kind::kLoop:
        BuildLoop(index, id);
        return;
      case Kind::kBounded:
        BuildBounded(index, id);
        return;
      case Kind::kGroup:
        BuildGroup(index, id);
        return;
      case Kind::kPlain:
        break;
    }
    if (inlining_.any()) {
      // What is nondeterministic across the borders of rules can become very large.
      try {
        BuildPlain(
            index, id, [&](ExprId e) { return SymbolOfInlined(id, e, context); },
            &inlining_compiler_);
        return;
      } catch (const LimitError& error) {
        if (error.limit() != "max_states" && error.limit() != "max_steps") throw;
        // Rules that were met on the way stay; nobody may call them.
      }
    }
    BuildPlain(index, id, [&](ExprId e) { return SymbolOf(e, context); }, &compiler_);
  }

  void BuildPlain(std::size_t index, ExprId id, const automaton::SymbolOf& symbol_of,
                  automaton::ExprCompiler* compiler) {
    std::vector<std::uint32_t> symbols;
    auto dfa = compiler->ToDfaWithSymbols(id, symbol_of, derives_.empty[id.index()], &symbols);
    out_.rules[index].dfa = std::move(dfa);  // after that call rules may have moved
    out_.rules[index].symbols = std::move(symbols);
  }

  // The same as SymbolOf, but for the rules that the rule of `whole` reads itself.
  std::optional<automaton::SymbolUse> SymbolOfInlined(ExprId whole, ExprId id,
                                                      const Context& caller) {
    const Expr& node = grammar_.expr(id);
    if (node.kind == ExprKind::kRuleRef) {
      const ir::Rule& rule = grammar_.rule(node.rule);
      if (!rule.kept_apart && !rule.marks.any() && derives_.Any(rule.body) &&
          (inlining_.IsWhole(whole) || inlining_.IsShort(rule.body))) {
        return std::nullopt;
      }
    }
    return SymbolOf(id, caller);
  }

  std::optional<automaton::SymbolUse> SymbolOf(ExprId id, const Context& caller) {
    const Expr& node = grammar_.expr(id);
    if (node.kind != ExprKind::kRuleRef && KindOf(id) == Kind::kPlain) {
      // An expression that derives nothing must not leave dangling calls behind.
      if (derives_.Any(id)) return std::nullopt;
      return automaton::SymbolUse{};
    }
    automaton::SymbolUse use;
    use.nullable = derives_.empty[id.index()];
    if (derives_.non_empty[id.index()]) {
      use.symbol = out_.SymbolFor({.callee = CalleeFor(id, caller)});
    }
    return use;
  }

  void BuildLoop(std::size_t index, ExprId id) {
    const Expr& node = grammar_.expr(id);
    const ExprId body = node.children[0];
    const std::uint32_t min = derives_.empty[body.index()] ? 0 : node.min;
    RegisterSpec spec{
        .kind = RegisterKind::kCount, .min = std::max<std::uint32_t>(min, 1), .max = node.max};
    const RuleName name = NameOf(index);
    const RuleId callee = CalleeFor(body, {name, pending_[index].variant});
    Nfa nfa;  // one state: with min >= 1 the register keeps a fresh frame from ending
    nfa.start = nfa.accept = nfa.AddState();
    nfa.states[nfa.start].symbols.push_back(
        {out_.SymbolFor({.callee = callee, .op = CallOp::kCount}), nfa.accept});
    out_.rules[index].nfa = std::move(nfa);
    out_.rules[index].spec = std::move(spec);
  }

  void BuildBounded(std::size_t index, ExprId id) {
    const BoundedLanguage& bounded = *bounds_.Find(id);
    const auto& measured = bounded.measured;
    const RuleId leaf = LeafRule(bounded.language, measured->dfa, NameOf(index));
    RuleAutomaton& rule = out_.rules[index];
    rule.dfa = measured->dfa;
    rule.measured = measured;
    rule.leaf_rule = leaf;
    rule.spec = {.kind = RegisterKind::kLength, .max = bounded.max};
  }

  void BuildTokens(std::size_t index, ExprId id, std::uint32_t max_tokens) {
    const RuleName name = NameOf(index);
    const automaton::SymbolOf none = [](ExprId) { return std::nullopt; };
    std::vector<std::uint32_t> symbols;
    const auto dfa = compiler_.ToDfaWithSymbols(id, none, derives_.empty[id.index()], &symbols);
    if (dfa->empty()) {  // the empty text alone has no tokens
      out_.rules[index].dfa = dfa;
      return;
    }
    CheckEndsAnywhere(*dfa, name.name);
    const RuleId leaf = LeafRule(id, dfa, name);
    RuleAutomaton& rule = out_.rules[index];
    rule.dfa = dfa;
    rule.leaf_rule = leaf;
    rule.spec = {.kind = RegisterKind::kTokens, .max = max_tokens};
  }

  // Whether enough tokens are left to end a text is known only where every character ends one.
  void CheckEndsAnywhere(const automaton::Dfa& dfa, const std::string& rule) const {
    const auto is_inside_character = [&dfa](std::uint32_t state) {
      return std::ranges::all_of(dfa.bytes(state), [](const automaton::ByteEdge& edge) {
        return edge.first >= 0x80 && edge.last <= 0xBF;
      });
    };
    for (std::uint32_t state = 0; state < dfa.size(); ++state) {
      for (const automaton::ByteEdge& edge : dfa.bytes(state)) {
        if (dfa.accept(edge.target) || is_inside_character(edge.target)) continue;
        throw UnsupportedError(
            AtCurrent("the rule '" + rule +
                          "' with the option 'max_tokens' has texts that cannot end after each of "
                          "their characters",
                      "max_chars bounds such a rule"),
            "rule option 'max_tokens' on a rule that cannot end after each character");
      }
    }
  }

  void BuildGroup(std::size_t index, ExprId id) {
    const ir::MemberGroup& group = grammar_.members(id);
    const RuleName name = NameOf(index);
    const auto symbol_for = [&](ExprId e, CallSymbol symbol) {
      symbol.callee = CalleeFor(e, {name, pending_[index].variant});
      return out_.SymbolFor(symbol);
    };
    const auto occurs = [&](ExprId e) {
      if (derives_.empty[e.index()]) FailEmptyMember(name.name);
      return static_cast<bool>(derives_.non_empty[e.index()]);
    };
    Occurring occurring{.items = std::vector<bool>(group.items.size()),
                        .separator = occurs(group.separator)};
    for (const ir::MemberGroup::Keyed& one : group.keyed) occurs(one.key);
    GroupSymbols symbols;
    const KeyedMembers keyed = OccurringKeys(group, &occurring);
    std::vector<std::uint32_t> numbers;  // by item
    std::uint32_t num_items = 0;
    for (std::size_t i = 0; i < group.items.size(); ++i) {
      const bool has_body = occurs(group.items[i].body);
      occurring.items[i] = occurring.items[i] || has_body;
      numbers.push_back(num_items);
      if (occurring.items[i]) ++num_items;
      if (!has_body) continue;
      const CallSymbol symbol{.op = CallOp::kMember, .item = numbers[i]};
      symbols.members.push_back(symbol_for(group.items[i].body, symbol));
    }
    std::optional<KeyAutomaton> keys;
    if (!keyed.empty()) {
      keys = KeyAutomatonOf(keyed);
      occurring.num_keys = NumKeys(*keys->dfa)[0];
      if (occurring.keyed_items) CheckKeyedItems(group, keyed, *keys, name.name);
    }
    if (group.rest) {
      occurring.rest = occurs(*group.rest);
      const CallSymbol symbol{.op = CallOp::kMember, .item = MemberSpec::kRest};
      if (occurring.rest) symbols.members.push_back(symbol_for(*group.rest, symbol));
    }
    auto spec = std::make_shared<const MemberSpec>(ShapeOf(group, occurring));
    CheckDecidable(*spec, name.name);
    const bool is_list = spec->MayBeSeveral() && occurring.separator;
    if (is_list) symbols.separator = symbol_for(group.separator, {.op = CallOp::kMore});
    out_.rules[index].spec = {.kind = RegisterKind::kMembers, .members = std::move(spec)};
    if (!keys) {
      out_.rules[index].nfa = GroupAutomaton(symbols);
      return;
    }
    for (const ir::MemberGroup::Keyed* one : keyed) {
      GroupSymbols::Rest& rest = symbols.rests.emplace_back();
      rest.may_be_empty = derives_.empty[one->rest.index()];
      if (derives_.non_empty[one->rest.index()]) {
        const std::uint32_t item = one->item ? numbers[*one->item] : MemberSpec::kRest;
        rest.symbol = symbol_for(one->rest, {.op = CallOp::kKeyEnd, .item = item});
      }
    }
    if (is_list) {
      symbols.separator_after_key = symbol_for(group.separator, {.op = CallOp::kKeyMore});
    }
    out_.rules[index].leaf_rule = KeyRule(keyed, keys->leaf, name);
    out_.rules[index].spec.keys = keys->states;
    SetKeyedAutomaton(*keys, symbols, &out_.rules[index]);
  }

  static Nfa GroupAutomaton(const GroupSymbols& symbols) {
    Nfa nfa;
    nfa.start = nfa.AddState();   // a member must follow
    nfa.accept = nfa.AddState();  // a member has just ended
    for (const std::uint32_t member : symbols.members) {
      nfa.states[nfa.start].symbols.push_back({member, nfa.accept});
    }
    if (symbols.separator != GroupSymbols::kNone) {
      nfa.states[nfa.accept].symbols.push_back({symbols.separator, nfa.start});
    }
    return nfa;
  }

  using KeyedMembers = std::vector<const ir::MemberGroup::Keyed*>;

  KeyedMembers OccurringKeys(const ir::MemberGroup& group, Occurring* occurring) const {
    KeyedMembers keyed;
    for (const ir::MemberGroup::Keyed& one : group.keyed) {
      if (!derives_.Any(one.key) || !derives_.Any(one.rest)) continue;
      keyed.push_back(&one);
      if (one.item) occurring->items[*one.item] = occurring->keyed_items = true;
      if (!one.item) occurring->rest = true;
    }
    return keyed;
  }

  // See pda/keys.h. Every key of an item begins members of the rest too; there are infinitely many
  // of each item; and something follows each key.
  void CheckKeyedItems(const ir::MemberGroup& group, const KeyedMembers& keyed,
                       const KeyAutomaton& keys, const std::string& rule) {
    bool is_fine = group.max_members == ir::kUnbounded;
    for (const auto& ending : keys.keys_of_end) {
      is_fine &= std::ranges::any_of(ending, [&](std::uint32_t k) { return !keyed[k]->item; });
    }
    std::vector<bool> is_endless(group.items.size());
    for (const ir::MemberGroup::Keyed* one : keyed) {
      is_fine &= !derives_.empty[one->rest.index()];
      if (!one->item) continue;
      const KeyAutomaton own = KeyAutomatonOf({one});
      if (NumKeys(*own.dfa)[0] == kUnbounded) is_endless[*one->item] = true;
    }
    for (const ir::MemberGroup::Keyed* one : keyed) is_fine &= !one->item || is_endless[*one->item];
    if (is_fine) return;
    throw UnsupportedError(
        AtCurrent("in rule '" + rule +
                      "' a key begins an item that has a bounded number of keys, or that the bound "
                      "on members or the other keys leave no room for",
                  "leave the keys of items without a bound, or have no bound on members"),
        "keys of items");
  }

  // Keys are plain automata whatever they repeat.
  KeyAutomaton KeyAutomatonOf(const KeyedMembers& keyed) {
    const automaton::SymbolOf none = [](ExprId) { return std::nullopt; };
    std::vector<std::uint32_t> symbols;
    std::vector<std::shared_ptr<const automaton::Dfa>> keys;
    for (const ir::MemberGroup::Keyed* one : keyed) {
      keys.push_back(compiler_.ToDfaWithSymbols(one->key, none, false, &symbols));
    }
    return JoinKeys(keys, compiler_.budget());
  }

  // A rule that reads one of the keys and nothing else.
  RuleId KeyRule(const KeyedMembers& keyed, std::shared_ptr<const automaton::Dfa> dfa,
                 const RuleName& name) {
    if (keyed.size() == 1) return LeafRule(keyed[0]->key, std::move(dfa), name);
    const RuleId rule = AddRule(keyed[0]->key, name, /*is_part=*/true);
    out_.rules[rule.index()].dfa = std::move(dfa);
    return rule;
  }

  // A rule that reads `id` and nothing else. Nobody calls it: masks ask it about the inside of
  // rules that read `id` with a register.
  RuleId LeafRule(ExprId id, std::shared_ptr<const automaton::Dfa> dfa, const RuleName& name) {
    const auto [entry, inserted] = leaf_rule_of_.try_emplace(id, RuleId());
    if (inserted) {
      entry->second = AddRule(id, name, /*is_part=*/true);
      out_.rules[entry->second.index()].dfa = std::move(dfa);
    }
    return entry->second;
  }

  [[noreturn]] void FailEmptyMember(const std::string& rule) const {
    throw UnsupportedError(
        AtCurrent("a member, a key or the separator in rule '" + rule + "' can be the empty text",
                  "give it a character at least; that no member comes is for the group to say"),
        "members that can be empty");
  }

  void CheckDecidable(const MemberSpec& spec, const std::string& rule) const {
    if (spec.is_decidable()) return;
    throw UnsupportedError(
        AtCurrent("at least " + std::to_string(spec.min()) + " members in rule '" + rule +
                      "', none of them free, with too many of them in conditions on each other",
                  "ask for fewer members, or for fewer conditions"),
        "a least number of members among many that exclude each other");
  }

  const ir::Grammar& grammar_;
  const LowerLimits& limits_;
  const std::uint64_t unroll_positions_;
  automaton::ExprCompiler compiler_;
  automaton::ExprCompiler inlining_compiler_;
  LengthBounds bounds_;
  Derivations derives_;
  std::vector<std::uint64_t> sizes_;
  Inlining inlining_;
  std::vector<Variant> variants_{{}};
  std::map<Variant, std::uint32_t> variant_numbers_{{{}, 0}};
  std::vector<std::unordered_map<ExprId, RuleId>> rule_of_{1};  // by variant
  std::unordered_map<ExprId, RuleId> leaf_rule_of_;
  struct Pending {
    ExprId body;
    std::uint32_t variant;
  };
  std::vector<Pending> pending_;  // by rule: what it stands for
  std::size_t current_ = 0;       // the rule that is being built
  RuleSet out_;
};

}  // namespace

std::uint32_t RuleSet::SymbolFor(const CallSymbol& symbol) {
  const auto [entry, inserted] =
      symbol_numbers.try_emplace(symbol, static_cast<std::uint32_t>(symbols.size()));
  if (inserted) symbols.push_back(symbol);
  return entry->second;
}

RuleSet ExtractRules(const ir::Grammar& grammar, const LowerLimits& limits, const LowerForm& form,
                     automaton::DfaCache* cache, automaton::Steps* steps) {
  return Extractor(grammar, limits, form, cache, steps).Run();
}

}  // namespace pushmask::pda
