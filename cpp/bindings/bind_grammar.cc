// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings.h"
#include "pushmask/grammar.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

// The value that belongs to `value` among the choices of an option.
template <typename Enum, std::size_t N>
Enum Choose(const char* option, const py::object& value,
            const std::pair<const char*, Enum> (&choices)[N]) {
  const auto given = value.cast<std::string>();
  std::string names;
  for (const auto& [name, choice] : choices) {
    if (given == name) return choice;
    names += std::string(names.empty() ? "" : ", ") + "'" + name + "'";
  }
  throw py::value_error(std::string(option) + " is one of " + names + ", not '" + given + "'");
}

constexpr std::pair<const char*, Whitespace> kWhitespaces[] = {
    {"flexible", Whitespace::kFlexible},
    {"compact", Whitespace::kCompact},
    {"indented", Whitespace::kIndented},
};
constexpr std::pair<const char*, PropertyOrder> kPropertyOrders[] = {
    {"schema", PropertyOrder::kSchema},
    {"any", PropertyOrder::kAny},
};
constexpr std::pair<const char*, Formats> kFormats[] = {
    {"enforce", Formats::kEnforce},
    {"annotate", Formats::kAnnotate},
    {"ignore", Formats::kIgnore},
};

constexpr std::pair<const char*, EbnfDialect> kEbnfDialects[] = {
    {"gbnf", EbnfDialect::kGbnf},
    {"w3c", EbnfDialect::kW3c},
    {"iso", EbnfDialect::kIso},
};

constexpr std::pair<const char*, bool> kRegexModes[] = {
    // is it a search?
    {"fullmatch", false},
    {"search", true},
};

struct SchemaRequest {
  py::object schema;
  JsonSchemaOptions options;
  std::string source_name = "<schema>";
};

// A keyword argument of from_json_schema. There are too many for parameters of a function here.
struct SchemaArgument {
  const char* name;
  const char* declaration;  // type and default, for the signature
  void (*set)(const py::object& value, SchemaRequest* request);
};

void SetDocuments(const py::object& value, SchemaRequest* request) {
  const py::object mapping = py::module_::import("collections.abc").attr("Mapping");
  if (!py::isinstance(value, mapping)) {
    throw py::type_error("from_json_schema(): 'documents' is a mapping of URIs to schemas");
  }
  // A registry is asked for what the schema can reach.
  const py::object documents =
      py::isinstance<py::dict>(value)
          ? value
          : py::module_::import("pushmask.schema").attr("documents")(request->schema, value);
  for (const auto& [uri, document] : py::dict(documents)) {
    request->options.documents.emplace_back(
        uri.cast<std::string>(), SchemaText(py::reinterpret_borrow<py::object>(document)));
  }
}

// `mark` once, with whitespace around it.
std::string Separator(const py::handle& value, char mark) {
  const auto text = value.cast<std::string>();
  const std::size_t at = text.find_first_not_of(" \t\n\r");
  const bool is_separator = at != std::string::npos && text[at] == mark &&
                            text.find_first_not_of(" \t\n\r", at + 1) == std::string::npos;
  if (is_separator) return text;
  throw py::value_error("a separator is '" + std::string(1, mark) +
                        "' with whitespace around it, not '" + text + "'");
}

void SetSeparators(const py::object& value, SchemaRequest* request) {
  const auto pair = value.cast<py::tuple>();
  if (pair.size() != 2) throw py::value_error("separators are two: of items, and of keys");
  request->options.item_separator = Separator(pair[0], ',');
  request->options.key_separator = Separator(pair[1], ':');
  request->options.whitespace = Whitespace::kCompact;
}

void SetStrictProfile(const py::object& value, SchemaRequest* request) {
  if (value.is_none()) return;
  const auto profile = value.cast<std::string>();
  if (profile != "openai") {
    throw py::value_error("strict_profile is 'openai' or None, not '" + profile + "'");
  }
  py::module_::import("pushmask.schema").attr("check_openai")(request->schema);
}

