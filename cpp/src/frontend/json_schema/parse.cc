// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/parse.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <unordered_map>
#include <utility>

#include "frontend/json/decimal.h"
#include "frontend/json_schema/resolve.h"
#include "frontend/json_schema/support.h"
#include "ir/grammar.h"

namespace pushmask::frontend::json_schema {
namespace {

using json::Kind;
using json::Value;

struct TypeName {
  std::string_view name;
  TypeSet types;
};
constexpr TypeName kTypeNames[] = {
    {"object", kObjectType}, {"string", kStringType},   {"array", kArrayType},
    {"number", kNumberType}, {"integer", kIntegerType}, {"boolean", kBooleanType},
    {"null", kNullType},
};

class Parser {
 public:
  explicit Parser(const Site& site) : site_(site), resolver_(site) {}

  SchemaTable Run() {
    IdFor(site_.root(), false);
    // Parsing a schema discovers others; they wait in `pending_`, so nesting costs no stack.
    for (std::size_t i = 0; i < pending_.size(); ++i) table_.push_back(ParseSchema(pending_[i]));
    CheckReferenceCycles(table_, site_);
    return std::move(table_);
  }

 private:
  struct Pending {
    const Value* value;
    bool embedded;  // below a nested $id
    std::string_view name;
  };

  // `name` is what people would call the schema, if it has a name.
  SchemaId IdFor(const Value& value, bool embedded, std::string_view name = {}) {
    const auto [entry, inserted] = ids_.try_emplace(&value, pending_.size());
    if (inserted) pending_.push_back({&value, embedded, name});
    return entry->second;
  }

  Schema ParseSchema(Pending pending) {
    const Value& value = *pending.value;
    Schema schema;
    schema.at = &value;
    schema.name = pending.name;
    schema.is_false = value.kind == Kind::kFalse;
    if (value.is_bool()) return schema;
    if (!value.is_object()) {
      site_.Malformed(value, "a schema is an object or a boolean, found " + Describe(value));
    }
    // A nested $id gives its sub-schema another base URI. That matters to references only, so they
    // are what is refused below it.
    embedded_ = pending.embedded || (&value != &site_.root() && value.Find("$id") != nullptr);
    for (const json::Member& member : value.members) ParseKeyword(member, &schema);
    return schema;
  }

  static std::string Describe(const Value& value) {
    return std::string(json::Describe(value.kind));
  }

  void ParseKeyword(const json::Member& member, Schema* out) {
    const Value& value = member.value;
    switch (FindKeyword(member.name)) {
      case Keyword::kAnnotation:
      case Keyword::kDefinitions:
        return;
      case Keyword::kUnknown:
        site_.Unsupported(value, std::string(member.name),
                          "unknown keyword '" + std::string(member.name) + "'",
                          DidYouMean(member.name, KeywordNames()));
      case Keyword::kRefused:
        return Refuse(member);
      case Keyword::kId:
        if (!value.is_string()) Expected(member, "a string");
        return;
      case Keyword::kType:
        out->types = ParseType(value);
        return;
      case Keyword::kEnum:
        if (!value.is_array()) Expected(member, "an array of values");
        out->enumeration = &value;
        return;
      case Keyword::kConst:
        out->constant = &value;
        return;
      case Keyword::kRef:
        out->conjuncts.push_back(ParseRef(value));
        return;
      case Keyword::kAnyOf:
        out->any_of = ParseSchemaList(member);
        return;
      case Keyword::kAllOf:
      case Keyword::kOneOf:
        return ParseSingle(member, out);
      default:
        return ParseTypedKeyword(member, out);
    }
  }

  // Keywords that speak about instances of one type only.
  void ParseTypedKeyword(const json::Member& member, Schema* out) {
    const Value& value = member.value;
    const Keyword keyword = FindKeyword(member.name);
    switch (keyword) {
      case Keyword::kMinimum:
        return ParseBound(member, &out->minimum, out);
      case Keyword::kMaximum:
        return ParseBound(member, &out->maximum, out);
      case Keyword::kExclusiveMinimum:
        return ParseBound(member, &out->exclusive_minimum, out);
      case Keyword::kExclusiveMaximum:
        return ParseBound(member, &out->exclusive_maximum, out);
      case Keyword::kMinLength:
        return ParseCount(member, kStringType, &out->min_length, out);
      case Keyword::kMaxLength:
        return ParseCount(member, kStringType, &out->max_length, out);
      case Keyword::kMinItems:
        return ParseCount(member, kArrayType, &out->min_items, out);
      case Keyword::kMaxItems:
        return ParseCount(member, kArrayType, &out->max_items, out);
      case Keyword::kPattern:
      case Keyword::kFormat:
        if (!value.is_string()) Expected(member, "a string");
        (keyword == Keyword::kPattern ? out->pattern : out->format) = &value;
        out->constrained |= kStringType;
        return;
      case Keyword::kPrefixItems:
        out->prefix_items = ParseSchemaList(member);
        out->constrained |= kArrayType;
        return;
      case Keyword::kItems:
        if (value.is_array()) {
          site_.Malformed(value, "'items' is one schema, found an array",
                          "since draft 2020-12 a list of schemas is called 'prefixItems'");
        }
        out->items = IdFor(value, embedded_);
        out->constrained |= kArrayType;
        return;
      default:
        return ParseObjectKeyword(member, keyword, out);
    }
  }

