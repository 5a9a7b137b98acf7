// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings.h"
#include "pushmask/grammar_builder.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

using Builder = GrammarBuilder;
using Expression = GrammarBuilder::Expression;
using Rule = GrammarBuilder::Rule;

std::vector<Expression> Expressions(const py::args& arguments) {
  std::vector<Expression> out;
  out.reserve(arguments.size());
  for (const py::handle& argument : arguments) out.push_back(argument.cast<Expression>());
  return out;
}

// The UTF-8 of a str, which may hold what has none.
std::string Utf8(const py::handle& text) {
  try {
    return text.cast<std::string>();
  } catch (const py::cast_error&) {
    throw GrammarError(Diagnostic{.message = "a string has a lone surrogate, which no text has",
                                  .source_name = "<builder>"});
  }
}

std::optional<std::string> OptionalUtf8(const std::optional<py::str>& text) {
  return text ? std::optional(Utf8(*text)) : std::nullopt;
}

Expression Literal(Builder& builder, const py::object& text) {
  if (py::isinstance<py::bytes>(text)) return builder.Literal(text.cast<std::string>());
  if (py::isinstance<py::str>(text)) return builder.Literal(Utf8(text));
  throw py::type_error("a literal is str or bytes");
}

Builder::CodepointRange Range(const py::handle& pair) {
  const auto ends = pair.cast<std::pair<std::uint32_t, std::uint32_t>>();
  return {ends.first, ends.second};
}

Expression Codepoints(Builder& builder, const py::iterable& ranges) {
  std::vector<Builder::CodepointRange> out;
  for (const py::handle& pair : ranges) out.push_back(Range(pair));
  return builder.Codepoints(out);
}

// Of (accepts, [(first, last, target), ...]) for each state.
Expression Automaton(Builder& builder, const py::iterable& states) {
  std::vector<Builder::AutomatonState> out;
  for (const py::handle& state : states) {
    const auto [accept, transitions] = state.cast<std::pair<bool, py::iterable>>();
    Builder::AutomatonState copy{.accept = accept};
    for (const py::handle& transition : transitions) {
      const auto [first, last, target] =
          transition.cast<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>>();
      copy.transitions.push_back({{first, last}, target});
    }
    out.push_back(std::move(copy));
  }
  return builder.Automaton(out);
}

// Of a str, an id, or a pair of ids.
Builder::TokenName TokenName(const py::handle& token) {
  if (py::isinstance<py::str>(token)) {
    std::string text = Utf8(token);
    if (text.empty()) throw py::value_error("no token is empty");
    return {.text = std::move(text)};
  }
  if (py::isinstance<py::int_>(token) && !py::isinstance<py::bool_>(token)) {
    const auto id = token.cast<std::uint32_t>();
    return {.first = id, .last = id};
  }
  if (!py::isinstance<py::tuple>(token)) {
    throw py::type_error("a token is its text, its id, or a pair of the first and last id");
  }
  const auto [first, last] = token.cast<std::pair<std::uint32_t, std::uint32_t>>();
  return {.first = first, .last = last};
}

Expression Tokens(Builder& builder, const py::iterable& tokens, bool is_negated,
                  const py::object& place) {
  if (py::isinstance<py::str>(tokens)) throw py::type_error("expected tokens, not one string");
  std::vector<Builder::TokenName> names;
  for (const py::handle& token : tokens) names.push_back(TokenName(token));
  return builder.Tokens(names, is_negated, place.is_none() ? Diagnostic{} : FromPython(place));
}

// The values and, by place, which of them.
py::tuple JsonValues(Builder& builder, const std::vector<std::string>& documents,
                     const std::vector<std::pair<std::size_t, std::string>>& places,
                     const std::u32string& characters, const std::string& source_name) {
  std::vector<Builder::JsonPlace> schemas;
  for (const auto& [document, pointer] : places) schemas.push_back({document, pointer});
  Builder::JsonValues found = builder.JsonValuesOf(documents, schemas, characters, source_name);
  return py::make_tuple(std::move(found.values), std::move(found.of_place));
}

void BindTokens(py::class_<Builder>* builder_class) {
  (*builder_class)
      .def(
          "token",
          [](Builder& builder, const py::object& token, const py::object& place) {
            return Tokens(builder, py::make_tuple(token), false, place);
          },
          py::arg("token"), py::kw_only(), py::arg("place") = py::none())
      .def("tokens", &Tokens, py::arg("tokens"), py::kw_only(), py::arg("negated") = false,
           py::arg("place") = py::none())
      .def("any_token", [](Builder& builder) { return builder.Tokens({}, true); })
      .def(
          "mark", [](Builder& builder, const py::str& text) { return builder.Mark(Utf8(text)); },
          py::arg("text"));
}