constexpr SchemaArgument kSchemaArguments[] = {
    {"whitespace", "str = 'flexible'",
     [](const py::object& value, SchemaRequest* request) {
       request->options.whitespace = Choose("whitespace", value, kWhitespaces);
     }},
    {"max_whitespace", "int | None = None",
     [](const py::object& value, SchemaRequest* request) {
       if (!value.is_none()) request->options.max_whitespace = value.cast<std::uint32_t>();
     }},
    {"indent", "int = 2",
     [](const py::object& value, SchemaRequest* request) {
       request->options.indent = value.cast<std::uint32_t>();
     }},
    {"separators", "tuple[str, str] | None = None",
     [](const py::object& value, SchemaRequest* request) {
       if (!value.is_none()) SetSeparators(value, request);
     }},
    {"property_order", "str = 'schema'",
     [](const py::object& value, SchemaRequest* request) {
       request->options.property_order = Choose("property_order", value, kPropertyOrders);
     }},
    {"formats", "str = 'enforce'",
     [](const py::object& value, SchemaRequest* request) {
       request->options.formats = Choose("formats", value, kFormats);
     }},
    {"fractional_integers", "bool = False",
     [](const py::object& value, SchemaRequest* request) {
       request->options.fractional_integers = value.cast<bool>();
     }},
    {"lenient", "bool = False",
     [](const py::object& value, SchemaRequest* request) {
       request->options.lenient = value.cast<bool>();
     }},
    {"documents", "dict = {}", &SetDocuments},
    {"strict_profile", "str | None = None", &SetStrictProfile},
    {"source_name", "str = '<schema>'",
     [](const py::object& value, SchemaRequest* request) {
       request->source_name = value.cast<std::string>();
     }},
};

std::string SchemaSignature() {
  std::string signature = "from_json_schema(schema: object, *";
  for (const SchemaArgument& argument : kSchemaArguments) {
    signature += std::string(", ") + argument.name + ": " + argument.declaration;
  }
  return signature + ") -> pushmask._core.Grammar";
}

void SetArgument(const std::string& name, const py::object& value, SchemaRequest* request) {
  const auto* const argument =
      std::find_if(std::begin(kSchemaArguments), std::end(kSchemaArguments),
                   [&](const SchemaArgument& one) { return name == one.name; });
  if (argument == std::end(kSchemaArguments)) {
    throw py::type_error("from_json_schema() has no argument '" + name + "'");
  }
  try {
    argument->set(value, request);
  } catch (const py::cast_error&) {
    throw py::type_error("from_json_schema(): '" + name + "' has a value of the wrong type");
  }
}

Grammar FromJsonSchema(const py::object& schema, const py::kwargs& arguments) {
  SchemaRequest request;
  request.schema = schema;
  for (const auto& [name, value] : arguments) {
    SetArgument(name.cast<std::string>(), py::reinterpret_borrow<py::object>(value), &request);
  }
  const std::string text = SchemaText(schema);
  const py::gil_scoped_release release;
  return Grammar::FromJsonSchema(text, request.options, request.source_name);
}

Grammar FromEbnf(const py::str& text, const py::str& root, const py::object& dialect,
                 const std::string& source_name) {
  const EbnfDialect chosen = Choose("dialect", dialect, kEbnfDialects);
  const std::string source = SourceText(text);
  const std::string root_name = SourceText(root);
  const py::gil_scoped_release release;
  return Grammar::FromEbnf(source, root_name, source_name, chosen);
}

RegexOptions RegexOptionsOf(bool search, std::string_view flags, bool operators) {
  RegexOptions options{.search = search, .operators = operators};
  for (const char letter : flags) {
    if (letter == 'i') {
      options.ignore_case = true;
    } else if (letter == 'm') {
      options.multiline = true;
    } else if (letter == 's') {
      options.dot_all = true;
    } else if (letter == 'x') {
      options.extended = true;
    } else if (letter != 'u') {  // u says what is so anyway
      throw py::value_error("flags must be letters of 'imsux'");
    }
  }
  return options;
}

Grammar FromRegex(const py::str& pattern, const py::object& mode, const std::string& flags,
                  bool operators, const std::string& source_name) {
  const RegexOptions options = RegexOptionsOf(Choose("mode", mode, kRegexModes), flags, operators);
  const std::string source = SourceText(pattern);
  const py::gil_scoped_release release;
  return Grammar::FromRegex(source, options, source_name);
}

