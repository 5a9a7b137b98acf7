// SPDX-License-Identifier: Apache-2.0
// What the front end makes and refuses. That the language is right, instance by instance, is tested
// against `jsonschema` from Python.
#include "frontend/json_schema/json_schema.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <typeinfo>
#include <vector>

#include "frontend/json_schema/string_encoding.h"
#include "frontend/language.h"
#include "ir/builder.h"
#include "ir/printer.h"
#include "pushmask/error.h"

namespace pushmask::frontend {
namespace {

ir::Grammar Parse(const std::string& schema, const JsonSchemaOptions& options = {}) {
  return ParseJsonSchema(text::SourceText("s", schema), options).grammar;
}

const JsonSchemaOptions kCompact{.whitespace = Whitespace::kCompact,
                                 .property_order = PropertyOrder::kAny};

std::string Printed(const std::string& schema, const JsonSchemaOptions& options = kCompact) {
  return ir::Print(Parse(schema, options));
}

TEST(JsonSchema, LowersToThePrintedGrammar) {
  const struct {
    std::string schema;
    std::string printed;
  } kCases[] = {
      {R"({"type": "boolean"})", "root ::= (\"true\" | \"false\")\n"},
      {R"({"const": {"a": [1, null]}})",
       "root ::= object\nobject ::= (\"{\\x22a\\x22:\" array \"}\")\n"
       "array ::= (\"[1\" \".0\"{0,1} \",null]\")\n"},
      {R"({"enum": ["a", "b\n", "\u0001", 3], "type": "string"})",
       "root ::= string\nstring ::= (\"\\x22\" <json~ (\"\\x01\" | \"a\" | \"b\\x0A\")> "
       "\"\\x22\")\n"},
      {R"({"type": "string", "pattern": "^[a-z]*$", "maxLength": 4096})",
       "root ::= string\nstring ::= (\"\\x22\" <json~ [a-z]>{0,4096} \"\\x22\")\n"},
      {R"({"type": "string", "pattern": "^[a-z]{2}$", "maxLength": 4096})",
       "root ::= string\nstring ::= (\"\\x22\" <json~ [a-z]{2,2}> \"\\x22\")\n"},
      {R"({"type": "array", "items": {"type": "null"}, "maxItems": 100000})",
       "root ::= array\narray ::= (\"[\" (\"null\" \",null\"{0,99999}){0,1} \"]\")\n"},
      {R"({"type": "array", "prefixItems": [{"const": true}, {"const": false}], "items": false})",
       "root ::= array\narray ::= (\"[\" (\"true\" \",false\"{0,1}){0,1} \"]\")\n"},
      {R"({"type": "object", "properties": {"a": {"type": "null"}, "b": {"type": "null"}},
           "required": ["b"], "additionalProperties": false})",
       "root ::= object\n"
       "object ::= (\"{\" <members+ \",\"; \"\\x22a\\x22:null\"; \"\\x22b\\x22:null\"!> "
       "\"}\")\n"},
      {R"({"type": "object", "properties": {"next": {"$ref": "#"}}, "additionalProperties": false})",
       "root ::= object\nobject ::= (\"{\" (\"\\x22next\\x22:\" object){0,1} \"}\")\n"},
      {R"({"anyOf": [{"type": "null"}, {"const": 5}], "type": "integer"})",
       "root ::= (\"5\" \".0\"{0,1})\n"},
  };
  for (const auto& test : kCases) EXPECT_EQ(Printed(test.schema), test.printed) << test.schema;
}

TEST(JsonSchema, LaysOutAsJsonDumpsDoes) {
  const JsonSchemaOptions options{.whitespace = Whitespace::kIndented, .indent = 4};
  EXPECT_EQ(Printed(R"({"const": {"a": [1.5, []], "b": {}}})", options),
            "root ::= object\nobject ::= (\"{\\x0A    \\x22a\\x22: \" array "
            "\",\\x0A    \\x22b\\x22: \" object_2 \"\\x0A}\")\n"
            "array ::= (\"[\\x0A        1.5,\\x0A        \" array_2 \"\\x0A    ]\")\n"
            "object_2 ::= \"{}\"\narray_2 ::= \"[]\"\n");
}

TEST(JsonSchema, OrdersMembersInLinearSize) {
  const JsonSchemaOptions options{.whitespace = Whitespace::kCompact,
                                  .property_order = PropertyOrder::kSchema};
  const auto size = [&](int count) {
    std::string properties;
    for (int i = 0; i < count; ++i) {
      properties += (i > 0 ? "," : "") + ("\"p" + std::to_string(i) + "\":{}");
    }
    return Parse("{\"type\":\"object\",\"properties\":{" + properties + "}}", options).num_exprs();
  };
  const std::size_t step = size(200) - size(100);
  EXPECT_LE(size(400) - size(200), 2 * step + 20);
}