void BindRules(py::class_<Builder>* builder_class) {
  (*builder_class)
      .def(
          "source",
          [](Builder& builder, const py::str& name, const py::str& text) {
            return builder.AddSource(Utf8(name), Utf8(text));
          },
          py::arg("name"), py::arg("text"))
      .def(
          "rule",
          [](Builder& builder, const py::str& name, std::uint32_t source, std::uint32_t offset) {
            return builder.AddRule(Utf8(name), {source, offset});
          },
          py::arg("name"), py::kw_only(), py::arg("source") = 0, py::arg("offset") = 0)
      .def(
          "define",
          [](Builder& builder, const Rule& rule, const Expression& body,
             const std::optional<py::str>& capture, bool lazy,
             std::optional<std::uint32_t> max_chars, std::optional<std::uint32_t> max_tokens,
             const std::optional<py::str>& stop, const std::optional<py::str>& suffix,
             std::optional<double> temperature) {
            builder.Define(rule, body,
                           {.capture = OptionalUtf8(capture),
                            .lazy = lazy,
                            .max_chars = max_chars,
                            .max_tokens = max_tokens,
                            .stop = OptionalUtf8(stop),
                            .suffix = OptionalUtf8(suffix),
                            .temperature = temperature});
          },
          py::arg("rule"), py::arg("body"), py::kw_only(), py::arg("capture") = py::none(),
          py::arg("lazy") = false, py::arg("max_chars") = py::none(),
          py::arg("max_tokens") = py::none(), py::arg("stop") = py::none(),
          py::arg("suffix") = py::none(), py::arg("temperature") = py::none())
      .def("ref", &Builder::Ref, py::arg("rule"))
      .def(
          "warn",
          [](Builder& builder, const py::object& warning) { builder.Warn(FromPython(warning)); },
          py::arg("warning"))
      .def("finish", &Builder::Finish, py::arg("root"), py::kw_only(),
           py::arg("source_name") = "<grammar>");
}

}  // namespace

std::vector<std::string> Strings(const py::iterable& strings) {
  if (py::isinstance<py::str>(strings)) throw py::type_error("expected strings, not one string");
  std::vector<std::string> out;
  for (const py::handle& text : strings) {
    if (!py::isinstance<py::str>(text)) throw py::type_error("expected strings");
    out.push_back(Utf8(text));
  }
  return out;
}

std::vector<std::string> Chunks(const py::object& text, const std::string& by) {
  if (by == "chunks") return Strings(text.cast<py::iterable>());
  if (by != "chars" && by != "words") {
    throw py::value_error("by is one of 'chars', 'words', 'chunks', not '" + by + "'");
  }
  if (!py::isinstance<py::str>(text)) throw py::type_error("the text is one string");
  const char* const pattern = by == "chars" ? "(?s)." : R"((?s)\w+|\s+|.)";
  return Strings(py::module_::import("re").attr("findall")(pattern, text));
}

std::uint32_t Maximum(const std::optional<std::uint32_t>& max) {
  return max.value_or(Builder::kUnbounded);
}

void BindGrammarBuilder(py::module_& module) {
  py::class_<Expression>(module, "Expression");
  py::class_<Rule>(module, "Rule");
  py::class_<Builder::JsonValue>(module, "JsonValue")
      .def_readonly("strings", &Builder::JsonValue::strings)
      .def_readonly("max_length", &Builder::JsonValue::max_length)
      .def_readonly("is_any_string", &Builder::JsonValue::is_any_string)
      .def_readonly("characters", &Builder::JsonValue::characters)
      .def_readonly("others", &Builder::JsonValue::others);
  py::class_<Builder> bound(module, "GrammarBuilder");
  bound.def(py::init<>())
      .def("nothing", &Builder::Nothing)
      .def("empty", &Builder::Empty)
      .def("literal", &Literal, py::arg("text"))
      .def("codepoints", &Codepoints, py::arg("ranges"))
      .def("sequence", [](Builder& builder,
                          const py::args& parts) { return builder.Sequence(Expressions(parts)); })
      .def("choice", [](Builder& builder,
                        const py::args& parts) { return builder.Choice(Expressions(parts)); })
      .def(
          "repeat",
          [](Builder& builder, const Expression& body, std::uint32_t min,
             std::optional<std::uint32_t> max) { return builder.Repeat(body, min, Maximum(max)); },
          py::arg("body"), py::arg("min"), py::arg("max") = py::none())
      .def(
          "optional",
          [](Builder& builder, const Expression& body) { return builder.Repeat(body, 0, 1); },
          py::arg("body"))
      .def(
          "star", [](Builder& builder, const Expression& body) { return builder.Repeat(body, 0); },
          py::arg("body"))
      .def(
          "plus", [](Builder& builder, const Expression& body) { return builder.Repeat(body, 1); },
          py::arg("body"))
      .def("intersect", &Builder::Intersect, py::arg("a"), py::arg("b"))
      .def("complement", &Builder::Complement, py::arg("a"))
      .def("difference", &Builder::Difference, py::arg("a"), py::arg("b"))
      .def(
          "regex",
          [](Builder& builder, const py::str& pattern, bool search) {
            return builder.Regex(SourceText(pattern), search);
          },
          py::arg("pattern"), py::kw_only(), py::arg("search") = false)
      .def("automaton", &Automaton, py::arg("states"))
      .def(
          "one_of",
          [](Builder& builder, const py::iterable& strings) {
            return builder.OneOf(Strings(strings));
          },
          py::arg("strings"))
      .def(
          "substring_of",
          [](Builder& builder, const py::object& text, const std::string& by) {
            return builder.SubstringOf(Chunks(text, by));
          },
          py::arg("text"), py::arg("by") = "chars")
      .def(
          "json_schemas",
          [](Builder& builder, const py::iterable& schemas, const std::string& source_name) {
            std::vector<std::string> texts;
            for (const py::handle& schema : schemas) texts.push_back(SchemaText(schema));
            return builder.JsonSchemas(texts, {}, source_name);
          },
          py::arg("schemas"), py::kw_only(), py::arg("source_name") = "<schema>")
      .def("json_values", &JsonValues, py::arg("documents"), py::arg("places"), py::kw_only(),
           py::arg("characters") = "", py::arg("source_name") = "<schema>")
      .def("grammar", &Builder::Spliced, py::arg("grammar"));
  BindTokens(&bound);
  BindRules(&bound);
}

}  // namespace pushmask::bindings