std::vector<Grammar> Grammars(const py::args& arguments) {
  std::vector<Grammar> out;
  for (const py::handle& argument : arguments) out.push_back(argument.cast<Grammar>());
  return out;
}

// The lark package reads its grammars, so this front end is written in Python.
py::object FromLark(const py::str& text, const py::str& start, const py::object& import_paths,
                    const py::str& source_name) {
  return py::module_::import("pushmask.lark")
      .attr("from_lark")(text, py::arg("start") = start, py::arg("import_paths") = import_paths,
                         py::arg("source_name") = source_name);
}

// Structural tags are put together by calls of GrammarBuilder, from Python.
py::object FromStructuralTag(const py::object& spec, const py::str& source_name) {
  return py::module_::import("pushmask.structural_tag")
      .attr("from_structural_tag")(spec, py::arg("source_name") = source_name);
}

py::list Warnings(const Grammar& grammar) {
  py::list out;
  for (const Diagnostic& warning : grammar.warnings()) out.append(ToPython(warning));
  return out;
}

// pybind11 cannot see the keyword arguments of from_json_schema, so it does not write its
// signature.
void BindFromJsonSchema(py::class_<Grammar>* grammar) {
  py::options options;
  options.disable_function_signatures();
  grammar->def_static("from_json_schema", &FromJsonSchema, py::arg("schema"),
                      SchemaSignature().c_str());
}

}  // namespace

std::string SourceText(const py::str& text) {
  const auto utf8 = py::reinterpret_steal<py::object>(
      PyUnicode_AsEncodedString(text.ptr(), "utf-8", "surrogatepass"));
  if (!utf8) throw py::error_already_set();
  return std::string(py::reinterpret_borrow<py::bytes>(utf8));
}

std::string SchemaText(const py::handle& schema) {
  if (py::isinstance<py::str>(schema)) return SourceText(py::reinterpret_borrow<py::str>(schema));
  return py::module_::import("pushmask.schema").attr("to_text")(schema).cast<std::string>();
}

void BindGrammar(py::module_& module) {
  py::class_<Grammar> grammar(module, "Grammar");
  BindFromJsonSchema(&grammar);
  grammar
      .def_static("from_ebnf", &FromEbnf, py::arg("text"), py::kw_only(), py::arg("root") = "root",
                  py::arg("dialect") = py::str("gbnf"), py::arg("source_name") = "<grammar>")
      .def_static("from_regex", &FromRegex, py::arg("pattern"), py::kw_only(),
                  py::arg("mode") = "fullmatch", py::arg("flags") = "",
                  py::arg("operators") = false, py::arg("source_name") = "<regex>")
      .def_static("from_lark", &FromLark, py::arg("text"), py::kw_only(),
                  py::arg("start") = "start", py::arg("import_paths") = py::tuple(),
                  py::arg("source_name") = "<lark>")
      .def_static("from_structural_tag", &FromStructuralTag, py::arg("spec"), py::kw_only(),
                  py::arg("source_name") = "<structural tag>")
      .def_static("union",
                  [](const py::args& grammars) { return Grammar::Union(Grammars(grammars)); })
      .def_static("concat",
                  [](const py::args& grammars) { return Grammar::Concat(Grammars(grammars)); })
      .def_static(
          "choice", [](const py::iterable& strings) { return Grammar::Choice(Strings(strings)); },
          py::arg("strings"))
      .def_static(
          "substring_of",
          [](const py::object& text, const std::string& by) {
            return Grammar::SubstringOf(Chunks(text, by));
          },
          py::arg("text"), py::arg("by") = "chars")
      .def(
          "repeat",
          [](const Grammar& self, std::uint32_t min, std::optional<std::uint32_t> max) {
            return self.Repeat(min, max.value_or(Grammar::kNoMaximum));
          },
          py::arg("min"), py::arg("max") = py::none())
      .def("with_stop",
           [](const Grammar& self, const py::args& stops) { return self.WithStop(Strings(stops)); })
      .def("warnings", &Warnings)
      .def("to_ebnf", &Grammar::ToEbnf, py::call_guard<py::gil_scoped_release>())
      .def("structure", &StructureToPython)
      .def("__str__", &Grammar::ToString);
}

}  // namespace pushmask::bindings