  void ParseObjectKeyword(const json::Member& member, Keyword keyword, Schema* out) {
    const Value& value = member.value;
    out->constrained |= kObjectType;
    if (keyword == Keyword::kAdditionalProperties) {
      out->additional_properties = IdFor(value, embedded_);
    } else if (keyword == Keyword::kProperties) {
      if (!value.is_object()) Expected(member, "an object of schemas");
      for (const auto& [name, schema] : value.members) {
        out->properties.push_back({name, IdFor(schema, embedded_, name)});
      }
    } else {  // required
      if (!value.is_array()) Expected(member, "an array of strings");
      out->required_at = &value;
      for (const Value& name : value.elements) {
        if (!name.is_string()) {
          site_.Malformed(name, "'required' holds strings, found " + Describe(name));
        }
        out->required.push_back(name.text);
      }
    }
  }

  [[noreturn]] void Expected(const json::Member& member, std::string_view what) const {
    site_.Malformed(member.value, "'" + std::string(member.name) + "' must be " +
                                      std::string(what) + ", found " + Describe(member.value));
  }

  [[noreturn]] void Refuse(const json::Member& member) const {
    std::string hint;
    if (member.name == "additionalItems" || member.name == "dependencies") {
      hint = "it is not part of draft 2020-12; use '" +
             std::string(member.name == "dependencies" ? "dependentRequired" : "items") + "' there";
    }
    site_.Unsupported(member.value, std::string(member.name),
                      "the keyword '" + std::string(member.name) + "' is not enforced",
                      std::move(hint));
  }

  TypeSet ParseType(const Value& value) const {
    if (value.is_string()) return TypeNamed(value);
    if (!value.is_array()) {
      site_.Malformed(value,
                      "'type' must be a string or an array of strings, found " + Describe(value));
    }
    TypeSet types = 0;
    for (const Value& name : value.elements) types |= TypeNamed(name);
    return types;
  }

  TypeSet TypeNamed(const Value& value) const {
    if (!value.is_string()) site_.Malformed(value, "a type is a string, found " + Describe(value));
    std::vector<std::string_view> names;
    for (const TypeName& type : kTypeNames) {
      if (type.name == value.text) return type.types;
      names.push_back(type.name);
    }
    site_.Malformed(value, "there is no type '" + std::string(value.text) + "'",
                    DidYouMean(value.text, names));
  }

  SchemaId ParseRef(const Value& value) {
    if (!value.is_string()) {
      site_.Malformed(value, "'$ref' must be a string, found " + Describe(value));
    }
    if (embedded_) {
      site_.Unsupported(value, "$id", "a reference below a nested '$id' is not followed",
                        "remove the nested '$id'");
    }
    const RefTarget target = resolver_.Resolve(value);
    const std::size_t slash = value.text.find_last_of("/#");
    const std::string_view name = value.text.substr(slash == std::string::npos ? 0 : slash + 1);
    return IdFor(*target.value, target.embedded, name);
  }

  std::vector<SchemaId> ParseSchemaList(const json::Member& member) {
    if (!member.value.is_array()) Expected(member, "an array of schemas");
    if (member.value.elements.empty()) {
      site_.Malformed(member.value, "'" + std::string(member.name) + "' must not be empty");
    }
    std::vector<SchemaId> out;
    for (const Value& element : member.value.elements) out.push_back(IdFor(element, embedded_));
    return out;
  }

  // allOf and oneOf of one schema are that schema; more are refused.
  void ParseSingle(const json::Member& member, Schema* out) {
    const std::vector<SchemaId> schemas = ParseSchemaList(member);
    if (schemas.size() > 1) Refuse(member);
    out->conjuncts.push_back(schemas[0]);
  }

  void ParseBound(const json::Member& member, const Value** bound, Schema* out) const {
    if (member.value.is_bool()) {
      site_.Malformed(member.value,
                      "'" + std::string(member.name) + "' must be a number, found a boolean",
                      "the boolean form of draft 4 is not read; write the bound itself");
    }
    if (member.value.kind != Kind::kNumber) Expected(member, "a number");
    *bound = &member.value;
    out->constrained |= kNumberType;
  }

  void ParseCount(const json::Member& member, TypeSet type, std::optional<Count>* count,
                  Schema* out) const {
    const Value& value = member.value;
    if (value.kind != Kind::kNumber) Expected(member, "a whole number");
    const json::Decimal number = json::Decimal::Parse(value.text);
    if (number.negative || !number.is_integer()) {
      site_.Malformed(value, "'" + std::string(member.name) +
                                 "' must be a whole number that is not negative, found " +
                                 std::string(value.text));
    }
    // No text reaches four thousand million characters: counts saturate there.
    std::uint32_t result = ir::kUnbounded;
    if (number.exponent < 10) {
      std::uint64_t exact = 0;
      const std::string digits = number.IntegerDigits();
      std::from_chars(digits.data(), digits.data() + digits.size(), exact);
      result = static_cast<std::uint32_t>(std::min<std::uint64_t>(exact, ir::kUnbounded));
    }
    if (result == ir::kUnbounded && member.name.starts_with("min")) {
      throw LimitError(site_.At(value, "the minimum is out of reach (limit max_repeat)").ToString(),
                       "max_repeat", ir::kUnbounded - 1, result);
    }
    *count = Count{result, &value};
    out->constrained |= type;
  }

  const Site& site_;
  Resolver resolver_;
  bool embedded_ = false;  // of the schema being parsed
  SchemaTable table_;
  std::vector<Pending> pending_;
  std::unordered_map<const Value*, SchemaId> ids_;
};

}  // namespace

SchemaTable ParseSchemas(const Site& site) { return Parser(site).Run(); }

}  // namespace pushmask::frontend::json_schema
