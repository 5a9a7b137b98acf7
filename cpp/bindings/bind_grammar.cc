// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

#include <string>
#include <utility>

#include "bindings.h"
#include "pushmask/grammar.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

// A schema is its text; pushmask.schema makes text of anything else.
std::string SchemaText(const py::object& schema) {
  if (py::isinstance<py::str>(schema)) return schema.cast<std::string>();
  return py::module_::import("pushmask.schema").attr("to_text")(schema).cast<std::string>();
}

// The value that belongs to `given` among the choices of an option.
template <typename Enum, std::size_t N>
Enum Choose(const char* option, const std::string& given,
            const std::pair<const char*, Enum> (&choices)[N]) {
  std::string names;
  for (const auto& [name, value] : choices) {
    if (given == name) return value;
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

Grammar FromJsonSchema(const py::object& schema, const std::string& whitespace,
                       const std::string& property_order, const std::string& formats,
                       bool fractional_integers, const py::dict& documents,
                       const std::string& source_name) {
  const std::string text = SchemaText(schema);
  JsonSchemaOptions options;
  options.whitespace = Choose("whitespace", whitespace, kWhitespaces);
  options.property_order = Choose("property_order", property_order, kPropertyOrders);
  options.formats = Choose("formats", formats, kFormats);
  options.fractional_integers = fractional_integers;
  for (const auto& [uri, document] : documents) {
    options.documents.emplace_back(uri.cast<std::string>(),
                                   SchemaText(py::reinterpret_borrow<py::object>(document)));
  }
  const py::gil_scoped_release release;
  return Grammar::FromJsonSchema(text, options, source_name);
}

}  // namespace

void BindGrammar(py::module_& module) {
  py::class_<Grammar>(module, "Grammar")
      .def_static("from_json_schema", &FromJsonSchema, py::arg("schema"), py::kw_only(),
                  py::arg("whitespace") = "flexible", py::arg("property_order") = "schema",
                  py::arg("formats") = "enforce", py::arg("fractional_integers") = false,
                  py::arg("documents") = py::dict(), py::arg("source_name") = "<schema>")
      .def_static("from_ebnf", &Grammar::FromEbnf, py::arg("text"), py::kw_only(),
                  py::arg("root") = "root", py::arg("source_name") = "<grammar>",
                  py::call_guard<py::gil_scoped_release>())
      .def_static("from_regex", &Grammar::FromRegex, py::arg("pattern"), py::kw_only(),
                  py::arg("source_name") = "<regex>", py::call_guard<py::gil_scoped_release>())
      .def("__str__", &Grammar::ToString);
}

}  // namespace pushmask::bindings