TEST(JsonSchema, NamesTheKeywordAndThePlaceOfWhatItRefuses) {
  const struct {
    std::string schema;
    std::string feature;
    std::string pointer;
  } kCases[] = {
      {R"({"properties": {"a/b": {"not": {"uniqueItems": true}}}})", "uniqueItems",
       "/properties/a~1b/not/uniqueItems"},
      {R"({"format": "colour"})", "format", "/format"},
      {R"({"$ref": "other.json#/a"})", "$ref", "/$ref"},
      {R"({"pattern": "(a)\\1"})", "", "/pattern"},
  };
  for (const auto& test : kCases) {
    try {
      Parse(test.schema);
      ADD_FAILURE() << "accepted: " << test.schema;
    } catch (const UnsupportedError& error) {
      if (!test.feature.empty()) {
        EXPECT_EQ(error.feature(), test.feature) << test.schema;
      }
      EXPECT_EQ(error.diagnostics().at(0).pointer, test.pointer) << test.schema;
    }
  }
}

TEST(JsonSchema, IgnoresAnnotationsAndWhatNothingRefersTo) {
  EXPECT_EQ(
      Printed(
          R"({"$schema": "x", "$id": "y", "title": 1, "x-any": {}, "$comment": "", "type": "null",
                        "default": {"not": 1}, "examples": [], "$defs": {"unused": {"not": {}}}})"),
      "root ::= \"null\"\n");
  EXPECT_EQ(Printed(R"({"$id": "https://a/b#", "$ref": "https://a/b#/$defs/n~1x%20~0",
                        "$defs": {"n/x ~": {"type": "null"}}})"),
            "root ::= \"null\"\n");
  EXPECT_EQ(Printed(R"({"$ref": "#n", "$defs": {"x": {"$anchor": "n", "type": "null"}}})"),
            "root ::= \"null\"\n");
}

template <typename ErrorType>
void ExpectError(const std::string& schema, const std::string& pointer,
                 const std::string& message) {
  try {
    Parse(schema);
    ADD_FAILURE() << "accepted: " << schema;
  } catch (const ErrorType& error) {
    const Diagnostic& found = error.diagnostics().at(0);
    EXPECT_EQ(found.pointer, pointer) << schema;
    EXPECT_NE(found.ToString().find(message), std::string::npos) << found.ToString();
  }
}

TEST(JsonSchema, RefusesMalformedSchemas) {
  const struct {
    std::string schema;
    std::string pointer;
    std::string message;
  } kCases[] = {
      {"3", "", "a schema is an object or a boolean, found a number"},
      {R"({"items": 3})", "/items", "a schema is an object or a boolean"},
      {R"({"type": "strnig"})", "/type", "did you mean 'string'?"},
      {R"({"type": [1]})", "/type/0", "a type is a string"},
      {R"({"minLength": "x"})", "/minLength", "'minLength' must be a whole number, found a string"},
      {R"({"minLength": -1})", "/minLength", "not negative"},
      {R"({"maxItems": 1.5})", "/maxItems", "whole number"},
      {R"({"properties": []})", "/properties", "'properties' must be an object of schemas"},
      {R"({"required": "a"})", "/required", "'required' must be an array of strings"},
      {R"({"required": [1]})", "/required/0", "a required property is a string"},
      {R"({"enum": 1})", "/enum", "'enum' must be an array"},
      {R"({"anyOf": []})", "/anyOf", "must not be empty"},
      {R"({"items": [{}]})", "/items", "prefixItems"},
      {R"({"exclusiveMinimum": true, "minimum": 1})", "/exclusiveMinimum", "draft 4"},
      {R"({"$ref": "#/$defs/vlaue", "$defs": {"value": {}}})", "/$ref", "did you mean 'value'?"},
      {R"({"$ref": "#nmae", "$defs": {"a": {"$anchor": "name"}}})", "/$ref",
       "did you mean 'name'?"},
      {R"({"$ref": "#/%ff"})", "/$ref", "not well-formed UTF-8"},
      {R"({"$ref": "#"})", "", "refers back to itself"},
      {R"({"anyOf": [{"type": "null"}, {"$ref": "#"}]})", "", "refers back to itself"},
  };
  for (const auto& test : kCases) {
    ExpectError<SchemaError>(test.schema, test.pointer, test.message);
  }
  ExpectError<SyntaxError>(R"({"items": {"pattern": "a("}})", "/items/pattern", "in the pattern");
}

TEST(JsonSchema, PointsAtTheContradictionWhenNothingMatches) {
  const struct {
    std::string schema;
    std::string pointer;
    std::string message;
  } kCases[] = {
      {"false", "", "the schema 'false' matches nothing"},
      {R"({"enum": []})", "/enum", "the enum is empty"},
      {R"({"enum": [1, 2], "type": "string"})", "/enum", "exclude each other"},
      {R"({"type": []})", "/type", "nothing passes this keyword"},
      {R"({"type": "array", "minItems": 3, "maxItems": 1})", "/maxItems",
       "minItems 3 is greater than maxItems 1"},
      {R"({"type": "string", "minLength": 3, "maxLength": 1})", "/maxLength",
       "minLength 3 is greater than maxLength 1"},
      {R"({"type": "integer", "minimum": 1.2, "maximum": 1.8})", "/maximum",
       "no integer lies between"},
      {R"({"type": "string", "pattern": "^a{3}$", "maxLength": 2})", "/maxLength", "no string"},
      {R"({"type": "object", "properties": {"b": false, "a": {"type": "string", "minLength": 3,
           "maxLength": 1}}, "required": ["a"]})",
       "/properties/a/maxLength", "minLength 3"},
      {R"({"type": "object", "required": ["a"], "additionalProperties": false})",
       "/additionalProperties", "the required property 'a'"},
      {R"({"type": "array", "items": {"$ref": "#/$defs/x"}, "minItems": 1,
           "$defs": {"x": {"type": "array", "minItems": 2, "maxItems": 1}}})",
       "/$defs/x/maxItems", "minItems 2"},
  };
  for (const auto& test : kCases) {
    ExpectError<EmptyLanguageError>(test.schema, test.pointer, test.message);
  }
  // Another branch, or leaving the property out, rescues the schema.
  EXPECT_NO_THROW(Parse(R"({"anyOf": [{"enum": []}, {"type": "null"}]})"));
  EXPECT_NO_THROW(Parse(R"({"type": "object", "properties": {"a": {"enum": []}}})"));
  EXPECT_NO_THROW(Parse(R"({"type": ["array", "null"], "minItems": 3, "maxItems": 1})"));
}

TEST(JsonSchema, KeepsItsBudgets) {
  const auto expect_limit = [](const std::string& schema, const std::string& limit) {
    try {
      Parse(schema);
      ADD_FAILURE() << limit;
    } catch (const LimitError& error) {
      EXPECT_EQ(error.limit(), limit);
    }
  };
  std::string choices;  // 2^13 ways to match, none of which excludes another
  for (int i = 0; i < 13; ++i) {
    const std::string number = std::to_string(i);
    choices += (i > 0 ? "," : "") + ("{\"anyOf\":[{\"required\":[\"a" + number +
                                     "\"]},{\"required\":[\"b" + number + "\"]}]}");
  }
  expect_limit("{\"allOf\":[" + choices + "]}", "max_branches");
  expect_limit(R"({"type": "number", "minimum": 1e99999})", "max_digits");
  expect_limit(R"({"type": "string", "minLength": 99999999999})", "max_repeat");
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "{\"properties\":{\"a\":";
  expect_limit(deep, "max_depth");
}

// A chain of references as long as this would end the stack if each link took a call.
TEST(JsonSchema, FollowsLongChainsOfReferences) {
  std::string defs = "\"d0\":{\"type\":\"null\"}";
  for (int i = 1; i < 20000; ++i) {
    defs += ",\"d" + std::to_string(i) + "\":{\"anyOf\":[{\"$ref\":\"#/$defs/d" +
            std::to_string(i - 1) + "\"}]}";
  }
  EXPECT_EQ(Printed("{\"$ref\":\"#/$defs/d19999\",\"$defs\":{" + defs + "}}"),
            "root ::= \"null\"\n");
}

TEST(StringEncoding, SpellsStringsAsJsonDoes) {
  const Language any([](ir::Builder* b) {
    return json_schema::StringEncoder(b).AnyCharacter(json_schema::Spelling::kAny);
  });
  for (const char* text : {"a", "\xC3\xA9", "\xF0\x9F\x98\x80", "\\\"", "\\/", "\\u00e9", "\\uD7FF",
                           "\\ue000", "\\ud83D\\uDe00"}) {
    EXPECT_TRUE(any.Has(text)) << text;
  }
  for (const char* text : {"", "\"", "\\", "\n", "\\x", "\\u12", "\\ud800", "\\udc00", "ab",
                           "\\ud83d\\u0041", "\xED\xA0\x80"}) {
    EXPECT_FALSE(any.Has(text)) << text;
  }
}

TEST(StringEncoding, EncodesBooleanOperatorsPieceByPiece) {
  // Strings of one or two characters that are not "a" and hold no line break.
  const Language language([](ir::Builder* b) {
    const ir::ExprId any = b->Class(text::CodepointSet::All());
    const ir::ExprId no_break = b->Star(b->Class(text::CodepointSet::Of('\n').Complement()));
    const ir::ExprId strings =
        b->Intersect(b->Repeat(any, 1, 2), b->Difference(no_break, b->Bytes("a")));
    return json_schema::StringEncoder(b).Encode(strings, json_schema::Spelling::kCanonical);
  });
  for (const char* text : {"b", "aa", "\\\"\\\\", "\\u0001\\u001F", "\\u001f", "\\t/"}) {
    EXPECT_TRUE(language.Has(text)) << text;
  }
  for (const char* text :
       {"", "a", "\\n", "a\\n", "\\u000a", "\\u0061", "\\/", "abc", "\"", "\\"}) {
    EXPECT_FALSE(language.Has(text)) << text;
  }
}

}  // namespace
}  // namespace pushmask::frontend
